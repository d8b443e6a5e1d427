"""A reminder as it comes to a town: the bell, the place that it leads to, and the mail of the day."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import expect

from accounts.models import User
from tasks import delivering
from tasks.models import Delivery

COMPLETENESS = "/p/baoshan-2024/completeness/"
SHEET = "/p/baoshan-2024/report/2024Q3/"
REMINDER = "催办：请填报2024年第三季度进展"


@pytest.fixture
def addressed(portal):
    """The official of 庙行镇 has an e-mail address."""
    User.objects.filter(username="town-310113112").update(email="official@example.com")


def the_bell(person):
    return person.page.get_by_role("banner").get_by_role("link", name=re.compile("^通知( |$)"))


@pytest.mark.usefixtures("addressed")
def test_a_reminder_rings_the_bell_leads_to_the_sheet_and_comes_by_mail_once(enter):
    staff, official = enter("staff"), enter("town-310113112")
    official.opens("/")
    expect(the_bell(official)).to_have_text("通知")

    the_bureau_reminds(staff)
    the_mail_of_the_day_comes_once()
    the_mail_leads_to_the_sheet(official)


def the_bureau_reminds(staff):
    staff.opens(COMPLETENESS)
    staff.page.locator("#remind-2024Q3").get_by_role("button").click()
    staff.is_told("2024年第三季度")


def the_mail_of_the_day_comes_once():
    for _hour in range(3):
        call_command("daily", verbosity=0)
        for pk in Delivery.objects.values_list("pk", flat=True):
            delivering.deliver(pk)
    [letter] = mail.outbox
    assert letter.to == ["official@example.com"]
    assert letter.subject == "养老服务重点任务平台：1 条通知（10月15日）"
    assert REMINDER in letter.body


def the_mail_leads_to_the_sheet(official):
    address = re.search(r"https?://[^/]+(/notices/\d+/)", mail.outbox[0].body)[1]
    official.page.goto("/notices/")
    expect(the_bell(official)).to_contain_text("1 条未读")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()

    official.page.goto(address)

    assert official.page.url.endswith(SHEET)
    expect(the_bell(official)).to_have_text("通知")


@pytest.mark.usefixtures("addressed")
def test_what_was_returned_is_read_and_kept_out_of_the_mail(enter):
    staff, official = enter("staff"), enter("town-310113112")
    official.opens("/settings/notices/")
    official.page.get_by_label("催办").uncheck()
    official.presses("保存")
    official.is_told("通知设置已保存。")

    the_bureau_reminds(staff)
    call_command("daily", verbosity=0)

    assert not Delivery.objects.exists()
    official.opens("/notices/?unread=1")
    official.reads(REMINDER, "还有", "行未报")
    official.presses(f"标为已读：{REMINDER}")
    official.reads("没有未读通知")


def test_an_administrator_finds_what_did_not_leave_and_sends_it_again(portal, enter):
    user = User.objects.get(username="staff")
    letter = {"district": user.district, "user": user, "channel": "email", "subject": "三条通知", "body": "您好"}
    stuck = Delivery.objects.create(key="k", state="sending", attempts=1, error="连接中断", **letter)
    Delivery.objects.update(next_at=stuck.at - dt.timedelta(minutes=1))
    admin = enter("admin")

    admin.opens("/settings/deliveries/?stuck=1")
    admin.finds_no_fault_on_a_phone()
    admin.reads("三条通知", "结果未知", "连接中断", "再试可能收到两次")
    admin.presses("再试：三条通知")

    admin.is_told("已交给后台再次发送。")
    admin.reads("三条通知", "待发送")
