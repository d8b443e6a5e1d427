"""The plan's other lists go out as they are shown: work, one task, an indicator's history, differences, the entry sheet."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from tasks import drafts, evidence
from tasks.models import Period, Ruling
from tasks.reconciling import reconcile
from tasks.reporting import accept, return_
from tests.factories import a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PLAN = "/p/baoshan-2024/"
SHEET = f"{PLAN}report/2024Q3/"
EVENTS = ["时间", "经办人", "事项", "说明", "佐证材料"]


def rows(client, address, **query):
    response = client.get(address, {"export": "csv", **query})
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def period(baoshan):
    return Period.objects.select_related("programme__district").get(programme=baoshan, label="2024Q3")


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


@pytest.fixture
def visits(baoshan):
    """A task of all towns."""
    return baoshan.tasks.filter(town_wide=True).first()


class TestWork:
    def test_what_waits_goes_out_with_its_day(self, sign_in, official, staff, period, miaohang, beds):
        reports = reported(period, miaohang, subject=beds, value=Decimal(5), by=official)
        return_(reports=reports, by=staff, reason="=请核对")

        table = rows(sign_in(official), "/")

        assert table[0] == ["年度方案", "待办事项", "说明", "截止日期"]
        returned = [str(period.programme), f"{period.name}：{beds} 被退回", "'=请核对", str(period.due_on)]
        assert table.count(returned) == 1

    def test_the_bureau_gets_its_queue_by_town(self, sign_in, official, staff, period, miaohang, beds):
        reported(period, miaohang, subject=beds, value=Decimal(5), by=official)

        todos = [row[1:3] for row in rows(sign_in(staff), "/")[1:]]

        assert todos.count(["审核 庙行镇 填报", "1 行待审核"]) == 1

    def test_the_file_is_named_by_its_owner_and_day(self, sign_in, staff, baoshan):
        response = sign_in(staff).get("/", {"export": "xlsx"})

        assert unquote(response["Content-Disposition"]).endswith("养老服务科_待办事项_2024-10-15.xlsx")


class TestTask:
    def test_its_quarters_with_plan_and_state(self, sign_in, staff, baoshan, period):
        task = baoshan.tasks.get(number=8)
        accepted(period, None, subject=task, state="in_progress", percent=Decimal("62.5"), by=staff)

        table = rows(sign_in(staff), f"{PLAN}tasks/8/", list="quarters")

        assert table[0] == ["时间", "安排", "计划（%）", "实际（%）", "状态"]
        assert len(table) == 1 + task.milestones.count()
        assert [row[3:] for row in table[1:]].count(["62.5", "推进中"]) == 1

    def test_its_towns(self, sign_in, staff, official, period, miaohang, visits):
        accepted(period, miaohang, subject=visits, state="in_progress", percent=Decimal(40), by=official)

        table = rows(sign_in(staff), f"{PLAN}tasks/{visits.number}/", list="towns")

        assert table[0] == ["街镇", "完成比例（%）", "亮灯"]
        assert next(row for row in table if row[0] == "庙行镇")[1] == "40"
        assert len(table) == 13

    def test_a_town_gets_its_own_line_only(self, sign_in, neighbour, official, period, miaohang, visits):
        accepted(period, miaohang, subject=visits, state="in_progress", percent=Decimal(40), by=official)

        table = rows(sign_in(neighbour), f"{PLAN}tasks/{visits.number}/", list="towns")

        assert [row[:2] for row in table[1:]] == [["友谊路街道", ""]]

    def test_its_indicators_with_the_towns_added_up(self, sign_in, staff, official, period, miaohang, beds):
        task = beds.tasks.first()
        accepted(period, miaohang, subject=beds, value=Decimal(12), by=official)

        table = rows(sign_in(staff), f"{PLAN}tasks/{task.number}/", list="indicators")

        assert table[0] == ["指标", "单位", "街镇累计", "目标"]
        assert ["新增养老床位", "张", "12", "948"] in table

    def test_its_reports_and_decisions(self, sign_in, staff, baoshan, period):
        task = baoshan.tasks.get(number=8)
        accepted(period, None, subject=task, state="done", percent=Decimal(100), words="-全部开业", by=staff)

        table = rows(sign_in(staff), f"{PLAN}tasks/8/", list="history")

        assert table[0] == EVENTS
        assert [row[:2] for row in table[1:]] == [["2024-10-15 10:00", "养老服务科"]] * 2
        assert sorted(row[3] for row in table[1:]) == ["", "'-全部开业"]

    def test_a_log_is_not_lost_to_an_export(self, sign_in, staff, baoshan):
        answer = sign_in(staff).post(f"{PLAN}tasks/8/?export=csv&list=history", {})

        assert answer["Content-Type"] == "text/html; charset=utf-8"


class TestIndicatorHistory:
    def test_it_goes_out_narrowed_to_the_town_that_is_shown(
        self, sign_in, staff, official, neighbour, period, miaohang, youyi, beds
    ):
        (report,) = reported(period, miaohang, subject=beds, value=Decimal(5), by=official)
        evidence.attach(a_file("验收单.pdf"), by=official, report=report)
        accept(reports=[report], by=staff)
        reported(period, youyi, subject=beds, value=Decimal(6), by=neighbour)
        client, address = sign_in(staff), f"{PLAN}indicators/{beds.code}/"

        table = rows(client, address, list="history", town=miaohang.code)

        assert sorted(row[1:] for row in table[1:]) == [
            ["养老服务科", "通过 2024Q3 庙行镇 第1版", "", ""],
            ["庙行经办人", "填报 2024Q3 庙行镇 第1版：5", "逾期报送：截止日为 2024-10-10。", "验收单.pdf"],
        ]
        assert len(rows(client, address, list="history")) == 4

    def test_a_town_gets_its_own_history_only(self, sign_in, official, neighbour, period, miaohang, beds):
        reported(period, miaohang, subject=beds, value=Decimal(5), by=official)

        assert rows(sign_in(neighbour), f"{PLAN}indicators/{beds.code}/", list="history") == [EVENTS]


class TestDifferences:
    def test_both_sources_and_the_ruling(self, sign_in, staff, baoshan):
        found = reconcile(baoshan).differences
        Ruling.objects.create(programme=baoshan, difference=found[0].key, text="=以分解表为准", by=staff)

        table = rows(sign_in(staff), f"{PLAN}reconcile/")

        assert table[0] == ["指标", "街镇", "来源一", "数字一", "来源二", "数字二", "核对意见", "核对人", "核对时间"]
        assert [row[:6] for row in table[1:]] == [[one.subject, one.town, *one.left, *one.right] for one in found]
        assert table[1][6:] == ["'=以分解表为准", "养老服务科", "2024-10-15 10:00"]
        assert [row[6:] for row in table[2:]] == [["", "", ""]] * (len(found) - 1)

    def test_its_figures_are_numbers_in_a_workbook(self, sign_in, leader, baoshan):
        response = sign_in(leader).get(f"{PLAN}reconcile/", {"export": "xlsx"})

        table = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
        assert ("新增养老床位", 900, 948) in [(row[0], row[3], row[5]) for row in table]


class TestSheet:
    def test_who_fills_it_gets_what_is_typed(self, sign_in, official, period, miaohang, beds):
        line = next(one for one in drafts.sheet(period, miaohang) if one.subject == beds)
        typed = {"value": "7", "words": "+新院"}
        drafts.keep(period=period, town=miaohang, subject=beds, typed=typed, version=line.version, by=official)

        table = rows(sign_in(official), SHEET)

        found = dict(zip(table[0], next(row for row in table if row[1] == "新增养老床位"), strict=True))
        assert (found["本期累计"], found["情况说明"], found["状态"]) == ("7", "'+新院", "未填报")
        assert len(table) == 1 + len(drafts.sheet(period, miaohang))

    def test_who_reads_it_gets_what_was_submitted(self, sign_in, official, leader, period, miaohang, beds):
        drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": "7"}, version=0, by=official)
        accepted(period, miaohang, subject=beds, value=Decimal(5), by=official)

        table = rows(sign_in(leader), SHEET, town=miaohang.code)

        found = dict(zip(table[0], next(row for row in table if row[1] == "新增养老床位"), strict=True))
        assert (found["上次通过"], found["单位"], found["状态"]) == ("5", "张", "已通过")
        assert not {"本期累计", "情况说明"} & found.keys()

    def test_a_rates_parts_are_named(self, sign_in, official, baoshan, period, miaohang):
        rate = baoshan.indicators.get(name="养老护理员技能等级持证率")
        typed = {"numerator": "86", "denominator": "100"}
        drafts.keep(period=period, town=miaohang, subject=rate, typed=typed, version=0, by=official)

        table = rows(sign_in(official), SHEET)

        found = dict(zip(table[0], next(row for row in table if row[1] == rate.name), strict=True))
        assert found["本期累计"] == "分子 86；分母 100"
