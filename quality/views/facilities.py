"""The register of facilities, and one facility: what is known of it, its figures by quarter, its history."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility, Town
from quality import lists
from quality.events import events_of_facility
from quality.forms import FacilityFilter, FacilityForm
from quality.measures import Measure
from quality.models import FacilityReport, Inspection
from quality.quarters import FIRST_YEAR, Quarter, ended_by, quarter_of
from quality.reporting import refusal
from quality.scoping import scopes_of
from quality.standings import Column, latest_of, standing_in
from quality.views.common import allowed, facility_or_404, to_choose
from tasks import listing
from tasks.views.common import moment_of, until
from tasks.views.history import table as history_table

A_PAGE = 50
QUARTERS = 6  # that a facility's page shows
INSPECTIONS = 10  # the newest
INVALID = 422


@allowed(see=Permission.SEE_PLAN)
def facility_list(request):
    """Every facility that the user sees, with where it stands with a quarter: by default the last one reported for."""
    facilities = Facility.objects.visible_to(request.user).select_related("town").order_by("town__order", "name")
    towns = Town.objects.visible_to(request.user)
    moment = moment_of(request)
    over = max(Quarter(FIRST_YEAR, 1), ended_by(moment.as_of))
    reported = FacilityReport.objects.visible_to(request.user).quarters()
    usual = next((one for one in reported if one <= over), over)
    asked = {"quarter": str(usual)} | request.GET.dict()
    wanted = FacilityFilter(asked, towns=towns, quarters=sorted({over, *reported}, reverse=True))
    to_choose(wanted, request.user)
    quarter = wanted.cleaned_data.get("quarter") or usual
    found = wanted.narrow(facilities, moment.as_of)
    if fmt := listing.wanted(request):
        table = lists.facilities(_rows(found, quarter, moment), quarter)
        return listing.export(listing.named(_("养老服务机构"), moment=moment), *table, fmt)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    may_review = request.user.may(Permission.SEE_DISTRICT)
    context = {
        "page": page,
        "rows": _rows(page.object_list, quarter, moment),
        "filter": wanted,
        "quarter": quarter,
        "moment": moment,
        "waiting": FacilityReport.objects.visible_to(request.user).waiting().count() if may_review else 0,
        "may_keep": request.user.may(Permission.REGISTER),
        "may_import": request.user.may(Permission.MANAGE),
    }
    return render(request, "quality/facility_list.html", context)


@allowed(see=Permission.SEE_PLAN)
def facility_page(request, pk):
    facility = facility_or_404(request, pk)
    columns, reported = _columns(facility)
    events = events_of_facility(facility)
    told = [column for column in columns if column.values]
    measures = [measure for measure in Measure if any(measure in column.values for column in told)]
    tables = {
        "figures": (_("各季度数据"), lambda: lists.quarters(told, measures)),
        "history": (_("沿革"), lambda: history_table(events)),
    }
    if file := listing.one_of(tables, request, facility):
        return file
    context = {
        "facility": facility,
        "columns": columns,
        "told": told,
        "rows": [(measure, [measure.shown(column.values.get(measure)) for column in told]) for measure in measures],
        "returned": [report for report in reported if standing_in(facility, report.period, report).value == "returned"],
        "inspections": Inspection.objects.visible_to(request.user).filter(facility=facility).standing()[:INSPECTIONS],
        "may_inspect": request.user.may(Permission.INSPECT),
        "events": events,
        "scopes": scopes_of(facility),
        "may_keep": request.user.may(Permission.REGISTER),
        "may_enter": request.user.may(Permission.FIGURES),
    }
    return render(request, "quality/facility.html", context)


@allowed(see=Permission.REGISTER, do=Permission.REGISTER)
def new_facility(request):
    return _edit(request, Facility())


@allowed(see=Permission.REGISTER, do=Permission.REGISTER)
def edit_facility(request, pk):
    return _edit(request, facility_or_404(request, pk))


def _edit(request, facility):
    data = request.POST if request.method == "POST" else None
    form = FacilityForm(data, instance=facility, user=request.user)
    if form.is_valid():
        saved = form.save()
        messages.success(request, _("“%(facility)s”已保存。") % {"facility": saved})
        return redirect("facility", saved.pk)
    context = {"form": form, "facility": facility if facility.pk else None}
    return render(request, "quality/facility_form.html", context, status=INVALID if form.errors else 200)


def _rows(facilities, quarter, moment):
    """Each facility, whether it was open then, and where it stood with the quarter (1 query)."""
    facilities, last = list(facilities), until(moment)
    reports = latest_of(facilities, quarter, last)
    return [
        (one, one.status_on(moment.as_of), standing_in(one, quarter, reports.get(one.pk), last)) for one in facilities
    ]


def _columns(facility):
    """The latest quarters, each with where it stands and the values in force; and the highest revisions (3 queries)."""
    reports = facility.reports.select_related("decision")
    newest = {one.period: one for one in reports.latest_revisions()}
    standing = {one.period: one.values for one in reports.standing().prefetch_related("figures")}
    today = timezone.localdate()
    owed = {one for one in (quarter_of(today), ended_by(today)) if not refusal(facility, one, today)}
    quarters = sorted({*owed, *newest}, reverse=True)[:QUARTERS]
    columns = [
        Column(one, standing_in(facility, one, newest.get(one)), standing.get(one, {}), one in owed - newest.keys())
        for one in quarters
    ]
    return columns, [newest[one] for one in quarters if one in newest]
