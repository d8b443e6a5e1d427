"""Assessments: the list, one with its places and what can be done with it, and one town's result."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from scoring import assessment_lists as lists
from scoring import assessments, canonical, sealing
from scoring.acting import FOLLOWS, AssessmentError, Kind
from scoring.assessment_forms import DiscardForm, DraftForm, FreezeForm, PublishForm
from scoring.assessment_rows import rows_of, sight
from scoring.changed_since import changed_since
from scoring.documents.letters import letters_of
from scoring.freezing import Waiting
from scoring.grading import DEFAULT_BANDS
from scoring.models import Appeal, Assessment, AssessmentAct, AssessmentState
from scoring.replacing import AlreadyAssessed, sealed_before
from tasks import listing
from tasks.history import Event
from tasks.models.known import known_by
from tasks.reporting import new_key
from tasks.views.common import allowed, moment_of, programme_or_404, until

INVALID = 422


def assessment_or_404(request, slug, pk) -> Assessment:
    """The assessment as it stands, where the user may see it; a town's sees it once it is published."""
    programme = programme_or_404(request, slug)
    found = Assessment.objects.visible_to(request.user).filter(programme=programme).standing()
    return get_object_or_404(found, pk=pk)


@allowed(see=Permission.SEE_TOWN, do=Permission.ASSESS)
def assessment_list(request, slug):
    """Every assessment of the programme that the user may see; a post begins one."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    rows = _rows(request.user, programme, until(moment))
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("考核"), programme, moment), *lists.assessments(rows), fmt)
    form = _draft_form(request, programme) if request.user.may(Permission.ASSESS) else None
    if request.method == "POST" and form.is_valid():
        try:
            assessment = assessments.draft(programme=programme, by=request.user, **form.cleaned_data)
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已建立“%(title)s”，冻结前按最新数据计算。") % {"title": assessment})
            if before := sealed_before(assessment):
                messages.warning(request, AlreadyAssessed.told(before))
            return redirect(assessment)
    context = {"programme": programme, "rows": rows, "form": form, "moment": moment}
    return render(request, "scoring/assessments.html", context, status=INVALID if request.method == "POST" else 200)


def _rows(user, programme, until: dt.date | None):
    """Those that were begun by the end of a day (None: by now), as they stood then; a town's once they were published."""
    rows = Assessment.objects.visible_to(user).filter(known_by(until), programme=programme).standing(until)
    if user.town_id and until:
        published = AssessmentAct.objects.filter(known_by(until), kind=AssessmentAct.Kind.PUBLISHED)
        rows = rows.filter(pk__in=published.values("assessment"))
    return rows.select_related("by")


def _draft_form(request, programme) -> DraftForm:
    today = timezone.localdate()
    over = programme.periods.quarters().filter(ends_on__lte=today).last()
    bands = dict(zip(("excellent", "good", "passed"), (band.least for band in DEFAULT_BANDS), strict=False))
    initial = bands | {"period": over, "appeal_days": 7, "key": new_key()}
    return DraftForm(request.POST if request.method == "POST" else None, programme=programme, initial=initial)


@allowed(see=Permission.SEE_TOWN, do=Permission.ASSESS)
def assessment_page(request, slug, pk):
    """One assessment: places, what waits, appeals, what has changed since; a post freezes, publishes, ends, discards."""
    assessment = assessment_or_404(request, slug, pk)
    open_forms, status = _forms(request, assessment), 200
    if request.method == "POST":
        if _done(request, assessment, open_forms):
            return redirect(assessment)
        status = INVALID
    acts = list(AssessmentAct.objects.filter(assessment=assessment).select_related("by"))
    rows, waiting = rows_of(assessment)
    published = next((act for act in acts if act.kind == Kind.PUBLISHED), None)
    seen = sight(request.user, assessment, rows, published)
    appeals = Appeal.objects.visible_to(request.user).filter(line__result__assessment=assessment)
    appeals = list(appeals.select_related("line__result", "by", "ruling__by"))
    tables = {
        "places": (_("得分排名"), lambda: lists.places(seen)),
        "appeals": (_("申诉"), lambda: lists.appeals(appeals)),
    }
    if file := listing.one_of(tables, request, assessment):
        return file
    see_district = request.user.may(Permission.SEE_DISTRICT)
    context = {
        "programme": assessment.programme,
        "assessment": assessment,
        "seen": seen,
        "own": next((row for row in seen.rows if row.town == request.user.town_id), None),
        "waiting": waiting if see_district else _own(waiting, request.user),
        "published": published,
        "frozen": next((act for act in acts if act.kind == Kind.FROZEN), None),
        "appeals": appeals,
        "changed": changed_since(assessment)
        if see_district and rows and assessment.state != AssessmentState.DRAFT
        else [],
        "events": _events(assessment, acts) if see_district else [],
        "forms": open_forms,
        "see_district": see_district,
        "letters": letters_of(assessment).items() if see_district and rows else [],
        **beside(request.user, assessment),
    }
    return render(request, "scoring/assessment.html", context, status=status)


def _own(waiting: list[Waiting], user) -> list[Waiting]:
    """The lines that wait in the user's town, without the others'."""
    return [Waiting(line.title, [user.town.name]) for line in waiting if user.town.name in line.towns]


def beside(user, assessment: Assessment) -> dict:
    """What of the same quarter or year it stands beside: what it would replace, has replaced, and what replaced it."""
    acts = AssessmentAct.objects.filter(kind=Kind.REPLACED, assessment__in=Assessment.objects.visible_to(user))
    acts = acts.select_related("assessment__programme", "successor__programme")
    open_ = assessment.state in (AssessmentState.DRAFT, AssessmentState.FROZEN)
    return {
        "before": sealed_before(assessment) if open_ and user.may(Permission.SEE_DISTRICT) else [],
        "replaces": acts.filter(successor=assessment),
        "replaced": acts.filter(assessment=assessment).first(),
    }


VERBS = {
    "freeze": (Kind.FROZEN, FreezeForm, assessments.freeze, gettext_lazy("已冻结，结果不再随数据变化。")),
    "publish": (Kind.PUBLISHED, PublishForm, assessments.publish, gettext_lazy("已公布，并已通知各街镇。")),
    "finalise": (Kind.FINAL, forms.Form, assessments.finalise, gettext_lazy("已定稿，并已通知各街镇。")),
    "discard": (Kind.DISCARDED, DiscardForm, assessments.discard, gettext_lazy("已作废。")),
}


def _forms(request, assessment: Assessment) -> dict:
    """The forms of what the user may do now, by action; the one that was posted holds what was typed."""
    if not request.user.may(Permission.ASSESS):
        return {}
    posted = request.POST.get("action")
    return {
        action: form(request.POST if action == posted else None, prefix=action)
        for action, (kind, form, *_rest) in VERBS.items()
        if kind in FOLLOWS[assessment.state]
    }


def _done(request, assessment: Assessment, open_forms: dict) -> bool:
    """Do what was asked; False where the page is to be shown again with its messages."""
    action = request.POST.get("action", "")
    form = open_forms.get(action)
    if form is None:
        messages.error(request, _("考核状态已变，请核对后再操作。"))
        return False
    if not form.is_valid():
        return False
    _kind, _form, verb, words = VERBS[action]
    try:
        verb(assessment=assessment, by=request.user, **form.cleaned_data)
    except AssessmentError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, words)
    return True


def _events(assessment: Assessment, acts: list[AssessmentAct]) -> list[Event]:
    """What was done with it, newest first."""
    events = [Event(act.at, act.by, act.get_kind_display(), act.told, act.tone) for act in reversed(acts)]
    return [*events, Event(assessment.at, assessment.by, _("建立"))]


@allowed(see=Permission.SEE_DISTRICT)
def assessment_document(request, slug, pk):
    """The very text that the hash of a frozen assessment is taken over: anybody can take it again."""
    assessment = assessment_or_404(request, slug, pk)
    frozen = get_object_or_404(AssessmentAct, assessment=assessment, kind=Kind.FROZEN)
    text = canonical.text(sealing.document(assessment, frozen, sealing.stored(assessment)))
    name = f"assessment-{assessment.pk}.json"
    headers = {"Content-Type": "application/json", "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, headers=headers)
