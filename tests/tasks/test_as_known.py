"""Settings as they were known on a day: threshold, due dates, direction, and what a missing target gives."""

import datetime as dt
from decimal import Decimal

import pytest

from scoring.scores import Scores
from tasks.as_known import as_known
from tasks.board import Board, Moment, Plan, task_entries
from tasks.lights import Light
from tests.factories import (
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    RubricFactory,
    TargetFactory,
    TaskFactory,
    accepted,
)

pytestmark = pytest.mark.django_db

MARCH, JULY, SEPTEMBER = dt.date(2024, 3, 1), dt.date(2024, 7, 1), dt.date(2024, 9, 30)


def on(day):
    return dt.datetime.combine(day, dt.time(4), dt.UTC)


def changed(row, day, **fields):
    """The row was written in March, and its fields were changed on a day."""
    row.history.update(history_date=on(MARCH))
    for name, value in fields.items():
        setattr(row, name, value)
    row._history_date = on(day)
    row.save()
    return row


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district)


@pytest.mark.parametrize(
    ("known_on", "threshold"),
    [
        (None, "0.30"),
        (JULY, "0.30"),
        (JULY - dt.timedelta(days=1), "0.60"),
        (MARCH, "0.60"),
        (MARCH - dt.timedelta(days=1), "0.60"),
        (on(JULY), "0.30"),
        (on(JULY) - dt.timedelta(microseconds=1), "0.60"),
    ],
)
def test_a_field_is_what_was_known_by_the_end_of_the_day_or_by_a_moment(programme, known_on, threshold):
    row = changed(programme, JULY, behind_threshold=Decimal("0.30"))

    as_known([row], ["behind_threshold"], known_on)

    assert row.behind_threshold == Decimal(threshold)


def test_what_was_before_the_first_record_is_not_guessed(programme):
    programme.history.all().delete()
    row = changed(programme, JULY, behind_threshold=Decimal("0.30"))

    as_known([row], ["behind_threshold"], MARCH)

    assert row.behind_threshold == Decimal("0.30")


def test_any_number_of_rows_costs_one_query_and_none_for_now(programme, django_assert_num_queries):
    tasks = [TaskFactory(programme=programme) for _number in range(3)]

    with django_assert_num_queries(1):
        as_known(tasks, ["due_on"], JULY)
    with django_assert_num_queries(0):
        as_known(tasks, ["due_on"], None)
        as_known([], ["due_on"], JULY)


def test_the_threshold_makes_a_past_light_again(programme, miaohang):
    beds = IndicatorFactory(programme=programme)
    TargetFactory(indicator=beds, town=miaohang, value=Decimal(10), created_at=on(MARCH))
    accepted(PeriodFactory(programme=programme, quarter=2), miaohang, subject=beds, value=Decimal(3), at=on(JULY))
    changed(programme, dt.date(2024, 8, 1), behind_threshold=Decimal("0.30"))

    lights = [Board(programme, Moment(SEPTEMBER, known_on)).entry(beds, miaohang.pk).light for known_on in (JULY, None)]

    assert lights == [Light.FAR_BEHIND, Light.BEHIND]
    assert programme.behind_threshold == Decimal("0.30")


def test_a_due_date_makes_a_past_light_again(programme):
    task = TaskFactory(programme=programme, due_on=dt.date(2024, 8, 31))
    changed(task, dt.date(2024, 9, 15), due_on=dt.date(2024, 12, 31))

    def light(known_on):
        return task_entries(Plan(programme, known_on), Moment(SEPTEMBER, known_on))[0].light

    assert (light(dt.date(2024, 9, 14)), light(None)) == (Light.OVERDUE, Light.FAR_BEHIND)


def test_the_direction_makes_a_past_light_again(programme, miaohang):
    cases = IndicatorFactory(programme=programme)
    TargetFactory(indicator=cases, town=miaohang, value=Decimal(10), created_at=on(MARCH))
    accepted(PeriodFactory(programme=programme, quarter=2), miaohang, subject=cases, value=Decimal(3), at=on(JULY))
    changed(cases, dt.date(2024, 8, 1), direction="lower")

    boards = [Board(programme, Moment(SEPTEMBER, known_on)) for known_on in (JULY, None)]
    lights = [board.entry(*board.indicators, miaohang.pk).light for board in boards]

    assert lights == [Light.FAR_BEHIND, Light.DONE]


def test_what_a_missing_target_gives_is_as_known(programme):
    rubric = RubricFactory(programme=programme, created_at=on(MARCH))
    changed(rubric, JULY, no_target="full")

    choices = [Scores(programme, Moment(SEPTEMBER, known_on)).no_target for known_on in (MARCH, None)]

    assert choices == ["by_text", "full"]
