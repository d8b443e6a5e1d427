"""The dashboard's, the towns' and the rubric's lists go out as they are shown, at the dates that are shown."""

import csv
import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from scoring.marking import give
from scoring.models import Criterion
from tasks import evidence
from tasks.reporting import Entry, accept
from tasks.supervising import issue
from tests.factories import a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PLAN = "/p/baoshan-2024/"
TOWN = f"{PLAN}towns/310113112/"
END = "2024-09-30"
LISTS = {PLAN: ["matrix", "categories", "late", "ranking"], TOWN: ["indicators", "lines"]}


def rows(client, address, **query):
    response = client.get(address, {"export": "csv", "as_of": END, **query})
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def as_dict(table, name):
    """The row that begins with a name, by the heads."""
    return dict(zip(table[0], next(row for row in table if name in row[:3]), strict=True))


def name_of(response):
    return unquote(response["Content-Disposition"].split("''")[1])


@pytest.fixture
def desk(staff, sign_in):
    return sign_in(staff)


@pytest.fixture
def world(baoshan, miaohang, official, staff):
    """庙行镇 built 4 of 10 stations, 86 of 100 carers are certified, 8 points for supervision."""
    indicators = {indicator.name: indicator for indicator in baoshan.indicators.all()}
    period = baoshan.periods.select_related("programme__district").get(label="2024Q3")
    stations = Entry(indicators["新增家门口养老服务站"], value=Decimal(4), words="四处")
    certified = Entry(
        indicators["养老护理员技能等级持证率"], value=Decimal(86), numerator=Decimal(86), denominator=Decimal(100)
    )
    reports = reported(period, miaohang, stations, certified, by=official)
    evidence.attach(a_file("四处验收单.pdf"), by=official, report=reports[0])
    accept(reports=reports, by=staff)
    criteria = Criterion.objects.select_related("section__rubric__programme__district")
    give(
        criterion=criteria.get(title="养老服务综合监管水平"),
        town=miaohang,
        points=Decimal(8),
        reason="=季度检查",
        document="检查记录3号",
        given_on=dt.date(2024, 9, 20),
        by=staff,
        key="mark",
    )
    return period


class TestDashboard:
    def test_the_matrix_has_actual_target_and_light_of_each_indicator(self, world, desk):
        table = rows(desk, PLAN, list="matrix")
        town = as_dict(table, "庙行镇")

        assert (len(table), len(table[0])) == (13, 1 + 3 * 21)
        assert town["新增家门口养老服务站（个）实际"] == "4"
        assert town["新增家门口养老服务站（个）目标"] == "10"
        assert town["新增家门口养老服务站（个）亮灯"] == "严重滞后"
        assert town["养老护理员技能等级持证率（%）实际"] == "86"

    def test_figures_of_the_matrix_are_numbers_in_a_workbook(self, world, desk):
        response = desk.get(PLAN, {"export": "xlsx", "list": "matrix", "as_of": END})
        table = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
        town = as_dict(table, "庙行镇")

        assert (town["新增家门口养老服务站（个）实际"], town["新增家门口养老服务站（个）目标"]) == (4, 10)

    def test_an_address_without_a_list_is_the_matrix(self, world, desk):
        assert rows(desk, PLAN) == rows(desk, PLAN, list="matrix")

    def test_an_unknown_list_is_the_page_itself(self, baoshan, desk):
        response = desk.get(PLAN, {"export": "csv", "list": "secrets"})

        assert response["Content-Type"] == "text/html; charset=utf-8"

    def test_lights_by_category_add_up(self, baoshan, desk):
        head, *lines = rows(desk, PLAN, list="categories")

        assert [head[0], head[-1]] == ["项目类别", "合计"]
        assert [sum(int(value) for value in line[1:-1]) for line in lines] == [int(line[-1]) for line in lines]
        assert sum(int(line[-1]) for line in lines) == 56

    def test_what_is_late_with_its_figures(self, world, desk):
        table = rows(desk, PLAN, list="late")
        page = desk.get(PLAN, {"as_of": END}).content.decode()

        columns = ("目标", "实际", "单位", "计划进度（%）", "转红日期", "督办单")
        assert table[0] == ["亮灯", "任务或指标", "地区", *columns]
        assert ["严重滞后", "新增家门口养老服务站", "庙行镇", "10", "4", "个"] in [row[:6] for row in table]
        assert f"共 {len(table) - 1} 项" in page

    def test_what_is_supervised_has_its_sheet(self, world, baoshan, staff, miaohang, desk):
        stations = baoshan.indicators.get(name="新增家门口养老服务站")
        said = {"matter": "滞后", "requirement": "补齐", "due_on": dt.date(2024, 10, 29), "key": "1", "by": staff}
        issue(programme=baoshan, town=miaohang, indicator=stations, **said)

        table = rows(desk, PLAN, list="late", as_of="2024-10-15")

        assert [(row[1], row[2], row[-1]) for row in table[1:] if row[-1]] == [
            ("新增家门口养老服务站", "庙行镇", "督〔2024〕1号")
        ]

    def test_a_late_task_is_told_in_percent(self, world, baoshan, staff, desk):
        task = baoshan.tasks.get(number=8)
        accepted(world, None, subject=task, state="in_progress", percent=Decimal(10), by=staff)

        (line,) = [row for row in rows(desk, PLAN, list="late") if row[1] == str(task)]

        assert line[2:6] == ["宝山区", "100", "10", "%"]

    def test_the_ranking_as_shown_there_and_by_line_on_its_own_page(self, world, desk):
        brief, whole = rows(desk, PLAN, list="ranking"), rows(desk, f"{PLAN}scores/")

        assert brief[1][:4] == ["1", "庙行镇", "19.2", whole[1][3]]
        assert [row[: len(brief[0])] for row in whole] == brief
        assert (
            len(whole[0])
            == len(brief[0]) + Criterion.objects.filter(section__rubric__programme=world.programme).count()
        )

    @pytest.mark.parametrize(
        ("dates", "actual"),
        [({}, "4"), ({"as_of": "2024-09-29"}, ""), ({"as_of": END, "known_on": "2024-10-14"}, "")],
    )
    def test_both_dates_hold_for_the_file(self, world, desk, dates, actual):
        town = as_dict(rows(desk, PLAN, list="matrix", **dates), "庙行镇")

        assert town["新增家门口养老服务站（个）实际"] == actual

    def test_the_links_keep_the_dates_of_the_page(self, baoshan, desk):
        page = desk.get(PLAN, {"as_of": END, "known_on": "2024-10-14"}).content.decode()

        assert f'href="?as_of={END}&amp;known_on=2024-10-14&amp;export=xlsx&amp;list=late"' in page
        assert f'href="/p/baoshan-2024/scores/?as_of={END}&amp;known_on=2024-10-14"' in page

    def test_the_file_is_named_by_plan_list_and_dates(self, baoshan, desk):
        query = {"export": "csv", "list": "late", "as_of": END}
        names = [name_of(desk.get(PLAN, query | more)) for more in ({}, {"known_on": "2024-10-14"})]

        title = baoshan.title.replace(" ", "_")
        assert names == [f"{title}_逾期与滞后_2024-09-30.csv", f"{title}_逾期与滞后_2024-09-30_当时已知_2024-10-14.csv"]


class TestTown:
    def test_its_indicators_over_the_quarters(self, world, official, sign_in):
        table = rows(sign_in(official), TOWN, list="indicators")

        heads = ["指标分组", "指标", "单位", "目标", "实际", "计划进度（%）", "完成期限", "亮灯"]
        assert table[0] == [*heads, "2024Q1", "2024Q2", "2024Q3", "2024Q4"]
        line = as_dict(table, "新增家门口养老服务站")
        assert (line["目标"], line["实际"], line["单位"], line["亮灯"]) == ("10", "4", "个", "严重滞后")
        assert (line["2024Q2"], line["2024Q3"], line["2024Q4"]) == ("", "4", "")
        assert len(table) == 1 + world.programme.indicators.count()

    def test_its_points_with_clause_rule_reports_and_marks(self, world, desk):
        table = rows(desk, TOWN, list="lines")
        built, supervised = as_dict(table, "新建家门口养老服务站"), as_dict(table, "养老服务综合监管水平")

        assert (built["得分"], built["权重"]) == ("1.2", "3")
        assert built["计分规则"].startswith("按完成率")
        assert (
            built["依据的填报"] == "新增家门口养老服务站：目标 10；实际 4（2024年第三季度第1版，数据日期 2024-09-30）"
        )
        assert supervised["评分与加减分"] == "2024-09-20 8.00：=季度检查（检查记录3号）"
        assert sum(Decimal(row[3]) for row in table[1:]) == Decimal("19.2")

    def test_a_line_nobody_reported_says_so(self, world, desk):
        line = as_dict(rows(desk, TOWN, list="lines"), "养老护理员技能等级证书持证率")

        assert "尚无审核通过的填报" in line["依据的填报"]

    def test_another_towns_official_gets_nothing(self, world, neighbour, sign_in):
        answers = [sign_in(neighbour).get(TOWN, {"export": "csv", "list": name}) for name in LISTS[TOWN]]

        assert [answer.status_code for answer in answers] == [404, 404]


class TestRubric:
    def test_each_clause_stands_beside_its_rule(self, baoshan, official, sign_in):
        table = rows(sign_in(official), f"{PLAN}scores/rubric/")

        assert table[0] == ["考核内容", "评分办法（原文）", "权重", "计分规则", "计算方式待定", "对应指标"]
        assert len(table) == 1 + Criterion.objects.filter(section__rubric__programme=baoshan).count()
        assert [row[4] for row in table].count("是") == 2

    def test_the_official_table_is_the_bureaus(self, baoshan, official, staff, sign_in):
        pages = [sign_in(user).get(f"{PLAN}scores/rubric/").content.decode() for user in (official, staff)]

        assert [("export=xlsx" in page, "官方表格" in page) for page in pages] == [(True, False), (True, True)]


@pytest.mark.parametrize(("address", "name"), [(address, name) for address in LISTS for name in LISTS[address]])
def test_both_formats_hold_as_many_lines(world, desk, address, name):
    response = desk.get(address, {"export": "xlsx", "list": name, "as_of": END})

    sheet = load_workbook(BytesIO(response.content)).active
    table = rows(desk, address, list=name)
    assert (sheet.max_row, sheet.max_column) == (len(table), len(table[0]))


@pytest.mark.parametrize("address", LISTS)
def test_every_list_on_the_page_has_its_links(world, desk, address):
    page = desk.get(address).content.decode()

    assert [page.count(f"&amp;list={name}") for name in LISTS[address]] == [2] * len(LISTS[address])
