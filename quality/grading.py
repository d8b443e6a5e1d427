"""What the answers of an inspection come to: points, the share of each group, and the grade. Pure: no database, no request.

Bounds include the number (Civil Code, Art. 1259), and shares are compared exactly, before any rounding. Items that do not
apply leave both what was gained and what was attainable. For the star level of GB/T 37276-2018 a grade asks for total points
and for a least share of every part.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple


class Answered(NamedTuple):
    """One item as answered; `got` is None where it does not apply, `vetoed` where an item that must be met was not."""

    group: str
    points: Decimal
    got: Decimal | None
    vetoed: bool = False


class Bound(NamedTuple):
    """From `minimum` on (percent or points), with every group at `part_minimum` percent at least."""

    code: str
    name: str
    minimum: Decimal
    part_minimum: Decimal = Decimal(0)


class Part(NamedTuple):
    """A group of items: what was gained of what was attainable."""

    name: str
    points: Decimal
    attainable: Decimal

    @property
    def percent(self) -> Decimal | None:
        """With two decimals, for people; None where nothing applied."""
        if not self.attainable:
            return None
        return (self.points * 100 / self.attainable).quantize(Decimal("0.01"), "ROUND_HALF_UP")

    def reaches(self, percent: Decimal) -> bool:
        """Whether the share is at least so many percent; a group of which nothing applied holds nobody back."""
        return self.points * 100 >= percent * self.attainable


class Outcome(NamedTuple):
    total: Part
    parts: list[Part]
    grade: Bound | None  # None: no grade is reached, or nothing applied


def grade(answers: Iterable[Answered], bounds: Sequence[Bound], *, in_points: bool) -> Outcome:
    """Add up and find the highest grade reached; with a veto it is the lowest one. `in_points`: minima are total points."""
    answers = list(answers)
    parts = [_part(name, answers) for name in dict.fromkeys(one.group for one in answers)]
    total = Part("", sum((p.points for p in parts), Decimal(0)), sum((p.attainable for p in parts), Decimal(0)))
    falling = sorted(bounds, key=lambda bound: bound.minimum, reverse=True)
    if not total.attainable:
        return Outcome(total, parts, None)
    if any(one.vetoed for one in answers):
        return Outcome(total, parts, falling[-1] if falling else None)
    return Outcome(total, parts, next((b for b in falling if _reached(b, total, parts, in_points)), None))


def _part(name: str, answers: Sequence[Answered]) -> Part:
    applying = [one for one in answers if one.group == name and one.got is not None]
    zero = Decimal(0)
    return Part(name, sum((one.got for one in applying), zero), sum((one.points for one in applying), zero))


def _reached(bound: Bound, total: Part, parts: Sequence[Part], in_points: bool) -> bool:
    enough = total.points >= bound.minimum if in_points else total.reaches(bound.minimum)
    return enough and all(part.reaches(bound.part_minimum) for part in parts)
