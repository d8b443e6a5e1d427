"""The lists of the scoring pages as rows of a file: heads, and values with numbers as numbers."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from scoring.overview import ChangedLight, LateLine, Matrix, RankingRow
from scoring.trace import Input, ShownMark, TraceLine
from tasks import listing
from tasks.board import Entry
from tasks.lights import Light
from tasks.listing import Table
from tasks.models import Indicator


def by_category(categories: list[tuple[str, list[tuple[Light, int]], int]]) -> Table:
    """How many tasks of each category show each light."""
    lights = [light.label for light, _count in categories[0][1]] if categories else []
    rows = [[name, *(count for _light, count in counts), total] for name, counts, total in categories]
    return [_("项目类别"), *lights, _("合计")], rows


def late(lines: Iterable[LateLine]) -> Table:
    """What is overdue or behind; a task is done and planned in percent, an indicator has a target as well."""
    head = [
        *(_("亮灯"), _("任务或指标"), _("地区"), _("目标"), _("实际"), _("单位"), _("计划进度（%）"), _("转红日期")),
        _("督办单"),
    ]
    return head, [
        [*(line.light.label, line.name, line.place), *_late_figures(line), line.since, line.sheet and line.sheet.sheet]
        for line in lines
    ]


def changed(lines: Iterable[ChangedLight]) -> Table:
    """The lights that changed in the week."""
    head = [_("日期"), _("地区"), _("指标"), _("原亮灯"), _("亮灯")]
    return head, [[line.on, line.place, line.name, line.before.label, line.light.label] for line in lines]


def _late_figures(line: LateLine) -> list:
    entry = line.entry
    owed, actual = (_owed(entry), entry.actual) if isinstance(entry, Entry) else (100, entry.percent)
    return [owed, listing.shown(actual), line.unit, listing.shown(entry.planned * 100)]


def matrix(cells: Matrix) -> Table:
    """Towns × indicators: what each has done, what it owes, and its light."""
    parts = (_("实际"), _("目标"), _("亮灯"))
    indicators = [indicator for indicator, _url in cells.indicators]
    head = [_("街镇"), *(_column(indicator, part) for indicator in indicators for part in parts)]
    rows = [[row.name, *(value for entry in row.entries for value in _figures(entry))] for row in cells.rows]
    return head, rows


def _column(indicator: Indicator, part: str) -> str:
    names = {"indicator": indicator.name, "unit": indicator.shown_unit, "part": part}
    return _("%(indicator)s（%(unit)s）%(part)s") % names if indicator.shown_unit else f"{indicator.name} {part}"


def _figures(entry: Entry) -> list:
    return [listing.shown(entry.actual), _owed(entry), entry.light.label]


def _owed(entry: Entry):
    return listing.told(entry.owed.text if entry.owed else "")


def ranking(rows: list[RankingRow], *, by_line: bool = False) -> Table:
    """The towns from first to last with their points by section, and by line where asked."""
    titles = [part.title for part in _parts(rows[0], by_line)] if rows else []
    head = [_("名次"), _("街镇"), _("总分"), _("可得分占比（%）"), *titles]
    return head, [[*_place(row), *(part.points for part in _parts(row, by_line))] for row in rows]


def _parts(row: RankingRow, by_line: bool) -> list:
    score = row.ranked.score
    return [*score.sections, *(score.criteria if by_line else ())]


def _place(row: RankingRow) -> list:
    return [row.ranked.rank, row.ranked.town.name, row.ranked.score.total, listing.told(row.share)]


def indicators(rows: Iterable[dict], periods) -> Table:
    """One town's indicators over the quarters."""
    head = [
        *(_("指标分组"), _("指标"), _("单位"), _("目标"), _("实际"), _("计划进度（%）"), _("完成期限"), _("亮灯")),
        *(period.label for period in periods),
    ]
    return head, [_indicator(row) for row in rows]


def _indicator(row: dict) -> list:
    indicator, entry = row["indicator"], row["entry"]
    return [
        *(indicator.group, indicator.name, indicator.shown_unit, _owed(entry), listing.shown(entry.actual)),
        *(listing.shown(row["planned"]), row["due_on"], entry.light.label),
        *map(listing.shown, row["values"]),
    ]


def score_lines(groups: Iterable[tuple[object, list[TraceLine]]]) -> Table:
    """One town's points, each with the clause, the rule, and the reports and marks that it follows from."""
    head = [
        *(_("考核内容"), _("评分项"), _("权重"), _("得分"), _("状态"), _("计算"), _("评分办法"), _("计分规则")),
        *(_("依据的填报"), _("评分与加减分")),
    ]
    return head, [_score_line(section, line) for section, lines in groups for line in lines]


def _score_line(section, line: TraceLine) -> list:
    return [
        *(section.title, line.criterion.title, line.score.weight, line.score.points, line.status),
        *(line.score.explanation, line.criterion.clause, _("；").join([line.kind, *line.rule])),
        "\n".join(map(_input, line.inputs)),
        "\n".join(map(_mark, line.marks)),
    ]


def _input(found: Input) -> str:
    owed = found.owed.text if found.owed else "—"
    if found.report is None:
        words = _("%(indicator)s：目标 %(owed)s；尚无审核通过的填报")
        return words % {"indicator": found.indicator, "owed": owed}
    words = _("%(indicator)s：目标 %(owed)s；实际 %(told)s（%(period)s第%(revision)s版，数据日期 %(day)s）")
    report = found.report
    return words % {
        "indicator": found.indicator,
        "owed": owed,
        "told": report.told,
        "period": report.period.name,
        "revision": report.revision,
        "day": report.as_at,
    }


def _mark(standing: ShownMark) -> str:
    mark, words = standing.mark, _("%(given)s：%(reason)s（%(document)s）")
    reason = " ".join(str(part) for part in (mark.facility, mark.level, mark.reason) if part)
    given = {"given": mark.grade or mark.points, "reason": reason, "document": mark.document}
    return " ".join(filter(None, [f"{mark.given_on} {words % given}", standing.why_not]))


def rubric(groups: Iterable[tuple[object, list[dict]]]) -> Table:
    """Each clause beside the rule compiled from it."""
    head = [_("考核内容"), _("评分办法（原文）"), _("权重"), _("计分规则"), _("计算方式待定"), _("对应指标")]
    return head, [_rubric_line(section, line) for section, lines in groups for line in lines]


def _rubric_line(section, line: dict) -> list:
    criterion = line["criterion"]
    return [
        *(section.title, criterion.clause, criterion.weight, _("；").join([line["kind"], *line["rule"]])),
        _("是") if criterion.pending else "",
        _("；").join(link.indicator.name for link in line["links"]),
    ]
