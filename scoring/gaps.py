"""What a town would gain by one unit more, by the next threshold, and by all that is missing. Pure: no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import NamedTuple

from scoring.engine import TownScore
from scoring.facts import HUNDRED, ZERO, Figure
from scoring.grading import decides
from scoring.thresholds import ONE, thresholds
from scoring.whatif import Case, place


class Step(NamedTuple):
    """A figure that would bring points; `delta` is how far it is, None where nothing is reported and less is better."""

    value: Decimal
    delta: Decimal | None
    gain: Decimal
    total: Decimal
    rank: int | None

    @property
    def per_unit(self) -> Decimal:
        return self.gain / abs(self.delta) if self.delta else ZERO

    @property
    def distance(self) -> Decimal:
        return abs(self.delta or ZERO)


@dataclass(frozen=True)
class Gap:
    """One indicator that could bring points, with its steps from the nearest to the one that brings the most."""

    indicator: int
    figure: Figure
    steps: list[Step]

    @property
    def per_unit(self) -> Decimal:
        return max(step.per_unit for step in self.steps)


@dataclass(frozen=True)
class Search:
    """Looks for what would bring a town points; with what decides the others' places every step tells its own, too."""

    case: Case
    others: Sequence[Decimal | tuple] | None = None
    by_sections: bool = False

    # `cached_property` needs a `__dict__`, which a frozen dataclass without slots has.
    @cached_property
    def score(self) -> TownScore:
        return self.case.score()

    @property
    def now(self) -> Decimal:
        return self.score.total

    @cached_property
    def rank(self) -> int | None:
        return self._rank(self.score)

    def gaps(self) -> list[Gap]:
        """Every indicator that could bring points, the most points a unit first."""
        found = [Gap(one, self.case.figure(one), self._steps(one)) for one in self.case.readers]
        return sorted((gap for gap in found if gap.steps), key=lambda gap: gap.per_unit, reverse=True)

    def _steps(self, indicator: int) -> list[Step]:
        """One unit, the next threshold, the fewest units for a better place, and what brings the most."""
        figure = self.case.figure(indicator)
        edges = self._edges(indicator)
        tried = (self._step(indicator, value) for value in _candidates(figure, edges))
        steps = sorted((step for step in tried if step.gain > 0), key=lambda step: step.distance)
        if not steps:
            return []
        best = max(steps, key=lambda step: (step.gain, -step.distance))
        units = [step for step in steps if step.distance == 1]
        following = [step for step in steps if step.value in edges][:1]
        chosen = [*units, *following, *self._climb(indicator, best), best]
        return sorted({step.value: step for step in chosen}.values(), key=lambda step: step.distance)

    def _edges(self, indicator: int) -> set[Decimal]:
        lines = {line.key: line for section in self.case.rubric.sections for line in section.criteria}
        return {
            edge
            for key, part in self.case.readers[indicator]
            for edge in thresholds(lines[key].rule, part, self.case.inputs[key], lines[key].weight)
        }

    def _step(self, indicator: int, value: Decimal) -> Step:
        figure = self.case.figure(indicator)
        score = self.case.score({indicator: value})
        delta = None if _may_only_stay_below(figure) else value - (figure.value or ZERO)
        return Step(value, delta, score.total - self.now, score.total, self._rank(score))

    def _rank(self, score: TownScore) -> int | None:
        return None if self.others is None else place(decides(score, by_sections=self.by_sections), self.others)

    def _climb(self, indicator: int, best: Step) -> list[Step]:
        """The fewest whole units that bring a better place, where the best step brings one; found by halving."""
        if self.others is None or not best.delta or best.rank >= self.rank:
            return []
        start, sign = self.case.figure(indicator).value or ZERO, ONE.copy_sign(best.delta)
        found, low, high = best, 0, int(best.distance.to_integral_value(ROUND_CEILING))
        while low + 1 < high:
            units = (low + high) // 2
            step = self._step(indicator, start + sign * units)
            if step.rank < self.rank:
                found, high = step, units
            else:
                low = units
        return [found]


def _may_only_stay_below(figure: Figure) -> bool:
    """Nothing is reported and less is better: there is nothing to add, only a bound to keep to."""
    return figure.value is None and figure.comparator == "le"


def _candidates(figure: Figure, edges: set[Decimal]) -> set[Decimal]:
    """Every threshold, and one unit more or less; no rate beyond 100, nothing below 0."""
    start = figure.value or ZERO
    values = edges if _may_only_stay_below(figure) else edges | {start + ONE, start - ONE}
    top = HUNDRED if figure.unit == "%" else None
    return {value for value in values if 0 <= value != figure.value and (top is None or value <= top)}
