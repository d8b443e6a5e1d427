"""What the boxes of a rule are called, and what is said beside them."""

from django.utils.translation import gettext as _


def label(kind: str, name: str) -> str:
    """A box's name, or a column's."""
    if (kind, name) == ("veto", "value"):
        return _("数值")
    if (kind, name) == ("deduct", "points"):
        return _("每次扣分")
    return {
        "value": _("数值"),
        "points": _("得分"),
        "comparator": _("比较"),
        "part": _("条文中的说法"),
        "indicator": _("对应指标"),
        "low": _("下限"),
        "low_included": _("含下限"),
        "high": _("上限"),
        "high_included": _("含上限"),
        "all_or_nothing": _("完成才得分"),
        "grade": _("等次"),
        "step": _("每多少扣一次"),
        "side": _("扣分方向"),
        "bound": _("标准"),
        "remainder": _("不足一次的"),
        "effect": _("否决的后果"),
        "by_people": _("由人工记录"),
    }[name]


def help_text(kind: str, name: str) -> str:
    """What to know before filling a box in; empty where its name says it."""
    return {
        "low": _("空白为不限"),
        "high": _("空白为不限"),
        "bound": _("空白以各街镇的目标为准；控制目标为 0 时填 0"),
        "step": _("如每低 1 个百分点填 1"),
        "all_or_nothing": _("选“否”则按完成比例得分"),
        "by_people": _("选“否”则按指标的数值判断"),
        "part": _("如“社区长者食堂”；只有一项时可空"),
    }.get(name, "")


def choice_label(value: str) -> str:
    """What a choice is called."""
    return {
        "ge": _("≥ 不低于"),
        "gt": _("> 高于"),
        "le": _("≤ 不高于"),
        "lt": _("< 低于"),
        "above": _("高于标准扣分"),
        "below": _("低于标准扣分"),
        "dropped": _("不扣"),
        "started": _("按一次扣"),
        "shared": _("按比例扣"),
        "total": _("总分计 0 分"),
        "section": _("本部分不得分"),
        "grade": _("不得评为最高等次"),
    }[value]


def kind_help(kind: str) -> str:
    """When a kind of rule is the right one."""
    return {
        "threshold": _("每达到一个条件得一份分，合计不超过权重。"),
        "bands": _("数值落在哪一档就得哪一档的分，档外得 0 分。"),
        "completion": _(
            "完成目标得满分，否则按比例；指标越低越好的用目标除以实际。目标为 0 时，实际为 0 得满分，超过得 0 分。"
        ),
        "per_unit": _("每建一处得若干分，合计不超过权重。"),
        "deduct": _("从满分开始，每超出或不足一次扣若干分，扣完为止。"),
        "average": _("各次外部评分（百分制）的平均折算成权重。"),
        "graded": _("按评定的等次得分。"),
        "manual": _("由民政局评分。"),
        "bonus": _("逐项加分，合计不超过权重。"),
        "penalty": _("逐项扣分，合计不超过权重。"),
        "veto": _("出现这种情形时，总分、本部分得分或最高等次被否决；权重可以为 0。"),
    }[kind]
