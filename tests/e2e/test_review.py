"""The review as people do it: by keyboard, and two at once."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.models import User
from districts.models import Town
from tasks.models import Decision, Programme
from tasks.reporting import Entry, new_key, submit
from tests.e2e.person import Sheet

PLAN = "/p/baoshan-2024"
MIAOHANG, YOUYI = f"{PLAN}/review/310113112/", f"{PLAN}/review/310113003/"
NAMES = ["新增养老床位", "新增家门口养老服务站", "新增社区长者食堂"]


@pytest.fixture
def sent(portal):
    """庙行镇 has sent three lines, then 友谊路街道 one."""
    programme = Programme.objects.get(slug="baoshan-2024")
    period = programme.periods.get(label="2024Q3")
    for code, names in (("310113112", NAMES), ("310113003", NAMES[:1])):
        town = Town.objects.get(code=code)
        entries = [Entry(programme.indicators.get(name=name), value=Decimal(6)) for name in names]
        submit(period=period, town=town, entries=entries, by=User.objects.get(town=town), key=new_key())


@pytest.fixture
def colleague(portal):
    """A second account that reviews for the bureau."""
    user = User.objects.get(username="staff")
    user.pk, user.username, user.name = None, "colleague", "王科长"
    user.save()


def line(person, name):
    return person.page.locator("[data-line]", has=person.page.get_by_role("link", name=name, exact=True))


def is_at(person, name):
    expect(line(person, name)).to_have_class(re.compile("is-current"))
    expect(person.page.locator("[data-status]")).to_contain_text(name)


def decisions():
    rows = Decision.objects.order_by("pk").values_list(
        "report__town__name", "report__indicator__name", "outcome", "reason"
    )
    return list(rows)


def test_a_queue_is_worked_off_by_keyboard(sent, enter):
    staff = enter("staff")
    staff.opens(f"{PLAN}/review/")
    staff.reads("2 处共 4 行待审核", "庙行镇", "友谊路街道")
    staff.tabs_to(staff.page.get_by_role("main").get_by_role("link", name="庙行镇"))
    press = staff.page.keyboard.press
    press("Enter")
    staff.reads("键盘快捷键")
    the_keys_are_listed_and_do_nothing_while_typing(staff)

    press("j")
    is_at(staff, NAMES[0])
    press("j")
    press("k")
    is_at(staff, NAMES[0])
    press("a")
    staff.is_told("已通过 1 行。")
    is_at(staff, NAMES[1])

    press("r")
    expect(staff.page.get_by_label("退回原因")).to_be_focused()
    press("Enter")
    staff.is_told("退回必须填写原因。")
    expect(staff.page.get_by_label("退回原因")).to_be_focused()
    staff.page.keyboard.type("请附清单")
    press("Enter")
    staff.is_told("已退回 1 行。")
    is_at(staff, NAMES[2])

    press("x")
    expect(staff.page.get_by_label(NAMES[2], exact=True)).to_be_checked()
    press("a")
    staff.is_told("已通过 1 行。")
    expect(staff.page).to_have_url(re.compile(f"{YOUYI}$"))
    staff.finds_no_fault_on_a_phone()
    assert decisions() == [
        ("庙行镇", NAMES[0], "accepted", ""),
        ("庙行镇", NAMES[1], "returned", "请附清单"),
        ("庙行镇", NAMES[2], "accepted", ""),
    ]


def the_keys_are_listed_and_do_nothing_while_typing(staff):
    staff.page.keyboard.press("?")
    staff.reads("下一行、上一行", "勾选或取消勾选", "使用快捷键")
    staff.finds_no_fault()
    staff.page.keyboard.press("?")
    staff.page.get_by_label("退回原因").fill("")
    staff.page.keyboard.type("axjr")
    expect(staff.page.get_by_label("退回原因")).to_have_value("axjr")
    staff.page.get_by_label("退回原因").fill("")
    staff.page.get_by_role("heading", level=1).click()


def test_keys_that_are_switched_off_stay_off(sent, enter):
    staff = enter("staff")
    staff.opens(MIAOHANG)
    staff.page.keyboard.press("?")
    staff.page.get_by_label("使用快捷键").uncheck()

    staff.opens(MIAOHANG)
    staff.page.keyboard.press("j")

    expect(staff.page.locator(".is-current")).to_have_count(0)


def test_all_without_warnings_go_at_once_and_the_next_town_opens(sent, enter):
    staff = enter("staff")
    staff.opens(MIAOHANG)

    staff.presses("通过无提示的 3 行")

    staff.is_told("已通过 3 行。")
    expect(staff.page).to_have_url(re.compile(f"{YOUYI}$"))


def test_a_return_without_words_asks_for_them_and_keeps_the_other_ticks(sent, enter):
    staff = enter("staff")
    staff.opens(MIAOHANG)
    staff.page.get_by_label(NAMES[0], exact=True).check()

    staff.presses(f"退回 {NAMES[1]}")

    expect(staff.page.get_by_label("退回原因")).to_be_focused()
    expect(staff.page.get_by_label(NAMES[0], exact=True)).to_be_checked()
    expect(staff.page.get_by_label(NAMES[1], exact=True)).to_be_checked()
    assert decisions() == []


def test_the_second_of_two_reviewers_is_told_who_decided_what(sent, enter, colleague):
    first, second = enter("colleague"), enter("staff")
    first.opens(MIAOHANG)
    second.opens(MIAOHANG)
    first.presses(f"通过 {NAMES[0]}")
    first.is_told("已通过 1 行。")

    for name in NAMES[:2]:
        second.page.get_by_label(name, exact=True).check()
    second.page.get_by_label("退回原因").fill("请附清单")
    second.presses("退回所选")

    second.reads("下列各行未能审核", f"{NAMES[0]} 已由 王科长 于 2024-10-15", "通过。")
    second.finds_no_fault()
    expect(line(second, NAMES[0])).to_have_count(0)
    expect(second.page.get_by_label(NAMES[1], exact=True)).to_be_checked()
    expect(second.page.get_by_label("退回原因")).to_have_value("请附清单")
    second.presses("退回所选")
    second.is_told("已退回 1 行。")
    assert decisions() == [("庙行镇", NAMES[0], "accepted", ""), ("庙行镇", NAMES[1], "returned", "请附清单")]


def test_what_the_bureau_entered_on_a_towns_behalf_is_reviewed_by_a_colleague(portal, enter, colleague):
    staff, other = enter("staff"), enter("colleague")
    sheet = Sheet(staff, "2024Q3", "310113112")
    sheet.types(NAMES[0], 累计完成="6")
    sheet.submits()
    staff.is_told("已提交 1 行")

    staff.opens(f"{PLAN}/review/")
    staff.reads("庙行镇", "1 行由您填报")
    staff.opens(MIAOHANG)
    staff.reads("代填", "须他人审核")
    expect(staff.page.get_by_role("button", name="通过", exact=False)).to_have_count(1)  # of what is ticked

    other.opens(MIAOHANG)
    other.presses(f"通过 {NAMES[0]}")
    other.is_told("已通过 1 行。")
    assert decisions() == [("庙行镇", NAMES[0], "accepted", "")]
