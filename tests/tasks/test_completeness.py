"""Who has reported what: the state of a town in a period and its counts, at a date; and reminding those who owe."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks import drafts
from tasks.board import Moment
from tasks.completeness import Completeness, Standing
from tasks.models import Frequency, Notification, Reminder, Target
from tasks.owing import Owing
from tasks.periods import close, extend
from tasks.reminding import remind
from tasks.reporting import Entry, accept, return_
from tests.factories import (
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    TaskFactory,
    TownFactory,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY = dt.date(2024, 10, 15)
DAY = dt.timedelta(days=1)
ON_TIME = dt.datetime(2024, 10, 9, 12, tzinfo=dt.UTC)


class Plan:
    """Two indicators with a target for 庙行镇 and one task of all towns: three lines are owed in 2024Q3, due 10 October."""

    def __init__(self, town):
        self.town = town
        self.programme = ProgrammeFactory(slug="plan", district=town.district)
        self.period = PeriodFactory(programme=self.programme)
        self.beds, self.visits = (IndicatorFactory(programme=self.programme, code=code) for code in ("01", "02"))
        for indicator in (self.beds, self.visits):
            TargetFactory(indicator=indicator, town=town)
        self.task = TaskFactory(programme=self.programme, town_wide=True)
        self.entries = [
            Entry(self.beds, value=Decimal(1)),
            Entry(self.visits, value=Decimal(2)),
            Entry(self.task, state="in_progress", percent=Decimal(50)),
        ]

    def cell(self, on=TODAY, known_on=None, town=None):
        found = Completeness(self.programme, Moment(on, known_on))
        return found.cell(self.period, town or self.town)

    def send(self, *lines, at=ON_TIME, by=None):
        return reported(self.period, self.town, *(self.entries[line] for line in lines), at=at, by=by)


@pytest.fixture
def plan(miaohang):
    return Plan(miaohang)


def counts(cell):
    return (cell.standing, cell.reported, len(cell.owed))


class TestOwing:
    def test_a_town_owes_its_targets_and_the_tasks_of_all_towns(self, plan, youyi):
        TaskFactory(programme=plan.programme)
        IndicatorFactory(programme=plan.programme)
        owing = Owing(plan.programme)

        assert owing.lines(plan.period, plan.town.pk) == {plan.beds.pk, plan.visits.pk, -plan.task.pk}
        assert owing.lines(plan.period, youyi.pk) == {-plan.task.pk}

    def test_a_target_in_words_is_owed_and_one_taken_away_is_not(self, plan, youyi):
        TargetFactory(indicator=plan.beds, town=youyi, comparator=Target.Comparator.TEXT, value=None, text="应补尽补")
        none = {"comparator": Target.Comparator.NONE, "value": None}
        TargetFactory(indicator=plan.beds, town=plan.town, revision=2, **none)

        owing = Owing(plan.programme)

        assert owing.lines(plan.period, youyi.pk) == {plan.beds.pk, -plan.task.pk}
        assert owing.lines(plan.period, plan.town.pk) == {plan.visits.pk, -plan.task.pk}

    def test_targets_are_those_known_on_the_day(self, plan):
        none = {"comparator": Target.Comparator.NONE, "value": None}
        TargetFactory(indicator=plan.beds, town=plan.town, revision=2, **none)

        assert plan.beds.pk in Owing(plan.programme, known_on=TODAY - DAY).lines(plan.period, plan.town.pk)
        assert plan.beds.pk not in Owing(plan.programme, known_on=TODAY).lines(plan.period, plan.town.pk)

    def test_months_ask_for_monthly_figures_only(self, plan):
        plan.beds.frequency = Frequency.MONTH
        plan.beds.save()
        month = PeriodFactory(
            programme=plan.programme, frequency=Frequency.MONTH, label="2024M09", starts_on=dt.date(2024, 9, 1)
        )

        owing = Owing(plan.programme)

        assert owing.lines(month, plan.town.pk) == {plan.beds.pk}
        assert owing.lines(plan.period, plan.town.pk) == {plan.visits.pk, -plan.task.pk}


class TestStanding:
    def test_nothing_sent_is_not_started_until_the_due_day_and_late_after_it(self, plan):
        assert counts(plan.cell(plan.period.due_on)) == (Standing.NOT_STARTED, 0, 3)
        assert counts(plan.cell(plan.period.due_on + DAY)) == (Standing.LATE, 0, 3)

    def test_before_it_opens_nothing_is_expected(self, plan):
        assert plan.cell(plan.period.opens_on - DAY).standing == Standing.NOT_OPEN

    def test_a_town_that_owes_nothing_need_not_report(self, plan, youyi):
        plan.task.town_wide = False
        plan.task.save()

        assert plan.cell(town=youyi).standing == Standing.NOTHING

    def test_what_is_typed_is_a_draft(self, plan, official, staff):
        extend(period=plan.period, town=plan.town, due_on=TODAY, reason="台风", by=staff)
        drafts.keep(period=plan.period, town=plan.town, subject=plan.beds, typed={"value": "1"}, version=0, by=official)

        cell = plan.cell()

        assert (*counts(cell), cell.typed) == (Standing.DRAFT, 0, 3, {plan.beds.pk})

    def test_what_is_typed_has_no_history(self, plan, official):
        drafts.keep(period=plan.period, town=plan.town, subject=plan.beds, typed={"value": "1"}, version=0, by=official)

        assert plan.cell(plan.period.due_on).standing == Standing.NOT_STARTED
        assert plan.cell(TODAY, known_on=TODAY - DAY).typed == set()

    def test_some_lines_are_a_part(self, plan):
        plan.send(0)

        assert counts(plan.cell(plan.period.due_on)) == (Standing.PARTIAL, 1, 3)
        assert counts(plan.cell()) == (Standing.LATE, 1, 3)

    def test_all_lines_wait_are_accepted_or_come_back(self, plan, staff):
        sent = plan.send(0, 1, 2)
        assert counts(plan.cell()) == (Standing.SUBMITTED, 3, 3)

        accept(reports=sent[:2], by=staff)
        assert counts(plan.cell()) == (Standing.SUBMITTED, 3, 3)

        accept(reports=sent[2:], by=staff)
        assert counts(plan.cell()) == (Standing.ACCEPTED, 3, 3)

    def test_a_returned_line_is_owed_again_until_it_is_corrected(self, plan, staff):
        sent = plan.send(0, 1, 2)
        accept(reports=sent[1:], by=staff)
        return_(reports=sent[:1], by=staff, reason="请核对")
        extend(period=plan.period, town=plan.town, due_on=TODAY, reason="更正", by=staff)

        cell = plan.cell()
        assert (*counts(cell), cell.returned, cell.missing) == (Standing.RETURNED, 2, 3, {plan.beds.pk}, 1)

        plan.send(0, at=None)
        cell = plan.cell()
        assert (*counts(cell), cell.returned, cell.missing) == (Standing.SUBMITTED, 3, 3, set(), 0)

    def test_a_returned_line_after_the_due_day_is_late(self, plan, staff):
        return_(reports=plan.send(0, 1, 2), by=staff, reason="请核对")

        assert counts(plan.cell()) == (Standing.LATE, 0, 3)

    def test_what_came_late_stays_told(self, plan, staff):
        sent = plan.send(0, at=None) + plan.send(1, 2)
        accept(reports=sent, by=staff)

        cell = plan.cell()
        assert (*counts(cell), cell.late) == (Standing.ACCEPTED, 3, 3, {plan.beds.pk})

    def test_with_longer_the_last_day_is_not_late_and_the_next_is(self, plan, staff, time_machine):
        extend(period=plan.period, town=plan.town, due_on=TODAY + DAY, reason="台风", by=staff)

        assert plan.cell(TODAY + DAY).standing == Standing.NOT_STARTED
        assert plan.cell(TODAY + DAY * 2).standing == Standing.LATE

    def test_lines_that_are_not_owed_do_not_count(self, plan):
        other = IndicatorFactory(programme=plan.programme)
        reported(plan.period, plan.town, Entry(other, value=Decimal(1)), at=ON_TIME)

        assert counts(plan.cell()) == (Standing.LATE, 0, 3)

    def test_it_can_be_asked_what_stood_and_what_was_known(self, plan, staff):
        accept(reports=plan.send(0, 1, 2), by=staff)

        sent_on = dt.date(2024, 10, 9)
        assert counts(plan.cell(sent_on - DAY)) == (Standing.NOT_STARTED, 0, 3)
        assert counts(plan.cell(sent_on)) == (Standing.SUBMITTED, 3, 3)
        assert counts(plan.cell(TODAY, known_on=TODAY - DAY)) == (Standing.SUBMITTED, 3, 3)
        assert counts(plan.cell(TODAY)) == (Standing.ACCEPTED, 3, 3)

    def test_one_town_alone_is_as_it_is_among_all(self, plan, youyi):
        plan.send(0)

        alone = Completeness(plan.programme, Moment(TODAY), town=plan.town)

        assert alone.towns == [plan.town]
        assert alone.of_town(plan.town) == [plan.cell()]

    def test_counts_by_period(self, plan, youyi):
        plan.send(0, 1, 2)

        found = Completeness(plan.programme, Moment(TODAY)).counts(plan.period)

        assert found == [(Standing.LATE, 1), (Standing.SUBMITTED, 1)]

    def test_queries_do_not_grow(self, plan, official):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                Completeness(plan.programme, Moment(TODAY))
            return len(captured)

        plan.send(0)
        before = queries()
        for _ in range(2):
            TargetFactory(indicator=plan.beds, town=TownFactory(district=plan.town.district))
        PeriodFactory(programme=plan.programme, quarter=2)
        plan.send(0, 1)

        assert (before, queries()) == (8, 8)


class TestReminding:
    def remind(self, plan, by, *, towns=None):
        cells = Completeness(plan.programme, Moment(TODAY)).of_period(plan.period)
        return remind(period=plan.period, cells=[c for c in cells if towns is None or c.town in towns], by=by)

    def names(self, done):
        return tuple([cell.town.name for cell in cells] for cells in done)

    def test_those_who_owe_are_reminded_with_how_much(self, plan, youyi, staff, official):
        plan.send(0)

        assert [sorted(names) for names in self.names(self.remind(plan, staff))] == [["友谊路街道", "庙行镇"], [], []]
        rows = Reminder.objects.order_by("owed").values_list("town__name", "owed", "on", "by__username")
        assert list(rows) == [("友谊路街道", 1, TODAY, "staff"), ("庙行镇", 2, TODAY, "staff")]

    def test_nobody_is_reminded_twice_a_day(self, plan, staff, time_machine):
        self.remind(plan, staff)

        assert self.names(self.remind(plan, staff)) == ([], ["庙行镇"], [])
        assert (Reminder.objects.count(), Notification.objects.count()) == (1, 0)

        time_machine.move_to(dt.datetime(2024, 10, 16, 12, tzinfo=dt.UTC))
        assert self.names(self.remind(plan, staff)) == (["庙行镇"], [], [])

    def test_who_owes_nothing_is_left_in_peace(self, plan, staff):
        plan.send(0, 1, 2)

        assert self.names(self.remind(plan, staff)) == ([], [], ["庙行镇"])
        assert not Reminder.objects.exists()

    def test_who_cannot_send_any_more_is_not_asked_to(self, plan, youyi, staff):
        extend(period=plan.period, town=plan.town, due_on=TODAY, reason="台风", by=staff)
        close(period=plan.period, reason="已上报", by=staff)
        plan.period.refresh_from_db()

        assert self.names(self.remind(plan, staff)) == (["庙行镇"], [], ["友谊路街道"])

    def test_the_towns_officials_are_told(self, plan, staff, official, neighbour):
        self.remind(plan, staff, towns=[plan.town])

        told = Notification.objects.get()
        assert (told.user, told.kind, told.facts, told.url) == (
            official,
            "reminded",
            {"period": "2024Q3", "owed": 3, "due_on": "2024-10-10"},
            "/p/plan/report/2024Q3/",
        )
