"""Who still owes lines of a period that is due soon, or was due lately; and telling them before it is too late."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from tasks.board import Moment
from tasks.completeness import Cell, Completeness
from tasks.models import Notification, Programme
from tasks.notifying import tell, townspeople

SOON, LAST = 7, 1  # days before the due day on which a town is told
LATELY = dt.timedelta(days=31)  # what was due earlier is no news: the completeness page has it


def debts(on: dt.date) -> Iterator[Cell]:
    """Of all districts, programme by programme: who owes what may still be reported on that day."""
    for programme in Programme.objects.filter(year__in=[on.year - 1, on.year]).select_related("district"):
        standing = Completeness(programme, Moment(as_of=on))
        for period in standing.periods:
            yield from (cell for cell in standing.of_period(period) if cell.owes and on - LATELY <= cell.term.due_on)


def days_left(debt: Cell) -> int:
    """Days until it is due; below zero it is late."""
    return (debt.term.due_on - debt.term.on).days


def tell_due(on: dt.date) -> int:
    """Tell those who owe a week before the due day and on the day before it, each once: how many towns owe.

    A day that was missed is made good: what counts is that so many days, or fewer, are left.
    """
    near = [debt for debt in debts(on) if 0 <= days_left(debt) <= SOON]
    for debt in near:
        _tell(debt)
    return len(near)


def _tell(debt: Cell) -> None:
    period, due_on, days = debt.term.period, debt.term.due_on, days_left(debt)
    programme = period.programme
    tell(
        users=townspeople(debt.town),
        kind=Notification.Kind.DUE,
        district=programme.district,
        programme=programme,
        facts={"period": period.label, "due_on": due_on.isoformat(), "days": days, "owed": debt.missing},
        url=reverse("report-sheet", args=[programme.slug, period.label]),
        key=f"due-{period.pk}-{due_on}-{SOON if days > LAST else LAST}",
    )
