"""Who still owes lines of a period that is due soon, or was due lately; and telling them before it is too late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from districts.models import Town
from tasks.models import Decision, Notification, Period, Programme, Report
from tasks.notifying import tell, townspeople
from tasks.owing import Owing
from tasks.periods import Term, extensions

SOON, LAST = 7, 1  # days before the due day on which a town is told
LATELY = dt.timedelta(days=31)  # what was due earlier is no news: the completeness page has it


@dataclass(frozen=True)
class Debt:
    """A town and its term of a period, with how many lines it has not reported, or has to correct."""

    term: Term
    town: Town
    lines: int

    @property
    def days(self) -> int:
        """Days until it is due; below zero it is late."""
        return (self.term.due_on - self.term.on).days


def debts(on: dt.date) -> Iterator[Debt]:
    """Of all districts, programme by programme: what may still be reported on that day."""
    for programme in Programme.objects.filter(year__in=[on.year - 1, on.year]).select_related("district"):
        yield from _debts(programme, on)


def _debts(programme: Programme, on: dt.date) -> Iterator[Debt]:
    periods = list(programme.periods.filter(opens_on__lte=on).select_related("programme__district"))
    extended = extensions(periods)
    reported = _reported(periods)
    owing = Owing(programme)
    towns = list(Town.objects.filter(district=programme.district))
    for period in periods:
        for town in towns:
            term = Term(period, on, extended.get((period.pk, town.pk)))
            lines = len(owing.lines(period, town.pk) - reported[period.pk, town.pk])
            if lines and term.state.takes_reports and on - LATELY <= term.due_on:
                yield Debt(term, town, lines)


def _reported(periods: list[Period]) -> dict[tuple[int, int], set[int]]:
    """The lines that each town has reported in each period; what was returned is to be reported again."""
    reports = Report.objects.filter(period__in=periods, town__isnull=False).latest_revisions()
    standing = reports.exclude(decision__outcome=Decision.Outcome.RETURNED).order_by()
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for period, town, line in standing.values_list("period", "town", "line"):
        found[period, town].add(line)
    return found


def tell_due(on: dt.date) -> int:
    """Tell those who owe a week before the due day and on the day before it, each once: how many towns owe.

    A day that was missed is made good: what counts is that so many days, or fewer, are left.
    """
    near = [debt for debt in debts(on) if 0 <= debt.days <= SOON]
    for debt in near:
        _tell(debt)
    return len(near)


def _tell(debt: Debt) -> None:
    period, due_on = debt.term.period, debt.term.due_on
    tell(
        users=townspeople(debt.town),
        kind=Notification.Kind.DUE,
        district=period.programme.district,
        programme=period.programme,
        facts={"period": period.label, "due_on": due_on.isoformat(), "days": debt.days, "owed": debt.lines},
        url=reverse("report-sheet", args=[period.programme.slug, period.label]),
        key=f"due-{period.pk}-{due_on}-{SOON if debt.days > LAST else LAST}",
    )
