"""Who has longer, who has not reported, and next year: periods as the bureau and the towns live with them."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tasks.models import Period
from tests.e2e.person import Sheet

PLAN = "/p/baoshan-2024"
STATION = "新增家门口养老服务站"
MIAOHANG, YOUYI = "310113112", "310113003"


@pytest.fixture
def closed(portal):
    """The third quarter was closed by its day."""
    Period.objects.filter(programme__slug="baoshan-2024", label="2024Q3").update(closes_on=dt.date(2024, 10, 12))


def test_an_extension_lets_one_town_report_after_the_period_closed(closed, enter):
    official, neighbour, staff = enter(f"town-{MIAOHANG}"), enter(f"town-{YOUYI}"), enter("staff")
    the_sheet_is_closed(official)
    staff_extend_for_the_town(staff)
    the_town_reports_in_time(official)
    the_sheet_is_closed(neighbour)


def the_sheet_is_closed(person):
    Sheet(person, "2024Q3")
    person.reads("已关闭", "2024年第三季度的填报已于 2024-10-12 结束，现已关闭。 只能查看。")
    expect(person.page.get_by_role("button", name="核对并提交")).to_have_count(0)


def staff_extend_for_the_town(staff):
    staff.opens(f"{PLAN}/periods/")
    staff.reads("2024年第三季度", "已关闭", "2024年第四季度", "开放中")
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_role("main").get_by_role("link", name="2024年第三季度").click()
    form = staff.page.locator("form", has=staff.page.get_by_role("button", name="办理延期", exact=True))
    form.get_by_label("街镇").select_option("庙行镇")
    form.get_by_label("延期至").fill("2024-10-14")
    form.get_by_label("原因").fill("台风停工")
    staff.presses("办理延期")
    staff.reads("延期日 2024-10-14 已经过去。")
    staff.expects("status of 422")
    form.get_by_label("延期至").fill("2024-10-20")
    staff.presses("办理延期")
    staff.is_told("已为 庙行镇 延期至 2024-10-20。")
    staff.reads(
        "庙行镇", "至 2024-10-20", "已延期", "2024年第三季度 庙行镇 延期至 2024-10-20", "养老服务科", "台风停工"
    )
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()


def the_town_reports_in_time(official):
    official.opens("/")
    official.reads("填报2024年第三季度进展", "已延期", "2024-10-20")
    sheet = Sheet(official, "2024Q3")
    official.reads("本街镇延期至 2024-10-20（含当日）。")
    sheet.types(STATION, 累计完成="5")
    sheet.submits()
    official.is_told("已提交 1 行")


def test_one_click_reminds_those_who_owe_and_the_town_is_told(portal, enter):
    staff, official = enter("staff"), enter(f"town-{MIAOHANG}")
    staff.opens(f"{PLAN}/completeness/")
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_role("button", name="催办 庙行镇 2024年第三季度").click()
    staff.is_told("已就2024年第三季度催办：庙行镇。")
    staff.reads("今日已催办", "催办记录", "庙行镇", "2024年第三季度", "养老服务科")

    staff.page.locator("#remind-2024Q3").get_by_role("button").click()

    staff.is_told("友谊路街道", "今天已经催办过，每天至多一次：庙行镇。")
    staff.finds_no_fault()
    official.opens("/notices/")
    official.reads("催办：请填报2024年第三季度进展")


def test_the_year_rolls_forward(portal, enter):
    admin = enter("admin")
    admin.opens("/p/new/")
    admin.page.locator("a[href='/p/new/from/baoshan-2024/']").click()
    admin.page.get_by_label("带上重点任务清单").check()
    admin.finds_no_fault()
    admin.finds_no_fault_on_a_phone()
    admin.presses("建立方案")
    admin.is_told("结转。请上传新年度的指标分解表。")

    admin.opens("/p/baoshan-2025/indicators/")
    admin.reads(STATION)
    admin.opens("/p/baoshan-2025/scores/rubric/")
    admin.opens("/p/baoshan-2025/tasks/")
    admin.reads("落实“老吾老计划”")
    admin.opens("/p/baoshan-2025/periods/")
    admin.reads("2025年第一季度", "未开放")
    assert User.objects.filter(district__programmes__slug="baoshan-2025").exists()


def test_a_monthly_indicator_has_a_sheet_for_each_month(portal, enter):
    admin, official = enter("admin"), enter(f"town-{MIAOHANG}")
    admin.opens(f"{PLAN}/indicators/")
    admin.page.get_by_role("main").get_by_role("link", name=STATION, exact=True).click()
    admin.page.get_by_role("link", name="填报设置").click()
    admin.finds_no_fault()
    admin.page.get_by_label("填报频次").select_option("按月")
    admin.presses("保存")
    admin.is_told(f"“{STATION}”的填报设置已保存。")

    sheet = Sheet(official, "2024M10")
    official.reads("2024年10月填报")
    sheet.types(STATION, 累计完成="5")
    sheet.submits()
    official.is_told("已提交 1 行")
    Sheet(official, "2024Q4")
    expect(official.page.get_by_label(f"{STATION} 累计完成")).to_have_count(0)
