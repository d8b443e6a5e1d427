"""An indicator that follows its facilities: the figure of each town with the facilities behind it, and how it is made."""

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from quality import lists
from quality.forms import RollUpForm
from quality.models import RollUp
from quality.quarters import Quarter, ended_by
from quality.roll_ups import follow, unfollow
from quality.rollup import roll_up, together
from tasks import listing
from tasks.models import Report
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

INVALID = 422


class State(NamedTuple):
    """Whether a facility counts, for components/status.html."""

    value: str
    label: str


@allowed(see=Permission.SEE_TOWN)
def roll_up_page(request, slug, code):
    """The programme's last quarter over by the date asked for: each town's figure, what was reported, all facilities."""
    programme = programme_or_404(request, slug)
    indicator = get_object_or_404(programme.indicators, code=code)
    moment = moment_of(request)
    quarter = max(Quarter(programme.year - 1, 4), min(ended_by(moment.as_of), Quarter(programme.year, 4)))
    towns = list(Town.objects.visible_to(request.user).filter(district=programme.district))
    asked = request.GET.get("town", "")
    shown = [town for town in towns if not asked or town.code == asked]
    if not shown:
        raise Http404
    row = RollUp.objects.filter(indicator=indicator).select_related("indicator").first()
    rolled = roll_up([row] if row else [], quarter, shown, moment.known_on)
    rows = _towns(indicator, quarter, shown, rolled, moment.known_on)
    behind = [_behind(town, part, row) for town in shown for part in rolled[indicator.pk, town.pk].parts] if row else []
    tables = {
        "towns": (_("机构汇总"), lambda: lists.rolled_towns(rows, is_rate=indicator.is_rate)),
        "facilities": (_("所计机构"), lambda: lists.rolled_facilities(behind, row.measures if row else [])),
    }
    if file := listing.one_of(tables, request, f"{programme} {indicator} {quarter.name}", moment):
        return file
    context = {
        "programme": programme,
        "indicator": indicator,
        "roll_up": row,
        "quarter": quarter,
        "rows": rows,
        "behind": behind,
        "narrowed": shown[0] if asked else None,
        "own": bool(request.user.town_id),
        "manage": request.user.may(Permission.MANAGE),
    }
    return render(request, "quality/roll_up.html", context | dates_context(programme, moment))


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def settings(request, slug, code):
    """Which measures over which facilities make the indicator; or none, and the towns type it."""
    programme = programme_or_404(request, slug)
    indicator = get_object_or_404(programme.indicators, code=code)
    row = RollUp.objects.filter(indicator=indicator).first()
    if request.method == "POST" and "remove" in request.POST:
        unfollow(indicator=indicator, by=request.user)
        messages.success(request, _("“%(indicator)s”改由街镇填报。") % {"indicator": indicator})
        return redirect("indicator", slug, code)
    form = RollUpForm(request.POST if request.method == "POST" else None, instance=row, indicator=indicator)
    if form.is_valid():
        follow(indicator=indicator, settings=form.cleaned_data, by=request.user)
        messages.success(request, _("“%(indicator)s”由机构数据汇总。") % {"indicator": indicator})
        return redirect("roll-up", slug, code)
    context = {"programme": programme, "indicator": indicator, "roll_up": row, "form": form}
    return render(request, "quality/roll_up_settings.html", context, status=INVALID if form.errors else 200)


def _towns(indicator, quarter, towns, rolled, known_on):
    """Each town with what its facilities give and what was accepted for the same quarter; all together at the end."""
    if not rolled:
        return []
    places = Q(town__in=towns) | Q(town__isnull=True)
    reports = Report.objects.filter(places, indicator=indicator, period__ends_on=quarter.ends_on)
    accepted = reports.accepted(as_of=quarter.ends_on, known_on=known_on).order_by("period__starts_on", "revision")
    values = {report.town_id: report.value for report in accepted}
    rows = [_line(str(town), rolled[indicator.pk, town.pk], values.get(town.pk), town) for town in towns]
    if len(towns) > 1:
        rows.append(_line(_("合计"), together(rolled.values()), values.get(None)))
    return rows


def _line(place, rolled, reported, town=None):
    both = rolled.value is not None and reported is not None
    difference = reported - rolled.value if both else None
    return {"place": place, "town": town, "rolled": rolled, "reported": reported, "difference": difference}


def _behind(town, part, row):
    """A facility's line: the figures that count, with the quarter they are from where it is an earlier one."""
    used = part.used(row)
    values = used.values if used else part.values
    report = used.report if used else part.report
    return {
        "town": town,
        "facility": part.facility,
        "values": [(measure, measure.shown(values.get(measure))) for measure in row.measures],
        "state": _state(part, row),
        "period": report.period if report else None,
        "decision": report.decision if report else None,
    }


def _state(part, row) -> State:
    if row.measures and part.report is None and part.used(row) is None:
        return State("waiting", _("没有通过的数据"))
    if not part.counts(row):
        return State("returned", _("缺少所需项目"))
    return State("accepted", _("已计入")) if part.meets(row) else State("draft", _("未达到"))
