"""The indicators of a programme, and one indicator over towns and quarters."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from tasks import listing, lists
from tasks.board import Board, district_actual
from tasks.figures import at_quarters
from tasks.formats import number
from tasks.history import history
from tasks.light_life import LightLife
from tasks.lights import Light
from tasks.models import Indicator, Report, Site
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

LATEST = 60  # reports in the history of all towns; a town's own history is shown whole


@allowed(see=Permission.SEE_PLAN)
def indicator_list(request, slug):
    """Every indicator: for who sees all towns the district's sum and the lights; for a town its own."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    board = Board(programme, moment, user=request.user)
    towns = list(Town.objects.visible_to(request.user).filter(district=programme.district))
    rows = [_summary(request, board, indicator, towns) for indicator in board.indicators]
    if fmt := listing.wanted(request):
        return _export_all(programme, moment, rows, fmt)
    context = {
        "programme": programme,
        "rows": rows,
        "own": towns[0] if request.user.town_id and towns else None,
        "see_district": request.user.may(Permission.SEE_DISTRICT),
    }
    return render(request, "tasks/indicator_list.html", context | dates_context(programme, moment))


@allowed(see=Permission.SEE_PLAN)
def indicator_page(request, slug, code):
    programme = programme_or_404(request, slug)
    indicator = get_object_or_404(programme.indicators, code=code)
    moment = moment_of(request)
    board = Board(programme, moment, user=request.user)
    indicator = next(one for one in board.indicators if one == indicator)  # as known on the day
    towns = list(Town.objects.visible_to(request.user).filter(district=programme.district))
    periods = list(programme.periods.quarters())
    life = LightLife(programme, moment, user=request.user, indicator=indicator)
    rows = [_town_row(board, indicator, town, periods, life) for town in towns]
    narrowed = next((town for town in towns if town.code == request.GET.get("town")), None)
    reports = Report.objects.filter(indicator=indicator).visible_to(request.user)
    if narrowed:
        reports = reports.filter(town=narrowed)
    tables = {
        "towns": (_("各街镇各季度"), lambda: _by_town(periods, rows)),
        "history": (_("填报与审核记录"), lambda: lists.events(history(reports, moment.known_on))),
    }
    if sites := _sites(board, indicator, towns):
        tables["sites"] = (_("点位清单"), lambda: lists.sites(sites))
    of = f"{programme} {indicator}{f' {narrowed}' if narrowed else ''}"
    if file := listing.one_of(tables, request, of, moment):
        return file
    context = {
        "programme": programme,
        "indicator": indicator,
        "schedule": board.plan.of_indicator(indicator),
        "summary": _summary(request, board, indicator, towns),
        "periods": periods,
        "rows": rows,
        "sites": sites,
        "chart": _chart(indicator, periods, rows),
        "narrowed": narrowed,
        "events": history(_latest(reports, moment), moment.known_on),
        "manage": request.user.may(Permission.MANAGE),
        "see_district": request.user.may(Permission.SEE_DISTRICT),
    }
    return render(request, "tasks/indicator.html", context | dates_context(programme, moment))


def _sites(board: Board, indicator: Indicator, towns: list[Town]) -> list[Site]:
    """The lists behind the figures that stand, town by town (1 query)."""
    standings = [board.entry(indicator, town.pk).standings for town in towns] if indicator.by_sites else []
    reports = [one[-1].report for one in standings if one]
    rows = Site.objects.filter(report__in=reports).select_related("report__town", "report__period", "facility")
    return list(rows.order_by("report__town__order", "report__town__code", "order"))


def _latest(reports, moment):
    """The reports sent last by the day that the page speaks from."""
    known = reports.filter(submission__at__date__lte=moment.known_on) if moment.known_on else reports
    return known.order_by("-submission__at")[:LATEST]


def _summary(request, board: Board, indicator: Indicator, towns: list[Town]) -> dict:
    """The district's target and sum (for who sees all towns), and how many towns show each light."""
    entries = [board.entry(indicator, town.pk) for town in towns]
    lights = [(light, sum(entry.light == light for entry in entries)) for light in Light]
    summary = {
        "indicator": indicator,
        "unit": indicator.shown_unit,
        "lights": [(light, count) for light, count in lights if count and light != Light.NO_TARGET],
        "entry": entries[0] if len(entries) == 1 else None,
    }
    if not request.user.may(Permission.SEE_DISTRICT):
        return summary
    district = board.entry(indicator, None)
    owed = [entry.owed.value for entry in entries if entry.owed and entry.owed.value is not None]
    is_sum = indicator.aggregation == Indicator.Aggregation.SUM
    latest = [entry.standings[-1] for entry in entries if entry.standings] or district.standings[-1:]
    return summary | {
        "owed": district.owed.text if district.owed else number(sum(owed)) if owed and is_sum else "—",
        "actual": district_actual(indicator, latest),
        "reported": sum(bool(entry.standings) for entry in entries),
        "owing": len(owed),
    }


def _town_row(board: Board, indicator: Indicator, town: Town, periods, life: LightLife) -> dict:
    entry = board.entry(indicator, town.pk)
    values = [standing.value if standing else None for standing in at_quarters(entry.standings, periods)]
    since = life.told((indicator.pk, town.pk), entry.light)
    return {"town": town, "entry": entry, "values": values, "planned": entry.planned * 100, "since": since}


def _export_all(programme, moment, rows, fmt):
    """The list of indicators with the figures that the page shows: the district's, or a town's own."""
    head = [_("编号"), _("指标"), _("单位")]
    figures = _no_figures
    if rows and "owed" in rows[0]:
        head += [_("目标"), _("实际"), _("已报街镇"), _("亮灯")]
        figures = _district_figures
    elif rows and rows[0]["entry"]:
        head += [_("目标"), _("实际"), _("亮灯")]
        figures = _town_figures
    lines = [[row["indicator"].code, row["indicator"].name, row["unit"], *figures(row)] for row in rows]
    return listing.export(listing.named(_("指标"), programme, moment), head, lines, fmt)


def _no_figures(row) -> list:
    return []


def _district_figures(row) -> list:
    lights = _("；").join(f"{light.label} {count}" for light, count in row["lights"])
    return [listing.told(row["owed"]), listing.shown(row["actual"]), row["reported"], lights]


def _town_figures(row) -> list:
    entry = row["entry"]
    return [listing.told(entry.owed.text if entry.owed else ""), listing.shown(entry.actual), entry.light.label]


def _by_town(periods, rows):
    head = [_("街镇"), _("目标"), *(period.label for period in periods), _("计划进度（%）"), _("亮灯")]
    return head, [
        [
            row["town"].name,
            listing.told(row["entry"].owed.text if row["entry"].owed else ""),
            *map(listing.shown, row["values"]),
            listing.shown(row["planned"]),
            row["entry"].light.label,
        ]
        for row in rows
    ]


def _chart(indicator: Indicator, periods, rows) -> dict:
    """ECharts options: the towns' figures as grouped bars, a series a quarter; numbers only for drawing."""
    reported = [row for row in rows if any(value is not None for value in row["values"])]
    return {
        "grid": {"left": 8, "right": 8, "top": 40, "bottom": 8, "containLabel": True},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "category", "data": [row["town"].name for row in reported], "axisLabel": {"interval": 0}},
        "yAxis": {"type": "value", "name": indicator.shown_unit},
        "series": [
            {
                "type": "bar",
                "name": _("%(quarter)s 累计") % {"quarter": period.label},
                "data": [None if row["values"][i] is None else float(row["values"][i]) for row in reported],
            }
            for i, period in enumerate(periods)
        ],
    }
