"""A quarter's bulletin, in the place of an earlier one, to the final result: a town appeals, the bureau rules, places change."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import docx
import pytest

from accounts.models import User
from scoring.appealing import rule
from scoring.models import Appeal, Assessment, Result
from scoring.verifying import verify
from tasks.models import Programme
from tasks.reporting import Entry
from tests.factories import accepted

PLAN = "/p/baoshan-2024"
MIAOHANG = "310113112"
STATION = "新增家门口养老服务站"
LINE = "完成居家环境适老化改造"


@pytest.fixture
def third_quarter(demo, time_machine):
    """The demo's progress up to the third quarter is in: the last of it was accepted at half past ten.

    Of its bulletin of that quarter every appeal is ruled on.
    """
    time_machine.move_to(dt.datetime(2024, 10, 15, 11, tzinfo=ZoneInfo("Asia/Shanghai")), tick=True)
    waiting = Appeal.objects.open().get()
    rule(appeal=waiting, upheld=False, reason="见更正的通报", by=User.objects.get(username="staff"))
    return Programme.objects.get(slug="baoshan-2024")


def test_a_bulletin_is_frozen_published_appealed_ruled_and_final(third_quarter, enter, time_machine):
    staff = enter("staff")
    assessment = staff_freezes_and_publishes(staff)
    official = enter(f"town-{MIAOHANG}")
    the_town_appeals(official, assessment)
    staff_rules(staff, assessment)
    a_later_correction_shows(third_quarter, staff, assessment)
    the_term_ends(time_machine)
    staff = enter("staff")
    staff_ends_it(staff, assessment)
    staff_downloads_the_bulletin(staff, assessment)
    official = enter(f"town-{MIAOHANG}")
    the_town_reads_the_final_result(official, assessment)
    assert verify(Assessment.objects.standing().get(pk=assessment.pk)).intact


def staff_freezes_and_publishes(staff):
    staff.opens(f"{PLAN}/scores/assessments/")
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_label("季度", exact=True).select_option("2024年第三季度")
    staff.presses("建立")
    staff.is_told("已建立“2024年第三季度通报（更正）”", "同一季度或年度已有“2024年第三季度通报（演示）”（已公布）")
    staff.reads("草案", "尚待填报或评定", "养老机构服务质量监测情况")
    staff.finds_no_fault()
    staff.presses("冻结")
    staff.reads("得分排名", "冻结另一次考核须填写更正原因")
    staff.expects("status of 422")
    staff.page.get_by_label("原因", exact=True).fill("监测得分推迟公布")
    staff.presses("冻结")
    staff.is_told("已冻结，结果不再随数据变化。")
    staff.page.get_by_label("公开全部得分与名次").check()
    staff.presses("公布")
    staff.is_told("已公布，并已通知各街镇。")
    staff.reads(
        "已公布", "申诉截止 2024-10-22（含当日）", "本考核更正并替代", "没有申诉", "没有变化", "监测得分推迟公布"
    )
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()
    staff.opens(f"{PLAN}/scores/assessments/")
    staff.reads("2024年第三季度通报（更正）", "已公布", "2024年第三季度通报（演示）", "已被替代")
    return Assessment.objects.latest("pk")


def the_town_appeals(official, assessment):
    official.opens("/notices/")
    official.page.get_by_role("main").get_by_role("link", name="2024年第三季度通报（更正）已公布").click()
    official.reads("得分排名", "庙行镇")
    official.page.get_by_role("main").get_by_role("link", name="庙行镇").click()
    official.finds_no_fault_on_a_phone()
    official.page.get_by_text(LINE, exact=True).first.click()
    official.page.get_by_role("link", name="对本项提出申诉").first.click()
    official.page.get_by_label("申诉理由").fill("少计 3 户，验收单见附件。")
    file = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    official.page.get_by_label("申诉材料").set_input_files(file)
    official.presses("提出申诉")
    official.is_told(f"已就“{LINE}”提出申诉")
    official.finds_no_fault()


def staff_rules(staff, assessment):
    line = Result.objects.get(assessment=assessment, code=MIAOHANG).lines.get(title=LINE)
    staff.opens("/notices/")
    staff.page.get_by_role("main").get_by_role("link", name="庙行镇对“").click()
    staff.reads("少计 3 户，验收单见附件。", "验收单.pdf", f"原得分 {line.points}，本项最高 3.00")
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_label("支持", exact=True).check()
    staff.page.get_by_label("调整后得分").fill("3")
    staff.page.get_by_label("裁定理由").fill("验收单属实")
    staff.presses("裁定")
    staff.is_told("已裁定，并已通知庙行镇。")
    staff.reads("调整为 3.00 分", "验收单属实")


def a_later_correction_shows(programme, staff, assessment):
    beds = programme.indicators.get(name=STATION)
    quarter, town = programme.periods.get(label="2024Q3"), programme.district.towns.get(code="310113003")
    accepted(quarter, town, Entry(beds, value=Decimal(1)), by=User.objects.get(username="staff"))
    staff.opens(f"{PLAN}/scores/assessments/{assessment.pk}/")
    staff.reads("裁定前", "冻结后的变化", "友谊路街道", STATION)
    staff.finds_no_fault()
    staff.presses("定稿")
    staff.reads("申诉期到 2024-10-22（含当日）为止，期满后才能定稿。")
    staff.expects("status of 422")


def the_term_ends(time_machine):
    time_machine.move_to(dt.datetime(2024, 10, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=True)


def staff_ends_it(staff, assessment):
    staff.opens(f"{PLAN}/scores/assessments/{assessment.pk}/")
    staff.presses("定稿")
    staff.is_told("已定稿，并已通知各街镇。")
    staff.finds_no_fault()


def staff_downloads_the_bulletin(staff, assessment):
    staff.opens(f"{PLAN}/scores/assessments/{assessment.pk}/")
    with staff.page.expect_download() as download:
        staff.page.get_by_role("link", name="季度通报", exact=True).click()
    paper = docx.Document(download.value.path())
    final = Result.objects.get(assessment=assessment, code=MIAOHANG).final
    places, lines = paper.tables

    assert "关于2024年第三季度养老服务重点任务考核情况的通报" in [line.text for line in paper.paragraphs]
    assert [row.cells[4 + 3].text for row in places.rows if row.cells[1].text == "庙行镇"] == [str(final.total)]
    assert (len(places.rows), len(lines.rows), len(paper.inline_shapes)) == (1 + 12, 1 + 23, 1)
    staff.opens(f"{PLAN}/scores/assessments/trend/")
    staff.reads("第二季度通报", "第三季度通报", "庙行镇", str(final.total))
    staff.finds_no_fault_on_a_phone()


def the_town_reads_the_final_result(official, assessment):
    official.opens(f"{PLAN}/scores/assessments/{assessment.pk}/towns/{MIAOHANG}/")
    final = Result.objects.get(assessment=assessment, code=MIAOHANG).final
    official.reads("已定稿", f"{final.total}", "裁定前", "共 12 个街镇")
    official.page.get_by_role("main").get_by_role("link", name="打印", exact=True).click()
    official.reads("2024年第三季度通报", f"{final.total}", LINE, "裁定由")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
