"""From a figure typed in a town to the light and the points that follow, as people do it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.e2e.person import Sheet

PLAN = "/p/baoshan-2024"
TOWN_PAGE = f"{PLAN}/towns/310113112/"
STATION = "新增家门口养老服务站"
CERTIFIED = "养老护理员技能等级持证率"
OLD_FRIENDS = "39. 落实“老吾老计划” （各街镇）"
PDF = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 evidence"}


def light_of_task(person, number):
    row = person.page.locator("tbody tr", has=person.page.locator(f"a[href='{PLAN}/tasks/{number}/']"))
    return row.locator(".light")


@pytest.fixture
def colleague(portal):
    """A second account that reports for 庙行镇."""
    user = User.objects.get(username="town-310113112")
    user.pk, user.username, user.name = None, "colleague", "第二经办人"
    user.save()


def test_staff_log_a_quarter_of_a_task_and_its_light_follows(portal, enter):
    staff = enter("staff")
    staff.opens(f"{PLAN}/tasks/")
    before = light_of_task(staff, 8).inner_text()

    staff.opens(f"{PLAN}/tasks/8/?period=2024Q3")
    staff.page.get_by_label("状态").select_option("推进中")
    staff.page.get_by_label("完成比例（%）").fill("60")
    staff.page.get_by_label("情况说明").fill("已办19场")
    staff.page.get_by_label("佐证材料").set_input_files(PDF)
    staff.presses("保存进展")

    staff.is_told("已记录 2024年第三季度 进展。")
    staff.finds_no_fault()
    staff.reads(
        "填报与审核记录", "通过（本人审核） 2024Q3 第1版", "填报 2024Q3 第1版：推进中 60%", "已办19场", "验收单.pdf"
    )
    staff.opens(f"{PLAN}/tasks/")
    assert before == "严重滞后"
    expect(light_of_task(staff, 8)).to_have_text("滞后")


def test_a_town_reports_staff_return_a_line_and_points_and_lights_follow(portal, enter):
    official, staff = enter("town-310113112"), enter("staff")
    the_town_fills_its_sheet(official)
    staff_return_one_line_and_accept_the_rest(staff)
    the_points_are(staff, "10.00")
    the_town_corrects_what_came_back(official)
    staff_accept_the_correction(staff)
    the_points_are(staff, "13.00")
    the_history_tells_all_of_it_in_order(official)


def the_town_fills_its_sheet(official):
    sheet = Sheet(official, "2024Q3")
    sheet.types(STATION, 累计完成="1o", saved="“1o”")
    sheet.types(STATION, 累计完成="-1", saved="-1")
    sheet.types(STATION, 累计完成="5", 情况说明="含3个改建点")
    sheet.types(CERTIFIED, 分子="90", 分母="100")
    sheet.types(OLD_FRIENDS, 状态="推进中", **{"完成比例（%）": "75"})
    sheet.row(STATION).locator("input[type=file]").set_input_files(PDF)
    expect(sheet.row(STATION)).to_contain_text("验收单.pdf")
    official.finds_no_fault()
    sheet.submits()
    official.is_told("已提交 3 行，等待区民政局审核。")
    expect(sheet.status(STATION)).to_contain_text("待审核")


def staff_return_one_line_and_accept_the_rest(staff):
    staff.opens(f"{PLAN}/review/")
    staff.reads("1 处共 3 行待审核", "庙行镇")
    staff.page.get_by_role("main").get_by_role("link", name="庙行镇").click()
    staff.reads("庙行镇", "3 行待审核", STATION, "含3个改建点", "验收单.pdf")
    staff.page.get_by_label(STATION, exact=True).check()
    staff.presses("退回所选")
    staff.is_told("退回必须填写原因。")
    expect(staff.page.get_by_label(STATION, exact=True)).to_be_checked()
    staff.page.get_by_label("退回原因").fill("清单上是10个")
    staff.presses("退回所选")
    staff.is_told("已退回 1 行。")
    staff.presses("通过无提示的 2 行")
    staff.is_told("已通过 2 行。")
    staff.finds_no_fault()


def the_points_are(person, points):
    person.opens(TOWN_PAGE)
    expect(person.page.locator(".stat", has_text="总分").locator(".stat-value")).to_have_text(f"{points}分")


def the_light_is(person, indicator, word):
    row = person.page.locator("tr", has=person.page.get_by_role("link", name=indicator, exact=True))
    expect(row.locator(".light")).to_have_text(word)


def the_town_corrects_what_came_back(official):
    the_points_are(official, "10.00")
    the_light_is(official, CERTIFIED, "已完成")
    the_light_is(official, STATION, "严重滞后")
    official.opens("/")
    official.reads(f"2024年第三季度：{STATION} 被退回", "清单上是10个")
    official.page.get_by_role("link", name=re.compile(f"{STATION} 被退回")).click()
    sheet = Sheet(official, "2024Q3")
    expect(sheet.status(STATION)).to_contain_text("已退回")
    expect(sheet.status(STATION)).to_contain_text("清单上是10个")
    sheet.types(STATION, 累计完成="10")
    sheet.submits()
    official.is_told("已提交 1 行")


def staff_accept_the_correction(staff):
    staff.opens(f"{PLAN}/review/310113112/")
    staff.reads("1 行待审核", STATION, "10", "填报 第1版：5", "含3个改建点", "退回", "清单上是10个", "第2版")
    staff.presses(f"通过 {STATION}")
    staff.is_told("已通过 1 行。")
    staff.reads("没有待审核的填报")


def the_history_tells_all_of_it_in_order(official):
    official.opens(TOWN_PAGE)
    the_light_is(official, STATION, "已完成")
    official.page.get_by_role("link", name=STATION, exact=True).click()
    newest_first = [
        "通过",
        "第2版",
        "填报",
        "第2版：10",
        "退回",
        "第1版",
        "清单上是10个",
        "填报",
        "第1版：5",
        "含3个改建点",
        "验收单.pdf",
    ]
    official.reads("填报与审核记录", *newest_first)
    official.finds_no_fault()


def test_two_officials_of_a_town_are_told_of_each_other_and_lose_nothing(portal, enter, colleague):
    first, second = enter("town-310113112"), enter("colleague")
    sheet, other = Sheet(first, "2024Q3"), Sheet(second, "2024Q3")

    sheet.types(STATION, 累计完成="5")
    other.types(STATION, 累计完成="6", saved="庙行镇经办人 刚在另一窗口把本行改为“5”")
    expect(other.cell(STATION)).to_have_value("6")

    sheet.submits()
    first.is_told("已提交 1 行")
    other.types(CERTIFIED, 分子="90", 分母="100")
    other.submits()
    expect(other.page.locator(".sheet-news")).to_have_text("有 1 行在别处改过，请先选择以哪个为准，再提交。")
    other.chooses(STATION, "用本窗口的")
    expect(other.status(STATION)).to_contain_text("庙行镇经办人 已提交本行第 1 版：5")
    expect(other.cell(STATION)).to_have_value("6")
    expect(other.cell(CERTIFIED, "分子")).to_have_value("90")

    other.chooses(STATION, "用本窗口的")
    expect(other.status(STATION)).to_contain_text("已保存")
    other.submits()
    second.is_told("已提交 2 行")


def test_a_block_from_a_spreadsheet_fills_the_lines(portal, enter):
    official = enter("town-310113112", permissions=["clipboard-read", "clipboard-write"])
    sheet = Sheet(official, "2024Q3")
    sheet.types(STATION, 累计完成="5")

    official.page.evaluate("text => navigator.clipboard.writeText(text)", "8\t已签约\n\t含3个改建点\n4\n")
    sheet.cell("新增居家环境适老化改造").focus()
    official.page.keyboard.press("Control+V")

    expect(sheet.cell("新增居家环境适老化改造")).to_have_value("8")
    expect(sheet.cell("新增居家环境适老化改造", "情况说明")).to_have_value("已签约")
    expect(sheet.cell(STATION)).to_have_value("5")
    expect(sheet.cell(STATION, "情况说明")).to_have_value("含3个改建点")
    expect(sheet.status("新增社区长者食堂")).to_contain_text("已保存")
    sheet.submits()
    official.is_told("已提交 3 行")


def test_the_keyboard_is_enough_to_sign_in_and_to_report(portal, enter):
    official = enter()
    official.opens("/accounts/login/")
    official.tabs_to(official.page.get_by_label("用户名"))
    official.page.keyboard.type("town-310113112")
    official.tabs_to(official.page.get_by_label("密码"))
    official.page.keyboard.type("eldercare-demo")
    official.page.keyboard.press("Enter")
    official.reads("填报2024年第三季度进展")
    official.tabs_to(official.page.get_by_role("link", name="填报2024年第三季度进展"))
    official.page.keyboard.press("Enter")
    official.reads("庙行镇 · 2024年第三季度填报")
    sheet = Sheet(official, "2024Q3")

    official.tabs_to(sheet.cell("新增居家环境适老化改造"))
    official.page.keyboard.type("8")
    official.page.keyboard.press("Enter")
    expect(sheet.cell(STATION)).to_be_focused()
    official.page.keyboard.type("9")
    official.page.keyboard.press("ArrowDown")
    official.page.keyboard.press("ArrowUp")
    expect(sheet.cell(STATION)).to_be_focused()
    expect(sheet.status(STATION)).to_contain_text("已保存")
    official.tabs_to(official.page.get_by_role("button", name="核对并提交"))
    official.page.keyboard.press("Enter")
    official.is_told("已提交 2 行")
