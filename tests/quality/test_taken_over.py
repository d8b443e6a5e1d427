"""What the quarter's inspections say is filled in on a facility's figures, with where it is from; nothing else is."""

import datetime as dt

import pytest
from django.utils import translation

from quality.measures import Measure
from quality.quarters import Quarter
from quality.taken_over import taken_over
from tests.quality.cases import sent
from tests.quality.inspections import inspected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
Q4, VISITED = Quarter(2024, 4), dt.date(2024, 10, 14)


@pytest.fixture
def home(facility_user):
    return facility_user.facility


def values(home, quarter=Q4):
    return {measure: one.value for measure, one in taken_over(home, quarter).items()}


def test_the_monitoring_grade_of_the_quarter_is_taken(home):
    inspected(home, "met", "met")

    assert taken_over(home, Q4)[Measure.MONITORING] == (4, "取自日常监测 2024-10-14")


def test_a_grade_is_taken_whatever_language_the_reader_has(home):
    inspected(home, "met", "met")

    with translation.override("en"):
        assert values(home) == {Measure.MONITORING: 4}


def test_the_latest_of_the_quarter_stands(home):
    inspected(home, "met", "met", visited_on=dt.date(2024, 10, 2))
    inspected(home, "met", ("not_met", "通道堵塞", "ordinary"), visited_on=VISITED)

    assert values(home) == {Measure.MONITORING: 1}


@pytest.mark.parametrize("quarter", [Quarter(2024, 3), Quarter(2025, 1)])
def test_another_quarters_inspection_is_not(home, quarter):
    inspected(home, "met", "met", visited_on=VISITED)

    assert values(home, quarter) == {}


def test_a_survey_gives_its_answers_and_its_score(home):
    inspected(home, "met", ("not_met", "不满意", "ordinary"), kind="satisfaction", respondents=30)

    assert values(home) == {Measure.ANSWERS: 30, Measure.SATISFACTION: 5000}


def test_a_grade_that_is_none_of_ours_says_nothing(home):
    inspected(home, "met", "met", kind="star")

    assert values(home) == {}


def test_the_page_has_it_filled_in_until_something_is_sent(home, facility_user, sign_in):
    inspected(home, "met", "met")
    client, address = sign_in(facility_user), f"/facilities/{home.pk}/figures/2024Q4/"

    def field():
        groups = client.get(address).context["groups"]
        return next(one for _title, group in groups for one in group if one["measure"] == Measure.MONITORING)

    before = field()
    sent(home, Q4, by=facility_user, monitoring=3)

    assert (before["value"], before["source"]) == ("4", "取自日常监测 2024-10-14")
    assert field()["value"] == "3"
