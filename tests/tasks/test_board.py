"""Lights at a date over the real ledger, and how a district's figures add up."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.board import Board, Moment, Plan, district_actual, task_entries
from tasks.figures import Standing
from tasks.lights import Light
from tasks.models import Indicator
from tests.factories import (
    IndicatorFactory,
    MilestoneFactory,
    PeriodFactory,
    TargetFactory,
    TaskFactory,
    accepted,
)

COUNT = Indicator(aggregation="sum")
RATE = Indicator(kind="rate", aggregation="weighted_rate")


def standing(value, numerator=None, denominator=None):
    day = dt.date(2024, 9, 30)
    return Standing(1, dt.date(2024, 7, 1), day, Decimal(value), day, False, numerator, denominator)


def rate(numerator, denominator):
    return standing(Decimal(numerator) * 100 / denominator, Decimal(numerator), Decimal(denominator))


# --- Adding up (no database)


def test_counts_are_summed():
    assert district_actual(COUNT, [standing(6), standing("1.5"), standing(0)]) == Decimal("7.5")


def test_a_rate_is_the_sum_of_numerators_over_the_sum_of_denominators():
    assert district_actual(RATE, [rate(1, 2), rate(90, 100)]) == Decimal(91) * 100 / 102


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)), min_size=1, max_size=20))
def test_a_rate_adds_up_to_a_rate_between_the_lowest_and_the_highest(pairs):
    rates = [rate(*pair) for pair in pairs]

    total = district_actual(RATE, rates)

    rounding = Decimal("1E-15")
    assert min(r.value for r in rates) - rounding <= total <= max(r.value for r in rates) + rounding


@pytest.mark.parametrize(
    ("indicator", "standings"),
    [(COUNT, []), (RATE, [rate(1, 2), standing(80)]), (Indicator(aggregation="latest"), [standing(6)])],
    ids=["nothing reported", "a rate without its numerator", "does not add up"],
)
def test_what_cannot_be_added_up_is_none(indicator, standings):
    assert district_actual(indicator, standings) is None


# --- Lights


@pytest.fixture
def task(db):
    """Due at the end of October, half of it planned by the end of September."""
    task = TaskFactory(due_on=dt.date(2024, 10, 31))
    MilestoneFactory(task=task, planned_percent=Decimal(50))
    return task


@pytest.fixture
def periods(task):
    return {quarter: PeriodFactory(programme=task.programme, quarter=quarter) for quarter in (1, 2, 3, 4)}


@pytest.fixture
def beds(task):
    indicator = IndicatorFactory(programme=task.programme)
    task.indicators.add(indicator)
    return indicator


def at(month, day):
    return dt.datetime(2024, month, day, 2, tzinfo=dt.UTC)


def entry_of(indicator, town, as_of, known_on=None):
    return Board(indicator.programme, Moment(as_of, known_on)).entry(indicator, town.pk)


SEPTEMBER, OCTOBER, DECEMBER = dt.date(2024, 9, 30), dt.date(2024, 10, 31), dt.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("value", "as_of", "light"),
    [
        (10, SEPTEMBER, Light.DONE),
        (5, SEPTEMBER, Light.ON_SCHEDULE),
        (4, SEPTEMBER, Light.BEHIND),
        (3, SEPTEMBER, Light.BEHIND),
        (2, SEPTEMBER, Light.FAR_BEHIND),
        (9, OCTOBER, Light.BEHIND),
        (9, dt.date(2024, 11, 1), Light.OVERDUE),
    ],
)
def test_a_light_follows_from_target_actual_and_the_share_planned_by_the_first_linked_task(
    beds, periods, miaohang, value, as_of, light
):
    TargetFactory(indicator=beds, town=miaohang)
    accepted(periods[3], miaohang, subject=beds, value=Decimal(value), at=at(9, 30))

    found = entry_of(beds, miaohang, as_of)

    assert (found.actual, found.light) == (value, light)


@pytest.mark.parametrize(
    ("stated", "light"),
    [(None, Light.DONE), (dt.date(2024, 10, 31), Light.DONE), (dt.date(2024, 11, 1), Light.LATE)],
    ids=["the quarter that holds the due date", "stated on the due date", "stated a day later"],
)
def test_a_target_met_in_the_last_quarter_is_on_time_unless_a_later_day_was_stated(
    beds, periods, miaohang, stated, light
):
    TargetFactory(indicator=beds, town=miaohang)
    accepted(periods[4], miaohang, subject=beds, value=Decimal(10), as_at=stated, at=at(12, 31))

    assert entry_of(beds, miaohang, DECEMBER).light == light


def test_a_better_figure_later_in_the_quarter_does_not_make_a_target_late(beds, periods, miaohang):
    TargetFactory(indicator=beds, town=miaohang)
    for value, day in [(10, dt.date(2024, 10, 20)), (12, dt.date(2024, 12, 15))]:
        accepted(periods[4], miaohang, subject=beds, value=Decimal(value), as_at=day, at=at(12, 20))

    assert entry_of(beds, miaohang, DECEMBER).light == Light.DONE


def test_a_rate_is_planned_whole_from_the_start(task, periods, miaohang):
    certified = IndicatorFactory(programme=task.programme, rate=True)
    task.indicators.add(certified)
    TargetFactory(indicator=certified, town=miaohang, value=Decimal(85))

    assert entry_of(certified, miaohang, dt.date(2024, 2, 1)).planned == 1


def test_an_upper_bound_is_met_by_less(beds, periods, miaohang):
    TargetFactory(indicator=beds, town=miaohang, comparator="le", value=Decimal(3))
    accepted(periods[3], miaohang, subject=beds, value=Decimal(4), at=at(9, 30))
    assert entry_of(beds, miaohang, SEPTEMBER).light == Light.BEHIND

    accepted(periods[3], miaohang, subject=beds, value=Decimal(3), at=at(9, 30))
    assert entry_of(beds, miaohang, SEPTEMBER).light == Light.DONE


def test_a_bare_number_is_an_upper_bound_where_the_indicator_says_lower_is_better(beds, periods, miaohang):
    beds.direction = beds.Direction.LOWER
    beds.save()
    TargetFactory(indicator=beds, town=miaohang, value=Decimal(3))
    accepted(periods[3], miaohang, subject=beds, value=Decimal(4), at=at(9, 30))
    found = entry_of(beds, miaohang, SEPTEMBER)
    assert (found.planned, found.light) == (1, Light.BEHIND)

    accepted(periods[3], miaohang, subject=beds, value=Decimal(3), at=at(9, 30))
    assert entry_of(beds, miaohang, SEPTEMBER).light == Light.DONE


@pytest.mark.parametrize("target", [None, {"comparator": "text", "value": None, "text": "应补尽补"}])
def test_without_a_number_to_reach_there_is_no_light_to_show(beds, periods, miaohang, target):
    if target:
        TargetFactory(indicator=beds, town=miaohang, **target)
    accepted(periods[3], miaohang, subject=beds, value=Decimal(4), at=at(9, 30))

    assert entry_of(beds, miaohang, SEPTEMBER).light == Light.NO_TARGET


def test_an_indicator_without_a_task_is_due_at_the_years_end(periods, miaohang, task):
    lone = IndicatorFactory(programme=task.programme)

    assert Plan(task.programme).of_indicator(lone).due_on == DECEMBER


def test_known_on_makes_a_past_light_again(beds, periods, miaohang):
    TargetFactory(indicator=beds, town=miaohang)
    accepted(periods[3], miaohang, subject=beds, value=Decimal(5), at=at(10, 8))
    accepted(periods[3], miaohang, subject=beds, value=Decimal(2), at=at(11, 8))

    assert entry_of(beds, miaohang, SEPTEMBER, known_on=dt.date(2024, 10, 9)).light == Light.ON_SCHEDULE
    assert entry_of(beds, miaohang, SEPTEMBER).light == Light.FAR_BEHIND


def test_the_programmes_own_threshold_tells_far_behind(beds, periods, miaohang):
    beds.programme.behind_threshold = Decimal("0.90")
    TargetFactory(indicator=beds, town=miaohang)
    accepted(periods[3], miaohang, subject=beds, value=Decimal(4), at=at(9, 30))

    assert entry_of(beds, miaohang, SEPTEMBER).light == Light.FAR_BEHIND


def test_a_tasks_light_follows_from_the_districts_own_reports_alone(task, periods, miaohang):
    accepted(periods[3], miaohang, subject=task, state="done", percent=Decimal(100), at=at(9, 30))
    accepted(periods[3], None, subject=task, state="in_progress", percent=Decimal(30), at=at(9, 30))

    (entry,) = task_entries(Plan(task.programme), Moment(SEPTEMBER))

    assert (entry.percent, entry.planned_percent, entry.light) == (30, 50, Light.BEHIND)
