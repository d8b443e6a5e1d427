"""Nothing typed is lost: the connection is cut, the browser crashes, an answer gets lost, the session ends."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.models import User
from tasks.models import Draft, Period, Report, Submission
from tests.e2e.person import Sheet

HOMES = "新增居家环境适老化改造"
STATION = "新增家门口养老服务站"
CERTIFIED = "养老护理员技能等级持证率"
SHEET = "/p/baoshan-2024/report/2024Q3/"
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('sheet:')).length"

TYPED_EARLY = """label => {
  const cell = document.querySelector(`[aria-label="${label}"]`);
  return cell && (cell.value = "5");
}"""


@pytest.fixture
def official(portal, enter):
    return enter("town-310113112")


@pytest.fixture
def sheet(official):
    return Sheet(official, "2024Q3")


@pytest.fixture
def connection(official):
    """What the bar at the bottom says of the connection."""
    return official.page.locator(".sheet-connection")


def kept_in_the_browser(person) -> int:
    return person.page.evaluate(KEPT)


def cut(person):
    """From here on nothing reaches the portal; the console says so."""
    person.page.context.set_offline(True)


def mend(person, *, told="ERR_INTERNET_DISCONNECTED"):
    person.page.context.set_offline(False)
    person.expects(told)


def test_what_is_typed_without_a_connection_arrives_when_it_is_back(official, sheet, connection):
    cut(official)
    sheet.types(STATION, 累计完成="5", saved="")
    sheet.types(CERTIFIED, 分子="90", 分母="100", saved="")
    expect(connection).to_have_text("离线：2 行已保存在本机，恢复后自动发送")
    assert (kept_in_the_browser(official), Draft.objects.count()) == (2, 0)

    mend(official)

    expect(connection).to_have_text("已全部保存，尚未提交的内容可以继续修改")
    expect(sheet.status(STATION)).to_contain_text("已保存")
    assert (kept_in_the_browser(official), Draft.objects.count()) == (0, 2)
    sheet.submits()
    official.is_told("已提交 2 行")


def test_a_sheet_submitted_without_a_connection_is_submitted_when_it_is_back(official, sheet, connection):
    sheet.types(STATION, 累计完成="5")
    cut(official)
    sheet.submits()
    expect(connection).to_have_text("提交没有得到答复，正在自动重试，不会重复提交。请不要关闭本页")
    assert not Report.objects.exists()

    mend(official)

    official.is_told("已提交 1 行")


def test_after_a_crash_the_page_finds_what_was_typed_and_sends_it(official, sheet):
    cut(official)
    sheet.types(STATION, 累计完成="5", 情况说明="含3个改建点", saved="")
    sheet.cell(HOMES).press_sequentially("8")  # not even left
    expect(official.page.locator(".sheet-connection")).to_contain_text("离线")
    official.loses_the_window()
    mend(official)

    again = Sheet(official, "2024Q3")

    expect(again.cell(STATION)).to_have_value("5")
    expect(again.cell(STATION, "情况说明")).to_have_value("含3个改建点")
    expect(again.cell(HOMES)).to_have_value("8")
    expect(official.page.locator(".sheet-news")).to_have_text("已找回本机保存的 2 行未发送内容。")
    expect(again.status(HOMES)).to_contain_text("已保存")
    assert (kept_in_the_browser(official), Draft.objects.count()) == (0, 2)


def test_leaving_with_unsent_lines_asks_first_and_a_reload_finds_them(official, sheet):
    asked = []
    official.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    official.page.route("**/line/**", lambda route: route.abort())
    sheet.types(STATION, 累计完成="5", saved="")
    expect(official.page.locator(".sheet-connection")).to_contain_text("离线")
    official.page.get_by_label("数据日期").fill("2024-09-20")

    official.page.reload()

    expect(sheet.cell(STATION)).to_have_value("5")
    expect(official.page.get_by_label("数据日期")).to_have_value("2024-09-20")
    assert asked == ["beforeunload"]
    official.page.unroute("**/line/**")
    sheet.cell(HOMES).fill("8")
    expect(sheet.status(STATION)).to_contain_text("已保存")
    official.expects("ERR_")


def test_what_is_typed_before_the_scripts_are_there_is_saved(official):
    scripts = []
    official.page.route("**/static/sheet/*.js", lambda route: scripts.append(route))
    official.page.goto(SHEET, wait_until="commit")
    official.page.wait_for_function(TYPED_EARLY, arg=f"{STATION} 累计完成")

    for script in scripts:
        script.continue_()

    expect(official.page.locator(".sheet-connection")).to_have_text("已全部保存，尚未提交的内容可以继续修改")
    assert Draft.objects.get().typed["value"] == "5"


def test_an_answer_that_got_lost_is_asked_for_again_and_nothing_is_doubled(official, sheet):
    sheet.types(STATION, 累计完成="5")
    lost = []

    def lose_the_first(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)  # the portal wrote it
        return route.abort()

    official.page.route(f"**{SHEET}", lose_the_first)
    sheet.submits()

    official.is_told("已提交 1 行")
    official.expects("ERR_FAILED")
    assert lost == [200]
    assert (Submission.objects.count(), Report.objects.get().value) == (1, 5)


def test_what_is_typed_while_the_answer_is_awaited_stays(official, sheet):
    sheet.types(STATION, 累计完成="5")
    cut(official)
    sheet.submits()
    expect(official.page.locator(".sheet-connection")).to_contain_text("没有得到答复")
    sheet.types(HOMES, 累计完成="8", saved="")
    mend(official)

    official.is_told("已提交 1 行")
    expect(sheet.cell(HOMES)).to_have_value("8")
    expect(sheet.status(HOMES)).to_contain_text("已保存")
    assert [report.value for report in Report.objects.all()] == [5]


def test_a_session_that_has_ended_keeps_the_line_until_somebody_signs_in(official, sheet, connection):
    Session.objects.all().delete()
    sheet.types(STATION, 累计完成="5", saved="")

    expect(connection).to_contain_text("登录已过期，刚才的内容没有发送，仍在本页。")
    assert kept_in_the_browser(official) == 1
    sheet.submits()
    expect(connection).to_contain_text("登录已过期")
    signs_in_elsewhere(official, connection)
    official.page.evaluate("dispatchEvent(new Event('focus'))")  # back to this window
    expect(sheet.status(STATION)).to_contain_text("已保存")
    sheet.submits()
    official.is_told("已提交 1 行")
    official.expects("status of 401")


def signs_in_elsewhere(person, place, username="town-310113112"):
    """Follow the link of a message to a new window and sign in there."""
    with person.page.context.expect_page() as opened:
        place.get_by_role("link", name="在新窗口登录").click()
    page = opened.value
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill("eldercare-demo")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("登录")
    page.close()


def test_on_a_shared_computer_nobody_writes_or_sees_what_another_typed(official, sheet, connection):
    Session.objects.all().delete()
    sheet.types(STATION, 累计完成="5", saved="")
    expect(connection).to_contain_text("登录已过期")
    signs_in_elsewhere(official, connection, "town-310113003")

    official.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(connection).to_contain_text("此浏览器现由友谊路街道经办人登录，刚才的内容没有发送，仍在本页。")
    official.expects("status of 401")
    assert not Draft.objects.exists()
    official.loses_the_window()
    neighbours = Sheet(official, "2024Q3")
    expect(neighbours.cell(STATION)).to_have_value("")
    expect(official.page.locator("#messages")).to_have_text("")


def test_signing_out_asks_and_takes_along_what_was_not_sent(official, sheet):
    questions = []
    official.page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))
    official.page.route("**/line/**", lambda route: route.abort())
    sheet.types(STATION, 累计完成="5", saved="")
    expect(official.page.locator(".sheet-connection")).to_contain_text("离线")

    official.page.get_by_role("button", name="退出登录").click()

    expect(official.page.get_by_label("用户名")).to_be_visible()
    assert questions[0] == "本机还保存着尚未发送的填报内容，退出登录后将清除。确定退出吗？"
    assert kept_in_the_browser(official) == 0
    official.expects("ERR_FAILED")


def test_lines_that_can_no_longer_be_filled_are_shown_until_they_are_thrown_away(official, sheet):
    cut(official)
    sheet.types(STATION, 累计完成="5", saved="")
    expect(official.page.locator(".sheet-connection")).to_contain_text("离线")
    official.loses_the_window()
    mend(official)
    Period.objects.filter(label="2024Q3").update(closes_on="2024-10-14")

    official.opens(SHEET)

    official.is_told("这些行现在不能填报", f"{STATION}：5")
    official.finds_no_fault()
    official.page.get_by_role("button", name="清除").click()
    assert kept_in_the_browser(official) == 0


def test_a_form_of_any_page_waits_until_its_owner_is_signed_in_again(portal, enter):
    staff = enter("staff")
    staff.opens("/p/baoshan-2024/tasks/8/?period=2024Q3")
    staff.page.get_by_label("状态").select_option("推进中")
    staff.page.get_by_label("完成比例（%）").fill("60")
    staff.page.get_by_label("情况说明").fill("已办19场")
    Session.objects.all().delete()

    staff.presses("保存进展")
    staff.is_told("登录已过期，刚才的内容没有发送，仍在本页。")
    staff.finds_no_fault()
    signs_in_elsewhere(staff, staff.page.locator("#messages"), "staff")
    expect(staff.page.get_by_label("情况说明")).to_have_value("已办19场")
    staff.presses("保存进展")

    staff.is_told("已记录 2024年第三季度 进展。")
    staff.expects("status of 401")


def test_going_back_shows_what_was_typed_and_after_signing_out_nothing(portal, enter):
    staff = enter("staff")
    staff.opens("/p/baoshan-2024/tasks/8/?period=2024Q3")
    staff.page.get_by_label("情况说明").fill("已办19场")
    staff.page.goto("/p/baoshan-2024/tasks/")
    staff.page.go_back()
    expect(staff.page.get_by_label("情况说明")).to_have_value("已办19场")

    staff.page.get_by_role("button", name="退出登录").click()
    expect(staff.page.get_by_label("用户名")).to_be_visible()
    staff.page.go_back()
    expect(staff.page.get_by_label("用户名")).to_be_visible()
    assert User.objects.filter(username="staff").exists()
