"""A rule in words, to stand beside the clause that it was compiled from."""

from scoring.rule_json import plain
from scoring.rules import Average, Bands, Bonus, Completion, Graded, Manual, Penalty, PerUnit, Rule, Threshold
from tasks.annexes.words import text as _

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def kind_label(rule: Rule) -> str:
    """What the rule is called."""
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
    }[rule.kind]


def rule_lines(rule: Rule, weight) -> list[str]:
    """The rule, a sentence a line."""
    lines = _LINES[type(rule)](rule, plain(abs(weight)))
    return lines


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


_LINES = {
    Threshold: _threshold,
    Bands: _bands,
    Completion: _completion,
    PerUnit: _per_unit,
    Graded: _graded,
    Average: lambda rule, weight: [_("各次监测得分（百分制）的平均 ÷ 100 × %(weight)s 分") % {"weight": weight}],
    Manual: lambda rule, weight: [_("由民政局评定，0 至 %(weight)s 分") % {"weight": weight}],
    Bonus: lambda rule, weight: [_("逐项加分，合计不超过 %(weight)s 分") % {"weight": weight}],
    Penalty: lambda rule, weight: [_("逐项扣分，合计不超过 %(weight)s 分") % {"weight": weight}],
}
