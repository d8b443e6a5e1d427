"""The lists that take scores apart, as rows of a file."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from scoring.gap_words import step_words
from tasks import listing
from tasks.listing import Table


def waterfall(facts: dict) -> Table:
    """A town's lines with what each adds or takes, and the comparison as the page shows it."""
    head = [_("考核内容"), _("评分项"), _("权重"), _("得分"), _("增减"), _("累计")]
    head += [_("全区中位数")] if facts["median"] is not None else []
    head += [_("%(quarter)s得分") % {"quarter": facts["quarter"].name}, _("比上季度")] if facts["before"] else []
    return head, [_waterfall_row(row, facts) for row in facts["rows"]]


def _waterfall_row(row, facts: dict) -> list:
    step = row.step
    cells = [step.line.section if step.line else "", step.title, row.weight, row.points, step.change, step.after]
    cells += [row.median] if facts["median"] is not None else []
    return cells + ([row.before, row.since] if facts["before"] else [])


def gaps(facts: dict) -> Table:
    """One row a step: what to do, what it brings, and by when."""
    head = [
        *(_("指标"), _("单位"), _("评分项"), _("实际"), _("目标"), _("完成期限"), _("做到"), _("增加")),
        *(_("可得分数"), _("每单位得分"), _("说明")),
    ]
    ranked = facts["rank"] is not None
    rows = [_gap_row(row, step, facts["rank"]) for row in facts["gaps"] for step in row.gap.steps]
    return head + ([_("名次")] if ranked else []), rows


def _gap_row(row, step, rank) -> list:
    indicator = row.indicator
    return [
        *(
            indicator.name,
            indicator.shown_unit,
            row.lines,
            listing.shown(row.gap.figure.value),
            listing.told(row.target),
        ),
        *(row.due_on, listing.shown(step.value), listing.shown(step.delta), step.gain, listing.shown(step.per_unit)),
        step_words(indicator, step, rank),
        *([] if rank is None else [step.rank]),
    ]


def sensitivity(rows: Iterable) -> Table:
    """Each line over all towns, those that separate them first."""
    head = [
        *(_("考核内容"), _("评分项"), _("权重"), _("最低"), _("中位数"), _("最高"), _("极差"), _("标准差")),
        *(_("占总分差异（%）"), _("得满分的街镇"), _("未得分的街镇"), _("说明")),
    ]
    return head, [_sensitivity_row(row) for row in rows]


def _sensitivity_row(row) -> list:
    criterion, found = row.criterion, row.spread
    figures = [found.lowest, found.middle, found.highest, found.range, found.deviation]
    counted = [listing.shown(row.share), found.full, found.none]
    return [criterion.section, criterion.title, criterion.weight, *figures, *counted, row.words]


def trend(assessments: Sequence, rows: Iterable) -> Table:
    """Each town's total, place and grade in each assessment; a place that the reader may not see is left out."""
    parts = (_("总分"), _("名次"), _("等次"))
    head = [_("街镇"), *(f"{one} {part}" for one in assessments for part in parts), _("比上次")]
    return head, [
        [row.name, *(cell for place in row.places for cell in place or [None] * 3), row.change] for row in rows
    ]


def distribution(columns: Sequence) -> Table:
    """How many towns lie in each range of totals."""
    return [_("总分"), _("街镇数"), _("街镇")], [[one.label, len(one.towns), one.names] for one in columns]


def criterion(rows: Iterable) -> Table:
    """One line of the rubric over all towns, who lost most first."""
    head = [_("街镇"), _("得分"), _("失分"), _("状态"), _("计算")]
    return head, [[row.town.name, row.line.points, row.lost, row.status, row.line.explanation] for row in rows]
