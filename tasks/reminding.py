"""Reminding towns of what they have not sent (催办): a row for each, at most once a day for a town and a period."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tasks import audit, notifying, robot
from tasks.completeness import Cell
from tasks.models import Notification, Period, Reminder


class Reminded(NamedTuple):
    """Which cells were reminded now, which had been already today, and which owe nothing that they could send."""

    now: list[Cell]
    before: list[Cell]
    nothing: list[Cell]


@transaction.atomic
def remind(*, period: Period, cells: Iterable[Cell], by) -> Reminded:
    """Remind the towns of these cells of a period of what they owe today, and tell their officials."""
    today, done = timezone.localdate(), Reminded([], [], [])
    periods = Period.objects.select_for_update(of=("self",), no_key=True)
    periods.get(pk=period.pk)  # two at once: the second finds the first's rows
    already = set(Reminder.objects.filter(period=period, on=today).values_list("town", flat=True))
    for cell in cells:
        where = done.before if cell.town.pk in already else done.now if cell.owes else done.nothing
        where.append(cell)
    reminders = [_remind(period, cell, today, by) for cell in done.now]
    audit.append(rows=reminders)
    robot.reminded(reminders)
    return done


def _remind(period: Period, cell: Cell, today, by) -> Reminder:
    programme = period.programme
    reminder = Reminder.objects.create(
        district=programme.district, period=period, town=cell.town, on=today, owed=cell.missing, by=by
    )
    notifying.tell(
        users=notifying.townspeople(cell.town, besides=by),
        kind=Notification.Kind.REMINDED,
        district=programme.district,
        programme=programme,
        facts={"period": period.label, "owed": cell.missing, "due_on": cell.term.due_on.isoformat()},
        url=reverse("report-sheet", args=[programme.slug, period.label]),
        key=f"reminder-{reminder.pk}",
    )
    return reminder
