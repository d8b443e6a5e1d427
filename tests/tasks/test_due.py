"""Those who owe are told a week before the due day and on the day before it; a day that was missed is made good."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from tasks.due import days_left, debts, tell_due
from tasks.models import Notification, PeriodAct
from tasks.reporting import return_
from tests.factories import (
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    UserFactory,
    accepted,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

DUE = dt.date(2024, 10, 20)


def days(number):
    return dt.timedelta(days=number)


@pytest.fixture
def period(district):
    programme = ProgrammeFactory(district=district, slug="plan")
    return PeriodFactory(programme=programme, quarter=3, due_on=DUE)


@pytest.fixture
def beds(period, miaohang):
    indicator = IndicatorFactory(programme=period.programme, name="新增养老床位")
    TargetFactory(indicator=indicator, town=miaohang)
    return indicator


def told():
    return list(Notification.objects.order_by("pk").values_list("user__username", "facts__days"))


def close(period):
    period.closes_on = DUE + days(1)
    period.save()


@pytest.mark.usefixtures("beds")
class TestTelling:
    @pytest.mark.parametrize(("left", "said"), [(8, []), (7, [7]), (3, [3]), (1, [1]), (0, [0]), (-1, [])])
    def test_who_owes_is_told_from_the_seventh_day_to_the_last(self, official, neighbour, left, said):
        tell_due(DUE - days(left))

        assert told() == [("official", days) for days in said]

    def test_a_town_is_told_twice_however_often_it_is_looked(self, official):
        for left in (7, 7, 6, 5, 4, 3, 2, 1, 1, 0):
            tell_due(DUE - days(left))

        assert told() == [("official", 7), ("official", 1)]

    def test_it_says_what_is_owed_and_leads_to_the_sheet(self, official, period):
        tell_due(DUE - days(7))

        one = Notification.objects.get()
        assert one.facts == {"period": "2024Q3", "due_on": "2024-10-20", "days": 7, "owed": 1}
        assert (one.kind, one.url, one.programme) == ("due", "/p/plan/report/2024Q3/", period.programme)

    def test_who_has_reported_is_left_alone(self, official, period, miaohang, beds):
        reported(period, miaohang, subject=beds, value=Decimal(5), by=official)

        assert tell_due(DUE) == 0

    def test_who_has_to_correct_owes(self, official, staff, period, miaohang, beds):
        sent = reported(period, miaohang, subject=beds, value=Decimal(5), by=official)
        return_(reports=sent, by=staff, reason="数量不符")

        assert tell_due(DUE) == 1

    def test_an_extension_counts_from_its_own_day_and_is_told_anew(self, official, staff, period, miaohang):
        tell_due(DUE - days(1))
        later = DUE + days(5)
        PeriodAct.objects.create(
            district=miaohang.district,
            period=period,
            town=miaohang,
            kind="extended",
            due_on=later,
            reason="-",
            by=staff,
        )

        tell_due(later - days(1))

        assert list(Notification.objects.order_by("pk").values_list("facts__due_on", flat=True)) == [
            "2024-10-20",
            "2024-10-25",
        ]

    def test_a_period_that_is_not_open_yet_asks_for_nothing(self, official, period):
        period.opens_on = DUE - days(3)
        period.save()

        assert tell_due(DUE - days(4)) == 0


@pytest.mark.usefixtures("beds")
class TestDebts:
    def left(self, on):
        return [(debt.town.name, debt.missing, days_left(debt)) for debt in debts(on)]

    def test_late_is_below_zero(self):
        assert self.left(DUE + days(2)) == [("庙行镇", 1, -2)]

    def test_what_can_be_sent_no_more_is_no_debt(self, period):
        close(period)

        assert self.left(DUE + days(1)) == [("庙行镇", 1, -1)]
        assert self.left(DUE + days(2)) == []

    def test_what_was_due_long_ago_is_no_news(self):
        assert self.left(DUE + days(31)) == [("庙行镇", 1, -31)]
        assert self.left(DUE + days(32)) == []

    def test_last_years_programme_counts_and_older_ones_do_not(self, period):
        late = dt.date(2025, 1, 10)
        type(period).objects.update(due_on=late)

        assert self.left(late) == [("庙行镇", 1, 0)]
        period.programme.year = 2023
        period.programme.save()
        assert self.left(late) == []

    def test_it_costs_the_same_for_one_town_and_for_three(self, beds, youyi, period, django_assert_max_num_queries):
        with django_assert_max_num_queries(20) as one:
            assert len(list(debts(DUE))) == 1
        for town in (youyi, TargetFactory(indicator=beds).town):
            TargetFactory(indicator=IndicatorFactory(programme=period.programme), town=town)
            by = UserFactory(role="town", district=town.district, town=town)
            accepted(period, town, subject=IndicatorFactory(programme=period.programme), value=Decimal(1), by=by)

        with django_assert_max_num_queries(len(one)):
            assert len(list(debts(DUE))) == 3


def test_today_is_the_day_of_the_portal(beds, official, time_machine):
    time_machine.move_to(dt.datetime(2024, 10, 19, 16, 30, tzinfo=dt.UTC))  # half past midnight in Shanghai

    tell_due(timezone.localdate())

    assert told() == [("official", 0)]
