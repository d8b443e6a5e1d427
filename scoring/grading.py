"""Grades and places from totals. Pure: no database, no request."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_noop


class Band(NamedTuple):
    """A grade and the least total that earns it."""

    name: str
    least: Decimal


DEFAULT_BANDS = (
    Band(gettext_noop("优秀"), Decimal(90)),
    Band(gettext_noop("良好"), Decimal(80)),
    Band(gettext_noop("合格"), Decimal(60)),
    Band(gettext_noop("不合格"), Decimal(0)),
)


def grade(total: Decimal, bands: Sequence[Band], *, barred: bool = False) -> str:
    """The first band, highest first, whose least number the total reaches; that number belongs to the band.

    `barred`: a veto denies the best grade, where there is another.
    """
    open_to = bands[1:] if barred and len(bands) > 1 else bands
    return next(band.name for band in open_to if total >= band.least)


def decides(score, *, by_sections: bool) -> Decimal | tuple[Decimal, ...]:
    """What a town's place follows from: its total, or by rule its total and then each section in the rubric's order."""
    return (score.total, *(section.points for section in score.sections)) if by_sections else score.total


def faults(bands: Sequence[Band]) -> list[int]:
    """The places of the bands that are not below the one before; the last begins at 0, so that every total has one."""
    falls = [at for at in range(1, len(bands)) if bands[at].least >= bands[at - 1].least]
    return falls if bands and bands[-1].least == 0 else [*falls, max(len(bands) - 1, 0)]
