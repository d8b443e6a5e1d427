"""Scores and marks go out as their pages show them."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest

from scoring.marking import give, revoke
from scoring.models import Criterion
from tasks.exports.annexes import export_annex
from tasks.exports.layouts import Section, rubric
from tasks.importing import Context, import_annex
from tests.factories import ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


def csv_rows(response):
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def bonus(baoshan):
    return Criterion.objects.get(section__rubric__programme=baoshan, rule__kind="bonus")


@pytest.fixture
def mark(baoshan, bonus, staff):
    """庙行镇 gets 3 points for a pilot."""
    town = baoshan.district.towns.get(name="庙行镇")
    return give(
        criterion=bonus,
        town=town,
        points=Decimal(3),
        grade="",
        reason="-试点",
        document="沪民〔2024〕1号",
        given_on=dt.date(2024, 9, 1),
        key="mark",
        by=staff,
    )


def test_the_ranking_goes_out_with_every_line(sign_in, staff, mark):
    rows = csv_rows(sign_in(staff).get("/p/baoshan-2024/scores/?export=csv"))

    assert rows[0][:9] == [
        *("名次", "街镇", "总分", "可得分占比（%）"),
        *("基础工作", "民心工程和政府实事项目", "重点项目", "加分项", "扣分项"),
    ]
    assert rows[1][:3] == ["1", "庙行镇", "3"]
    assert rows[1][4:9] == ["0", "0", "0", "3", "0"]
    assert [len(row) for row in rows] == [4 + 5 + 23] * 13


def test_the_choice_for_lines_without_a_target_goes_out_too(sign_in, staff, mark):
    answers = [
        csv_rows(sign_in(staff).get(f"/p/baoshan-2024/scores/?export=csv&no_target={policy}"))[1][2]
        for policy in ("by_text", "full")
    ]

    assert answers[0] == "3"
    assert Decimal(answers[1]) > 3


def test_marks_go_out_with_who_took_them_back(sign_in, staff, mark):
    revoke(mark=mark, reason="重复", by=staff)

    rows = csv_rows(sign_in(staff).get("/p/baoshan-2024/scores/marks/?export=csv"))

    assert rows[1:] == [
        [
            *("庙行镇", "", "加分项", mark.criterion.title, "3", "", "", "'-试点", "沪民〔2024〕1号"),
            *("", "2024-09-01"),
            *("养老服务科", "2024-10-15 10:00", "养老服务科", "重复"),
        ]
    ]


def test_a_town_gets_neither(sign_in, official, baoshan):
    client = sign_in(official)

    addresses = ["/p/baoshan-2024/scores/?export=csv", "/p/baoshan-2024/scores/marks/?export=xlsx"]
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_a_rubric_with_half_points_and_unweighted_titles_comes_back_unchanged(db):
    programme = ProgrammeFactory()
    sections = [
        Section(1, "基础工作", [("完成情况", Decimal("2.5")), ("=台账\n齐全", Decimal("7.5"))]),
        Section(2, "扣分项", [("被区级通报批评", Decimal("-0.5"))]),
    ]
    content = rubric("附件3", "题", "考核评分细则", sections, ["说明：一", "二"]).content()
    first = import_annex(content, Context(programme), kind="rubric")
    assert (first.created, first.errors) == (3, [])

    again = import_annex(export_annex(programme, "rubric"), Context(programme), kind="rubric")

    assert (again.created, again.updated, again.unchanged, again.errors) == (0, 0, 3, [])
    assert programme.rubrics.count() == 1
