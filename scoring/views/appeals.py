"""One town's result with its appeals, and the ruling on each."""

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import appealing
from scoring import assessment_lists as lists
from scoring.acting import AssessmentError, Kind, act_of
from scoring.appealing import refusal
from scoring.assessment_forms import AppealForm, AppealRulingForm
from scoring.assessment_rows import line_rows, rows_of, sight
from scoring.changed_since import changed_since
from scoring.models import Appeal, AppealFile, AppealRuling, Assessment, Result
from scoring.views.assessments import INVALID, assessment_or_404, beside
from tasks import listing
from tasks.reporting import new_key
from tasks.views.common import allowed


@allowed(see=Permission.SEE_TOWN, do=Permission.APPEAL)
def town_result(request, slug, pk, code):
    """One town's lines as they were frozen, with appeals and rulings; a post appeals against one."""
    assessment = assessment_or_404(request, slug, pk)
    result = result_or_404(request, assessment, code)
    lines = list(result.lines.select_related("result", "appeal__ruling"))
    form = _appeal_form(request, assessment, result, lines)
    if request.method == "POST":
        if form is None:
            messages.error(request, refusal(assessment, lines[0], request.user, timezone.localdate()))
        elif form.is_valid() and _appealed(request, form):
            return redirect("assessment-town", slug, pk, code)
    groups = line_rows(result, lines)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("逐项得分"), f"{assessment} {result.name}"), *lists.lines(groups), fmt)
    context = _context(request, assessment, result) | {"groups": groups, "form": form}
    return render(request, "scoring/assessment_town.html", context, status=INVALID if request.method == "POST" else 200)


def result_or_404(request, assessment: Assessment, code: str) -> Result:
    """The town's result, where the user may see it."""
    return get_object_or_404(Result.objects.visible_to(request.user).filter(assessment=assessment), code=code)


def sheet_facts(request, assessment: Assessment, result: Result) -> dict:
    """A town's score sheet: its lines by section, and its place as the reader may see it."""
    lines = list(result.lines.select_related("result", "appeal__ruling"))
    return _standing(request, assessment, result) | {"groups": line_rows(result, lines)}


def _standing(request, assessment: Assessment, result: Result) -> dict:
    published = act_of(assessment, Kind.PUBLISHED)
    rows, waiting = rows_of(assessment)
    return {
        "row": next(row for row in rows if row.town == result.town_id),
        "ranks": sight(request.user, assessment, rows, published).ranks,
        "towns": len(rows),
        "waiting": [line for line in waiting if result.name in line.towns],
        "published": published,
    }


def _context(request, assessment: Assessment, result: Result) -> dict:
    changed = changed_since(assessment)
    return {
        "programme": assessment.programme,
        "assessment": assessment,
        "result": result,
        **_standing(request, assessment, result),
        **beside(request.user, assessment),
        "known_on": act_of(assessment, Kind.FROZEN).known_on,
        "changed": next((town for town in changed if town.code == result.code and town.lines), None),
    }


def _appeal_form(request, assessment: Assessment, result: Result, lines) -> AppealForm | None:
    """The form, where the user may appeal against a line today."""
    if not lines or refusal(assessment, lines[0], request.user, timezone.localdate()):
        return None
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    initial = {"key": new_key(), "line": request.GET.get("line")}
    open_ = [line.pk for line in lines if not appealing.is_full(line)]
    free = Q(appeal=None, pk__in=open_) | Q(appeal__key=request.POST.get("key", ""))  # its own: sent twice
    return AppealForm(*data, lines=result.lines.filter(free), initial=initial, oversized=oversized)


def _appealed(request, form: AppealForm) -> bool:
    try:
        made = appealing.appeal(by=request.user, **form.cleaned_data)
    except AssessmentError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已就“%(line)s”提出申诉，裁定后会通知您。") % {"line": made.line.title})
    return True


def _appeal_or_404(request, slug, pk, appeal) -> tuple[Assessment, Appeal]:
    assessment = assessment_or_404(request, slug, pk)
    appeals = Appeal.objects.visible_to(request.user).filter(line__result__assessment=assessment)
    found = appeals.select_related("district", "by", "line__result__assessment__programme", "ruling__by")
    return assessment, get_object_or_404(found.prefetch_related("files"), pk=appeal)


@allowed(see=Permission.SEE_TOWN, do=Permission.ASSESS)
def appeal_page(request, slug, pk, appeal):
    """One appeal: the line, what the town says, its files, the ruling; a post rules on it."""
    assessment, found = _appeal_or_404(request, slug, pk, appeal)
    ruling = AppealRuling.objects.filter(appeal=found).select_related("by").first()
    form = None
    if request.user.may(Permission.ASSESS) and ruling is None:
        form = AppealRulingForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and _ruled(request, found, form):
            return redirect(found)
    elif request.method == "POST":
        messages.error(request, _("该申诉已有裁定，不能更改。"))
    (row,) = [row for _section, rows in line_rows(found.line.result, [found.line]) for row in rows]
    context = {
        "programme": assessment.programme,
        "assessment": assessment,
        "appeal": found,
        "ruling": ruling,
        "row": row,
        "form": form,
        "most": appealing.limits(found.line)[1],
        "known_on": act_of(assessment, Kind.FROZEN).known_on,
    }
    return render(request, "scoring/appeal.html", context, status=INVALID if request.method == "POST" else 200)


def _ruled(request, appeal: Appeal, form: AppealRulingForm) -> bool:
    said = form.cleaned_data
    upheld = said["outcome"] == AppealRuling.Outcome.UPHELD
    try:
        appealing.rule(appeal=appeal, upheld=upheld, points=said["points"], reason=said["reason"], by=request.user)
    except AssessmentError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已裁定，并已通知%(town)s。") % {"town": appeal.line.result.name})
    return True


@allowed(see=Permission.SEE_TOWN)
def appeal_file(request, slug, pk, appeal, file):
    """The file itself, always as a download."""
    _assessment, found = _appeal_or_404(request, slug, pk, appeal)
    row = get_object_or_404(AppealFile, appeal=found, pk=file)
    return FileResponse(row.file.open(), as_attachment=True, filename=row.name)
