"""A rule in words, to stand beside the clause that it was compiled from."""

from scoring.rule_json import plain
from scoring.rules import (
    Average,
    Bands,
    Bonus,
    Completion,
    Deduct,
    Graded,
    Manual,
    Penalty,
    PerUnit,
    Rule,
    Threshold,
    Veto,
)
from tasks.annexes.words import text as _

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def kind_label(rule: Rule) -> str:
    """What the rule is called."""
    return kind_name(rule.kind)


def kind_name(kind: str) -> str:
    """What a kind of rule is called."""
    return {
        "threshold": _("达标得分"),
        "bands": _("分档计分"),
        "completion": _("按完成率"),
        "per_unit": _("按数量计分"),
        "average": _("监测平均分"),
        "graded": _("按等次"),
        "manual": _("人工评分"),
        "bonus": _("加分"),
        "penalty": _("扣分"),
        "deduct": _("按次扣减"),
        "veto": _("一票否决"),
    }[kind]


def rule_lines(rule: Rule, weight) -> list[str]:
    """The rule, a sentence a line."""
    return _LINES[type(rule)](rule, plain(abs(weight)))


def _threshold(rule, weight):
    return [
        _("%(part)s %(sign)s %(value)s：得 %(points)s 分")
        % {
            "part": one.part or _("实际"),
            "sign": SIGNS[one.comparator],
            "value": plain(one.value),
            "points": plain(one.points),
        }
        for one in rule.conditions
    ] + [_("合计不超过 %(weight)s 分") % {"weight": weight}]


def _bands(rule, weight):
    return [_("%(band)s：得 %(points)s 分") % {"band": band, "points": plain(band.points)} for band in rule.bands]


def _completion(rule, weight):
    if rule.all_or_nothing:
        return [_("完成目标得 %(weight)s 分，未完成得 0 分") % {"weight": weight}]
    return [_("%(weight)s 分 × 实际 ÷ 目标，最多 %(weight)s 分") % {"weight": weight}]


def _per_unit(rule, weight):
    lines = [_("每建一处%(part)s得 %(points)s 分") % {"part": u.part, "points": plain(u.points)} for u in rule.units]
    return [*lines, _("合计不超过 %(weight)s 分") % {"weight": weight}]


def _graded(rule, weight):
    return [_("%(grade)s：得 %(points)s 分") % {"grade": g, "points": plain(p)} for g, p in rule.grades.items()]


def _deduct(rule, weight):
    told = {
        "bound": _("目标") if rule.bound is None else plain(rule.bound),
        "step": plain(rule.step),
        "points": plain(rule.points),
        "weight": weight,
    }
    line = (
        _("从 %(weight)s 分起，比%(bound)s每多 %(step)s 扣 %(points)s 分，扣完为止")
        if rule.side == "above"
        else _("从 %(weight)s 分起，比%(bound)s每少 %(step)s 扣 %(points)s 分，扣完为止")
    )
    if rule.remainder == "started":
        return [line % told, _("不足 %(step)s 的按 %(step)s 计") % told]
    if rule.remainder == "shared":
        return [line % told, _("不足 %(step)s 的按比例扣") % told]
    return [line % told, _("不足 %(step)s 的不扣") % told]


def _veto(rule, weight):
    effect = {"total": _("总分计 0 分"), "section": _("本部分不得分"), "grade": _("不得评为最高等次")}[rule.effect]
    if rule.by_people:
        return [_("由民政局记录发生的情形；一经记录，%(effect)s") % {"effect": effect}]
    facts = {"sign": SIGNS[rule.comparator], "value": plain(rule.value), "effect": effect}
    return [_("%(part)s %(sign)s %(value)s 时，%(effect)s") % (facts | {"part": rule.part or _("实际")})]


_LINES = {
    Threshold: _threshold,
    Bands: _bands,
    Completion: _completion,
    PerUnit: _per_unit,
    Graded: _graded,
    Deduct: _deduct,
    Veto: _veto,
    Average: lambda rule, weight: [_("各次监测得分（百分制）的平均 ÷ 100 × %(weight)s 分") % {"weight": weight}],
    Manual: lambda rule, weight: [_("由民政局评定，0 至 %(weight)s 分") % {"weight": weight}],
    Bonus: lambda rule, weight: [_("逐项加分，合计不超过 %(weight)s 分") % {"weight": weight}],
    Penalty: lambda rule, weight: [_("逐项扣分，合计不超过 %(weight)s 分") % {"weight": weight}],
}
