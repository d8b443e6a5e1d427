"""A director rectifies a major hazard on a phone; one of the bureau verifies it, another closes it."""

import datetime as dt

import pytest

from accounts.models import User
from accounts.permissions import Role
from quality.rectifying import record
from tests.factories import UserFactory
from tests.quality.findings import PHOTO

SUBJECT = "疏散通道畅通"
CRITERION = "7. 占位：疏散通道、安全出口被占用、堵塞或封闭"


@pytest.fixture
def finding(portal):
    """Found by the bureau on 14 October; nobody has assigned it."""
    director, staff = (User.objects.get(username=name) for name in ("facility-demo", "staff"))
    second = UserFactory(username="second", name="养老服务科二", role=Role.STAFF, district=staff.district)
    second.password = staff.password
    second.save()
    return record(
        facility=director.facility,
        subject=SUBJECT,
        words="二楼通道堆放轮椅",
        severity="major",
        found_on=dt.date(2024, 10, 14),
        by=staff,
        key="e2e",
    )


def test_a_hazard_is_rectified_on_a_phone_and_closed_by_a_second_person(finding, enter):
    staff, second, director = enter("staff"), enter("second"), enter("facility-demo", width=390)
    the_bureau_assigns_it(staff, finding)
    the_director_signs(director)
    the_director_submits_what_was_done(director)
    the_director_can_not_close_it(director, finding)
    the_bureau_verifies_and_the_same_person_can_not_close(staff, finding)
    a_second_person_closes_it(second, finding)
    the_director_reads_that_it_is_closed(director)


def the_bureau_assigns_it(staff, finding):
    staff.opens("/")
    staff.page.get_by_role("link", name="交办 1 项问题隐患").click()
    staff.page.get_by_role("link", name=str(finding)).click()
    staff.finds_no_fault()
    staff.page.get_by_label("重大隐患判定标准").select_option(label=CRITERION)
    staff.page.get_by_label("整改责任人").fill("王主任")
    staff.page.get_by_label("整改期限").fill("2024-10-31")
    staff.presses("交办")
    staff.is_told(f"已交办{finding}。")


def the_director_signs(director):
    director.opens("/")
    director.page.get_by_role("link", name=f"签收隐患：{SUBJECT}").click()
    director.reads("待签收", "重大", "王主任", "2024-10-31")
    director.presses("签收")
    director.is_told("已签收")


def the_director_submits_what_was_done(director):
    words = director.page.get_by_label("采取的整改措施和结果")
    words.fill("已清理通道并划线")
    director.presses("提交整改")
    director.is_told("重大隐患提交整改须附照片或材料。")
    director.expects("status of 422")
    director.page.locator("input[type=file]").first.set_input_files(
        {"name": PHOTO[0], "mimeType": "text/plain", "buffer": PHOTO[1]}
    )
    director.finds_no_fault()
    director.presses("提交整改")
    director.is_told("等待验收")


def the_director_can_not_close_it(director, finding):
    director.reads("待验收", "已清理通道并划线")
    assert director.page.get_by_role("button", name="销号").count() == 0
    director.opens("/findings/?view=rectification")
    director.reads(str(finding), "待验收")
    director.finds_no_fault()


def the_bureau_verifies_and_the_same_person_can_not_close(staff, finding):
    staff.opens(finding.get_absolute_url())
    staff.page.get_by_label("复核意见").fill("现场核验，通道畅通")
    staff.presses("复核通过")
    staff.is_told("由另一人销号")
    assert staff.page.get_by_role("button", name="销号").count() == 0


def a_second_person_closes_it(second, finding):
    second.opens(finding.get_absolute_url())
    second.page.get_by_label("验收意见").fill("同意销号")
    second.presses("销号")
    second.is_told(f"{finding}已销号。")
    second.finds_no_fault()
    second.finds_no_fault_on_a_phone()


def the_director_reads_that_it_is_closed(director):
    director.opens("/notices/")
    director.reads(f"隐患已销号：{SUBJECT}")
