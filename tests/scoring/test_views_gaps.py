"""The page that takes a town's score apart: waterfall, comparison, gaps; and what of it a town may see."""

import re
from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from tasks.reporting import Entry
from tests.factories import accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/baoshan-2024/towns/310113112/gaps/"
SEPTEMBER = {"as_of": "2024-09-30"}
D = Decimal


@pytest.fixture
def world(baoshan, miaohang, youyi, official):
    """庙行镇: 4 of 10 stations, 17 of 20 carers certified, 2 stations a quarter ago. 友谊路街道: 8 of 8 stations."""
    indicators = {indicator.name: indicator for indicator in baoshan.indicators.all()}
    periods = {p.label: p for p in baoshan.periods.select_related("programme__district")}
    stations, certified = indicators["新增家门口养老服务站"], indicators["养老护理员技能等级持证率"]
    accepted(periods["2024Q2"], miaohang, subject=stations, value=D(2), by=official)
    rate = Entry(certified, value=D(80), numerator=D(16), denominator=D(20))
    accepted(periods["2024Q3"], miaohang, Entry(stations, value=D(4)), rate, by=official)
    accepted(periods["2024Q3"], youyi, subject=stations, value=D(8))
    return indicators


def get(client, **query):
    return client.get(PAGE, SEPTEMBER | query)


def rows_of(page, heading):
    """The lines of a table by their heads, as plain cells."""
    table = page[
        page.index(f'aria-labelledby="{heading}">\n      <table') if heading == "gaps" else page.rindex("<table") :
    ]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], re.S):
        head = re.search(r"<th scope=\"row\">(.*?)</th>", row, re.S)
        if head:
            cells = re.findall(r"<td.*?>(.*?)</td>", row, re.S)
            found[strip_tags(head[1]).strip()] = [
                " ".join(strip_tags(cell.replace("</div>", " ")).split()) for cell in cells
            ]
    return found


def test_down_from_the_full_points_to_the_total(world, sign_in, staff):
    response = get(sign_in(staff))

    rows = rows_of(response.content.decode(), "falls")
    assert rows["满分"][3] == "100.00"
    assert rows["新建家门口养老服务站"] == [
        "3",
        "1.20",
        "-1.80",
        rows["新建家门口养老服务站"][3],
        "0.00",
        "0.60",
        "+0.60",
    ]
    assert rows["总分"][3] == str(response.context["score"].total) == "1.20"
    assert len(rows) == 25


def test_up_from_nothing(world, sign_in, staff):
    response = get(sign_in(staff), **{"from": "up"})

    rows = rows_of(response.content.decode(), "falls")
    assert "满分" not in rows
    assert rows["新建家门口养老服务站"][:4] == ["3", "1.20", "1.20", "1.20"]
    assert (response.context["found"].start, response.context["found"].end) == (0, D("1.20"))


def test_the_chart_draws_the_lines_that_change_something(world, sign_in, staff):
    chart = get(sign_in(staff), **{"from": "up"}).context["chart"]

    assert chart["yAxis"]["data"] == ["新建家门口养老服务站", "总分"]
    assert [(one.get("name"), one["data"]) for one in chart["series"]] == [
        (None, [0.0, 0.0]),
        ("总分", [None, 1.2]),
        ("得分", [1.2, None]),
    ]


def test_a_line_leads_to_its_trace_at_the_same_date(world, sign_in, staff):
    client = sign_in(staff)
    address = re.search(r'<a href="([^"]*#line-2\.8)"', get(client).content.decode())[1]

    assert address == "/p/baoshan-2024/towns/310113112/?as_of=2024-09-30#line-2.8"
    assert 'id="line-2.8"' in client.get(address).content.decode()


def test_the_median_and_the_own_last_quarter_stand_beside_the_total(world, sign_in, staff):
    context = get(sign_in(staff)).context

    assert (context["median"], context["quarter"].label, context["before"].total) == (0, "2024Q2", D("0.60"))


def test_in_the_first_quarter_there_is_no_last_one(world, sign_in, staff):
    response = get(sign_in(staff), as_of="2024-03-31")

    assert (response.context["before"], "比上季度" in response.content.decode()) == (None, False)


def test_a_gap_tells_what_to_do_what_it_brings_and_by_when(world, sign_in, staff):
    """友谊路街道 has 3.00, ahead of 1.20: six more stations bring 1.80 and share its place."""
    row = rows_of(get(sign_in(staff)).content.decode(), "gaps")["新增家门口养老服务站新建家门口养老服务站"]

    assert row == [
        *("4 个", "10", "2024-10-31", "0.3"),
        "再加 1 个（达到 5 个）：+0.30 分 再加 6 个（达到 10 个）：+1.80 分，名次 2→1",
    ]


def test_a_rates_gap_tells_its_people_as_well(world, sign_in, staff):
    row = rows_of(get(sign_in(staff)).content.decode(), "gaps")["养老护理员技能等级持证率养老护理员技能等级证书持证率"]

    assert row[-1] == "再加 5 个百分点（达到 85%）：+10.00 分，名次 2→1 分母 20 不变时，分子再加 1"


def test_the_most_points_a_unit_come_first(world, sign_in, staff):
    gaps = get(sign_in(staff)).context["gaps"]

    each = [row.gap.per_unit for row in gaps]
    assert each == sorted(each, reverse=True)
    assert each[0] == D("5.00")


def test_a_due_date_that_is_over_is_said(world, sign_in, staff):
    client = sign_in(staff)

    assert ["已过期限" in get(client, as_of=day).content.decode() for day in ("2024-10-31", "2024-11-01")] == [
        False,
        True,
    ]


def test_what_people_give_is_told_apart_from_what_the_town_can_do(world, sign_in, staff):
    others = [line.title for line in get(sign_in(staff)).context["others"]]

    assert "养老服务综合监管水平" in others
    assert "新建家门口养老服务站" not in others


def test_a_town_sees_its_own_points_and_the_median_but_no_place(world, sign_in, official):
    response = get(sign_in(official))

    page = response.content.decode()
    assert (response.context["rank"], response.context["median"]) == (None, 0)
    assert "再加 6 个（达到 10 个）：+1.80 分" in page
    assert "名次" not in page


def test_with_fewer_than_five_towns_a_town_sees_no_median(world, sign_in, official, staff, monkeypatch):
    monkeypatch.setattr("scoring.comparison.ENOUGH", 13)

    own, bureau = get(sign_in(official)), get(sign_in(staff))

    assert (own.context["median"], "全区中位数" in own.content.decode()) == (None, False)
    assert bureau.context["median"] == 0


@pytest.mark.parametrize("who", ["neighbour", "stranger", "facility_user"])
def test_others_do_not_find_it(world, who, request, sign_in):
    assert get(sign_in(request.getfixturevalue(who))).status_code == 404


def test_without_a_rubric_the_page_says_what_to_do(world, baoshan, sign_in, staff):
    baoshan.rubrics.update(state="retired")

    assert "尚无评分细则" in get(sign_in(staff)).content.decode()


def test_the_lists_are_saved_as_shown(world, sign_in, staff, official):
    lines = get(sign_in(staff), export="csv", list="lines").content.decode("utf-8-sig").splitlines()
    gaps = get(sign_in(staff), export="csv", list="gaps").content.decode("utf-8-sig").splitlines()
    own = get(sign_in(official), export="csv", list="gaps").content.decode("utf-8-sig").splitlines()

    assert lines[0] == "考核内容,评分项,权重,得分,增减,累计,全区中位数,2024年第二季度得分,比上季度"
    assert any(
        re.fullmatch(r"民心工程和政府实事项目,新建家门口养老服务站,3,1.2,-1.8,[\d.]+,0,0.6,0.6", one) for one in lines
    )
    assert (
        "新增家门口养老服务站,个,新建家门口养老服务站,4,10,2024-10-31,10,6,1.8,0.3,再加 6 个（达到 10 个）：+1.80 分，名次 2→1,1"
        in gaps
    )
    assert (gaps[0].endswith(",名次"), "名次" in "".join(own)) == (True, False)
