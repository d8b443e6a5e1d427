from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.lights import LAGGING, MET, Light, Met, is_met, light

DUE = date(2024, 10, 31)
DAY_BEFORE, DAY_AFTER = date(2024, 10, 30), date(2024, 11, 1)
Q3 = (date(2024, 7, 1), date(2024, 9, 30))
Q4 = (date(2024, 10, 1), date(2024, 12, 31))


def look(**changes) -> Light:
    """The light of 50 done of 100, half of it planned, in the middle of the year; and what is changed of that."""
    facts = {
        "on": date(2024, 6, 30),
        "actual": Decimal(50),
        "target": Decimal(100),
        "lower_is_better": False,
        "due_on": DUE,
        "planned": Decimal("0.5"),
        "first_met": None,
    }
    return light(**facts | changes)


def met_on(day, *, stated=True, quarter=Q4) -> Met:
    return Met(day, stated, *quarter)


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2024, 6, 30), DAY_AFTER])
def test_without_a_target_there_is_no_light_but_grey(on):
    assert look(target=None, on=on) == Light.NO_TARGET


@pytest.mark.parametrize(("day", "expected"), [(DAY_BEFORE, Light.DONE), (DUE, Light.DONE), (DAY_AFTER, Light.LATE)])
def test_a_stated_day_of_meeting_the_target_tells_done_from_late(day, expected):
    assert look(actual=Decimal(100), on=date(2024, 12, 31), first_met=met_on(day)) == expected


def test_a_report_for_the_quarter_of_the_due_date_is_on_time_where_nobody_stated_the_day():
    assert look(actual=Decimal(100), on=date(2024, 12, 31), first_met=met_on(Q4[1], stated=False)) == Light.DONE


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (date(2024, 9, 30), Light.LATE),
        (date(2024, 10, 1), Light.DONE),
        (date(2024, 12, 30), Light.DONE),
    ],
)
def test_the_quarter_holds_its_first_day_but_not_the_day_before(due_on, expected):
    first_met = met_on(Q4[1], stated=False)

    assert look(actual=Decimal(100), on=Q4[1], due_on=due_on, first_met=first_met) == expected


def test_a_report_for_an_earlier_quarter_is_on_time():
    assert look(actual=Decimal(100), on=Q4[1], first_met=met_on(Q3[1], stated=False, quarter=Q3)) == Light.DONE


def test_a_target_met_of_which_nothing_else_is_known_is_done():
    assert look(actual=Decimal(100), on=DAY_AFTER) == Light.DONE


def test_a_target_that_was_met_but_is_no_longer_is_not_done():
    assert look(actual=Decimal(99), on=DAY_AFTER, first_met=met_on(DAY_BEFORE)) == Light.OVERDUE


@pytest.mark.parametrize(
    ("on", "expected"), [(DAY_BEFORE, Light.BEHIND), (DUE, Light.BEHIND), (DAY_AFTER, Light.OVERDUE)]
)
def test_an_unmet_target_is_overdue_from_the_day_after_its_due_date(on, expected):
    assert look(actual=Decimal(99), on=on, planned=Decimal(1)) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("50.0000000001", Light.ON_SCHEDULE),
        ("50", Light.ON_SCHEDULE),
        ("49.9999999999", Light.BEHIND),
        ("30", Light.BEHIND),
        ("29.9999999999", Light.FAR_BEHIND),
        ("0", Light.FAR_BEHIND),
    ],
)
def test_the_ratio_to_the_plan_tells_green_yellow_and_red(actual, expected):
    assert look(actual=Decimal(actual)) == expected


@pytest.mark.parametrize(("actual", "expected"), [("40", Light.BEHIND), ("39.99", Light.FAR_BEHIND)])
def test_the_bound_between_yellow_and_red_is_the_programmes_setting(actual, expected):
    assert look(actual=Decimal(actual), behind_threshold=Decimal("0.80")) == expected


def test_nothing_reported_counts_as_nothing_done():
    assert look(actual=None) == Light.FAR_BEHIND
    assert look(actual=None, on=DAY_AFTER) == Light.OVERDUE


def test_a_planned_share_of_nothing_is_on_schedule():
    assert look(actual=None, planned=Decimal(0)) == Light.ON_SCHEDULE


@given(days=st.integers(1, 730), more=st.integers(1, 730), units=st.integers(1, 10**10))
def test_a_ratio_at_a_bound_is_at_the_bound_whatever_the_planned_share_is_rounded_to(days, more, units):
    whole = days + more
    facts = {"target": Decimal(whole * units), "planned": Decimal(days) / whole}

    assert look(actual=Decimal(days * units), **facts) == Light.ON_SCHEDULE
    assert look(actual=Decimal(days * units) * 6 / 10, **facts) == Light.BEHIND
    assert look(actual=Decimal(days * units) - Decimal("1e-10"), **facts) == Light.BEHIND
    assert look(actual=Decimal(days * units) * 6 / 10 - Decimal("1e-10"), **facts) == Light.FAR_BEHIND


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("4.29", Light.DONE),
        ("4.3", Light.DONE),
        ("4.31", Light.BEHIND),
        ("7.1666666666", Light.BEHIND),
        ("7.1666666667", Light.FAR_BEHIND),
    ],
)
def test_where_lower_is_better_the_ratio_is_target_by_actual(actual, expected):
    assert look(actual=Decimal(actual), target=Decimal("4.3"), lower_is_better=True, planned=Decimal(1)) == expected


@pytest.mark.parametrize(
    ("actual", "on", "expected"),
    [
        (Decimal(0), DUE, Light.DONE),
        (Decimal(1), DUE, Light.FAR_BEHIND),
        (Decimal(1), DAY_AFTER, Light.OVERDUE),
        (None, DUE, Light.FAR_BEHIND),
        (None, DAY_AFTER, Light.OVERDUE),
    ],
)
def test_an_upper_bound_of_0_divides_nothing(actual, on, expected):
    assert look(actual=actual, target=Decimal(0), lower_is_better=True, planned=Decimal(1), on=on) == expected


@pytest.mark.parametrize("actual", [None, Decimal(0), Decimal(3)])
def test_a_target_of_0_to_be_reached_is_met(actual):
    assert look(actual=actual, target=Decimal(0)) == Light.DONE


@pytest.mark.parametrize(
    ("actual", "lower_is_better", "expected"),
    [
        ("84.9999999999", False, False),
        ("85", False, True),
        ("86", False, True),
        ("84", True, True),
        ("85", True, True),
        ("85.0000000001", True, False),
    ],
)
def test_a_target_includes_its_own_number(actual, lower_is_better, expected):
    assert is_met(Decimal(actual), Decimal(85), lower_is_better) is expected


def test_nothing_reported_meets_no_upper_bound():
    assert is_met(None, Decimal(85), True) is False


def test_each_light_has_its_own_word_and_a_colour():
    assert [(str(one), one.label, one.colour) for one in Light] == [
        ("done", "已完成", "teal"),
        ("late", "逾期补齐", "orange"),
        ("overdue", "逾期", "red"),
        ("on_schedule", "达序时", "green"),
        ("behind", "滞后", "yellow"),
        ("far_behind", "严重滞后", "red"),
        ("no_target", "未分解", "secondary"),
    ]


def test_a_light_is_found_by_its_code():
    assert Light("far_behind") is Light.FAR_BEHIND


def test_the_named_sets():
    assert set(MET) == {Light.DONE, Light.LATE}
    assert set(LAGGING) == {Light.OVERDUE, Light.BEHIND, Light.FAR_BEHIND}
