"""An inspector's visit on a phone with the connection cut: nothing is lost, everything is written once."""

import pytest
from playwright.sync_api import expect

from districts.models import Facility
from quality.models import Inspection, InspectionPhoto, VisitLine

PHOTO = {"name": "通道.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"0" * 2000}
CUT, BACK = True, False


class Visit:
    """The visit's page in somebody's browser."""

    def __init__(self, person):
        self.person = person

    @property
    def page(self):
        return self.person.page

    def item(self, number: int):
        return self.page.locator(".visit-item").nth(number - 1)

    def answers(self, number: int, verdict: str, words: str = "") -> None:
        self.item(number).get_by_text(verdict, exact=True).click()
        if words:
            self.item(number).get_by_label("发现的问题").fill(words)

    def connection(self, cut: bool) -> None:
        self.page.context.set_offline(cut)

    def says(self, words: str) -> None:
        expect(self.page.locator(".sheet-bar")).to_contain_text(words)


@pytest.fixture
def visit(portal, enter):
    """Planned by the bureau on a phone, and opened at the door."""
    staff = enter("staff", width=390)
    home = Facility.objects.get(name="庙行悦馨养老院（演示）")
    staff.opens(f"/inspections/new/?facility={home.pk}")
    staff.page.get_by_label("检查类别").select_option("每季度平台检查")
    staff.presses("安排")
    staff.page.get_by_role("link", name="现场记录").click()
    staff.finds_no_fault()
    opened = Visit(staff)
    opened.says("已填 0 /")  # its scripts are there: the connection may go
    return opened


def test_a_visit_goes_on_without_a_connection_and_is_submitted_when_it_is_back(visit, enter):
    visit.answers(1, "合格")
    visit.says("已全部保存到服务器，尚未提交")

    visit.connection(CUT)
    visit.answers(2, "不合格", "登记信息与实际不符")
    visit.item(2).locator("input[type=file]").set_input_files(PHOTO)
    for number in range(3, 15):
        visit.answers(number, "合格")
    visit.says("离线：13 项、1 张照片已存在本机，恢复后自动发送")
    assert (VisitLine.objects.count(), InspectionPhoto.objects.count()) == (1, 0)

    visit.connection(BACK)
    visit.says("已全部保存到服务器，尚未提交")
    assert (VisitLine.objects.count(), InspectionPhoto.objects.count()) == (14, 1)

    visit.answers(15, "不适用")
    visit.says("已填 15 / 15 项")
    visit.says("已全部保存到服务器，尚未提交")
    visit.connection(CUT)
    visit.person.presses("提交结果")
    visit.says("提交没有得到答复，正在自动重试，不会重复提交。请不要关闭本页")
    visit.connection(BACK)
    visit.person.is_told("检查结果已提交，并通知机构和街镇。")
    visit.person.expects("ERR_INTERNET_DISCONNECTED")
    visit.person.reads("登记信息与实际不符")
    visit.person.finds_no_fault()

    result = Inspection.objects.get().result
    assert (result.points, result.attainable, result.answers.count()) == (88, 92, 15)
    assert visit.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('sheet:')).length") == 0
    director = enter("facility-demo", width=390)
    director.opens(f"/inspections/{result.inspection_id}/")
    director.reads("优秀", "发现的问题（1）")


def test_after_a_crash_the_page_finds_what_was_answered_and_photographed(visit):
    visit.connection(CUT)
    visit.answers(2, "不合格", "登记信息与实际不符")
    visit.item(2).locator("input[type=file]").set_input_files(PHOTO)
    visit.says("离线：1 项、1 张照片已存在本机")
    address = visit.page.url

    visit.person.loses_the_window()
    visit.connection(BACK)
    visit.page.goto(address)

    expect(visit.item(2).get_by_label("发现的问题")).to_have_value("登记信息与实际不符")
    expect(visit.page.locator(".visit-photos").nth(1)).to_contain_text("通道.jpg")
    visit.says("已全部保存到服务器，尚未提交")
    assert (VisitLine.objects.count(), InspectionPhoto.objects.count()) == (1, 1)
    visit.person.expects("ERR_INTERNET_DISCONNECTED")
