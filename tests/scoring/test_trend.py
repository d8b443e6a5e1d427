"""The towns over the assessments of two years: what each reader sees, with what was ruled."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from scoring.appealing import appeal, rule
from scoring.assessments import discard, finalise
from scoring.trend import Place, assessments_of, rows_of
from tests.factories import PeriodFactory, ProgrammeFactory, TownFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

D = Decimal
PAGE = "/p/plan/scores/assessments/trend/"
AUGUST = dt.date(2024, 8, 31)
NOVEMBER = dt.datetime(2024, 11, 1, 2, tzinfo=dt.UTC)


@pytest.fixture
def two(plan):
    """One as of August, when nothing stood but marks were to come, and one as of September; both published."""
    early = {"title": "八月", "period": plan.half, "as_of": AUGUST}
    first = plan.published(key="1", visibility="bands", reason="尚无数据", **early)
    return first, plan.published(key="2", title="九月")


def rows(user, plan):
    return {row.name: row for row in rows_of(user, assessments_of(user, plan.programme))}


def test_the_bureau_sees_every_town_in_the_order_of_the_days(plan, two, leader):
    found = rows(leader, plan)

    assert [one.title for one in assessments_of(leader, plan.programme)] == ["八月", "九月"]
    assert found["庙行镇"].places == [Place(D(0), 1, "不合格"), Place(D(60), 3, "合格")]
    assert [row.change for row in found.values()] == [D(75), D(69), D(60)]


def test_a_town_sees_its_own_and_its_rank_where_it_is_public(plan, two, official):
    found = rows(official, plan)

    assert list(found) == ["庙行镇"]
    assert [place.rank for place in found["庙行镇"].places] == [None, 3]


def test_what_is_not_published_is_the_bureaus(plan, official, leader):
    plan.frozen()
    assert (rows(official, plan), len(rows(leader, plan))) == ({}, 3)


def test_drafts_and_discarded_ones_are_left_out(plan, leader):
    plan.draft()
    discard(assessment=plan.frozen(key="b"), reason="有误", by=plan.staff)
    assert assessments_of(leader, plan.programme) == []


def test_the_year_before_comes_along_and_no_other(plan, leader):
    plan.frozen()
    after = ProgrammeFactory(slug="next", district=plan.programme.district, year=2025)
    later = ProgrammeFactory(slug="later", district=plan.programme.district, year=2026)

    assert [len(assessments_of(leader, one)) for one in (plan.programme, after, later)] == [1, 1, 0]


def test_a_ruling_moves_its_town_before_and_after_the_end(plan, official, leader, time_machine):
    assessment = plan.published()
    lodged = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
    rule(appeal=lodged, upheld=True, points=D(50), reason="验收单", by=plan.staff)
    ruled = rows(leader, plan)
    time_machine.move_to(NOVEMBER, tick=False)
    finalise(assessment=assessment, by=plan.staff)

    assert ruled["庙行镇"].places == [Place(D(80), 1, "良好")]
    assert rows(leader, plan) == ruled


def test_a_town_that_had_no_result_has_a_gap(plan, leader):
    plan.frozen(key="1", period=plan.half)
    newer = TownFactory(district=plan.programme.district, code="310113999", name="新镇")
    plan.reports(newer, 5)
    plan.marks(newer, 5)
    plan.frozen(key="2", title="再次")
    found = rows(leader, plan)["新镇"]

    assert (found.places[0], found.places[1].total, found.change) == (None, D(65), None)


class TestPage:
    def test_shows_a_line_for_each_town(self, plan, two, sign_in, leader):
        response = sign_in(leader).get(PAGE)

        assert [one["name"] for one in response.context["chart"]["series"]] == ["友谊路街道", "高境镇", "庙行镇"]
        assert "+75.00" in response.content.decode()

    def test_one_assessment_is_no_trend(self, plan, sign_in, leader):
        plan.frozen()
        assert sign_in(leader).get(PAGE).context["chart"] is None

    def test_without_any_it_says_so(self, plan, sign_in, official):
        assert "考核冻结后，各次得分会出现在这里" in sign_in(official).get(PAGE).content.decode()

    def test_leaves_as_a_file(self, plan, two, sign_in, official):
        content = sign_in(official).get(PAGE, {"export": "xlsx"}).content
        head, own = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)

        assert head == ("街镇", "八月 总分", "八月 名次", "八月 等次", "九月 总分", "九月 名次", "九月 等次", "比上次")
        assert own == ("庙行镇", 0, "", "不合格", 60, 3, "合格", 60)

    def test_costs_the_same_for_more_towns_and_assessments(self, plan, two, sign_in, leader):
        client, found = sign_in(leader), []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get(PAGE)
            found.append(len(queries))
            town = TownFactory(district=plan.programme.district, code=f"31011399{number}")
            plan.reports(town, 3)
            plan.marks(town, 5)
            quarter = PeriodFactory(programme=plan.programme, quarter=(1, 4)[number])
            plan.frozen(key=f"more-{number}", title=f"第{number}次", period=quarter)
        assert found == [8, 8]
