"""The daily look at the lights: what changed, on which day, and who hears of it."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks.lights import Light
from tasks.models import LightChange, LightRun, Notification
from tasks.nightly import last_lights, record_lights
from tests.factories import IndicatorFactory, PeriodFactory, TargetFactory, TaskFactory, accepted

OCTOBER = dt.date(2024, 10, 31)


def at(month, day):
    return dt.datetime(2024, month, day, 2, tzinfo=dt.UTC)


@pytest.fixture
def beds(miaohang):
    """Ten are owed by 庙行镇 at the end of October, on a straight line."""
    task = TaskFactory(programme__district=miaohang.district, due_on=OCTOBER)
    indicator = IndicatorFactory(programme=task.programme, name="床位")
    task.indicators.add(indicator)
    TargetFactory(indicator=indicator, town=miaohang, created_at=at(1, 1))
    return indicator


@pytest.fixture
def q3(beds):
    return PeriodFactory(programme=beds.programme, quarter=3)


@pytest.fixture
def looked(beds):
    """The day before was the last one looked at: `looked(month, day)`."""

    def until(month, day):
        on = dt.date(2024, month, day) - dt.timedelta(days=1)
        LightRun.objects.create(district=beds.programme.district, programme=beds.programme, on=on)

    return until


def told():
    return list(LightChange.objects.values_list("on", "before", "light"))


def test_the_first_run_goes_back_to_the_beginning_of_the_year(beds):
    record_lights(dt.date(2024, 1, 4))

    assert told() == [
        (dt.date(2024, 1, 1), "", Light.ON_SCHEDULE),
        (dt.date(2024, 1, 2), Light.ON_SCHEDULE, Light.FAR_BEHIND),
    ]
    assert list(LightRun.objects.values_list("on", flat=True)) == [dt.date(2024, 1, day) for day in (1, 2, 3)]


def test_the_day_itself_is_looked_at_when_it_is_over(beds):
    record_lights(dt.date(2024, 1, 1))

    assert LightRun.objects.count() == 0


def test_an_accepted_report_changes_the_light_on_the_day_it_was_accepted(beds, q3, miaohang, looked):
    looked(9, 15)
    accepted(q3, miaohang, subject=beds, value=Decimal(7), at=at(9, 20))

    record_lights(dt.date(2024, 9, 21))

    assert told() == [
        (dt.date(2024, 9, 15), "", Light.FAR_BEHIND),
        (dt.date(2024, 9, 20), Light.FAR_BEHIND, Light.BEHIND),
    ]


def test_the_day_after_the_due_day_is_the_first_that_is_overdue(beds, q3, miaohang, looked):
    looked(9, 20)
    accepted(q3, miaohang, subject=beds, value=Decimal(9), at=at(9, 20))

    record_lights(dt.date(2024, 11, 5))

    assert told()[-2:] == [
        (dt.date(2024, 10, 1), Light.ON_SCHEDULE, Light.BEHIND),
        (dt.date(2024, 11, 1), Light.BEHIND, Light.OVERDUE),
    ]


def test_missed_days_are_caught_up_one_by_one(beds, q3, miaohang, looked):
    looked(8, 30)
    record_lights(dt.date(2024, 9, 1))
    accepted(q3, miaohang, subject=beds, value=Decimal(10), at=at(9, 10))

    record_lights(dt.date(2024, 9, 30))

    assert told()[-1] == (dt.date(2024, 9, 10), Light.FAR_BEHIND, Light.DONE)


def test_a_second_run_of_the_same_day_adds_nothing(beds):
    record_lights(dt.date(2024, 1, 5))

    assert record_lights(dt.date(2024, 1, 5)) == 0
    assert record_lights(dt.date(2024, 1, 3)) == 0
    assert (LightChange.objects.count(), LightRun.objects.count()) == (2, 4)


def test_after_the_years_end_only_days_with_acts_are_looked_at(beds, q3, miaohang, looked):
    looked(12, 30)
    accepted(q3, miaohang, subject=beds, value=Decimal(10), at=dt.datetime(2025, 3, 3, 2, tzinfo=dt.UTC))

    record_lights(dt.date(2025, 6, 1))

    after = LightRun.objects.filter(on__gt=dt.date(2025, 1, 1)).values_list("on", flat=True)
    assert list(after) == [dt.date(2025, 3, 3), dt.date(2025, 5, 31)]
    assert told()[-1] == (dt.date(2025, 3, 3), Light.OVERDUE, Light.DONE)


def test_a_target_taken_away_turns_the_light_grey(beds, miaohang, looked):
    looked(3, 1)
    TargetFactory(indicator=beds, town=miaohang, revision=2, comparator="none", value=None, created_at=at(3, 5))

    record_lights(dt.date(2024, 3, 10))

    assert told()[-1] == (dt.date(2024, 3, 5), Light.FAR_BEHIND, Light.NO_TARGET)


def test_the_districts_own_line_has_its_life_too(beds, looked):
    looked(10, 30)
    TargetFactory(indicator=beds, town=None, district=beds.programme.district, created_at=at(1, 1))

    record_lights(dt.date(2024, 11, 5))

    assert last_lights(beds.programme)[(beds.pk, None)] == Light.OVERDUE


def test_the_town_and_the_bureau_hear_of_what_turned_red_on_the_last_day_once(
    beds, q3, miaohang, looked, official, neighbour, staff
):
    looked(10, 30)
    accepted(q3, miaohang, subject=beds, value=Decimal(9), at=at(9, 20))

    record_lights(dt.date(2024, 11, 2))
    record_lights(dt.date(2024, 11, 2))

    notices = Notification.objects.filter(kind=Notification.Kind.LIGHT)
    assert {(notice.user, *notice.facts["lines"]) for notice in notices} == {
        (official, "床位"),
        (staff, "庙行镇 床位"),
    }
    assert [notice.facts["on"] for notice in notices] == ["2024-11-01", "2024-11-01"]


def test_what_turned_red_on_a_day_caught_up_is_old_news(beds, q3, miaohang, looked, official, staff):
    looked(10, 30)
    accepted(q3, miaohang, subject=beds, value=Decimal(9), at=at(9, 20))

    record_lights(dt.date(2024, 11, 20))

    assert Notification.objects.filter(kind=Notification.Kind.LIGHT).count() == 0
