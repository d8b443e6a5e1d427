"""The state of something at a date (亮灯). Colour never speaks alone: a light is always shown with its label."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Light(TextChoices):
    """A light owns its code, its colour (one of Tabler's names) and its label."""

    DONE = "done", "teal", _("已完成")
    LATE = "late", "orange", _("逾期补齐")
    OVERDUE = "overdue", "red", _("逾期")
    ON_SCHEDULE = "on_schedule", "green", _("达序时")
    BEHIND = "behind", "yellow", _("滞后")
    FAR_BEHIND = "far_behind", "red", _("严重滞后")
    NO_TARGET = "no_target", "secondary", _("未分解")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


MET = frozenset({Light.DONE, Light.LATE})
RED = frozenset({Light.OVERDUE, Light.FAR_BEHIND})
LAGGING = frozenset({Light.OVERDUE, Light.BEHIND, Light.FAR_BEHIND})


class Met(NamedTuple):
    """The first accepted standing revision that meets the target.

    `as_at` is the day it stands for, `stated` whether the reporter named that day; the period is the report's quarter.
    """

    as_at: dt.date
    stated: bool
    period_start: dt.date
    period_end: dt.date

    def by(self, due_on: dt.date) -> bool:
        """On time: by the due date, or in a report for the quarter that holds it where nobody stated the day."""
        return self.as_at <= due_on or (not self.stated and self.period_start <= due_on <= self.period_end)


ZERO = Decimal(0)
ONE = Decimal(1)
BEHIND_THRESHOLD = Decimal("0.6")
# A planned share such as 90/304 is rounded at its 28th digit: a ratio as near to a bound as this is at the bound.
ROUNDING = Decimal("1e-24")


def is_met(actual: Decimal | None, target: Decimal, lower_is_better: bool) -> bool:
    """Nothing reported counts as 0 where more is better, and meets no upper bound."""
    if lower_is_better:
        return actual is not None and actual <= target
    return (actual or ZERO) >= target


def light(
    *,
    on: dt.date,
    actual: Decimal | None,
    target: Decimal | None,
    lower_is_better: bool,
    due_on: dt.date,
    planned: Decimal,
    first_met: Met | None,
    behind_threshold: Decimal = BEHIND_THRESHOLD,
) -> Light:
    """The light on the day `on` (design: "Lights").

    `actual` is the figure accepted by then, in the target's unit; `planned` the planned share (0 to 1) of that day.
    `first_met` tells done from late; a met target of which nothing else is known counts as done.
    """
    if target is None:
        return Light.NO_TARGET
    if is_met(actual, target, lower_is_better):
        return Light.DONE if first_met is None or first_met.by(due_on) else Light.LATE
    if on > due_on:
        return Light.OVERDUE
    if planned == 0:
        return Light.ON_SCHEDULE
    ratio = _completion(actual, target, lower_is_better) / planned + ROUNDING
    if ratio >= ONE:
        return Light.ON_SCHEDULE
    return Light.BEHIND if ratio >= behind_threshold else Light.FAR_BEHIND


def _completion(actual: Decimal | None, target: Decimal, lower_is_better: bool) -> Decimal:
    """Actual ÷ target, or target ÷ actual where lower is better, of a target not met: so neither divisor is 0."""
    if actual is None:
        return ZERO
    return target / actual if lower_is_better else actual / target
