"""The plan back in the official layout: importing what is written here changes nothing.

Each kind of table is a function from a programme (and a period, for progress) to a sheet; an app adds its own with
`register`. The words are Chinese in every language, because official tables are.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from districts.models import Town
from tasks.exports.layouts import TASK_HEADS, Block, allocation, task_list
from tasks.exports.sheet import Percent, Sheet, Sum, Value, plain
from tasks.figures import Line
from tasks.models import Decision, Indicator, Period, Programme, Report, Target

NOTHING = "-"
DISTRICT_ROW = "全区"
TOTAL_ROW = "合计"
OTHER_GROUP = "其他指标"
QUARTERS = "一二三四"
PROGRESS = "progress"  # the kind that needs a period


class ExportError(Exception):
    """There is nothing to write; the message is for people."""


EXPORTS: dict[str, Callable[[Programme, Period | None], Sheet]] = {}


def register(kind: str, build: Callable[[Programme, Period | None], Sheet]) -> None:
    EXPORTS[kind] = build


def export_annex(programme: Programme, kind: str, period: Period | None = None) -> bytes:
    """The workbook (.xlsx) of one kind of table; progress needs a period. Raises ExportError."""
    return EXPORTS[kind](programme, period).content()


def task_sheet(programme: Programme, period: Period | None) -> Sheet:
    """Annex 1: the list of tasks."""
    tasks = list(programme.tasks.all())
    if not tasks:
        raise ExportError(_("本方案还没有任务，没有可导出的内容"))
    rows = [[t.number, t.title, t.deadline_text, t.schedule_text, t.category] for t in tasks]
    return task_list("附件1", f"{programme.title}任务清单", TASK_HEADS, rows)


def target_sheet(programme: Programme, period: Period | None) -> Sheet:
    """Annex 2: what each town owes, in the words of the notice."""
    targets = Target.objects.filter(indicator__programme=programme).current().select_related("indicator")
    cells = {(target.indicator_id, target.town_id): _target_cell(target) for target in targets}
    owed = {indicator for indicator, _town in cells}
    # The rubric's own indicators have no target and no column in this annex.
    indicators = [
        indicator
        for indicator in programme.indicators.all()
        if indicator.pk in owed or indicator.aggregation != Indicator.Aggregation.LATEST
    ]
    if not cells:
        raise ExportError(_("本方案还没有分解指标，没有可导出的内容"))
    blocks = _blocks(programme, indicators, cells)
    remarks = programme.remarks.splitlines()
    return allocation("任务指标分解表", "附件2", f"{programme.title}任务指标分解表", blocks, remarks)


def progress_sheet(programme: Programme, period: Period) -> Sheet:
    """The accepted cumulative figures of one quarter, in the shape of annex 2."""
    accepted = Report.objects.filter(
        district=programme.district_id,
        period=period,
        indicator__isnull=False,
        decision__outcome=Decision.Outcome.ACCEPTED,
    ).order_by("revision")
    rates = set(programme.indicators.filter(kind=Indicator.Kind.RATE).values_list("pk", flat=True))
    cells = {
        (indicator, town): Percent(value) if indicator in rates else value
        for indicator, town, value in accepted.values_list("indicator_id", "town_id", "value")
    }
    if not cells:
        raise ExportError(_("%(period)s还没有审核通过的数据，没有可导出的内容") % {"period": period.name})
    title = f"{programme.title}第{QUARTERS[period.quarter - 1]}季度进展表"
    return allocation("进展表", "", title, _blocks(programme, list(programme.indicators.all()), cells))


def _target_cell(target: Target) -> Value:
    """The cell's own words; a figure that was printed as a bare number or percentage is one again."""
    if target.value is not None and target.text in ("", plain(target.value)):
        return target.value
    if target.value is not None and target.text == f"{plain(target.value)}%":
        return Percent(target.value)
    return target.text or NOTHING


def _blocks(programme: Programme, indicators: list[Indicator], cells: Mapping[Line, Value]) -> list[Block]:
    """A block for each group of indicators; one row 全区 where nothing is told by town."""
    by_town = any(town for _indicator, town in cells)
    towns = list(Town.objects.filter(district=programme.district_id)) if by_town else []
    groups: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        groups.setdefault(indicator.group, []).append(indicator)
    blocks = []
    for group, members in groups.items():
        rows = [[town.name, *(cells.get((i.pk, town.pk), NOTHING) for i in members)] for town in towns]
        last = [_district_cell(i, cells, towns) for i in members]
        rows.append([TOTAL_ROW if by_town else DISTRICT_ROW, *last])
        title = group or (OTHER_GROUP if len(groups) > 1 else "")
        blocks.append(Block(title, [_head(indicator) for indicator in members], rows))
    return blocks


def _district_cell(indicator: Indicator, cells: Mapping[Line, Value], towns: list[Town]) -> Value:
    """The district's own cell; else the towns' sum, or for a rate the requirement that all of them share."""
    if (own := cells.get((indicator.pk, None))) is not None:
        return own
    told = [cell for town in towns if (cell := cells.get((indicator.pk, town.pk), NOTHING)) != NOTHING]
    if indicator.is_rate:
        return told[0] if len(set(told)) == 1 else NOTHING
    if told and all(isinstance(cell, Decimal) for cell in told):
        return Sum(sum(told), len(towns))
    return NOTHING


def _head(indicator: Indicator) -> str:
    return f"{indicator.name}\n（{indicator.unit}）" if indicator.unit else indicator.name


def register_exports() -> None:
    """The kinds of table that this app writes; called once the app is ready."""
    register("tasks", task_sheet)
    register("allocation", target_sheet)
    register(PROGRESS, progress_sheet)
