"""Rules that read figures: reports of indicators against thresholds, bands or targets."""

from dataclasses import dataclass
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Literal

from django.utils.translation import gettext as _

from scoring.facts import (
    AWAITING,
    BY_TEXT,
    COMPUTED,
    EXCLUDE,
    EXCLUDED,
    FULL,
    NO_TARGET,
    ZERO,
    Result,
    capped,
    round_points,
)
from scoring.rule_json import Rule, plain, wrong
from scoring.rule_words import amount, joined, missing_words, named

HOLDS = {"ge": ge, "gt": gt, "le": le, "lt": lt}
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


@dataclass(frozen=True, slots=True)
class Condition:
    value: Decimal
    points: Decimal
    comparator: Literal["ge", "gt", "le", "lt"] = "ge"
    part: str = ""


@dataclass(frozen=True, slots=True)
class Threshold(Rule):
    """The sum of the points of the conditions met. What is not reported yet gives nothing and leaves the line open."""

    kind = "threshold"
    conditions: tuple[Condition, ...]

    @property
    def parts(self):
        return tuple(dict.fromkeys(condition.part for condition in self.conditions))

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        points, status = ZERO, COMPUTED
        for condition in self.conditions:
            figure = inputs.figures.get(condition.part)
            if figure is None or figure.value is None:
                status = AWAITING
            elif HOLDS[condition.comparator](figure.value, condition.value):
                points += condition.points
        return Result(capped(points, weight), status)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        words = [_condition_words(condition, inputs.figures.get(condition.part)) for condition in self.conditions]
        return joined(words, weight)


@dataclass(frozen=True, slots=True)
class Band:
    """An interval and its points; an end that is None is open to infinity."""

    low: Decimal | None
    high: Decimal | None
    points: Decimal
    low_included: bool = False
    high_included: bool = False

    def holds(self, value):
        low, high = self.low, self.high
        above = low is None or value > low or (self.low_included and value == low)
        return above and (high is None or value < high or (self.high_included and value == high))

    def __str__(self):
        if self.low is None and self.high is None:
            return "x"
        if self.high is None:
            return f"x {'≥' if self.low_included else '>'} {plain(self.low)}"
        upper = f"x {'≤' if self.high_included else '<'} {plain(self.high)}"
        return upper if self.low is None else f"{plain(self.low)} {'≤' if self.low_included else '<'} {upper}"


@dataclass(frozen=True, slots=True)
class Bands(Rule):
    """The points of the band that holds the value (the best one, should bands overlap); outside every band 0."""

    kind = "bands"
    bands: tuple[Band, ...]
    part: str = ""

    def __post_init__(self):
        for at, band in enumerate(self.bands):
            if None not in (band.low, band.high) and band.low > band.high:
                raise wrong(f"bands[{at}].high", plain(band.high))

    @property
    def parts(self):
        return (self.part,)

    def band_of(self, value):
        """The band whose points count for this value, or None."""
        return max((band for band in self.bands if band.holds(value)), key=lambda band: band.points, default=None)

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        figure = inputs.figures.get(self.part)
        if figure is None:
            return Result(ZERO, AWAITING)
        if figure.value is None:
            return Result(ZERO, _unreported((figure,)))
        band = self.band_of(figure.value)
        return Result(capped(band.points, weight) if band else ZERO, COMPUTED)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        figure = inputs.figures.get(self.part)
        if figure is None or figure.value is None:
            return missing_words(figure)
        band = self.band_of(figure.value)
        if band is None:
            return _("实际 %(actual)s，不在任何一档内，得 0 分") % {"actual": amount(figure.value, figure)}
        words = _("实际 %(actual)s，属于“%(band)s”一档，得 %(points)s 分") % {
            "actual": amount(figure.value, figure),
            "band": band,
            "points": plain(band.points),
        }
        return joined([words], weight)


@dataclass(frozen=True, slots=True)
class Completion(Rule):
    """Weight × min(1, actual ÷ target), or target ÷ actual where lower is better. A target of 0 never divides."""

    kind = "completion"
    part: str = ""
    all_or_nothing: bool = False

    @property
    def parts(self):
        return (self.part,)

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        figure = inputs.figures.get(self.part)
        if figure is None:
            return Result(ZERO, AWAITING)
        value, target = figure.value, figure.target
        if target is None:
            return self._without_target(figure, weight, no_target)
        if value is None:
            return Result(ZERO, AWAITING)
        lower_is_better = figure.comparator == "le"
        if value <= target if lower_is_better else value >= target:
            return Result(weight, COMPUTED)
        above, below = (target, value) if lower_is_better else (value, target)
        # Multiplied before divided: a quotient that ends within 28 digits stays exact.
        points = ZERO if self.all_or_nothing or above <= 0 else weight * above / below
        return Result(points, COMPUTED)

    @staticmethod
    def _without_target(figure, weight, no_target):
        if figure.text_target:
            return Result(ZERO, AWAITING)
        if no_target == EXCLUDE:
            return Result(ZERO, EXCLUDED)
        return Result(weight if no_target == FULL or figure.value else ZERO, NO_TARGET)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        figure = inputs.figures.get(self.part)
        if figure is None or (figure.target is not None and figure.value is None):
            return missing_words(figure)
        points, status = self.evaluate(inputs, weight, no_target)
        facts = {
            "actual": amount(figure.value, figure),
            "target": figure.text_target or amount(figure.target, figure),
            "weight": round_points(weight),
            "points": round_points(points),
        }
        return self._words(figure, points == weight, status, no_target) % facts

    def _words(self, figure, full, status, no_target):
        if status == AWAITING:
            return _("目标为文字“%(target)s”，不参与计算，实际 %(actual)s")
        if status == EXCLUDED:
            return _("无目标，不计入；权重 %(weight)s 由本组其他评分项分摊")
        if status == NO_TARGET and no_target == FULL:
            return _("无目标，按满分计 %(points)s")
        if status == NO_TARGET:
            if figure.value is None:
                return _("无目标，尚无审核通过的填报，得 %(points)s")
            return _("无目标，实际 %(actual)s，有完成即得满分：%(points)s")
        if full:
            return _("实际 %(actual)s，达到目标 %(target)s，得满分 %(points)s")
        if self.all_or_nothing:
            return _("实际 %(actual)s，未达到目标 %(target)s，得 0 分")
        if figure.comparator == "le":
            return _("目标 %(target)s ÷ 实际 %(actual)s × 权重 %(weight)s = %(points)s")
        return _("完成 %(actual)s ÷ 目标 %(target)s × 权重 %(weight)s = %(points)s")


@dataclass(frozen=True, slots=True)
class Unit:
    part: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class PerUnit(Rule):
    """Points for each unit built; of several figures one that is not reported counts as nothing built."""

    kind = "per_unit"
    units: tuple[Unit, ...]

    @property
    def parts(self):
        return tuple(unit.part for unit in self.units)

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        figures = [inputs.figures.get(unit.part) for unit in self.units]
        linked = [figure for figure in figures if figure is not None]
        pairs = zip(figures, self.units, strict=True)
        points = sum((figure.value * unit.points for figure, unit in pairs if figure and figure.value), ZERO)
        if len(linked) < len(figures):
            status = AWAITING
        elif all(figure.value is None for figure in linked):
            status = _unreported(linked)
        else:
            status = COMPUTED
        return Result(capped(points, weight), status)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        words = []
        for unit in self.units:
            figure = inputs.figures.get(unit.part)
            if figure is None or figure.value is None:
                words.append(named(unit.part, missing_words(figure)))
                continue
            words.append(
                _("%(name)s %(actual)s × %(points)s 分 = %(total)s 分")
                % {
                    "name": unit.part or figure.name,
                    "actual": amount(figure.value, figure),
                    "points": plain(unit.points),
                    "total": plain(figure.value * unit.points),
                }
            )
        return joined(words, weight)


def _unreported(figures):
    owed = any(figure.target is not None or figure.text_target for figure in figures)
    return AWAITING if owed else NO_TARGET


def _condition_words(condition, figure):
    if figure is None or figure.value is None:
        return named(condition.part, missing_words(figure))
    met = HOLDS[condition.comparator](figure.value, condition.value)
    words = _("%(name)s %(sign)s %(value)s（实际 %(actual)s）得 %(points)s 分")
    return words % {
        "name": condition.part or figure.name,
        "sign": SIGNS[condition.comparator],
        "value": amount(condition.value, figure),
        "actual": amount(figure.value, figure),
        "points": plain(condition.points if met else ZERO),
    }
