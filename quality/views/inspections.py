"""Inspections: the list, planning one or many, one with its result, its report as a Word document."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import access
from accounts.permissions import Permission
from districts.models import Town
from quality import inspecting, inspection_tables
from quality.inspection_forms import InspectionFilter, PlanForm, ReasonForm
from quality.inspection_report import document
from quality.inspection_rules import InspectionError, may_visit
from quality.models import Inspection, InspectionState, Verdict
from quality.quarters import Quarter
from quality.views.common import to_choose
from quality.visit_reading import parts_of
from tasks import listing
from tasks.reporting import new_key
from tasks.views.common import moment_of

A_PAGE = 50
INVALID = 422


def inspection_or_404(request, pk: int) -> Inspection:
    """One that the user may see, with what its state takes."""
    rows = Inspection.objects.visible_to(request.user).standing()
    return get_object_or_404(rows.select_related("item_list", "by", "facility__town__district", "draw"), pk=pk)


def allowed(*, see: Permission, do: Permission | None = None):
    """`accounts.access.allowed` for the pages of one inspection: a stranger's is 404, whatever the method."""
    return access.allowed(see=see, do=do, fetch=lambda request, *, pk=None, **_others: pk and _seen(request, pk))


def _seen(request, pk: int) -> None:
    get_object_or_404(Inspection.objects.visible_to(request.user), pk=pk)


@allowed(see=Permission.SEE_PLAN)
def inspection_list(request):
    """What the user may see, narrowed, the newest first."""
    seen = Inspection.objects.visible_to(request.user)
    quarters = seen.order_by("-year", "-quarter").values_list("year", "quarter").distinct()
    towns = Town.objects.visible_to(request.user)
    wanted = InspectionFilter(request.GET, towns=towns, quarters=[Quarter(*one) for one in quarters])
    to_choose(wanted, request.user)
    moment = moment_of(request)
    found = wanted.narrow(seen.standing(moment))
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("检查"), moment=moment), *inspection_tables.inspections(found), fmt)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(page.object_list),
        "filter": wanted,
        "filtered": any(wanted.cleaned_data.values()),
        "moment": moment,
        "may_plan": request.user.may(Permission.INSPECT),
        "may_keep": request.user.may(Permission.PLAN_INSPECTIONS),
        "sees_draws": request.user.may(Permission.SEE_PLAN),
        "sees_lists": request.user.may(Permission.SEE_DISTRICT),
    }
    return render(request, "quality/inspection_list.html", context)


@access.allowed(see=Permission.INSPECT, do=Permission.INSPECT)
def new_inspection(request):
    """Plan one or many; a facility begins its self-check, and goes on with it at once."""
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, user=request.user, initial={"key": new_key()[:40]} | _asked(request))
    if data and form.is_valid():
        try:
            made = inspecting.plan(by=request.user, **form.said)
        except InspectionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已安排 %(count)s 次检查。") % {"count": len(made)})
            return redirect(made[0]) if len(made) == 1 else redirect("inspection-list")
    status = INVALID if data else 200
    return render(request, "quality/inspection_new.html", {"form": form}, status=status)


def _asked(request) -> dict:
    """A facility's page leads here with the facility ticked."""
    asked = request.GET.get("facility", "")
    return {"facilities": [int(asked)]} if asked.isascii() and asked.isdigit() and len(asked) < 18 else {}


@allowed(see=Permission.SEE_PLAN, do=Permission.INSPECT)
def inspection_page(request, pk):
    """One inspection: what is planned, or what it came to; a post cancels or corrects it."""
    inspection = inspection_or_404(request, pk)
    if request.method == "POST":
        return _act(request, inspection)
    result = getattr(inspection, "result", None)
    answers = list(result.answers.select_related("item")) if result else []
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("检查结果"), inspection), *inspection_tables.answers(answers), fmt)
    photos: dict[int, list] = {}
    for photo in inspection.photos.all():
        photos.setdefault(photo.item_id, []).append(photo)
    mine = may_visit(request.user, inspection)
    rows = [{"answer": one, "photos": photos.get(one.item_id, [])} for one in answers]
    context = {
        "inspection": inspection,
        "result": result,
        "parts": parts_of(answers),
        "findings": [row for row in rows if row["answer"].severity],
        "others": [row for row in rows if not row["answer"].severity],
        "counts": [(v, sum(1 for one in answers if one.verdict == v)) for v in Verdict],
        "team": inspection_tables.team_of(inspection),
        "may_visit": mine and inspection.state in (InspectionState.PLANNED, InspectionState.VISITING),
        "may_correct": mine and inspection.state == InspectionState.SUBMITTED,
        "may_cancel": mine and not inspection.replaces_id,
        "cancel_form": ReasonForm(label=_("取消原因")),
        "correct_form": ReasonForm(label=_("更正原因")),
    }
    return render(request, "quality/inspection.html", context)


def _act(request, inspection):
    """Cancel the plan, or begin a correction; 403 for one that is not the user's."""
    if not may_visit(request.user, inspection):
        raise PermissionDenied
    verbs = {"cancel": inspecting.cancel, "correct": inspecting.correct}
    verb = verbs.get(request.POST.get("action", ""))
    if verb is None:
        messages.error(request, _("请选择要办理的事项。"))
        return redirect(inspection)
    try:
        done = verb(inspection=inspection, reason=request.POST.get("reason", ""), by=request.user)
    except InspectionError as error:
        messages.error(request, str(error))
        return redirect(inspection)
    if isinstance(done, Inspection):
        return redirect("inspection-visit", done.pk)
    messages.success(request, _("检查已取消。"))
    return redirect(inspection)


@allowed(see=Permission.SEE_PLAN)
def inspection_document(request, pk):
    """The report to the facility as a Word document."""
    inspection = inspection_or_404(request, pk)
    if getattr(inspection, "result", None) is None:
        raise Http404
    answers = list(inspection.result.answers.select_related("item"))
    return listing.download(listing.named(_("检查报告"), inspection), document(inspection, answers), listing.DOCX)
