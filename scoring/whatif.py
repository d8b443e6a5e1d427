"""One town as the engine sees it, and as it would be: the engine is asked again with other facts, the database is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from scoring import engine
from scoring.facts import Award, Figure, Inputs
from scoring.scores import Scores

NO_CHANGE = MappingProxyType({})


@dataclass(frozen=True)
class Case:
    """What a town's score follows from. `readers`: which line reads an indicator, under which of its parts."""

    rubric: engine.Rubric
    inputs: Mapping[str, Inputs]
    no_target: str
    readers: Mapping[int, list[tuple[str, str]]]

    def figure(self, indicator: int) -> Figure:
        key, part = self.readers[indicator][0]
        return self.inputs[key].figures[part]

    def score(
        self, figures: Mapping[int, Decimal | None] = NO_CHANGE, awards: Mapping[str, tuple[Award, ...]] = NO_CHANGE
    ) -> engine.TownScore:
        """The score with other figures, by indicator, and other points given by people, by line."""
        inputs = dict(self.inputs)
        for indicator, value in figures.items():
            for key, part in self.readers[indicator]:
                seen = inputs[key].figures
                inputs[key] = inputs[key]._replace(figures={**seen, part: seen[part]._replace(value=value)})
        for key, given in awards.items():
            inputs[key] = inputs[key]._replace(awards=given)
        return engine.score(self.rubric, inputs, self.no_target)


def case_of(scores: Scores, town) -> Case:
    """The town as `scores` has it."""
    readers: dict[int, list[tuple[str, str]]] = {}
    for key, links in scores.links.items():
        for part, indicator in links:
            readers.setdefault(indicator, []).append((key, part))
    return Case(scores.engine_rubric, scores.inputs(town), scores.no_target, readers)


def place(own: Decimal | tuple, others: Sequence[Decimal | tuple]) -> int:
    """The place among the others of what decides it (`grading.decides`); equal ones share one."""
    return 1 + sum(other > own for other in others)
