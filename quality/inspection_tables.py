"""The lists of inspections' pages as rows of a file."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from quality.models import Department, HazardCriterion, Inspection, InspectionAnswer, InspectionItem, Inspector
from tasks.exports.sheet import plain
from tasks.listing import Table


def inspections(rows: Iterable[Inspection]) -> Table:
    """The list as shown, with what each came to."""
    head = [_("街镇"), _("养老服务机构"), _("检查类别"), _("季度"), _("计划日期"), _("检查日期"), _("牵头部门")]
    head += [_("检查人员"), _("状态"), _("得分"), _("适用项总分"), _("得分率（%）"), _("等级")]
    return head, [
        [
            *(one.facility.town.name, one.facility.name, one.get_kind_display(), one.period.name, one.planned_on),
            *(result and result.visited_on, one.get_department_display(), team_of(one), one.state.label),
            *((result.points, result.attainable, result.percent, result.grade_name) if result else [None] * 4),
        ]
        for one in rows
        for result in [one.outcome]
    ]


def answers(rows: Iterable[InspectionAnswer]) -> Table:
    """What was found of each item."""
    head = [_("序号"), _("分组"), _("检查内容"), _("分值"), _("得分"), _("结论"), _("发现的问题"), _("程度")]
    return head, [
        [
            *(one.item.number, one.item.group, one.item.words, one.item.points, one.points),
            *(one.get_verdict_display(), one.words, one.get_severity_display()),
        ]
        for one in rows
    ]


def items(rows: Iterable[InspectionItem]) -> Table:
    """A list in the shape in which it is imported: its heads stay Chinese in every language."""
    head = ["序号", "分组", "检查内容", "检查方法", "分值", "评判方式", "否决项"]
    judged = {InspectionItem.Judged.CHECK: "合格与否", InspectionItem.Judged.SCORE: "打分"}
    return head, [
        [
            *(one.number, one.group, one.words, one.method, Decimal(plain(one.points)), judged[one.judged]),
            "是" if one.veto else "",
        ]
        for one in rows
    ]


def criteria(rows: Iterable[HazardCriterion]) -> Table:
    """Criteria for major hazards in the shape in which they are imported: the heads stay Chinese in every language."""
    return ["序号", "类别", "情形"], [[one.number, one.category, one.words] for one in rows]


def inspectors(rows: Iterable[Inspector]) -> Table:
    head = [_("部门"), _("姓名"), _("执法证号"), _("状态")]
    return head, [
        [one.get_department_display(), one.name, one.card, _("在库") if one.active else _("停用")] for one in rows
    ]


def teams(rows: Iterable[dict]) -> Table:
    """What was drawn, as `quality.views.draws` shows it."""
    head = [_("顺序"), _("街镇"), _("养老服务机构"), _("检查人员"), _("状态"), _("结果")]
    return head, [
        [number, row["town"], row["name"], row["people"], row["state"] and row["state"].label, row["grade"]]
        for number, row in enumerate(rows, 1)
    ]


def team_of(inspection: Inspection) -> str:
    """`王一（民政）、李二（消防）`."""
    return people(inspection.team)


def people(team: Iterable[dict]) -> str:
    told = [
        _("%(name)s（%(department)s）") % {"name": one["name"], "department": Department(one["department"]).label}
        for one in team
    ]
    return _("、").join(told)
