"""What a programme's year came to, counted from its rows up to a day: what the annual summary tells."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from districts.models import Facility, Town
from quality import plan_lists, scheduling, timeline
from quality.models import (
    STANDS,
    EventState,
    Example,
    Finding,
    Inspection,
    InspectionKind,
    PersonKind,
    PersonRecord,
    Training,
)
from quality.timeline import Row
from tasks.board import Board, Moment, task_entries
from tasks.district_targets import Category, district_targets
from tasks.models import Programme
from tasks.models.known import known_by

Counts = plan_lists.Counts


@dataclass(frozen=True)
class FindingCounts:
    """Of the programme's year: found by the day; closed by then; not rectified though the last day was over; grave ones."""

    found: int
    closed: int
    overdue: int
    major: int
    major_closed: int

    @property
    def open(self) -> int:
        return self.found - self.closed


@dataclass(frozen=True)
class YearFacts:
    """Everything that the summary tells, as of `as_of`."""

    programme: Programme
    as_of: dt.date
    facilities: int
    categories: list[Category]
    events: list[Row]
    inspections: list[tuple[InspectionKind, int, int]]  # of each kind how many, of how many facilities
    findings: FindingCounts
    plans: Counts
    people: Counter  # records that stand, by kind
    subsidies: Decimal  # in yuan
    trainings: list[Training]
    examples: Counter  # published, by kind

    def of_task(self, number: int) -> list[Row]:
        """The events that carry out a task."""
        return [row for row in self.events if row.event.task and row.event.task.number == number]

    @property
    def undone(self) -> list[Row]:
        """The events that are overdue."""
        return [row for row in self.events if row.state == EventState.OVERDUE]


def year_facts(programme: Programme, user, moment: Moment | None = None) -> YearFacts:
    """As of a moment (None: today), at the latest of the programme's last day; of what the user sees (fixed queries)."""
    moment = moment or Moment(timezone.localdate())
    moment = moment._replace(as_of=min(moment.as_of, programme.ends_on))
    as_of, known_on = moment
    until = min(as_of, known_on or as_of)
    board = Board(programme, moment, user=user)
    towns = list(Town.objects.visible_to(user).filter(district=programme.district_id))
    plans = plan_lists.rows(programme, user, until)
    people = PersonRecord.objects.visible_to(user).filter(known_by(until), programme=programme)
    standing = list(people.standing(until).in_state(*STANDS).values_list("kind", "amount"))
    examples = Example.objects.visible_to(user).filter(known_by(known_on), programme=programme)
    examples = examples.filter(published_on__lte=as_of).in_force(until)
    trainings = Training.objects.filter(known_by(known_on), programme=programme, held_on__lte=as_of)
    return YearFacts(
        programme=programme,
        as_of=as_of,
        facilities=len(plans),
        categories=district_targets(board, task_entries(board.plan, moment), towns),
        events=timeline.rows(list(scheduling.standing(programme, moment)), programme, moment, user),
        inspections=_inspections(programme, user, moment),
        findings=_findings(programme, user, moment),
        plans=plan_lists.counts(plans),
        people=Counter(kind for kind, _amount in standing),
        subsidies=sum((amount for kind, amount in standing if kind == PersonKind.SUBSIDY), Decimal(0)),
        trainings=list(trainings),
        examples=Counter(examples.order_by().values_list("kind", flat=True)),
    )


def _inspections(programme: Programme, user, moment: Moment) -> list[tuple[InspectionKind, int, int]]:
    seen = Inspection.objects.visible_to(user).of_programme(programme)
    done = seen.filter(result__visited_on__lte=moment.as_of).in_force(moment.known_on)
    held: dict[str, list[int]] = {}
    for kind, facility in done.order_by().values_list("kind", "facility"):
        held.setdefault(kind, []).append(facility)
    return [(kind, len(held[kind]), len(set(held[kind]))) for kind in InspectionKind if kind in held]


def _findings(programme: Programme, user, moment: Moment) -> FindingCounts:
    """Where each stood on the day; one that was voided was never there, once that is known."""
    as_of, known_on = moment
    until = min(as_of, known_on or as_of)
    facilities = Facility.objects.visible_to(user).filter(town__district=programme.district_id)
    rows = Finding.objects.visible_to(user).filter(known_by(known_on), facility__in=facilities, year=programme.year)
    found = list(rows.filter(found_on__lte=as_of).in_force(known_on).standing(until))
    closed = {one.pk for one in found if one.closed_at}
    major = {one.pk for one in found if one.major}
    late = [one for one in found if one.days_overdue(as_of)]
    return FindingCounts(len(found), len(closed), len(late), len(major), len(major & closed))
