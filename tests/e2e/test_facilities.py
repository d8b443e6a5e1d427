"""A director's quarter on a phone, the bureau's decision at a desk, and the figure in the town's sheet."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.e2e.person import Sheet

PLAN = "/p/baoshan-2024"
MIAOHANG = "310113112"
CERTIFIED = "养老护理员技能等级持证率"


@pytest.fixture
def home(portal):
    return User.objects.get(username="facility-demo").facility


def test_a_figure_entered_once_reaches_the_towns_sheet(home, enter):
    director, staff = enter("facility-demo", width=390), enter("staff")
    the_director_is_told_of_a_fault(director, home)
    the_director_sends_the_quarter(director, home)
    the_bureau_returns_it(staff)
    the_director_corrects_it(director, home)
    the_bureau_accepts_it(staff)
    the_towns_sheet_is_filled_in(enter(f"town-{MIAOHANG}"))
    the_bureau_traces_it(staff, home)


def fills(person, **values):
    for label, value in values.items():
        person.page.get_by_label(label, exact=True).fill(value)


def the_director_is_told_of_a_fault(director, home):
    director.opens("/facilities/")
    director.page.get_by_role("link", name=home.name).click()
    director.reads("登记信息", "2024年第三季度", "未填报")
    director.finds_no_fault()
    director.page.get_by_role("link", name="填报 2024年第三季度").click()
    director.finds_no_fault()
    director.page.locator("#carers").fill("20")
    for level, count in {5: "15", 4: "4", 3: "2", 2: "0", 1: "0"}.items():
        director.page.locator(f"#level_{level}").fill(count)
    director.presses("提交")
    director.is_told("有 1 处需要修改，尚未提交。")
    director.expects("status of 422")
    director.reads("持证护理员 21 多于养老护理员 20，请核对。")
    director.finds_no_fault()


def the_director_sends_the_quarter(director, home):
    director.page.locator("#level_5").fill("6")
    director.presses("提交")
    director.is_told("2024年第三季度数据已提交，等待区民政局审核。")
    director.reads("2024年第三季度", "待审核")


def the_bureau_returns_it(staff):
    staff.opens("/facilities/")
    staff.page.get_by_role("link", name="待审核数据 1 份").click()
    staff.reads("养老护理员", "20", "持证护理员", "12")
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_label("退回原因").fill("与花名册不符")
    staff.page.get_by_role("button", name="退回 庙行悦馨养老院（演示） 2024Q3", exact=True).click()
    staff.is_told("已退回 1 行。")


def the_director_corrects_it(director, home):
    director.opens(f"/facilities/{home.pk}/")
    director.reads("2024年第三季度数据已退回：与花名册不符")
    director.page.get_by_role("link", name="更正").click()
    expect(director.page.locator("#carers")).to_have_value("20")
    director.page.locator("#level_5").fill("12")
    director.presses("提交更正")
    director.is_told("已提交")


def the_bureau_accepts_it(staff):
    staff.opens("/facilities/review/")
    staff.page.get_by_role("checkbox").check()
    staff.presses("通过所选")
    staff.is_told("已通过 1 行。")


def the_towns_sheet_is_filled_in(official):
    sheet = Sheet(official, "2024Q3")
    expect(sheet.cell(CERTIFIED, "分子")).to_have_value("18")
    expect(sheet.cell(CERTIFIED, "分母")).to_have_value("20")
    official.reads("1 家机构 2024年第三季度")


def the_bureau_traces_it(staff, home):
    staff.opens(f"{PLAN}/indicators/12/")
    staff.page.get_by_role("link", name="机构汇总").click()
    staff.reads("Σ 持证护理员 ÷ Σ 养老护理员", "庙行镇", "18 ÷ 20", "90%", home.name, "已计入", "养老服务科")
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()


def test_a_town_registers_a_facility(portal, enter):
    official = enter(f"town-{MIAOHANG}", width=390)
    official.opens("/facilities/")
    official.page.get_by_role("link", name="登记机构").click()
    official.finds_no_fault()
    fills(official, **{"名称*": "庙行春晖日间照护", "负责人": "王主任"})
    official.page.get_by_label("类别").select_option("日间照护")
    official.page.get_by_label("建设与运营方式").select_option("公建民营")
    official.presses("保存")
    official.is_told("“庙行春晖日间照护”已保存。")
    official.reads("运营中", "日间照护", "公建民营", "王主任", "建立")


def test_an_administrator_lets_a_count_follow_facilities(portal, enter):
    admin = enter("admin")
    admin.opens(f"{PLAN}/indicators/01/facilities/")
    admin.reads("本指标由街镇填报，不由机构数据汇总")
    admin.page.get_by_role("main").get_by_role("link", name="汇总设置").last.click()
    admin.finds_no_fault()
    admin.finds_no_fault_on_a_phone()
    admin.page.get_by_label("汇总项目").select_option("本年累计新增床位")
    admin.page.get_by_label("养老院", exact=True).check()
    admin.presses("保存")
    admin.is_told("“新增养老床位”由机构数据汇总。")
    admin.reads("Σ 本年累计新增床位（养老院）")
