"""A town's total taken apart line by line: up from 0, or down from the full points. Pure: no database, no request."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from scoring.engine import Criterion, CriterionScore, Rubric, TownScore
from scoring.facts import ZERO
from scoring.loss_rules import SECTION, TOTAL


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
        steps.append(Step(_denied(score) or _("总分不低于 0 分"), None, score.total - after, score.total))
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
            words = _denied(score, section.criteria) or _("%(section)s：封顶或折算") % {"section": section.title}
            yield words, None, rest


def _denied(score: TownScore, criteria: Sequence[Criterion] = ()) -> str:
    """Which line denied the total, or with `criteria` their section; empty where none did."""
    keys, effect = {line.key for line in criteria}, SECTION if criteria else TOTAL
    found = [v.title for v in score.vetoes if v.veto == effect and (v.key in keys or not criteria)]
    return _("一票否决：%(line)s") % {"line": _("、").join(found)} if found else ""
