"""The lists of the assessment pages as rows of a file."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.assessment_rows import LineRow, Row, Sight
from scoring.models import Appeal, Assessment
from tasks import listing
from tasks.listing import Table


def assessments(rows: Iterable[Assessment]) -> Table:
    """Every assessment with its state."""
    head = [_("名称"), _("类型"), _("数据截至"), _("评分细则"), _("状态"), _("建立时间"), _("经办人")]
    return head, [
        [
            *(one.title, one.get_kind_display(), one.as_of, one.rubric.version, one.state.label),
            *(timezone.localtime(one.at), one.by),
        ]
        for one in rows
    ]


def places(seen: Sight) -> Table:
    """The ranking as the reader sees it; where only grades are public, each town's grade."""
    if seen.bands:
        return [_("等次"), _("街镇")], [[grade, name] for grade, names in seen.bands for name in names]
    titles = [segment.title for segment in seen.rows[0].segments] if seen.rows else []
    head = [_("名次"), _("街镇"), _("总分"), _("等次"), _("可得分占比（%）"), *titles]
    return head, [_place(row) for row in seen.rows]


def _place(row: Row) -> list:
    parts = [listing.told(segment.text.split(" / ")[0]) for segment in row.segments]
    return [row.rank, row.name, row.total, row.grade, listing.told(row.share), *parts]


def lines(groups: Iterable[tuple[dict, list[LineRow]]]) -> Table:
    """One town's lines with what they were made from."""
    head = [
        *(_("考核内容"), _("评分项"), _("权重"), _("得分"), _("状态"), _("计算"), _("评分办法"), _("计分规则")),
        *(_("申诉"), _("裁定理由")),
    ]
    return head, [_line(section, row) for section, rows in groups for row in rows]


def _line(section: dict, row: LineRow) -> list:
    ruling = getattr(row.appeal, "ruling", None)
    said = (ruling.get_outcome_display() if ruling else _("待裁定")) if row.appeal else ""
    return [
        *(section["title"], row.line.title, row.line.weight, row.points, row.status, row.line.explanation),
        *(row.line.clause, _("；").join([row.kind, *row.rule]), said, ruling.reason if ruling else ""),
    ]


def appeals(rows: Iterable[Appeal]) -> Table:
    """Every appeal with its ruling."""
    head = [
        *(_("街镇"), _("评分项"), _("原得分"), _("申诉理由"), _("申诉时间"), _("申诉人")),
        *(_("裁定"), _("调整后得分"), _("裁定理由"), _("裁定时间"), _("裁定人")),
    ]
    return head, [_appeal(one) for one in rows]


def _appeal(one: Appeal) -> list:
    ruling = getattr(one, "ruling", None)
    given = [one.line.result.name, one.line.title, one.line.points, one.words, timezone.localtime(one.at), one.by]
    if ruling is None:
        return [*given, _("待裁定"), None, "", None, ""]
    at = timezone.localtime(ruling.at)
    return [*given, ruling.get_outcome_display(), ruling.points, ruling.reason, at, ruling.by]
