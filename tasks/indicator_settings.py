"""How an indicator is reported: the settings that the bureau chooses, and the months that a monthly one needs."""

import calendar
import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from tasks.models import Frequency, Indicator, Period, Programme

DAYS_TO_REPORT = 5  # a month's report is due this many days after its end


@transaction.atomic
def set_up(*, indicator: Indicator, settings: Mapping, by) -> Indicator:
    """Write how the indicator is reported; `settings` are the model's fields by name.

    Monthly from this month on: months that are over are not asked for again. In a year that has not begun, or is over,
    all months are.
    """
    rows = Indicator.objects.select_for_update(of=("self", "programme"))  # its months are made once, for all indicators
    indicator = rows.select_related("programme").get(pk=indicator.pk)
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
    """Make the months to report, and give the first day of the first."""
    today = timezone.localdate()
    begin = today.replace(day=1) if today.year == programme.year else dt.date(programme.year, 1, 1)
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
