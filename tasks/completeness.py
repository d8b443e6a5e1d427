"""Who has reported what: towns × periods, each cell with its state and how many of the owed lines are in."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from tasks import periods
from tasks.board import Moment
from tasks.models import Decision, Draft, Period, Programme, Report
from tasks.owing import Owing
from tasks.periods import PeriodState, Term, extensions


class Standing(models.TextChoices):
    """How far a town is with a period; the value is also its colour: `.state-late` in static/components.css."""

    NOTHING = "nothing", _("无需填报")
    NOT_OPEN = "not_open", _("未开放")
    NOT_STARTED = "not_started", _("未填报")
    DRAFT = "draft", _("草稿")
    PARTIAL = "partial", _("部分已报")
    LATE = "late", _("逾期")
    RETURNED = "returned", _("已退回")
    SUBMITTED = "waiting", _("待审核")
    ACCEPTED = "accepted", _("已通过")


@dataclass
class Cell:
    """One town in one period: sets of line numbers; only what is owed is counted."""

    town: Town
    term: Term
    owed: set[int]
    accepted: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)
    typed: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)  # first reported after the due day

    def lines(self, outcome: str) -> set[int]:
        """The lines that were decided so; "" for those that wait."""
        return {Decision.Outcome.ACCEPTED: self.accepted, Decision.Outcome.RETURNED: self.returned, "": self.waiting}[
            outcome
        ]

    @property
    def reported(self) -> int:
        """Lines that are in: waiting or accepted."""
        return len(self.accepted | self.waiting)

    @property
    def missing(self) -> int:
        """Lines that the town still has to send, those returned to it among them."""
        return len(self.owed) - self.reported

    @property
    def owes(self) -> bool:
        """Whether there is something to send, and it can be sent."""
        return self.missing > 0 and self.term.state.takes_reports

    @property
    def is_overdue(self) -> bool:
        return self.missing > 0 and self.term.on > self.term.due_on

    @property
    def standing(self) -> Standing:
        if not self.owed:
            return Standing.NOTHING
        if not self.missing:
            return Standing.SUBMITTED if self.waiting else Standing.ACCEPTED
        if self.is_overdue:
            return Standing.LATE
        if self.returned:
            return Standing.RETURNED
        if self.reported:
            return Standing.PARTIAL
        if self.typed:
            return Standing.DRAFT
        return Standing.NOT_OPEN if self.term.state == PeriodState.NOT_OPEN else Standing.NOT_STARTED


class Completeness:
    """All cells of a programme on a day, in a fixed number of queries.

    What had been sent and decided by the end of `as_of`, and what was owed and extended as known on `known_on`. What is
    typed and not sent has no history: it counts today only.
    """

    def __init__(self, programme: Programme, moment: Moment, *, town: Town | None = None):
        self.programme, self.on = programme, moment.as_of
        self.periods = list(programme.periods.all())
        towns = Town.objects.filter(district=programme.district_id)
        self.towns = [town] if town else list(towns)
        owing = Owing(programme, town=town and town.pk, known_on=moment.known_on)
        later = extensions(self.periods, town=town, known_on=moment.known_on)
        self._cells = {
            (period.pk, place.pk): Cell(
                place, Term(period, self.on, later.get((period.pk, place.pk))), owing.lines(period, place.pk)
            )
            for period in self.periods
            for place in self.towns
        }
        known_on = min(moment.known_on or self.on, self.on)
        self._count_reports(known_on, town)
        if known_on >= timezone.localdate():
            self._count_drafts(town)

    def cell(self, period: Period, town: Town) -> Cell:
        return self._cells[period.pk, town.pk]

    def of_period(self, period: Period) -> list[Cell]:
        return [self.cell(period, town) for town in self.towns]

    def of_town(self, town: Town) -> list[Cell]:
        return [self.cell(period, town) for period in self.periods]

    def counts(self, period: Period) -> list[tuple[Standing, int]]:
        """How many towns stand where in a period."""
        found = Counter(cell.standing for cell in self.of_period(period))
        return [(standing, found[standing]) for standing in Standing if found[standing]]

    def _count_reports(self, known_on: dt.date, town: Town | None) -> None:
        reports = Report.objects.filter(period__in=self.periods, town__isnull=False, submission__at__date__lte=known_on)
        if town:
            reports = reports.filter(town=town)
        known = Q(decision__at__date__lte=known_on)
        outcome = Case(When(known, then="decision__outcome"), default=Value(""))
        rows = periods.with_due(reports).order_by("revision").annotate(outcome=outcome)
        became: dict[tuple[int, int, int], str] = {}
        for period, place, line, late, outcome in rows.values_list("period", "town", "line", "late", "outcome"):
            cell = self._cells.get((period, place))
            if cell and line in cell.owed:
                became[period, place, line] = outcome  # the highest revision comes last
                if late:
                    cell.late.add(line)
        for (period, place, line), outcome in became.items():
            self._cells[period, place].lines(outcome).add(line)

    def _count_drafts(self, town: Town | None) -> None:
        drafts = Draft.objects.filter(period__in=self.periods)
        if town:
            drafts = drafts.filter(town=town)
        for period, place, line, typed, sites in drafts.values_list("period", "town", "line", "typed", "sites"):
            cell = self._cells.get((period, place))
            if cell and line in cell.owed and (sites or any(typed.values())):
                cell.typed.add(line)
