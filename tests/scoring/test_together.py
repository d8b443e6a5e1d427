"""Many programmes scored at once get what each gets alone, by as many queries as one."""

import datetime as dt
from decimal import Decimal

import pytest

from scoring import together
from scoring.marking import give
from scoring.scores import Scores
from scoring.together import scores_of_all
from tasks.board import Moment
from tests.factories import (
    CriterionFactory,
    CriterionLinkFactory,
    DistrictFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    RubricFactory,
    SectionFactory,
    TargetFactory,
    TownFactory,
    UserFactory,
    accepted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

AUTUMN = Moment(dt.date(2024, 9, 30))


def a_programme(number, figure, points):
    """A district of two towns, of which the first has reported one figure and was given points."""
    district = DistrictFactory(code=f"31019{number}", name=f"第{number}区")
    programme = ProgrammeFactory(district=district, slug=f"plan-of-{number}")
    town, _other = (TownFactory(district=district) for _ in range(2))
    section = SectionFactory(rubric=RubricFactory(programme=programme), weight=20)
    built = CriterionFactory(
        section=section, key="1.1", title="建成", weight=10, rule={"kind": "completion", "part": ""}
    )
    judged = CriterionFactory(section=section, key="1.2", title="评价", weight=10, rule={"kind": "manual"})
    indicator = IndicatorFactory(programme=programme)
    CriterionLinkFactory(criterion=built, indicator=indicator)
    TargetFactory(indicator=indicator, town=town, value=Decimal(10))
    staff = UserFactory(district=district)
    accepted(PeriodFactory(programme=programme), town, subject=indicator, value=Decimal(figure), by=staff)
    said = {"reason": "检查", "document": "记录", "given_on": dt.date(2024, 9, 1), "by": staff, "key": f"key-{number}"}
    give(criterion=judged, town=town, points=Decimal(points), **said)
    return programme


@pytest.fixture
def programmes():
    return [a_programme(number, figure, points) for number, (figure, points) in enumerate([(5, 8), (10, 3), (1, 0)])]


def told(scores):
    return [(row.town.name, row.rank, row.score.to_dict()) for row in scores.ranked(scores.towns)]


def test_each_gets_what_it_gets_alone(programmes):
    alone = [told(Scores(programme, AUTUMN)) for programme in programmes]

    assert [told(scores) for scores in scores_of_all(programmes, AUTUMN)] == alone
    assert [rows[0][2]["total"] for rows in alone] == ["13.00", "13.00", "1.00"]


def test_a_group_may_be_smaller_than_all(programmes, monkeypatch):
    monkeypatch.setattr(together, "GROUP", 2)

    assert [scores.programme for scores in scores_of_all(programmes, AUTUMN)] == programmes


def test_each_gets_what_was_known_on_a_day(programmes):
    before = Moment(AUTUMN.as_of, dt.date(2024, 10, 14))

    assert [told(scores) for scores in scores_of_all(programmes, before)] == [
        told(Scores(programme, before)) for programme in programmes
    ]


def test_a_programme_without_a_rubric_is_left_out(programmes):
    bare = ProgrammeFactory(slug="bare")

    assert [scores.programme for scores in scores_of_all([bare, programmes[0]], AUTUMN)] == [programmes[0]]


@pytest.mark.parametrize("count", [1, 3])
def test_a_group_takes_as_many_queries_as_one(programmes, count, django_assert_num_queries):
    with django_assert_num_queries(10):
        for scores in scores_of_all(programmes[:count], AUTUMN):
            told(scores)
