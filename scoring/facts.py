"""What a rule sees and what it answers."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

COMPUTED, AWAITING, NO_TARGET, EXCLUDED = "computed", "awaiting", "no_target", "excluded"
BY_TEXT, FULL, EXCLUDE = "by_text", "full", "exclude"
NO_TARGET_POLICIES = (BY_TEXT, FULL, EXCLUDE)

ZERO = Decimal(0)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
# Far finer than a cent and coarser than the error of 28 digits: an exact half cent stays one after dividing.
FINE = Decimal("1E-15")


class Figure(NamedTuple):
    """One indicator of one town at a date; a rate stands in per cent, so 86.2 with unit "%"."""

    name: str
    unit: str
    value: Decimal | None
    target: Decimal | None
    comparator: Literal["ge", "le"] = "ge"
    text_target: str = ""


class Award(NamedTuple):
    """Points given by people: a mark, an external score of 0–100, a bonus or a penalty (a positive number)."""

    points: Decimal
    reason: str
    source: str = ""
    grade: str = ""


class Inputs(NamedTuple):
    """What one criterion sees: its figures by part, and its awards, the latest last."""

    figures: Mapping[str, Figure] = MappingProxyType({})
    awards: tuple[Award, ...] = ()


class Result(NamedTuple):
    """Points, capped and unrounded, and how they came about."""

    points: Decimal
    status: str


def round_points(points):
    """Half up to two places, never "-0.00"."""
    return points.quantize(FINE).quantize(CENT, ROUND_HALF_UP) + ZERO


def capped(points, weight):
    """Points kept between 0 and the weight, whichever of them is the larger."""
    return max(ZERO, min(points, weight)) if weight >= 0 else min(ZERO, max(points, weight))
