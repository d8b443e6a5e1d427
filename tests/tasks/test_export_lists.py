"""Any list on screen goes out as it is shown: the same rows, the same rights, and nothing that a spreadsheet would run."""

import csv
import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tasks import listing
from tasks.models import Period
from tests.factories import accepted

TASKS = "/p/baoshan-2024/tasks/"
INDICATORS = "/p/baoshan-2024/indicators/"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"]


def csv_rows(response):
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def sheet_of(response):
    return load_workbook(BytesIO(response.content)).active


def xlsx_rows(response):
    return [list(row) for row in sheet_of(response).iter_rows(values_only=True)]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_would_run_is_made_inert(text):
    by_format = {fmt: listing.export("表", ["列"], [[text]], fmt) for fmt in ("csv", "xlsx")}

    assert csv_rows(by_format["csv"]) == [["列"], [f"'{text}"]]
    assert sheet_of(by_format["xlsx"])["A2"].data_type == "s"


def test_a_heading_is_made_inert_as_well():
    assert csv_rows(listing.export("表", ["=列"], [], "csv")) == [["'=列"]]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_no_text_of_a_csv_begins_as_a_formula_does(text):
    (cell,) = csv_rows(listing.export("表", ["列"], [[text]], "csv"))[1] or [""]

    assert not cell.startswith(tuple("=+-@＝＋－＠"))
    assert cell in (text, f"'{text}")


def test_numbers_stay_numbers_even_below_zero():
    row = [7, Decimal("-5.50"), Decimal("86.21"), None, dt.date(2024, 9, 30), "字"]
    head = list("甲乙丙丁戊己")

    assert csv_rows(listing.export("表", head, [row], "csv"))[1] == ["7", "-5.5", "86.21", "", "2024-09-30", "字"]
    assert xlsx_rows(listing.export("表", head, [row], "xlsx"))[1] == [7, -5.5, 86.21, "", "2024-09-30", "字"]


def test_a_very_long_text_is_cut_where_a_spreadsheets_cell_ends():
    assert len(xlsx_rows(listing.export("表", ["列"], [["字" * 40000]], "xlsx"))[1][0]) == 32767


def test_the_file_has_a_name_that_people_can_read():
    response = listing.export("宝山 重点任务/2024", ["列"], [], "csv")

    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%AE%9D%E5%B1%B1_%E9%87%8D%E7%82%B9%E4%BB%BB%E5%8A%A12024.csv"
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("words", "told"), [("6", Decimal(6)), ("85.5", Decimal("85.5")), ("85%以上", "85%以上"), ("", "")]
)
def test_only_a_bare_number_among_words_is_a_number(words, told):
    assert listing.told(words) == told


@pytest.fixture
def period(baoshan, october):
    return Period.objects.get(programme=baoshan, label="2024Q3")


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


@pytest.mark.django_db
class TestPages:
    def test_the_task_list_goes_out_with_its_filter(self, sign_in, staff, baoshan, october):
        rows = csv_rows(sign_in(staff).get(TASKS, {"q": "睦邻点", "as_of": "2024-09-30", "export": "csv"}))

        assert rows == [
            ["序号", "任务名称", "项目类别", "工作要求", "完成比例（%）", "计划进度（%）", "亮灯"],
            ["12", "新增2家示范睦邻点(罗店镇)", "重点项目", "10月底完成", "", "89.8", "严重滞后"],
        ]

    def test_both_formats_hold_the_same(self, sign_in, staff, baoshan, october):
        client = sign_in(staff)
        as_csv, as_xlsx = (client.get(TASKS, {"export": fmt}) for fmt in ("csv", "xlsx"))

        as_text = [
            ["" if v is None else f"{v:g}" if isinstance(v, float) else str(v) for v in row]
            for row in xlsx_rows(as_xlsx)
        ]
        assert as_text == csv_rows(as_csv)
        assert len(as_text) == 57

    def test_the_district_sees_sums_in_the_list_of_indicators(self, sign_in, staff, period, miaohang, beds):
        accepted(period, miaohang, subject=beds, value=Decimal("12.5"))

        rows = csv_rows(sign_in(staff).get(INDICATORS, {"export": "csv", "as_of": "2024-10-15"}))

        assert rows[0] == ["编号", "指标", "单位", "目标", "实际", "已报街镇", "亮灯"]
        assert rows[1] == ["01", "新增养老床位", "张", "948", "12.5", "1", "严重滞后 1"]

    def test_a_town_gets_its_own_figures_only(self, sign_in, official, neighbour, period, miaohang, beds):
        accepted(period, miaohang, subject=beds, value=Decimal(12))
        address = f"{INDICATORS}?export=csv"

        own, others = csv_rows(sign_in(official).get(address)), csv_rows(sign_in(neighbour).get(address))

        assert own[0] == others[0] == ["编号", "指标", "单位", "目标", "实际", "亮灯"]
        assert (own[1][4], others[1][4]) == ("12", "")

    def test_a_facility_gets_the_names_only(self, sign_in, facility_user, baoshan):
        rows = csv_rows(sign_in(facility_user).get(INDICATORS, {"export": "csv"}))

        assert rows[:2] == [["编号", "指标", "单位"], ["01", "新增养老床位", "张"]]

    def test_an_indicator_goes_out_by_town_and_quarter(self, sign_in, official, period, miaohang, beds):
        accepted(period, miaohang, subject=beds, value=Decimal(12))

        rows = csv_rows(sign_in(official).get(f"{INDICATORS}{beds.code}/", {"export": "csv"}))

        assert rows == [
            ["街镇", "目标", "2024Q1", "2024Q2", "2024Q3", "2024Q4", "计划进度（%）", "亮灯"],
            ["庙行镇", "", "", "", "12", "", rows[1][6], "未分解"],
        ]

    def test_an_unknown_format_is_the_page_itself(self, sign_in, staff, baoshan):
        assert sign_in(staff).get(TASKS, {"export": "exe"})["Content-Type"] == "text/html; charset=utf-8"

    @pytest.mark.parametrize("kind", ["tasks", "allocation", "rubric"])
    def test_the_bureau_downloads_the_official_tables(self, sign_in, leader, baoshan, kind):
        answer = sign_in(leader).get(f"/p/baoshan-2024/export/{kind}.xlsx")

        assert (answer.status_code, answer["Content-Type"]) == (200, listing.TYPES[listing.XLSX])
        assert sheet_of(answer)["A2"].value.startswith("2024年宝山区养老服务重点工作")

    def test_the_progress_of_a_quarter_is_downloaded_once_something_was_accepted(
        self, sign_in, staff, period, miaohang, beds
    ):
        client, address = sign_in(staff), "/p/baoshan-2024/export/progress.xlsx?quarter=2024Q3"
        empty = client.get(address, follow=True)
        accepted(period, miaohang, subject=beds, value=Decimal(12))

        assert "2024年第三季度还没有审核通过的数据" in empty.content.decode()
        assert sheet_of(client.get(address))["B9"].value == 12

    def test_at_a_quarters_end_the_list_offers_the_progress_table(self, sign_in, staff, official, baoshan):
        address, link = f"{INDICATORS}?as_of=2024-09-30", "/p/baoshan-2024/export/progress.xlsx?quarter=2024Q3"

        assert [link in sign_in(user).get(address).content.decode() for user in (staff, official)] == [True, False]

    @pytest.mark.parametrize("path", ["plans.xlsx", "progress.xlsx", "progress.xlsx?quarter=2031Q1"])
    def test_what_does_not_exist_is_not_found(self, sign_in, staff, baoshan, path):
        assert sign_in(staff).get(f"/p/baoshan-2024/export/{path}").status_code == 404

    def test_towns_and_strangers_get_no_official_table(self, sign_in, official, stranger, baoshan):
        address = "/p/baoshan-2024/export/allocation.xlsx"

        assert [sign_in(user).get(address).status_code for user in (official, stranger)] == [404, 404]
