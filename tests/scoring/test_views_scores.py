"""The pages of scores and of the rubric."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils.html import strip_tags

from districts.models import Town
from scoring.marking import give
from scoring.models import Criterion
from tests.factories import accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/baoshan-2024/scores/"


@pytest.fixture
def world(baoshan, miaohang, staff):
    """庙行镇: 4 of 10 stations, 8 points for supervision, and a report to the district (−5)."""
    period = baoshan.periods.select_related("programme__district").get(label="2024Q3")
    stations = baoshan.indicators.get(name="新增家门口养老服务站")
    accepted(period, miaohang, subject=stations, value=Decimal(4))
    criteria = Criterion.objects.select_related("section__rubric__programme__district")
    for title, points in (("养老服务综合监管水平", Decimal(8)), ("被区级通报批评", Decimal(5))):
        given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, 10, 1), "by": staff, "key": title}
        give(criterion=criteria.get(title=title), town=miaohang, points=points, **given)
    return miaohang


def row_of(page, town):
    """The points of one town in the table of lines."""
    table = page[page.index('id="lines"') :]
    row = re.search(rf"<a [^>]*>{town}</a></th>(.*?)</tr>", table, re.S)[1]
    return re.findall(r"-?\d+\.\d\d", strip_tags(row.replace("</td>", " ")))


def test_every_line_of_every_town_and_the_total(world, sign_in, leader):
    page = sign_in(leader).get(PAGE).content.decode()

    points = row_of(page, "庙行镇")
    assert len(points) == 24
    assert [one for one in points if one != "0.00"] == ["1.20", "8.00", "-5.00", "4.20"]
    assert row_of(page, "大场镇") == ["0.00"] * 24


@pytest.mark.parametrize(
    ("policy", "total", "line"),
    [("by_text", "4.20", "0.00"), ("full", "17.20", "3.00"), ("exclude", "5.14", "0.00")],
)
def test_the_choice_for_lines_without_a_target_is_tried_at_once(world, sign_in, leader, policy, total, line):
    """庙行镇 has no target on lines that weigh 11 of 39 and 2 of 36: 1.20 × 39 ÷ 28 + 8 × 36 ÷ 34 − 5."""
    points = row_of(sign_in(leader).get(f"{PAGE}?no_target={policy}").content.decode(), "庙行镇")

    assert (points[-1], points[3]) == (total, line)


def test_an_unknown_choice_is_the_rubrics_own(world, sign_in, leader):
    assert sign_in(leader).get(f"{PAGE}?no_target=maybe").context["policy"] == "by_text"


def test_points_follow_the_date(world, sign_in, leader):
    page = sign_in(leader).get(f"{PAGE}?as_of=2024-09-30").content.decode()

    assert row_of(page, "庙行镇")[-1] == "1.20"


def test_a_total_is_never_below_zero(world, baoshan, staff, sign_in):
    criterion = Criterion.objects.select_related("section__rubric__programme__district").get(title="被市级以上通报批评")
    given = {"reason": "通报", "document": "2号", "given_on": dt.date(2024, 10, 1), "by": staff, "key": "ten"}
    give(criterion=criterion, town=world, points=Decimal(10), **given)

    assert row_of(sign_in(staff).get(PAGE).content.decode(), "庙行镇")[-3:] == ["-10.00", "-5.00", "0.00"]


def test_the_share_is_of_what_the_town_could_earn(world, sign_in, leader):
    rows = sign_in(leader).get(PAGE).context["rows"]

    first = rows[0]
    assert (first.ranked.town, first.ranked.rank) == (world, 1)
    assert first.share == f"{first.ranked.score.total * 100 / first.ranked.score.attainable:.1f}"


def test_all_towns_stand_in_the_ranking(world, sign_in, leader):
    rows = sign_in(leader).get(PAGE).context["rows"]

    assert {row.ranked.town for row in rows} == set(Town.objects.filter(district=world.district))


def test_lines_that_wait_are_named_with_their_towns(world, sign_in, leader):
    waiting = {line.title: line.towns for line in sign_in(leader).get(PAGE).context["waiting"]}

    assert (len(waiting["养老机构服务质量监测情况"]), "庙行镇" in waiting["养老服务综合监管水平"]) == (12, False)
    assert len(waiting["养老服务综合监管水平"]) == 11


@pytest.mark.parametrize("rest", ["gaps/", "what-if/"])
def test_and_so_are_a_towns_own(world, sign_in, official, rest):
    page = sign_in(official).get(f"/p/baoshan-2024/towns/310113112/{rest}")
    titles = [line.title for line in page.context["waiting"]]
    assert ("养老机构服务质量监测情况" in titles, "养老服务综合监管水平" in titles) == (True, False)
    assert "尚待填报或评定" in page.content.decode()


class TestTheRubric:
    @pytest.fixture
    def rubric(self, baoshan, official, sign_in):
        page = sign_in(official).get("/p/baoshan-2024/scores/rubric/").content.decode()
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())

    @pytest.mark.parametrize(
        "words",
        [
            "新建养老床位 （100张以内加2分；100-300张加3分；300张以上加5分） 5 分档计分 "
            "0 < x ≤ 100：得 2 分 100 < x < 300：得 3 分 x ≥ 300：得 5 分 新增养老床位",
            "新建家门口养老服务站 3 按完成率 3 分 × 实际 ÷ 目标，最多 3 分 新增家门口养老服务站",
            "每建一处社区长者食堂得 5 分 每建一处助餐点得 2 分 合计不超过 5 分 新增社区长者食堂 社区长者食堂 新增老年助餐场点 助餐点",
            "养老机构服务质量监测情况 5 监测平均分",
            "被市级以上通报批评 -10 扣分 逐项扣分，合计不超过 10 分",
        ],
    )
    def test_a_clause_stands_beside_its_rule_and_indicators(self, rubric, words):
        assert words in rubric

    def test_lines_to_be_announced_say_so(self, rubric):
        assert rubric.count("计算方式待定") == 2

    def test_no_line_of_2024_is_without_its_indicator(self, rubric):
        assert "未关联指标" not in rubric

    def test_the_notes_below_the_table_are_kept(self, rubric):
        assert "计算方式根据市局最新要求确定后告知" in rubric
