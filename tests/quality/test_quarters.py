"""Quarters: their days, their names, which is over, which a period ends with."""

import datetime as dt

import pytest

from quality.quarters import Quarter, ended_by, of_period, quarter_of, read
from tests.factories import PeriodFactory


@pytest.mark.parametrize(
    ("day", "quarter"),
    [((2024, 1, 1), "2024Q1"), ((2024, 3, 31), "2024Q1"), ((2024, 4, 1), "2024Q2"), ((2024, 12, 31), "2024Q4")],
)
def test_a_day_lies_in_its_quarter(day, quarter):
    assert str(quarter_of(dt.date(*day))) == quarter


@pytest.mark.parametrize(
    ("day", "quarter"), [((2024, 9, 29), "2024Q2"), ((2024, 9, 30), "2024Q3"), ((2024, 1, 1), "2023Q4")]
)
def test_a_quarter_is_over_on_its_last_day(day, quarter):
    assert str(ended_by(dt.date(*day))) == quarter


def test_a_quarter_knows_its_days_and_its_name():
    quarter = Quarter(2024, 3)

    assert (quarter.starts_on, quarter.ends_on) == (dt.date(2024, 7, 1), dt.date(2024, 9, 30))
    assert (quarter.name, quarter.before, Quarter(2024, 1).before) == ("2024年第三季度", (2024, 2), (2023, 4))


@pytest.mark.parametrize("label", ["2024Q5", "2024Q0", "1999Q4", "2024M09", "２０２４Q3", "2024Q33", ""])
def test_other_words_name_no_quarter(label):
    assert read(label) is None


def test_a_label_is_read():
    assert read("2024Q3") == Quarter(2024, 3)


@pytest.mark.parametrize(
    ("starts", "ends", "quarter"),
    [
        ((2024, 7, 1), (2024, 9, 30), Quarter(2024, 3)),
        ((2024, 9, 1), (2024, 9, 30), Quarter(2024, 3)),
        ((2024, 8, 1), (2024, 8, 31), None),
    ],
)
def test_a_period_has_the_quarter_that_ends_with_it(starts, ends, quarter):
    assert of_period(PeriodFactory.build(starts_on=dt.date(*starts), ends_on=dt.date(*ends))) == quarter
