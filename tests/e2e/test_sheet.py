"""A town fills its sheet: what is odd asks for a reason, a count follows its list, an increment shows what it makes."""

import pytest
from playwright.sync_api import expect

from tasks.models import Programme, Report
from tests.e2e.person import Sheet

STATION = "新增家门口养老服务站"
HOMES = "新增居家环境适老化改造"
CANTEENS = "新增老年助餐场点"
PASTED = "助餐点一\\t长江西路1号\\t\\t2024-09-01\\n助餐点二\\t共康路2号\\t\\t2024/9/20"
PASTE = """(cell) => {{
  const data = new DataTransfer();
  data.setData("text", "{text}");
  cell.dispatchEvent(new ClipboardEvent("paste", {{ clipboardData: data, bubbles: true, cancelable: true }}));
}}"""


@pytest.fixture
def official(portal, enter):
    programme = Programme.objects.get(slug="baoshan-2024")
    programme.indicators.filter(name=HOMES).update(by_increment=True)
    programme.indicators.filter(name=CANTEENS).update(by_sites=True)
    return enter("town-310113112")


def test_what_is_odd_asks_for_a_word_of_reason(official):
    sheet = Sheet(official, "2024Q3")
    reason = sheet.cell(STATION, "原因说明")
    expect(reason).to_be_hidden()

    sheet.types(STATION, 累计完成="16", saved="累计 16 个，为目标 10 个的 160%，超过界限 150%")
    expect(reason).to_be_visible()
    expect(sheet.status(STATION).locator(".light")).to_have_text("已完成")
    official.finds_no_fault()
    sheet.submits()
    official.is_told("有 1 行需要修改，尚未提交。")
    official.expects("status of 422")
    expect(sheet.status(STATION)).to_contain_text("请说明原因")

    sheet.types(STATION, 原因说明="两个街道合建")
    sheet.submits()
    official.is_told("已提交 1 行，等待区民政局审核。")
    assert Report.objects.get().reason == "两个街道合建"


def test_an_increment_shows_the_value_that_it_makes(official):
    sheet = Sheet(official, "2024Q3")

    sheet.types(HOMES, 本期新增="3", saved="累计 3户（此前 0 ＋ 本期新增 3）")

    sheet.submits()
    official.is_told("已提交 1 行，等待区民政局审核。")


def test_a_list_of_sites_is_pasted_and_the_count_follows_it(official):
    sheet = Sheet(official, "2024Q3")
    official.page.get_by_text(f"{CANTEENS} · 点位清单").click()
    first = official.page.get_by_label("第 1 行点位名称")

    first.evaluate(PASTE.format(text=PASTED))

    expect(sheet.status(CANTEENS)).to_contain_text("按点位清单计 2个")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
    official.page.get_by_label("第 3 行点位名称").fill("助餐点三")
    official.page.get_by_label("第 3 行点位名称").blur()
    expect(sheet.status(CANTEENS)).to_contain_text("点位第 3 行：请填写地址。")
    official.page.get_by_label("第 3 行点位名称").fill("")
    official.page.get_by_label("第 3 行点位名称").blur()
    expect(sheet.status(CANTEENS)).not_to_contain_text("第 3 行")
    sheet.types(CANTEENS, 原因说明="提前建成")
    sheet.submits()
    official.is_told("已提交 1 行，等待区民政局审核。")
    assert list(Report.objects.get().sites.values_list("name", flat=True)) == ["助餐点一", "助餐点二"]
