"""A town's total taken apart line by line: up from 0, or down from the full points. Pure: no database, no request."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from scoring.engine import CriterionScore, Rubric, TownScore
from scoring.facts import ZERO


class Step(NamedTuple):
    """What one line adds or takes, and where that leads; `line` is None where a cap, a scale or the floor does it."""

    title: str
    line: CriterionScore | None
    change: Decimal
    after: Decimal


class Waterfall(NamedTuple):
    start: Decimal
    steps: list[Step]
    end: Decimal


def waterfall(rubric: Rubric, score: TownScore, *, down: bool) -> Waterfall:
    """Every line in the rubric's order; the changes add up, from the start, to the total exactly."""
    start = sum((max(section.weight, ZERO) for section in rubric.sections), ZERO) if down else ZERO
    steps, after = [], start
    for title, line, change in _changes(rubric, score, down):
        after += change
        steps.append(Step(title, line, change, after))
    if after != score.total:
        steps.append(Step(_("总分不低于 0 分"), None, score.total - after, score.total))
    return Waterfall(start, steps, score.total)


def _changes(rubric: Rubric, score: TownScore, down: bool) -> Iterator[tuple[str, CriterionScore | None, Decimal]]:
    lines = iter(score.criteria)
    for section, scored in zip(rubric.sections, score.sections, strict=True):
        rest = scored.points - (max(section.weight, ZERO) if down else ZERO)
        for line in islice(lines, len(section.criteria)):
            change = line.points - line.weight if down and not line.criterion.is_penalty else line.points
            rest -= change
            yield line.title, line, change
        if rest:
            yield _("%(section)s：封顶或折算") % {"section": section.title}, None, rest
