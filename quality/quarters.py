"""Quarters of the calendar: a facility's figures belong to one, whatever programme runs."""

import datetime as dt
import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from tasks.deadlines import quarter_end
from tasks.models import Period

FIRST_YEAR = 2000


class Quarter(NamedTuple):
    year: int
    number: int

    def __str__(self):
        return f"{self.year}Q{self.number}"

    @property
    def starts_on(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_on(self) -> dt.date:
        return quarter_end(self.year, self.number)

    @property
    def name(self) -> str:
        """`2024年第三季度`, for people."""
        words = [_("%(year)s年第一季度"), _("%(year)s年第二季度"), _("%(year)s年第三季度"), _("%(year)s年第四季度")]
        return words[self.number - 1] % {"year": self.year}

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)


def quarter_of(day: dt.date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def ended_by(day: dt.date) -> Quarter:
    """The last quarter that was over on a day, its own last day included."""
    quarter = quarter_of(day)
    return quarter if quarter.ends_on == day else quarter.before


def read(label: str) -> Quarter | None:
    """`2024Q3`; None where the label names no quarter."""
    found = re.fullmatch(r"([0-9]{4})Q([1-4])", label)
    quarter = Quarter(int(found[1]), int(found[2])) if found else None
    return quarter if quarter and quarter.year >= FIRST_YEAR else None


def of_period(period: Period) -> Quarter | None:
    """The quarter that ends with the period; None for the months inside one."""
    quarter = quarter_of(period.ends_on)
    return quarter if quarter.ends_on == period.ends_on else None
