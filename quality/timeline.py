"""The year of a programme as pages and files show it: months by phases, and the events of each month."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from quality.models import Event, EventState, Inspection, Phase
from tasks.board import Moment
from tasks.listing import Table
from tasks.models import Programme
from tasks.models.known import known_by


class Row(NamedTuple):
    """An event on a day: where it stands, and how many inspections carry it out (planned, submitted)."""

    event: Event
    state: EventState
    done_on: dt.date | None
    planned: int
    submitted: int

    @property
    def span(self) -> str:
        """`4月11日—4月20日`, in figures."""
        first, last = self.event.starts_on, self.event.ends_on
        return f"{first:%m-%d}" if first == last else f"{first:%m-%d} — {last:%m-%d}"


class Cell(NamedTuple):
    """A month of a phase: its rows, and how many stand where; `inside` where the phase covers the month."""

    inside: bool
    rows: list[Row]
    counts: list[tuple[EventState, int]]


class Line(NamedTuple):
    phase: Phase
    cells: list[Cell]


class Month(NamedTuple):
    """A month with the events that begin in it; `is_now`: today lies in it."""

    first: dt.date
    is_now: bool
    rows: list[Row]


def rows(events: Sequence[Event], programme: Programme, moment: Moment, user) -> list[Row]:
    """Each event at a moment with the inspections of its kind within its days, of those that the user sees (1 query)."""
    visits = Inspection.objects.visible_to(user).of_programme(programme).filter(known_by(moment.known_on))
    visits = visits.filter(cancellation__isnull=True, replaces__isnull=True)  # a correction is no visit of its own
    dated = list(visits.values_list("kind", "planned_on", "result__visited_on", "result__at__date"))
    found = []
    for event in events:
        own = [
            visited_on is not None and visited_on <= moment.as_of and at <= (moment.known_on or at)
            for kind, day, visited_on, at in dated
            if kind == event.inspection_kind and event.starts_on <= day <= event.ends_on
        ]
        found.append(Row(event, event.state_on(moment.as_of), event.done_on, len(own), sum(own)))
    return found


def months(rows: Sequence[Row], phases: Iterable[Phase], today: dt.date) -> list[Month]:
    """Every month from the first phase's or event's to the last one's."""
    spans = [(one.starts_on, one.ends_on) for one in (*phases, *(row.event for row in rows))]
    if not spans:
        return []
    first, last = min(start for start, _end in spans), max(end for _start, end in spans)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    begins = [_add(first, number) for number in range(count)]
    return [
        Month(
            begin, begin == today.replace(day=1), [row for row in rows if row.event.starts_on.replace(day=1) == begin]
        )
        for begin in begins
    ]


def matrix(rows: Sequence[Row], phases: Iterable[Phase], months: Sequence[Month]) -> list[Line]:
    """Phases by months; an event stands in every month that it lasts."""
    return [Line(phase, [_cell(phase, month.first, rows) for month in months]) for phase in phases]


def summary(rows: Iterable[Row]) -> list[tuple[EventState, int]]:
    """How many events stand where, in the states' own order; states that none is in are left out."""
    counts = Counter(row.state for row in rows)
    return [(state, counts[state]) for state in EventState if counts[state]]


def table(rows: Iterable[Row]) -> Table:
    """The events as a file."""
    head = [_("阶段"), _("事项"), _("类别"), _("开始日期"), _("结束日期"), _("状态"), _("完成日期"), _("对应任务")]
    head += [_("责任部门"), _("参加对象"), _("成果要求"), _("通知原文")]
    return head, [_told(row) for row in rows]


def _told(row: Row) -> list:
    one = row.event
    days = [one.starts_on, one.ends_on, row.state.label, row.done_on]
    task = str(one.task) if one.task else None
    told = [one.department, one.participants, one.deliverable, one.words]
    return [one.phase.title, one.title, one.get_kind_display(), *days, task, *told]


def _cell(phase: Phase, month: dt.date, rows: Sequence[Row]) -> Cell:
    after = _add(month, 1)
    own = [
        row
        for row in rows
        if row.event.phase_id == phase.pk and row.event.starts_on < after and row.event.ends_on >= month
    ]
    return Cell(phase.starts_on < after and phase.ends_on >= month, own, summary(own))


def _add(day: dt.date, count: int) -> dt.date:
    """The first of the month so many months later."""
    number = day.year * 12 + day.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)
