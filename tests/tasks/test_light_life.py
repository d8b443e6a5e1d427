"""What recorded changes of lights tell."""

import datetime as dt

import pytest

from tasks.board import Moment
from tasks.light_life import Change, LightLife
from tasks.lights import Light
from tasks.models import LightChange
from tests.factories import IndicatorFactory


@pytest.fixture
def beds(district):
    return IndicatorFactory(programme__district=district)


@pytest.fixture
def record(beds, miaohang):
    def write(day, before, light, town=miaohang):
        LightChange.objects.create(
            district=beds.programme.district,
            programme=beds.programme,
            indicator=beds,
            town=town,
            on=day,
            before=before,
            light=light,
        )

    return write


MARCH = [dt.date(2024, 3, day) for day in range(1, 32)]


def life(beds, user, as_of, known_on=None, **only):
    return LightLife(beds.programme, Moment(as_of, known_on), user=user, **only)


def test_red_lasts_from_its_first_day_through_both_reds(beds, record, miaohang, staff):
    record(MARCH[0], "", Light.ON_SCHEDULE)
    record(MARCH[9], Light.ON_SCHEDULE, Light.FAR_BEHIND)
    record(MARCH[14], Light.FAR_BEHIND, Light.OVERDUE)

    found = life(beds, staff, MARCH[21])

    line = (beds.pk, miaohang.pk)
    assert found.red_since(line, Light.OVERDUE) == MARCH[9]
    assert found.red_days(line, Light.OVERDUE) == 12


def test_red_that_came_back_counts_from_its_return(beds, record, miaohang, staff):
    record(MARCH[0], "", Light.FAR_BEHIND)
    record(MARCH[4], Light.FAR_BEHIND, Light.ON_SCHEDULE)
    record(MARCH[9], Light.ON_SCHEDULE, Light.FAR_BEHIND)

    assert life(beds, staff, MARCH[9]).red_days((beds.pk, miaohang.pk), Light.FAR_BEHIND) == 0


@pytest.mark.parametrize("light", [Light.DONE, Light.BEHIND, Light.NO_TARGET])
def test_what_is_not_red_is_red_since_no_day(beds, record, miaohang, staff, light):
    record(MARCH[0], "", Light.FAR_BEHIND)

    assert life(beds, staff, MARCH[9]).red_since((beds.pk, miaohang.pk), light) is None


def test_what_turned_red_after_the_last_record_is_red_since_no_known_day(beds, record, miaohang, staff):
    record(MARCH[0], "", Light.FAR_BEHIND)
    record(MARCH[4], Light.FAR_BEHIND, Light.ON_SCHEDULE)

    assert life(beds, staff, MARCH[9]).red_days((beds.pk, miaohang.pk), Light.FAR_BEHIND) is None


@pytest.mark.parametrize(("as_of", "known_on"), [(MARCH[8], None), (MARCH[20], MARCH[8])])
def test_what_was_recorded_later_is_not_known(beds, record, miaohang, staff, as_of, known_on):
    record(MARCH[9], Light.ON_SCHEDULE, Light.FAR_BEHIND)

    assert life(beds, staff, as_of, known_on).changes == []


def test_the_week_is_seven_days_and_a_first_light_is_no_change(beds, record, miaohang, staff):
    record(MARCH[3], "", Light.BEHIND)
    record(MARCH[2], Light.ON_SCHEDULE, Light.BEHIND, town=None)
    record(MARCH[4], Light.BEHIND, Light.FAR_BEHIND)

    found = life(beds, staff, MARCH[9])

    assert found.of_the_week() == [Change(beds.pk, miaohang.pk, MARCH[4], Light.BEHIND, Light.FAR_BEHIND)]
    assert [change.on for change in life(beds, staff, MARCH[8]).of_the_week()] == [MARCH[4], MARCH[2]]


def test_the_first_day_of_the_calendar_has_no_week_before_it(beds, staff):
    assert life(beds, staff, dt.date.min).of_the_week() == []


def test_a_town_sees_nothing_of_its_neighbour(beds, record, official, neighbour, facility_user):
    record(MARCH[0], Light.BEHIND, Light.FAR_BEHIND)

    seen = {user: len(life(beds, user, MARCH[3]).changes) for user in (official, neighbour, facility_user)}

    assert seen == {official: 1, neighbour: 0, facility_user: 0}


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (MARCH[9], "自3月10日起"),
        (MARCH[21], "自3月10日起，已 12 天"),
        (dt.date(2025, 1, 1), "自2024年3月10日起，已 297 天"),
    ],
)
def test_the_words_name_the_day_and_the_days(beds, record, miaohang, staff, as_of, words):
    record(MARCH[9], Light.BEHIND, Light.FAR_BEHIND)

    assert life(beds, staff, as_of).told((beds.pk, miaohang.pk), Light.FAR_BEHIND) == words
    assert life(beds, staff, as_of).told((beds.pk, miaohang.pk), Light.DONE) == ""


def test_one_town_alone_can_be_asked_for(beds, record, miaohang, youyi, staff):
    record(MARCH[0], Light.BEHIND, Light.FAR_BEHIND)
    record(MARCH[1], Light.BEHIND, Light.FAR_BEHIND, town=youyi)

    assert [change.town for change in life(beds, staff, MARCH[3], town=youyi).changes] == [youyi.pk]
