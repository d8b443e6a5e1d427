"""Lights at a date, for indicators in towns and for tasks."""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from tasks.as_known import as_known
from tasks.figures import (
    Line,
    Owed,
    Standing,
    first_met,
    lower_is_better,
    standing_figures,
    standing_states,
    targets_in_force,
    with_newer,
)
from tasks.lights import Light, light
from tasks.models import Indicator, Programme, Task
from tasks.models.known import Known
from tasks.plans import planned_share

HUNDRED = Decimal(100)
ZERO = Decimal(0)


class Moment(NamedTuple):
    """The two dates of every question: what stood on `as_of`, as known on `known_on` (None: by now).

    `known_on` is a day, to its end, or where it must be exact a moment.
    """

    as_of: dt.date
    known_on: Known = None


class Schedule(NamedTuple):
    """When something is due and the percents planned at quarter ends on the way."""

    due_on: dt.date
    checkpoints: dict[dt.date, Decimal]

    def planned(self, programme: Programme, on: dt.date, *, flat: bool = False) -> Decimal:
        return planned_share(on, year=programme.year, due_on=self.due_on, checkpoints=self.checkpoints, flat=flat)


class Entry(NamedTuple):
    """One indicator in one town at a date."""

    owed: Owed | None
    standings: list[Standing]
    planned: Decimal
    light: Light

    @property
    def actual(self) -> Decimal | None:
        return self.standings[-1].value if self.standings else None


NO_STANDINGS: list[Standing] = []


class Plan:
    """A programme's tasks and the schedules that follow from them (3 queries, as known on a day 5).

    An indicator follows the first task that it is linked to; without one it is due at the programme's year end.
    Due dates and the programme's threshold are those known on that day; milestones and links are today's.
    """

    def __init__(self, programme: Programme, known_on: Known = None):
        self.programme = copy(programme)
        self.tasks = list(Task.objects.filter(programme=programme).prefetch_related("milestones"))
        as_known([self.programme], ["behind_threshold"], known_on)
        as_known(self.tasks, ["due_on", "deadline_text"], known_on)
        self._by_task = {task.pk: _schedule(task) for task in self.tasks}
        self._by_indicator: dict[int, Schedule] = {}
        links = Task.indicators.through.objects.filter(task__programme=programme).order_by("task__number")
        for task_id, indicator_id in links.values_list("task_id", "indicator_id"):
            self._by_indicator.setdefault(indicator_id, self._by_task[task_id])

    def of_task(self, task: Task) -> Schedule:
        return self._by_task[task.pk]

    def of_indicator(self, indicator: Indicator) -> Schedule:
        return self._by_indicator.get(indicator.pk) or Schedule(self.programme.ends_on, {})


def _schedule(task: Task) -> Schedule:
    percents = {m.due_on: m.planned_percent for m in task.milestones.all() if m.planned_percent is not None}
    return Schedule(task.due_on, percents)


class Board:
    """All entries of a programme at a moment, loaded in a fixed number of queries.

    `user` narrows figures and targets to what that user may see (None: everything, for commands), `town` to one town.
    """

    def __init__(self, programme: Programme, moment: Moment, *, user=None, town=None):
        self._programme, self.moment = programme, moment
        self.indicators = list(Indicator.objects.filter(programme=programme))
        as_known(self.indicators, ["direction", "aggregation"], moment.known_on)
        self._load(user, town)

    def _load(self, user, town) -> None:
        only = {"town": town} if town else {}
        self.figures = standing_figures(self._programme, **self.moment._asdict(), user=user, **only)
        self.targets = targets_in_force(self._programme, known_on=self.moment.known_on, user=user, **only)
        self._planned: dict[tuple[int, bool], Decimal] = {}

    @classmethod
    def together(cls, programmes: Sequence[Programme], moment: Moment) -> list["Board"]:
        """A board for each programme, by as many queries as for one."""
        boards = [cls.__new__(cls) for _ in programmes]
        for board, programme in zip(boards, programmes, strict=True):
            board._programme, board.moment, board._planned = programme, moment, {}
            board.indicators, board.figures, board.targets = [], {}, {}
        by_programme = {board._programme.pk: board for board in boards}
        indicators = list(Indicator.objects.filter(programme__in=programmes).order_by("programme", "order"))
        as_known(indicators, ["direction", "aggregation"], moment.known_on)
        owner = {indicator.pk: by_programme[indicator.programme_id] for indicator in indicators}
        for indicator in indicators:
            owner[indicator.pk].indicators.append(indicator)
        for line, standings in standing_figures(*programmes, **moment._asdict()).items():
            owner[line[0]].figures[line] = standings
        for line, owed in targets_in_force(*programmes, known_on=moment.known_on).items():
            owner[line[0]].targets[line] = owed
        return boards

    def again(self, as_of: dt.date, *, user=None, town=None) -> "Board":
        """The same programme as known then, at another day or for other towns (2 queries: the plan is not read again)."""
        other = copy(self)
        other.moment = self.moment._replace(as_of=as_of)
        other._load(user, town)
        return other

    @cached_property
    def plan(self) -> Plan:
        """Read when a light or a due day is asked for: figures and points need none."""
        return Plan(self._programme, self.moment.known_on)

    @property
    def programme(self) -> Programme:
        """The programme as known then."""
        return self.plan.programme

    def entry(self, indicator: Indicator, town_id: int | None) -> Entry:
        line: Line = (indicator.pk, town_id)
        return self._entry(indicator, self.targets.get(line), self.figures.get(line, NO_STANDINGS))

    def foreseen(self, indicator: Indicator, town_id: int | None, newer: Standing) -> Entry:
        """The entry as it would be were this accepted, too."""
        found = self.entry(indicator, town_id)
        return self._entry(indicator, found.owed, with_newer(found.standings, newer))

    def _entry(self, indicator: Indicator, owed: Owed | None, standings: list[Standing]) -> Entry:
        target = owed.value if owed else None
        lower = lower_is_better(indicator, owed)
        planned = self._share(indicator, lower)
        colour = light(
            on=self.moment.as_of,
            actual=standings[-1].value if standings else None,
            target=target,
            lower_is_better=lower,
            due_on=self.plan.of_indicator(indicator).due_on,
            planned=planned,
            first_met=first_met(standings, target, lower),
            behind_threshold=self.programme.behind_threshold,
        )
        return Entry(owed, standings, planned, colour)

    def _share(self, indicator: Indicator, lower: bool) -> Decimal:
        flat = indicator.is_rate or lower
        key = (indicator.pk, flat)
        if key not in self._planned:
            schedule = self.plan.of_indicator(indicator)
            self._planned[key] = schedule.planned(self.programme, self.moment.as_of, flat=flat)
        return self._planned[key]


def district_actual(indicator: Indicator, standings: list[Standing]) -> Decimal | None:
    """The towns' latest figures added up: counts are summed, a rate is Σ numerator ÷ Σ denominator, never a mean.

    None where nothing is reported, or where a rate came without its numerator and denominator.
    """
    if not standings or indicator.aggregation == Indicator.Aggregation.LATEST:
        return None
    if indicator.aggregation == Indicator.Aggregation.SUM:
        return sum((standing.value for standing in standings), ZERO)
    if any(standing.denominator is None for standing in standings):
        return None
    return sum(s.numerator for s in standings) * 100 / sum(s.denominator for s in standings)


class TaskEntry(NamedTuple):
    """One task at a date: what the district (or one town) reported of it."""

    task: Task
    standings: list[Standing]
    planned: Decimal
    light: Light

    @property
    def percent(self) -> Decimal | None:
        return self.standings[-1].value if self.standings else None

    @property
    def planned_percent(self) -> Decimal:
        return self.planned * 100


def task_entries(plan: Plan, moment: Moment) -> list[TaskEntry]:
    """All tasks with their lights, from the district's own reports (1 query more)."""
    states = standing_states(plan.programme, **moment._asdict(), town=None)
    return [task_entry(plan, task, states.get((task.pk, None), NO_STANDINGS), moment) for task in plan.tasks]


def task_entry(plan: Plan, task: Task, standings: list[Standing], moment: Moment) -> TaskEntry:
    """One task's light, from the states that stand for it in one place."""
    schedule = plan.of_task(task)
    planned = schedule.planned(plan.programme, moment.as_of)
    colour = light(
        on=moment.as_of,
        actual=standings[-1].value if standings else None,
        target=HUNDRED,
        lower_is_better=False,
        due_on=schedule.due_on,
        planned=planned,
        first_met=first_met(standings, HUNDRED, False),
        behind_threshold=plan.programme.behind_threshold,
    )
    return TaskEntry(task, standings, planned, colour)
