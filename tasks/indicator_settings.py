"""How an indicator is reported: the settings that the bureau chooses, and the months that a monthly one needs."""

import calendar
import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from tasks.models import Frequency, Indicator, Period, Programme

DAYS_TO_REPORT = 5  # a month's report is due this many days after its end


class SettingsError(Exception):
    """The settings can't be so; the message is for people."""


@transaction.atomic
def set_up(*, indicator: Indicator, settings: Mapping, by) -> Indicator:
    """Write how the indicator is reported. Monthly from this month on: months that are over are not asked for again.

    `settings` are the model's fields by name. Raises SettingsError where no month is left to report.
    """
    indicator = Indicator.objects.select_for_update(of=("self",)).select_related("programme").get(pk=indicator.pk)
    was = indicator.frequency
    for name, value in settings.items():
        setattr(indicator, name, value)
    if indicator.frequency != was:
        indicator.monthly_from = _begin_months(indicator.programme) if indicator.frequency == Frequency.MONTH else None
    indicator._history_user = by
    indicator.save()
    return indicator


def add_months(programme: Programme, begin: dt.date) -> None:
    """The months of the programme's year from `begin` on, each open from its first day; those that are there stay."""
    there = set(programme.periods.months().values_list("label", flat=True))
    months = [_month(programme, number) for number in range(begin.month, 13)]
    bulk_create_with_history([month for month in months if month.label not in there], Period)


def _begin_months(programme: Programme) -> dt.date:
    """Make the months that are not over, and give the first of them."""
    begin = max(timezone.localdate().replace(day=1), dt.date(programme.year, 1, 1))
    if begin > programme.ends_on:
        raise SettingsError(_("%(year)s年已经结束，没有可以按月填报的月份。") % {"year": programme.year})
    add_months(programme, begin)
    return begin


def _month(programme: Programme, number: int) -> Period:
    starts_on = dt.date(programme.year, number, 1)
    ends_on = starts_on.replace(day=calendar.monthrange(programme.year, number)[1])
    return Period(
        programme=programme,
        label=f"{programme.year}M{number:02d}",
        frequency=Frequency.MONTH,
        starts_on=starts_on,
        ends_on=ends_on,
        opens_on=starts_on,
        due_on=ends_on + dt.timedelta(days=DAYS_TO_REPORT),
    )
