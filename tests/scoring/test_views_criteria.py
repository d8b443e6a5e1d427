"""Each line over all towns: who loses what, which lines separate the towns, how the totals are distributed."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from scoring.marking import give
from scoring.models import Criterion
from tests.factories import accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/baoshan-2024/scores/criteria/"
D = Decimal


@pytest.fixture
def world(baoshan, miaohang, youyi, staff):
    """Stations: 庙行镇 4 of 10, 友谊路街道 8 of 8; 庙行镇 is reported to the district (−5) and has 8 for supervision."""
    period = baoshan.periods.select_related("programme__district").get(label="2024Q3")
    stations = baoshan.indicators.get(name="新增家门口养老服务站")
    accepted(period, miaohang, subject=stations, value=D(4))
    accepted(period, youyi, subject=stations, value=D(8))
    criteria = Criterion.objects.select_related("section__rubric__programme__district")
    for title, points in (("养老服务综合监管水平", D(8)), ("被区级通报批评", D(5))):
        given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, 9, 1), "by": staff, "key": title}
        give(criterion=criteria.get(title=title), town=miaohang, points=points, **given)


def get(client, address=PAGE, **query):
    return client.get(address, {"as_of": "2024-09-30"} | query)


def test_the_lines_that_separate_the_towns_come_first(world, sign_in, leader):
    rows = get(sign_in(leader)).context["rows"]

    assert [(row.criterion.title, row.words) for row in rows[:4]] == [
        ("养老服务综合监管水平", "11 个街镇待填报或评定"),
        ("被区级通报批评", ""),
        ("新建家门口养老服务站", "10 个街镇待填报或评定"),
        (rows[3].criterion.title, rows[3].words),
    ]
    assert rows[3].spread.same
    assert len(rows) == 23


def test_a_lines_spread_is_exact(world, sign_in, leader):
    rows = {row.criterion.title: row.spread for row in get(sign_in(leader)).context["rows"]}

    found = rows["新建家门口养老服务站"]
    assert [str(one) for one in (found.lowest, found.middle, found.highest, found.full, found.none)] == [
        *("0.00", "0.00", "3.00", "1", "10")
    ]
    assert str(rows["被区级通报批评"].lowest) == "-5.00"


def test_what_gives_everyone_the_same_and_what_waits_everywhere_are_told_apart(world, sign_in, leader):
    words = {row.criterion.title: row.words for row in get(sign_in(leader)).context["rows"]}

    assert words["被市级以上通报批评"] == "各街镇相同"
    assert words["养老机构服务质量监测情况"] == "各街镇均待填报或评定"


def test_the_distribution_holds_every_town(world, sign_in, leader):
    response = get(sign_in(leader))

    assert [(column.label, len(column.towns)) for column in response.context["columns"]] == [("0 至不满 10 分", 12)]
    assert response.context["totals_chart"]["series"][0]["data"] == [12.0]


def test_one_line_over_all_towns_who_lost_most_first(world, sign_in, leader):
    response = get(sign_in(leader), f"{PAGE}2.8/")

    rows = response.context["rows"]
    assert [(row.town.name, row.line.points, row.lost) for row in rows[-2:]] == [
        ("庙行镇", D("1.20"), D("1.80")),
        ("友谊路街道", D("3.00"), D("0.00")),
    ]
    assert (len(rows), response.context["lost"]) == (12, D("31.80"))
    text = " ".join(strip_tags(response.content.decode()).split())
    assert "庙行镇 1.20 1.80 完成 4个 ÷ 目标 10个 × 权重 3.00 = 1.20" in text


def test_of_a_penalty_what_it_took_is_lost(world, sign_in, leader):
    rows = get(sign_in(leader), f"{PAGE}5.2/").context["rows"]

    assert [(row.town.name, row.lost) for row in rows[:1]] == [("庙行镇", D("5.00"))]
    assert {row.lost for row in rows[1:]} == {D(0)}


def test_a_town_leads_to_its_trace_and_the_lines_to_each_other(world, sign_in, leader):
    page = get(sign_in(leader), f"{PAGE}2.8/").content.decode()

    assert 'href="/p/baoshan-2024/towns/310113112/?as_of=2024-09-30#line-2.8"' in page
    assert re.search(r'rel="prev" href="/p/baoshan-2024/scores/criteria/2\.7/\?as_of=2024-09-30"', page)
    assert re.search(r'rel="next" href="/p/baoshan-2024/scores/criteria/2\.9/\?as_of=2024-09-30"', page)


def test_the_scores_page_leads_to_each_line(world, sign_in, leader):
    page = sign_in(leader).get("/p/baoshan-2024/scores/").content.decode()

    assert len(re.findall(r'href="/p/baoshan-2024/scores/criteria/[\d.]+/', page)) == 23
    assert 'href="/p/baoshan-2024/scores/criteria/?"' in page or 'href="/p/baoshan-2024/scores/criteria/"' in page


@pytest.mark.parametrize("key", ["9.9", "x", "2.80"])
def test_a_line_that_is_not_there_is_not_found(world, sign_in, leader, key):
    assert get(sign_in(leader), f"{PAGE}{key}/").status_code == 404


@pytest.mark.parametrize("who", ["official", "facility_user", "stranger"])
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}2.8/"])
def test_towns_and_strangers_do_not_find_it(world, who, address, request, sign_in):
    assert get(sign_in(request.getfixturevalue(who)), address).status_code == 404


def test_the_lists_are_saved_as_shown(world, sign_in, leader):
    client = sign_in(leader)

    lines, columns, towns = (
        get(client, address, export="csv", **query).content.decode("utf-8-sig").splitlines()
        for address, query in ((PAGE, {}), (PAGE, {"list": "distribution"}), (f"{PAGE}2.8/", {}))
    )

    assert (
        lines[0] == "考核内容,评分项,权重,最低,中位数,最高,极差,标准差,占总分差异（%）,得满分的街镇,未得分的街镇,说明"
    )
    assert lines[1] == "重点项目,养老服务综合监管水平,10,0,0,8,8,2.21,129.03,0,11,11 个街镇待填报或评定"
    assert columns[0] == "总分,街镇数,街镇"
    assert columns[1].startswith("0 至不满 10 分,12,")
    assert towns[-1] == "友谊路街道,3,0,,实际 8个，达到目标 8个，得满分 3.00"


def test_without_a_rubric_the_page_says_what_to_do(baoshan, sign_in, leader):
    baoshan.rubrics.update(state="retired")

    assert "尚无评分细则" in get(sign_in(leader)).content.decode()
