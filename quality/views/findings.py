"""Findings (问题、隐患): the three lists, recording one by hand, and one finding with what is done about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.permissions import Permission
from districts.models import Facility, Town
from quality import finding_document, finding_lists, finding_rules, rectifying
from quality.finding_acts import forms_of, posted_form, said_of
from quality.finding_forms import AssignAllForm, FindingFilter, RecordForm
from quality.finding_life import events, with_files
from quality.finding_rules import FindingError
from quality.models import Finding, FindingAct, FindingFile, FindingState
from quality.views.common import allowed as allowed_anywhere
from quality.views.common import to_choose
from tasks import listing
from tasks.board import Moment
from tasks.entry import read_whole
from tasks.models.known import known_by
from tasks.reporting import new_key
from tasks.views.common import moment_of, until

A_PAGE = 50
INVALID = 422


def finding_or_404(request, pk) -> Finding:
    found = Finding.objects.visible_to(request.user).standing().select_related("facility__town__district", "inspection")
    return get_object_or_404(found.select_related("previous", "by"), pk=pk)


def _exists(request, *, pk, **_others) -> None:
    finding_or_404(request, pk)


def allowed(*, see: Permission, do: Permission | None = None):
    """`accounts.access.allowed` for the pages of a finding: a stranger's is 404, whatever the method."""
    return access.allowed(see=see, do=do, fetch=_exists)


@allowed_anywhere(see=Permission.SEE_PLAN, do=Permission.FIND)
def finding_list(request):
    """One of the three lists, narrowed; above it how many were found, closed, and are late. A post assigns several."""
    if request.method == "POST":
        _assign(request)
        return redirect(request.get_full_path())
    wanted, moment = _asked(request), moment_of(request)
    day, view = moment.as_of, wanted.view_shown
    findings = _standing(request, moment)
    found = finding_lists.with_acts(wanted.narrow(findings, moment), until(moment))
    if fmt := listing.wanted(request):
        name = listing.named(view.label, _of(request, wanted), moment)
        return listing.export(name, *finding_lists.table(view, found, day), fmt)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    places = wanted.of_places(findings).in_force(moment.known_on)
    may_find = request.user.may(Permission.FIND)
    context = {
        "page": page,
        "rows": finding_lists.rows(view, page.object_list, day),
        "heads": finding_lists.heads(view),
        "views": finding_lists.View,
        "view": view,
        "filter": wanted,
        "counts": finding_lists.counts(places, day),
        "towns": finding_lists.by_town(places, day) if request.user.may(Permission.SEE_DISTRICT) else [],
        "sees_district": request.user.may(Permission.SEE_DISTRICT),
        "may_find": may_find,
        "to_assign": may_find and not until(moment) and any(one.state == FindingState.FOUND for one in page),
        "key": new_key(),
        "today": timezone.localdate(),
        "moment": moment,
    }
    return render(request, "quality/finding_list.html", context)


def _standing(request, moment: Moment):
    """What was found by a day, as far as it is known, with what was done about it until then."""
    seen = Finding.objects.visible_to(request.user).filter(known_by(moment.known_on), found_on__lte=moment.as_of)
    return seen.standing(until(moment))


def _assign(request) -> None:
    """Those that are ticked, with one last day."""
    form = AssignAllForm(request.POST)
    keys = [read_whole(key) for key in request.POST.getlist("finding")]
    found = list(
        Finding.objects.visible_to(request.user).filter(pk__in=keys).select_related("facility__town__district")
    )
    if not found:
        messages.error(request, _("请先勾选要交办的问题隐患。"))
    elif not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(errors)}")
    else:
        try:
            acts = rectifying.assign_all(findings=found, by=request.user, **form.cleaned_data)
        except FindingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("已交办 %(count)s 项。") % {"count": len(acts)})


@allowed_anywhere(see=Permission.SEE_PLAN)
def finding_lists_document(request):
    """The list that is shown, as a Word document."""
    wanted, moment = _asked(request), moment_of(request)
    found = finding_lists.with_acts(wanted.narrow(_standing(request, moment), moment), until(moment))
    place = _of(request, wanted)
    content = finding_document.document(wanted.view_shown, found, moment.as_of, place=str(place))
    return listing.download(listing.named(wanted.view_shown.label, place, moment), content, listing.DOCX)


def _asked(request) -> FindingFilter:
    facilities = Facility.objects.visible_to(request.user).order_by("town__order", "name")
    asked = FindingFilter(request.GET, towns=Town.objects.visible_to(request.user), facilities=facilities)
    return to_choose(asked, request.user)


def _of(request, wanted: FindingFilter):
    """Whose lists they are: what they are narrowed to, else the user's own place."""
    asked = wanted.cleaned_data
    town = Town.objects.visible_to(request.user).filter(code=asked["town"]).first() if asked.get("town") else None
    return asked.get("facility") or town or request.user.facility or request.user.town or request.user.district or ""


@allowed_anywhere(see=Permission.FIND, do=Permission.FIND)
def new_finding(request):
    """Record a finding by hand; the address may name the facility."""
    facilities = (
        Facility.objects.visible_to(request.user).select_related("town__district").order_by("town__order", "name")
    )
    initial = {"key": new_key(), "found_on": timezone.localdate(), "severity": "ordinary"}
    initial["facility"] = request.GET.get("facility")
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    oversized = getattr(request, "oversized_files", []) if data else []
    form = RecordForm(data, files, initial=initial, facilities=facilities, oversized=oversized)
    if form.is_valid():
        try:
            finding = rectifying.record(by=request.user, **form.cleaned_data)
        except FindingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已登记%(finding)s，请交办。") % {"finding": finding})
            return redirect(finding)
    return render(request, "quality/finding_new.html", {"form": form}, status=INVALID if form.errors else 200)


@allowed(see=Permission.SEE_PLAN, do=Permission.RECTIFY)
def finding_page(request, pk):
    """One finding; a post assigns, signs, submits, returns, extends, verifies or closes it."""
    finding = finding_or_404(request, pk)
    posted = posted_form(request, finding) if request.method == "POST" else None
    if posted and _done(request, finding, posted):
        return redirect(finding)
    finding = finding_or_404(request, pk)  # somebody may have been faster
    acts = list(finding.acts.select_related("by", "criterion"))
    shown = forms_of(finding, acts, request.user, posted)
    left = posted and posted not in [one["form"] for one in shown]
    context = {
        "finding": finding,
        "overdue": finding.days_overdue(timezone.localdate()),
        "forms": shown,
        "life": with_files(events(finding, acts), acts, finding.files.all())[::-1],
        "ruled": next((act for act in reversed(acts) if act.responsible), None),
        "voided": finding_rules.last_of(acts, FindingAct.Kind.VOIDED),
        "others": Finding.objects.filter(facility=finding.facility, subject=finding.subject).exclude(pk=pk).standing(),
        # what was typed for an act whose turn is over is shown, not lost
        "left_over": posted["words"].value() if left and "words" in posted.fields else "",
    }
    return render(request, "quality/finding.html", context, status=INVALID if request.method == "POST" else 200)


def _done(request, finding, form) -> bool:
    """Do what was asked; False where the page is to be shown again with its messages."""
    if not form.is_valid():
        return False
    try:
        rectifying.VERBS[form.kind](finding=finding, by=request.user, **form.cleaned_data)
    except FindingError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, said_of(form.kind) % {"finding": finding})
    return True


@allowed(see=Permission.SEE_PLAN)
def finding_file(request, pk, file):
    """A photo or another file, as a download."""
    finding = finding_or_404(request, pk)
    found = get_object_or_404(FindingFile, finding=finding, pk=file)
    return FileResponse(found.file.open(), as_attachment=True, filename=found.name)
