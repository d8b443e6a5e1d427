"""The figures at which a rule begins to give other points. Pure: no database, no request."""

from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from scoring.facts import ZERO, Figure, Inputs
from scoring.rules import Bands, Completion, Deduct, PerUnit, Rule, Threshold, Veto

ONE = Decimal(1)
HUNDREDTH = Decimal("0.01")


class Scale(NamedTuple):
    """How finely a figure moves: whole things one by one, rates and measures by hundredths."""

    whole: bool

    @classmethod
    def of(cls, figure: Figure) -> "Scale":
        value = figure.value or ZERO
        return cls(figure.unit != "%" and value == value.to_integral_value())

    def up(self, bound: Decimal, included: bool) -> Decimal:
        """The first figure above a bound, or on it where it is included."""
        if not self.whole:
            return bound if included else bound + HUNDREDTH
        return bound.to_integral_value(ROUND_CEILING) if included else bound.to_integral_value(ROUND_FLOOR) + ONE

    def down(self, bound: Decimal, included: bool) -> Decimal:
        """The first figure below a bound, or on it where it is included."""
        if not self.whole:
            return bound if included else bound - HUNDREDTH
        return bound.to_integral_value(ROUND_FLOOR) if included else bound.to_integral_value(ROUND_CEILING) - ONE


def thresholds(rule: Rule, part: str, inputs: Inputs, weight: Decimal) -> list[Decimal]:
    """Of one of the rule's figures the values from which, or up to which, it gives other points."""
    find = _FIND.get(type(rule))
    return list(find(rule, part, inputs, weight)) if find else []


def _of_completion(rule: Completion, part: str, inputs: Inputs, weight: Decimal) -> Iterable[Decimal]:
    target = inputs.figures[part].target
    return () if target is None else (target,)


def _of_threshold(rule: Threshold, part: str, inputs: Inputs, weight: Decimal) -> Iterable[Decimal]:
    scale = Scale.of(inputs.figures[part])
    for condition in rule.conditions:
        if condition.part == part:
            reach = scale.up if condition.comparator in ("ge", "gt") else scale.down
            yield reach(condition.value, condition.comparator in ("ge", "le"))


def _of_bands(rule: Bands, part: str, inputs: Inputs, weight: Decimal) -> Iterable[Decimal]:
    scale = Scale.of(inputs.figures[part])
    for band in rule.bands:
        if band.low is not None:
            yield scale.up(band.low, band.low_included)
        if band.high is not None:
            yield scale.down(band.high, band.high_included)


def _of_units(rule: PerUnit, part: str, inputs: Inputs, weight: Decimal) -> Iterable[Decimal]:
    """How many of this part it takes until the line is full."""
    built = {unit.part: inputs.figures[unit.part].value or ZERO for unit in rule.units if unit.part in inputs.figures}
    missing = weight - sum(built.get(unit.part, ZERO) * unit.points for unit in rule.units)
    for unit in rule.units:
        if unit.part == part and unit.points and missing > 0:
            yield built[part] + (missing / unit.points).to_integral_value(ROUND_CEILING)


def _of_deduct(rule: Deduct, part: str, inputs: Inputs, weight: Decimal) -> Iterable[Decimal]:
    """The bound, and the figure at which one step fewer is lost of those that count."""
    figure = inputs.figures[part]
    bound = figure.target if rule.bound is None else rule.bound
    if bound is None:
        return
    yield bound
    if figure.value is None or rule.remainder == "shared" or not rule.points:
        return
    all_lost = (abs(weight) / rule.points).to_integral_value(ROUND_CEILING)
    left = min(rule.steps(figure.value, bound), all_lost) - ONE
    if left < 0:
        return
    started = rule.remainder == "started"
    far = rule.step * (left if started else left + ONE)
    scale = Scale.of(figure)
    yield scale.down(bound + far, started) if rule.side == "above" else scale.up(bound - far, started)


def _of_veto(rule: Veto, part: str, inputs: Inputs, weight: Decimal) -> Iterable[Decimal]:
    """The nearest figure that denies nothing."""
    scale = Scale.of(inputs.figures[part])
    reach = scale.down if rule.comparator in ("ge", "gt") else scale.up
    yield reach(rule.value, rule.comparator in ("gt", "lt"))


_FIND: dict[type[Rule], Callable[..., Iterable[Decimal]]] = {
    Completion: _of_completion,
    Threshold: _of_threshold,
    Bands: _of_bands,
    PerUnit: _of_units,
    Deduct: _of_deduct,
    Veto: _of_veto,
}
