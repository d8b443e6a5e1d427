"""A town's quarter without a mouse: by keys, by a block from a spreadsheet, and back again."""

import re

import pytest
from playwright.sync_api import expect

from tasks.models import Programme, Report
from tests.e2e.person import Sheet

pytestmark = pytest.mark.once  # keys and pasted blocks are the browser's own

FIRST = "新增养老床位"
HOMES = "新增居家环境适老化改造"  # these three lines stand below each other
STATION = "新增家门口养老服务站"
CANTEEN = "新增社区长者食堂"
CERTIFIED = "养老护理员技能等级持证率"
CHECKED = "39. 落实“老吾老计划” （各街镇）"
LAST = "50. 做好居家养老暖人心服务项目补贴审核及下拨工作（各街镇）"
PASTE = """(cell, [text, html]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  if (html) data.setData("text/html", html);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  cell.focus();
  cell.dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture
def official(portal, enter):
    return enter("town-310113112")


@pytest.fixture
def sheet(official):
    return Sheet(official, "2024Q3")


@pytest.fixture
def press(sheet):
    """Press keys one after the other, wherever the focus is."""

    def press(*keys):
        for key in keys:
            sheet.page.keyboard.press(key)

    return press


@pytest.fixture
def news(sheet):
    return sheet.page.locator(".sheet-news")


def paste(cell, text, html=""):
    """Whether the sheet took the paste upon itself."""
    return cell.evaluate(PASTE, [text, html])


def test_a_quarter_is_filled_by_keys_alone(official, sheet, press):
    sheet.cell(HOMES).focus()
    official.page.keyboard.type("8")
    press("Enter")
    expect(sheet.cell(STATION)).to_be_focused()
    official.page.keyboard.type("5")
    press("ArrowRight")
    expect(sheet.cell(STATION, "情况说明")).to_be_focused()
    official.page.keyboard.type("含3个改建点")
    press("Alt+Enter")
    official.page.keyboard.type("已挂牌")
    press("Shift+Enter")
    expect(sheet.cell(HOMES, "情况说明")).to_be_focused()
    press("ArrowDown")
    expect(sheet.cell(STATION, "情况说明")).to_be_focused()
    expect(sheet.cell(STATION, "情况说明")).to_have_value("含3个改建点\n已挂牌")
    press("Home", "ArrowLeft")
    expect(sheet.cell(STATION, "情况说明")).to_be_focused()

    sheet.cell(CHECKED, "状态").focus()
    press("ArrowDown", "ArrowDown", "Enter")
    expect(sheet.cell(CHECKED, "状态")).to_have_value("in_progress")
    expect(sheet.cell(CHECKED, "完成比例（%）")).to_be_focused()
    official.page.keyboard.type("75")
    official.tabs_to(official.page.get_by_role("button", name="核对并提交"))
    expect(official.page.locator(".sheet-connection")).to_have_text("已全部保存，尚未提交的内容可以继续修改")
    press("Enter")
    official.is_told("已提交 3 行，等待区民政局审核。")
    assert list(Report.objects.order_by("line").values_list("value", "percent", "words")) == [
        (None, 75, ""),
        (8, None, ""),
        (5, None, "含3个改建点\n已挂牌"),
    ]


def test_the_arrows_move_between_cells_only_at_the_ends_of_a_text(sheet, press):
    sheet.cell(CERTIFIED, "分子").focus()
    press("ArrowRight")
    expect(sheet.cell(CERTIFIED, "分母")).to_be_focused()
    sheet.page.keyboard.type("100")
    press("ArrowLeft", "ArrowLeft", "ArrowLeft")
    expect(sheet.cell(CERTIFIED, "分母")).to_be_focused()
    press("ArrowLeft")
    expect(sheet.cell(CERTIFIED, "分子")).to_be_focused()
    sheet.cell(FIRST).focus()
    press("ArrowUp", "ArrowLeft")
    expect(sheet.cell(FIRST)).to_be_focused()


def test_while_a_word_is_being_composed_enter_belongs_to_the_input_method(sheet):
    words = sheet.cell(STATION, "情况说明")
    words.focus()
    cancelled = words.evaluate(
        """(cell) => !cell.dispatchEvent(
          new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )

    assert cancelled is False
    expect(words).to_be_focused()


def test_escape_gives_the_cell_back_what_it_held(official, sheet, press, news):
    sheet.types(STATION, 累计完成="5")
    sheet.cell(STATION).focus()
    official.page.keyboard.type("77")
    expect(sheet.cell(STATION)).to_have_value("577")

    press("Escape")

    expect(sheet.cell(STATION)).to_have_value("5")
    expect(news).to_have_text("已恢复为原来的内容。")
    expect(sheet.status(STATION)).to_contain_text("已保存")


def test_typing_and_pasting_are_undone_and_done_again_step_by_step(official, sheet, press, news):
    sheet.types(STATION, 累计完成="5")
    paste(sheet.cell(HOMES), "8\t已签约\n6\t已挂牌")
    expect(sheet.cell(STATION)).to_have_value("6")

    press("Control+z")
    expect(sheet.cell(HOMES)).to_have_value("")
    expect(sheet.cell(HOMES, "情况说明")).to_have_value("")
    expect(sheet.cell(STATION)).to_have_value("5")
    expect(news).to_have_text(f"已撤销 2 行的修改：{HOMES}")
    press("Control+z")
    expect(sheet.cell(STATION)).to_have_value("")
    press("Control+z")
    expect(news).to_have_text("没有可以撤销的修改。")
    press("Control+Shift+Z", "Control+y")
    expect(sheet.cell(STATION)).to_have_value("6")
    expect(sheet.cell(STATION, "情况说明")).to_have_value("已挂牌")

    expect(sheet.status(HOMES)).to_contain_text("已保存")
    official.page.reload()
    expect(sheet.cell(HOMES)).to_have_value("8")
    expect(sheet.cell(STATION)).to_have_value("6")


def test_a_block_with_quoted_cells_and_an_empty_last_line_is_read_as_the_spreadsheet_meant_it(sheet, news):
    sheet.types(CANTEEN, 累计完成="1")

    assert paste(sheet.cell(HOMES), '8\t"首批""样板""\n共3户"\r\n5\t\r\n\t无变化\r\n')

    expect(sheet.cell(HOMES)).to_have_value("8")
    expect(sheet.cell(HOMES, "情况说明")).to_have_value('首批"样板"\n共3户')
    expect(sheet.cell(STATION)).to_have_value("5")
    expect(sheet.cell(CANTEEN)).to_have_value("1")
    expect(sheet.cell(CANTEEN, "情况说明")).to_have_value("无变化")
    expect(news).to_have_text("已粘贴 4 格。")
    for line in (HOMES, STATION, CANTEEN):
        expect(sheet.status(line)).to_contain_text("已保存")


def test_a_single_cell_is_pasted_at_the_caret_and_paragraphs_stay_in_one_cell(sheet):
    assert not paste(sheet.cell(HOMES), "8")
    assert paste(sheet.cell(HOMES), "8\r\n")
    assert not paste(sheet.cell(HOMES, "情况说明"), "第一段\n第二段")
    assert paste(sheet.cell(HOMES, "情况说明"), "甲\n乙", "<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>")

    expect(sheet.cell(HOMES)).to_have_value("8")
    expect(sheet.cell(HOMES, "情况说明")).to_have_value("甲")
    expect(sheet.cell(STATION, "情况说明")).to_have_value("乙")


def test_states_are_pasted_by_their_words_and_others_are_told_in_place(official, sheet, news):
    paste(sheet.cell(CHECKED, "状态"), "推进中\t75\n做完了\t100")

    expect(sheet.cell(CHECKED, "状态")).to_have_value("in_progress")
    expect(sheet.cell(CHECKED, "完成比例（%）")).to_have_value("75")
    expect(sheet.status(CHECKED)).to_contain_text("已保存")
    told = official.page.locator(".sheet-figures .sheet-error")
    expect(told).to_have_text("“做完了”不是状态，应为：未启动、推进中、已完成、受阻。")
    expect(news).to_have_text("已粘贴 3 格。1 格的内容不能填入，已在原处注明。")


def test_what_does_not_fit_is_told(sheet, news):
    paste(sheet.cell(LAST, "情况说明"), "已拨付\t多余\n下一行")

    expect(sheet.cell(LAST, "情况说明")).to_have_value("已拨付")
    expect(news).to_have_text("已粘贴 1 格。2 格超出表格范围，没有粘贴：多余、下一行。")


def test_wrong_figures_of_a_pasted_block_are_told_each_in_its_line(sheet):
    paste(sheet.cell(HOMES), "8o\n-1")

    expect(sheet.status(HOMES)).to_contain_text("“8o”不是数字")
    expect(sheet.status(STATION)).to_contain_text("-1")
    expect(sheet.cell(HOMES)).to_have_attribute("aria-invalid", "true")
    expect(sheet.cell(HOMES)).to_have_accessible_description(re.compile("“8o”不是数字"))
    sheet.types(HOMES, 累计完成="8")
    expect(sheet.cell(HOMES)).not_to_have_attribute("aria-invalid", "true")


def test_a_choice_takes_a_paste_by_keys(portal, enter):
    official = enter("town-310113112", permissions=["clipboard-read", "clipboard-write"])
    sheet = Sheet(official, "2024Q3")
    official.page.evaluate("text => navigator.clipboard.writeText(text)", "推进中")

    sheet.cell(CHECKED, "状态").focus()
    official.page.keyboard.press("Control+V")

    expect(sheet.cell(CHECKED, "状态")).to_have_value("in_progress")


def test_a_list_of_sites_is_moved_in_filled_and_undone_like_the_sheet(official, press):
    Programme.objects.get(slug="baoshan-2024").indicators.filter(name=CANTEEN).update(by_sites=True)
    sheet = Sheet(official, "2024Q3")
    official.page.get_by_text(f"{CANTEEN} · 点位清单").click()
    row = official.page.get_by_label

    rows = "\n".join(f"点位{number}\t长江路{number}号\t\t2024-09-{number:02}" for number in range(1, 7))
    paste(row("第 1 行点位名称"), rows)
    expect(row("第 6 行日期")).to_have_value("2024-09-06")
    expect(sheet.status(CANTEEN)).to_contain_text("按点位清单计 6个")
    row("第 1 行点位名称").focus()
    press("ArrowDown", "Enter")
    expect(row("第 3 行点位名称")).to_be_focused()
    press("ArrowRight")
    expect(row("第 3 行地址")).to_be_focused()

    press("Control+z")
    expect(row("第 6 行日期")).to_have_value("")
    expect(sheet.status(CANTEEN)).not_to_contain_text("按点位清单计")


def test_the_keys_are_listed_and_the_page_has_no_barrier(official, sheet):
    official.page.get_by_text("键盘操作与粘贴").click()
    official.reads("撤销、恢复，一次粘贴算一步")
    paste(sheet.cell(HOMES), "8o\n-1")
    expect(sheet.status(STATION)).to_contain_text("-1")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
