"""Random rubrics of every kind of rule, and towns whose figures lie at the rules' own boundaries."""

from fractions import Fraction
from random import Random

from tests.scoring.independent_rules import Facts, Line, Section

NUMBERS = ("0", "0.01", "1", "2.5", "3", "10", "15", "35", "60", "84.99", "85", "100")
POINTS = ("0", "0.5", "1", "2", "2.75", "3", "5", "10")
PARTS = ("", "甲", "乙")
GRADES = ("优秀", "良好", "合格")
COMPARATORS = ("ge", "gt", "le", "lt")
KINDS = (
    *("threshold", "bands", "completion", "per_unit", "deduct", "average", "graded", "manual", "bonus", "penalty"),
    "veto",
)


def rubric(rng: Random) -> list[Section]:
    """Up to four sections; lines weigh more than nothing, except penalties and some that deduct."""
    sections = []
    for number in range(1, rng.randint(2, 4)):
        lines = [_line(rng, f"{number}.{at}") for at in range(1, rng.randint(2, 5))]
        weight = sum((line.weight for line in lines if not line.takes_away), Fraction(0))
        sections.append(Section(weight + rng.choice((0, 0, 0, -1, 2)), lines))
    return sections


def town(rng: Random, sections: list[Section]) -> dict[str, Facts]:
    """The facts of every line: at a number of its rule, a cent beside it, or missing."""
    return {line.key: _facts(rng, line.rule) for section in sections for line in section.lines}


def _line(rng: Random, key: str) -> Line:
    kind = rng.choice(KINDS)
    weight = Fraction(rng.choice(("1", "2.5", "3", "5", "10", "33.33")))
    if kind == "penalty" or (kind == "deduct" and rng.random() < 0.2):
        weight = -weight
    return Line(key, weight, {"kind": kind} | _RULES[kind](rng))


def _facts(rng: Random, rule: dict) -> Facts:
    edges = [Fraction(one) for one in (*_numbers(rule), *rng.sample(NUMBERS, 3))]
    figures = {part: _figure(rng, edges) for part in PARTS if rng.random() < 0.9}
    given = [
        (Fraction(rng.choice((*POINTS, "77.7", "100"))), rng.choice((*GRADES, "特优")))
        for _ in range(rng.choice((0, 0, 1, 3)))
    ]
    return Facts(figures, given)


def _figure(rng: Random, edges: list[Fraction]) -> tuple:
    value = max(rng.choice(edges) + rng.choice((0, 0, Fraction(1, 100), -Fraction(1, 100), 1, -1)), Fraction(0))
    target = None if rng.random() < 0.3 else rng.choice(edges)
    words = "应补尽补" if target is None and rng.random() < 0.3 else ""
    return (None if rng.random() < 0.1 else value, target, rng.random() < 0.3, words)


def _numbers(rule) -> list[str]:
    """Every number that a rule's JSON holds."""
    if isinstance(rule, dict):
        return [number for value in rule.values() for number in _numbers(value)]
    if isinstance(rule, list):
        return [number for value in rule for number in _numbers(value)]
    return [rule] if isinstance(rule, str) and rule.replace(".", "").isdigit() else []


def _some(rng: Random, make) -> list[dict]:
    return [make() for _ in range(rng.randint(1, 3))]


def _threshold(rng: Random) -> dict:
    def condition():
        said = {"value": rng.choice(NUMBERS), "points": rng.choice(POINTS)}
        return said | {"comparator": rng.choice(COMPARATORS), "part": rng.choice(PARTS)}

    return {"conditions": _some(rng, condition)}


def _bands(rng: Random) -> dict:
    def band():
        low, high = sorted(rng.sample(NUMBERS, 2), key=Fraction)
        ends = rng.choice(({"low": low, "high": high}, {"low": None, "high": high}, {"low": low, "high": None}))
        included = {name: rng.random() < 0.5 for name in ("low_included", "high_included")}
        return ends | included | {"points": rng.choice(POINTS)}

    return {"bands": _some(rng, band), "part": rng.choice(PARTS)}


def _per_unit(rng: Random) -> dict:
    return {"units": [{"part": part, "points": rng.choice(POINTS)} for part in rng.sample(PARTS, rng.randint(1, 3))]}


def _deduct(rng: Random) -> dict:
    said = {"points": rng.choice(POINTS), "step": rng.choice(("0.5", "1", "3")), "side": rng.choice(("above", "below"))}
    said |= {"bound": rng.choice((None, *NUMBERS)), "part": rng.choice(PARTS)}
    return said | {"remainder": rng.choice(("dropped", "started", "shared"))}


def _veto(rng: Random) -> dict:
    said = {"effect": rng.choice(("total", "section", "grade")), "by_people": rng.random() < 0.5}
    return said | {"comparator": rng.choice(COMPARATORS), "value": rng.choice(NUMBERS), "part": rng.choice(PARTS)}


_RULES = {
    "threshold": _threshold,
    "bands": _bands,
    "completion": lambda rng: {"part": rng.choice(PARTS), "all_or_nothing": rng.random() < 0.3},
    "per_unit": _per_unit,
    "deduct": _deduct,
    "graded": lambda rng: {"grades": {grade: rng.choice(POINTS) for grade in GRADES}},
    "veto": _veto,
    **dict.fromkeys(("average", "manual", "bonus", "penalty"), lambda rng: {}),
}
