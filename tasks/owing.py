"""What a town has to report in a period: its lines with a target, and the tasks that every town reports."""

import datetime as dt
from collections import defaultdict
from functools import cache

from tasks.models import Frequency, Indicator, Period, Programme, Target, Task


class Owing:
    """The lines owed in a programme, by period and town (3 queries); `known_on` takes the targets as of that day."""

    def __init__(self, programme: Programme, *, town: int | None = None, known_on: dt.date | None = None):
        self._indicators = list(Indicator.objects.filter(programme=programme))
        self._tasks = {
            -pk for pk in Task.objects.filter(programme=programme, town_wide=True).values_list("pk", flat=True)
        }
        targets = Target.objects.filter(indicator__programme=programme, town__isnull=False).current(known_on)
        if town:
            targets = targets.filter(town=town)
        self._by_town: dict[int, set[int]] = defaultdict(set)
        rows = targets.exclude(comparator=Target.Comparator.NONE).order_by()
        for place, indicator in rows.values_list("town", "indicator"):
            self._by_town[place].add(indicator)
        self._asked = cache(self._asked_in)

    def lines(self, period: Period, town: int) -> set[int]:
        """The numbers of the lines (`reporting.line_of`) that the town owes in the period."""
        tasks = self._tasks if period.frequency == Frequency.QUARTER else set()
        return self._by_town[town] & self._asked(period) | tasks

    def _asked_in(self, period: Period) -> set[int]:
        return {indicator.pk for indicator in self._indicators if indicator.is_asked_in(period)}
