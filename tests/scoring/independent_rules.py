"""Every kind of rule scored a second time, from the design's words alone: nothing of the portal is used.

A rubric is plain data: sections of lines, each with the rule as JSON. Numbers are `Fraction`s until they are rounded to
cents. Facts of a line: `figures` by part as (value, target, whether less is better, words instead of a target), and
`given`: what people gave as (points, grade), the latest last.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

BY_TEXT, FULL, EXCLUDE = "by_text", "full", "exclude"
NOTHING = Fraction(0)
REACHED = {
    "ge": lambda value, bound: value >= bound,
    "gt": lambda value, bound: value > bound,
    "le": lambda value, bound: value <= bound,
    "lt": lambda value, bound: value < bound,
}


@dataclass
class Facts:
    figures: dict[str, tuple] = field(default_factory=dict)
    given: list[tuple[Fraction, str]] = field(default_factory=list)


@dataclass
class Line:
    key: str
    weight: Fraction
    rule: dict

    @property
    def takes_away(self) -> bool:
        return self.weight < 0 or self.rule["kind"] == "penalty"


@dataclass
class Section:
    weight: Fraction
    lines: list[Line]


@dataclass
class Scored:
    lines: dict[str, Fraction]
    sections: list[Fraction]
    total: Fraction
    barred: bool


def cents(points: Fraction) -> Fraction:
    """Half up to two places; a loss of half a cent is a cent lost."""
    size = Fraction(floor(abs(points) * 100 + Fraction(1, 2)), 100)
    return size if points >= 0 else -size


def score(sections: list[Section], facts: dict[str, Facts], policy: str) -> Scored:
    """One town: every line, every section, the total, and whether the best grade is denied."""
    lines, sums, denied = {}, [], set()
    for section in sections:
        points = {line.key: of_line(line, facts[line.key], policy) for line in section.lines}
        vetoes = {line.rule["effect"] for line in section.lines if vetoed(line.rule, facts[line.key])}
        denied |= vetoes
        sums.append(_of_section(section, points, policy, "section" in vetoes))
        lines |= {key: cents(one or NOTHING) for key, one in points.items()}
    total = NOTHING if "total" in denied else max(NOTHING, sum(sums, NOTHING))
    return Scored(lines, sums, total, "grade" in denied)


def _of_section(section: Section, points: dict, policy: str, denied: bool) -> Fraction:
    """Gains up to the section's weight, less the losses; what is left out is made up for by the others."""
    counted = {key: one for key, one in points.items() if one is not None}
    if policy != EXCLUDE:
        counted = {key: cents(one) for key, one in counted.items()}
    gains = sum((one for one in counted.values() if one > 0), NOTHING)
    losses = sum((one for one in counted.values() if one < 0), NOTHING)
    weights = [line.weight for line in section.lines if line.key in counted and not line.takes_away]
    if policy == EXCLUDE and any(line.rule["kind"] != "bonus" for line in section.lines):
        gains = gains * section.weight / sum(weights) if sum(weights, NOTHING) else NOTHING
    return cents(min(NOTHING if denied else gains, max(section.weight, NOTHING)) + losses)


def vetoed(rule: dict, facts: Facts) -> bool:
    if rule["kind"] != "veto":
        return False
    if rule["by_people"]:
        return bool(facts.given)
    value = _value(facts, rule["part"])
    return value is not None and REACHED[rule["comparator"]](value, Fraction(rule["value"]))


def of_line(line: Line, facts: Facts, policy: str) -> Fraction | None:
    """Unrounded points within the line's weight, None where it does not count."""
    if line.rule["kind"] in ("completion", "deduct"):
        return _by_target(line, facts, policy)
    if line.rule["kind"] == "penalty":
        return -min(abs(line.weight), sum((points for points, _grade in facts.given), NOTHING))
    points = _KINDS[line.rule["kind"]](line, facts)
    return max(NOTHING, min(points, line.weight)) if line.weight >= 0 else min(NOTHING, max(points, line.weight))


def _by_target(line: Line, facts: Facts, policy: str) -> Fraction | None:
    rule, weight = line.rule, line.weight
    if rule["part"] not in facts.figures:
        return NOTHING
    value, target, lower, words = facts.figures[rule["part"]]
    deducts = rule["kind"] == "deduct"
    bound = Fraction(rule["bound"]) if deducts and rule["bound"] is not None else target
    if bound is None:
        if words:
            return NOTHING
        if policy == EXCLUDE:
            return None
        full = policy == FULL or bool(value) or (deducts and rule["side"] == "above")
        return weight if full and (weight > 0 or not deducts) else NOTHING
    if value is None:
        return NOTHING
    return _deducted(rule, weight, value, bound) if deducts else _completed(rule, weight, value, bound, lower)


def _completed(rule: dict, weight: Fraction, value: Fraction, target: Fraction, lower: bool) -> Fraction:
    if value <= target if lower else value >= target:
        return weight
    if rule["all_or_nothing"]:
        return NOTHING
    return weight * (target / value if lower else value / target)


def _deducted(rule: dict, weight: Fraction, value: Fraction, bound: Fraction) -> Fraction:
    beyond = max(NOTHING, value - bound if rule["side"] == "above" else bound - value) / Fraction(rule["step"])
    steps = {"dropped": floor(beyond), "started": ceil(beyond), "shared": beyond}[rule["remainder"]]
    lost = steps * Fraction(rule["points"])
    return max(NOTHING, weight - lost) if weight >= 0 else max(weight, -lost)


def _value(facts: Facts, part: str) -> Fraction | None:
    return facts.figures[part][0] if part in facts.figures else None


def _threshold(line: Line, facts: Facts) -> Fraction:
    met = NOTHING
    for one in line.rule["conditions"]:
        value = _value(facts, one["part"])
        if value is not None and REACHED[one["comparator"]](value, Fraction(one["value"])):
            met += Fraction(one["points"])
    return met


def _bands(line: Line, facts: Facts) -> Fraction:
    value = _value(facts, line.rule["part"])
    found = [Fraction(band["points"]) for band in line.rule["bands"] if value is not None and _within(value, band)]
    return max(found, default=NOTHING)


def _within(value: Fraction, band: dict) -> bool:
    above = REACHED["ge" if band["low_included"] else "gt"]
    below = REACHED["le" if band["high_included"] else "lt"]
    over = band["low"] is None or above(value, Fraction(band["low"]))
    return over and (band["high"] is None or below(value, Fraction(band["high"])))


def _units(line: Line, facts: Facts) -> Fraction:
    return sum(((_value(facts, one["part"]) or 0) * Fraction(one["points"]) for one in line.rule["units"]), NOTHING)


def _average(line: Line, facts: Facts) -> Fraction:
    points = [points for points, _grade in facts.given]
    return sum(points, NOTHING) / len(points) / 100 * line.weight if points else NOTHING


def _graded(line: Line, facts: Facts) -> Fraction:
    return Fraction(line.rule["grades"].get(facts.given[-1][1], "0")) if facts.given else NOTHING


def _manual(line: Line, facts: Facts) -> Fraction:
    return facts.given[-1][0] if facts.given else NOTHING


def _bonus(line: Line, facts: Facts) -> Fraction:
    return sum((points for points, _grade in facts.given), NOTHING)


def _veto(line: Line, facts: Facts) -> Fraction:
    unknown = not line.rule["by_people"] and _value(facts, line.rule["part"]) is None
    return NOTHING if unknown or vetoed(line.rule, facts) else max(line.weight, NOTHING)


_KINDS = {
    "threshold": _threshold,
    "bands": _bands,
    "per_unit": _units,
    "average": _average,
    "graded": _graded,
    "manual": _manual,
    "bonus": _bonus,
    "veto": _veto,
}
