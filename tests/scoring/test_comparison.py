"""A town beside its district: medians, places, its own last quarter; and who may be shown what."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.cache import caches

from scoring.assessments import discard, draft
from scoring.comparison import (
    Standing,
    at_quarter,
    by_sections,
    last_quarter,
    may_see_medians,
    may_see_places,
    middle,
    standing,
)
from scoring.marking import give
from scoring.models import Criterion
from scoring.scores import Scores
from scoring.whatif import place
from tasks.board import Moment
from tests.factories import TownFactory, accepted

D = Decimal
AUTUMN = Moment(dt.date(2024, 9, 30))


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ([], None),
        (["4"], "4.00"),
        (["0", "9", "4"], "4.00"),
        (["1.24", "1.25"], "1.25"),
        (["1", "2", "3", "9"], "2.50"),
    ],
)
def test_the_median_is_rounded_like_points(points, found):
    result = middle([D(one) for one in points])

    assert (result if result is None else str(result)) == found


@pytest.mark.django_db
class TestStanding:
    @pytest.fixture
    def plan(self, baoshan, october):
        return baoshan

    @pytest.fixture
    def stations(self, plan):
        return plan.indicators.get(name="新增家门口养老服务站")

    def period(self, plan, label):
        return plan.periods.select_related("programme__district").get(label=label)

    def test_every_town_has_its_total_and_its_points_on_each_line(self, plan, stations, miaohang, youyi, leader):
        accepted(self.period(plan, "2024Q3"), miaohang, subject=stations, value=D(4))

        found = standing(plan, AUTUMN, leader)

        assert (found.totals[miaohang.pk], found.totals[youyi.pk], len(found.totals)) == (D("1.20"), 0, 12)
        assert found.lines["2.8"][miaohang.pk] == D("1.20")
        assert len(found.lines) == 23

    def test_others_are_all_but_the_town(self):
        found = Standing({1: D(5), 2: D(7), 3: D(6)}, {"a": {1: D(1), 2: D(3), 3: D(2)}})

        assert found.others(TownFactory.build(pk=2)) == [D(5), D(6)]
        assert (found.median, found.median_of("a"), found.median_of("b")) == (D(6), D(2), None)

    @pytest.mark.usefixtures("kept")
    def test_it_holds_all_towns_for_a_town_as_well_and_changes_with_what_is_accepted(
        self, plan, stations, youyi, official
    ):
        before = standing(plan, AUTUMN, official).totals[youyi.pk]
        accepted(self.period(plan, "2024Q3"), youyi, subject=stations, value=D(4))

        assert (before, standing(plan, AUTUMN, official).totals[youyi.pk]) == (0, D("1.50"))

    @pytest.fixture
    def kept(self, settings):
        """The cache that the portal runs with."""
        backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}
        settings.CACHES = settings.CACHES | {"pages": backend}
        caches["pages"].clear()

    @pytest.mark.usefixtures("kept")
    def test_asked_again_it_is_remembered(self, plan, leader, django_assert_num_queries):
        standing(plan, AUTUMN, leader)

        with django_assert_num_queries(1):
            standing(plan, AUTUMN, leader)

    @pytest.mark.usefixtures("kept")
    def test_a_mark_changes_it(self, plan, miaohang, leader, staff):
        before = standing(plan, AUTUMN, leader).totals[miaohang.pk]
        criterion = Criterion.objects.select_related("section__rubric__programme__district").get(
            title="养老服务综合监管水平"
        )
        given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, 9, 1), "by": staff, "key": "one"}
        give(criterion=criterion, town=miaohang, points=D(8), **given)

        assert (before, standing(plan, AUTUMN, leader).totals[miaohang.pk]) == (0, D(8))

    @pytest.mark.parametrize(
        ("day", "label"),
        [((2024, 3, 31), None), ((2024, 4, 1), "2024Q1"), ((2024, 9, 30), "2024Q2"), ((2024, 10, 1), "2024Q3")],
    )
    def test_the_last_quarter_was_over_before_the_day(self, plan, day, label):
        found = last_quarter(plan, dt.date(*day))

        assert (found and found.label) == label

    def test_the_towns_own_score_at_a_quarters_end(self, plan, stations, miaohang, official):
        accepted(self.period(plan, "2024Q2"), miaohang, subject=stations, value=D(2), as_at=dt.date(2024, 6, 30))
        accepted(self.period(plan, "2024Q3"), miaohang, subject=stations, value=D(4))
        own = Scores(plan, AUTUMN, user=official)

        found = at_quarter(own, self.period(plan, "2024Q2"), official, miaohang)

        assert found.total == D("0.60")

    def test_scores_that_are_asked_again_read_the_marks_anew(self, plan, miaohang, youyi, official, staff):
        criterion = Criterion.objects.select_related("section__rubric__programme__district").get(
            title="养老服务综合监管水平"
        )
        for town, month in ((miaohang, 8), (youyi, 5)):
            given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, month, 1), "by": staff}
            give(criterion=criterion, town=town, points=D(8), key=town.code, **given)
        own = Scores(plan, AUTUMN, user=official)
        own.of(miaohang)  # what the town may see is loaded

        assert at_quarter(own, self.period(plan, "2024Q2"), official, miaohang).total == 0
        assert standing(plan, AUTUMN, official, own).totals[youyi.pk] == D(8)

    def test_places_are_the_districts_and_medians_need_five_towns(
        self, plan, leader, staff, city_user, official, facility_user
    ):
        few, enough = (Standing(dict.fromkeys(range(towns), D(1)), {}) for towns in (4, 5))

        assert [may_see_places(user, plan) for user in (leader, staff, city_user, official, facility_user)] == [
            *(True, True, True, False, False)
        ]
        assert [may_see_medians(leader, few), may_see_medians(official, few), may_see_medians(official, enough)] == [
            *(True, False, True)
        ]


@pytest.mark.django_db
class TestPlacesByRule:
    """What decides a place in a trial is what decides it in the programme's latest assessment."""

    def test_equal_totals_share_a_place_without_an_assessment(self, baoshan):
        assert by_sections(baoshan) is False

    @pytest.mark.parametrize(("ties", "told"), [("shared", False), ("by_sections", True)])
    def test_the_latest_assessment_says_whether_sections_decide(self, baoshan, staff, october, ties, told):
        facts = {"programme": baoshan, "kind": "annual", "title": "年度", "as_of": dt.date(2024, 12, 31), "by": staff}
        draft(**facts, key="a")
        draft(**facts, key="b", ties=ties)
        discard(assessment=draft(**facts, key="c"), reason="作废", by=staff)

        assert by_sections(baoshan) is told

    def test_sections_stand_behind_the_total(self):
        found = Standing({1: D(5), 2: D(7)}, {}, {1: [D(2), D(3)], 2: [D(4), D(3)]})

        assert found.others(TownFactory.build(pk=1), by_sections=True) == [(D(7), D(4), D(3))]
        assert place((D(7), D(5), D(2)), [(D(7), D(4), D(3))]) == 1
        assert place((D(7), D(3), D(4)), [(D(7), D(4), D(3))]) == 2
        assert place((D(7), D(4), D(3)), [(D(7), D(4), D(3))]) == 1
