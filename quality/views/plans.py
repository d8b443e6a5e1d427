"""One facility, one plan (一院一案): a facility's plan with its progress, writing a version, and who has one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility, Town
from quality import improvement, plan_document, plan_lists
from quality.improvement import PlanError
from quality.models import Finding, ImprovementPlan, PlanAct, PlanMeasure
from quality.plan_analysis import analysis_of, begin, last_inspection
from quality.plan_forms import PlanFilter, PlanForm, measures
from quality.plan_life import events_of_plans
from quality.plan_progress import progress_of
from quality.views.common import allowed, facility_or_404, to_choose
from tasks import listing
from tasks.entry import read_whole
from tasks.models import Programme
from tasks.reporting import new_key
from tasks.views.common import moment_of, until

A_PAGE = 50
INVALID = 422
MORE = 3  # empty lines for further measures


def programme_of(request, facility: Facility | None = None) -> Programme:
    """The programme that the address names, else the newest; 404 where there is none, or not for the facility."""
    programmes = Programme.objects.visible_to(request.user).select_related("district")
    if facility:
        programmes = programmes.filter(district=facility.town.district_id)
    if slug := request.GET.get("programme"):
        return get_object_or_404(programmes, slug=slug)
    if newest := programmes.first():
        return newest
    raise Http404


def _latest(facility: Facility, programme: Programme) -> ImprovementPlan | None:
    plans = ImprovementPlan.objects.filter(facility=facility, programme=programme).standing().latest()
    return plans.select_related("facility__town", "programme__district", "inspection__result", "by").first()


@allowed(see=Permission.SEE_PLAN, do=Permission.RECTIFY)
def plan_page(request, pk):
    """The newest version with its progress; a post approves it, sends it back, or marks a measure done."""
    facility = facility_or_404(request, pk)
    programme = programme_of(request, facility)
    plan = _latest(facility, programme)
    if request.method == "POST":
        _act(request, plan)
        return redirect(request.get_full_path())
    versions = ImprovementPlan.objects.filter(facility=facility, programme=programme)
    in_force = versions.filter(acts__kind=PlanAct.Kind.BUREAU).order_by("-version").first()
    context = {
        "facility": facility,
        "programme": programme,
        "programmes": Programme.objects.visible_to(request.user).filter(district=facility.town.district_id),
        "plan": plan,
        "in_force": in_force if in_force != plan else None,
        "progress": progress_of([plan])[plan.pk] if plan else None,
        "acts": improvement.next_acts(plan, request.user) if plan else [],
        "events": events_of_plans(versions),
        "may_write": improvement.may_write(request.user, facility),
        "today": timezone.localdate(),
    }
    return render(request, "quality/plan.html", context)


def _act(request, plan: ImprovementPlan | None) -> None:
    action, words = request.POST.get("action", ""), request.POST.get("words", "")
    if plan is None or action not in {*PlanAct.Kind.values, "done"}:
        messages.error(request, _("请选择要办理的事项。"))
        return
    if action != "done" and not request.user.may(Permission.FIND):
        raise PermissionDenied
    try:
        if action == "done":
            key = read_whole(request.POST.get("measure", ""))
            measure = get_object_or_404(PlanMeasure.objects.select_related("plan__facility__town"), plan=plan, pk=key)
            improvement.mark_done(measure=measure, words=words, by=request.user)
            messages.success(request, _("已记录完成情况。"))
        else:
            if read_whole(request.POST.get("seen", "")) != plan.version:
                raise PlanError(_("打开本页以后已有新版本，请看过后再办理。"))
            act = improvement.decide(plan=plan, kind=PlanAct.Kind(action), words=words, by=request.user)
            messages.success(
                request, _("第 %(version)s 版：%(act)s。") % {"version": plan.version, "act": act.get_kind_display()}
            )
    except PlanError as error:
        messages.error(request, str(error))


@allowed(see=Permission.RECTIFY, do=Permission.RECTIFY)
def edit_plan(request, pk):
    """Write the next version, beginning with the last one, else with a measure for each open finding."""
    facility = facility_or_404(request, pk)
    programme = programme_of(request, facility)
    if not improvement.may_write(request.user, facility):
        raise PermissionDenied
    plan = _latest(facility, programme)
    data = request.POST if request.method == "POST" else None
    findings = list(_findings(facility, plan))
    initial = {"seen": plan.version if plan else 0, "key": new_key(), "grade": "good"}
    if plan:
        initial |= {name: getattr(plan, name) for name in ("words", "grade", "star")}
    form = PlanForm(data, initial=initial)
    started = begin(plan, findings)
    lines = measures(data, initial=None if data else started, extra=MORE, programme=programme, findings=findings)
    status = 200
    if data:
        status = INVALID
        if "more" in data:
            lines = _with_more(data, programme, findings)
        elif all([form.is_valid(), lines.is_valid()]) and _written(request, facility, programme, form, lines):
            return redirect(f"{request.path.removesuffix('edit/')}?programme={programme.slug}")
    inspection = last_inspection(facility)
    context = {
        "facility": facility,
        "programme": programme,
        "plan": plan,
        "form": form,
        "lines": lines,
        "inspection": inspection,
        "analysis": analysis_of(inspection),
    }
    return render(request, "quality/plan_edit.html", context, status=status)


def _findings(facility: Facility, plan: ImprovementPlan | None):
    """What is open at the facility, and what the last version is tied to."""
    standing = Finding.objects.filter(facility=facility).standing()
    tied = plan.measures.values("findings") if plan else []
    found = standing.open() | standing.in_force().filter(pk__in=tied)
    return found.select_related("item").order_by("year", "number")


def _with_more(data, programme: Programme, findings):
    """The lines as typed, and room for more."""
    data = data.copy()
    data["m-TOTAL_FORMS"] = str(read_whole(data.get("m-TOTAL_FORMS", "")) + MORE)
    return measures(data, initial=None, extra=0, programme=programme, findings=findings)


def _written(request, facility, programme, form: PlanForm, lines) -> bool:
    try:
        plan = improvement.write(
            facility=facility, programme=programme, measures=lines.said, by=request.user, **form.cleaned_data
        )
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("第 %(version)s 版已报送，等待街镇审核。") % {"version": plan.version})
    return True


@allowed(see=Permission.SEE_PLAN)
def plan_word(request, pk):
    """The newest version as a Word document."""
    facility = facility_or_404(request, pk)
    plan = _latest(facility, programme_of(request, facility))
    if plan is None:
        raise Http404
    content = plan_document.document(plan, progress_of([plan])[plan.pk], list(plan.acts.select_related("by")))
    return listing.download(listing.named(_("一院一案"), facility), content, listing.DOCX)


@allowed(see=Permission.SEE_TOWN)
def plan_list(request):
    """Every facility that the programme is about, with its plan or without."""
    programme = programme_of(request)
    programmes = Programme.objects.visible_to(request.user)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    wanted = PlanFilter({"programme": programme.slug} | request.GET.dict(), programmes=programmes, towns=towns)
    to_choose(wanted, request.user)
    moment = moment_of(request)
    every = plan_lists.rows(programme, request.user, until(moment))
    rows = [row for row in every if wanted.takes(row.facility, row.plan)]
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("一院一案"), programme, moment), *plan_lists.table(rows), fmt)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page": page,
        "filter": wanted,
        "counts": plan_lists.counts(every),
        "moment": moment,
    }
    return render(request, "quality/plan_list.html", context)
