"""How far the towns' points lie apart, on one line and in all. Pure: no database, no request."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import mul
from statistics import median, pstdev
from typing import NamedTuple

from scoring.facts import HUNDRED, ZERO, round_points

WIDTH = 10  # points that a column of the distribution is wide


class Spread(NamedTuple):
    """One line over all towns; `full` and `none` count those with all of its points and with none (None where it gives none)."""

    lowest: Decimal
    middle: Decimal
    highest: Decimal
    deviation: Decimal
    full: int | None
    none: int | None

    @property
    def range(self) -> Decimal:
        return self.highest - self.lowest

    @property
    def same(self) -> bool:
        """Does the line give everyone the same?"""
        return self.lowest == self.highest


def spread(points: Sequence[Decimal], weight: Decimal) -> Spread:
    """Of at least one town's points on a line of that weight."""
    gives = weight > 0
    return Spread(
        lowest=min(points),
        middle=round_points(median(points)),
        highest=max(points),
        deviation=round_points(pstdev(points)),
        full=sum(one == weight for one in points) if gives else None,
        none=sum(one == 0 for one in points) if gives else None,
    )


def shares(lines: Mapping[str, Sequence[Decimal]], totals: Sequence[Decimal]) -> dict[str, Decimal | None]:
    """Of what separates the totals each line's part in per cent: its covariance with the total ÷ the total's variance.

    Where every total is the sum of its lines they add up to 100; a line below 0 brings the towns together. None where
    all totals are equal.
    """
    middle = sum(totals, ZERO) / len(totals) if totals else ZERO
    apart = [total - middle for total in totals]
    variance = sum((one * one for one in apart), ZERO)
    if not variance:
        return dict.fromkeys(lines)
    together = {key: sum(map(mul, points, apart), ZERO) for key, points in lines.items()}
    return {key: one * HUNDRED / variance for key, one in together.items()}


def distribution(totals: Mapping[str, Decimal]) -> list[tuple[Decimal, Decimal, list[str]]]:
    """Which towns lie from one multiple of ten up to the next (the lower one included), the highest first.

    Columns between the lowest and the highest total are there even when nobody is in them.
    """
    if not totals:
        return []
    columns: dict[int, list[str]] = {}
    for town, total in totals.items():
        columns.setdefault(int(total // WIDTH), []).append(town)
    numbers = range(max(columns), min(columns) - 1, -1)
    return [(ZERO + number * WIDTH, ZERO + (number + 1) * WIDTH, columns.get(number, [])) for number in numbers]
