"""Two windows on the same sheet: the second is shown the difference and chooses; no keystroke is lost."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tasks.models import Draft, Programme, Report
from tests.e2e.person import Person, Sheet

HOMES = "新增居家环境适老化改造"
STATION = "新增家门口养老服务站"
CERTIFIED = "养老护理员技能等级持证率"
CANTEEN = "新增社区长者食堂"


@pytest.fixture
def first(portal, enter):
    return enter("town-310113112")


@pytest.fixture
def second(first):
    """The same official's other window; its faults are those of the first."""
    person = Person(first.page.context.new_page())
    person.faults = first.faults
    return person


@pytest.fixture
def colleague(portal, enter):
    """A second account that reports for 庙行镇."""
    user = User.objects.get(username="town-310113112")
    user.pk, user.username, user.name = None, "colleague", "第二经办人"
    user.save()
    return enter("colleague")


def rows_of(difference):
    expect(difference).to_be_visible()
    return [row.locator("th, td").all_inner_texts() for row in difference.locator("tbody tr.is-different").all()]


def test_the_second_window_is_shown_both_versions_and_takes_its_own(first, second):
    sheet, other = Sheet(first, "2024Q3"), Sheet(second, "2024Q3")
    sheet.types(STATION, 累计完成="5", 情况说明="含3个改建点")
    other.types(STATION, 累计完成="6", saved="庙行镇经办人 刚在另一窗口把本行改为“5，含3个改建点”")

    difference = other.difference(STATION)
    assert rows_of(difference) == [["累计完成", "6", "5"], ["情况说明", "", "含3个改建点"]]
    second.finds_no_fault()
    second.finds_no_fault_on_a_phone()
    other.cell(STATION).fill("7")  # typing goes on, and nothing overwrites the other window
    assert rows_of(difference)[0] == ["累计完成", "7", "5"]
    other.submits()
    expect(second.page.locator(".sheet-news")).to_have_text("有 1 行在别处改过，请先选择以哪个为准，再提交。")
    assert Draft.objects.get().typed["value"] == "5"

    other.chooses(STATION, "用本窗口的")
    expect(other.status(STATION)).to_contain_text("已保存")
    expect(difference).to_have_count(0)
    assert Draft.objects.get().typed["value"] == "7"


def test_the_second_window_takes_the_other_version_and_can_undo_that(first, second):
    sheet, other = Sheet(first, "2024Q3"), Sheet(second, "2024Q3")
    sheet.types(STATION, 累计完成="5", 情况说明="含3个改建点")
    other.types(STATION, 累计完成="6", saved="刚在另一窗口")

    other.chooses(STATION, "用其他窗口的")

    expect(other.cell(STATION)).to_have_value("5")
    expect(other.cell(STATION, "情况说明")).to_have_value("含3个改建点")
    expect(other.cell(STATION)).to_be_focused()
    expect(other.status(STATION)).to_contain_text("已保存")
    second.page.keyboard.press("Control+z")
    expect(other.cell(STATION)).to_have_value("6")
    expect(other.status(STATION)).to_contain_text("已保存")
    other.submits()
    second.is_told("已提交 1 行")
    assert Report.objects.get().value == 6


def test_a_difference_outlives_a_reload(first, second):
    sheet, other = Sheet(first, "2024Q3"), Sheet(second, "2024Q3")
    sheet.types(STATION, 累计完成="5")
    other.types(STATION, 累计完成="6", saved="刚在另一窗口")
    second.page.on("dialog", lambda dialog: dialog.accept())

    second.page.reload()

    expect(other.cell(STATION)).to_have_value("6")
    expect(other.difference(STATION)).to_be_visible()
    assert Draft.objects.get().typed["value"] == "5"
    other.chooses(STATION, "用本窗口的")
    expect(other.status(STATION)).to_contain_text("已保存")
    assert Draft.objects.get().typed["value"] == "6"


def test_lists_of_sites_are_laid_side_by_side(first, second):
    Programme.objects.get(slug="baoshan-2024").indicators.filter(name=CANTEEN).update(by_sites=True)
    sheet, other = Sheet(first, "2024Q3"), Sheet(second, "2024Q3")
    for one, name in ((sheet, "甲"), (other, "乙")):
        one.page.get_by_text(f"{CANTEEN} · 点位清单").click()
        for label, value in (("点位名称", name), ("地址", "一路"), ("日期", "2024-09-01")):
            one.page.get_by_label(f"第 1 行{label}").fill(value)
        one.page.get_by_label("第 1 行日期").blur()
        says = "已全部保存" if one is sheet else "在别处改过"
        expect(one.page.locator(".sheet-connection")).to_contain_text(says)

    assert rows_of(other.difference(CANTEEN)) == [["点位清单", "乙 一路 2024-09-01", "甲 一路 2024-09-01"]]
    other.chooses(CANTEEN, "用其他窗口的")
    expect(second.page.get_by_label("第 1 行点位名称")).to_have_value("甲")
    expect(other.status(CANTEEN)).to_contain_text("按点位清单计 1个")


def test_what_two_windows_left_in_a_browser_that_crashed_is_offered_both(first, second):
    context = first.page.context
    windows = [Sheet(first, "2024Q3"), Sheet(second, "2024Q3")]
    context.set_offline(True)
    for window, value in zip(windows, "56", strict=True):
        window.types(STATION, 累计完成=value, saved="")
        expect(window.page.locator(".sheet-connection")).to_contain_text("离线")
    first.loses_the_window()
    second.loses_the_window()
    context.set_offline(False)
    first.expects("ERR_INTERNET_DISCONNECTED")

    sheet = Sheet(first, "2024Q3")

    expect(sheet.cell(STATION)).to_have_value("6")
    assert [row[1:] for row in rows_of(sheet.difference(STATION))] == [["6", "5"]]
    first.finds_no_fault()
    sheet.chooses(STATION, "用其他窗口的")
    expect(sheet.status(STATION)).to_contain_text("已保存")
    assert Draft.objects.get().typed["value"] == "5"


def test_a_submit_over_a_newer_revision_shows_that_revision(first, colleague):
    sheet, other = Sheet(first, "2024Q3"), Sheet(colleague, "2024Q3")
    sheet.types(STATION, 累计完成="5")
    sheet.submits()
    first.is_told("已提交 1 行")
    colleague.page.route("**/line/**", lambda route: route.abort())  # only the submit arrives
    other.types(STATION, 累计完成="6", saved="")
    other.submits()

    colleague.is_told("这些内容已被他人更新，请核对后再提交。")
    assert rows_of(other.difference(STATION)) == [["累计完成", "6", "5"]]
    expect(other.status(STATION)).to_contain_text("庙行镇经办人 已提交本行第 1 版：5")
    colleague.page.unroute("**/line/**")
    colleague.expects("ERR_FAILED")
    colleague.expects("status of 422")

    other.chooses(STATION, "用其他窗口的")
    expect(other.cell(STATION)).to_have_value("")
    other.submits()
    colleague.is_told("还没有填写任何内容，未提交。")
    assert [report.value for report in Report.objects.all()] == [5]


def test_a_line_that_another_official_typed_is_not_submitted_unseen(first, colleague):
    sheet, other = Sheet(first, "2024Q3"), Sheet(colleague, "2024Q3")
    other.types(CERTIFIED, 分子="90", 分母="100")
    sheet.types(STATION, 累计完成="5")

    sheet.submits()

    first.is_told("有 1 行需要修改，尚未提交。已填内容均已保存。")
    first.expects("status of 422")
    assert rows_of(sheet.difference(CERTIFIED)) == [["分子", "", "90"], ["分母", "", "100"]]
    sheet.chooses(CERTIFIED, "用其他窗口的")
    expect(sheet.status(CERTIFIED)).to_contain_text("已保存")
    sheet.submits()
    first.is_told("已提交 2 行")
