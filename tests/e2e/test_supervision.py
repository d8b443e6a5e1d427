"""A supervision sheet from the red line to its close: the bureau and the town, each at their own browser."""

from io import BytesIO
from pathlib import Path

import docx

PLAN = "/p/baoshan-2024"
STATION = "新增家门口养老服务站"
MIAOHANG, YOUYI = "310113112", "310113003"
SHEET = f"{PLAN}/supervision/1/"


def test_a_red_line_is_supervised_answered_and_closed(portal, enter):
    staff, official, neighbour = enter("staff"), enter(f"town-{MIAOHANG}"), enter(f"town-{YOUYI}")
    the_bureau_issues_a_sheet_from_the_red_line(staff)
    the_town_signs_and_answers(official)
    the_bureau_sends_it_back(staff)
    the_town_answers_again(official)
    the_bureau_closes_it(staff)
    the_sheet_goes_out_as_a_word_document(staff)
    neighbour.opens(SHEET, status=404)
    enter("leader").opens(SHEET)


def the_bureau_issues_a_sheet_from_the_red_line(staff):
    staff.opens(f"{PLAN}/towns/{MIAOHANG}/")
    staff.page.locator("tr", has_text=STATION).get_by_role("link", name="督办", exact=True).click()
    staff.reads("签发督办单", f"“{STATION}”截至 2024-10-15 亮灯为“严重滞后”：目标 10个，实际 0个")
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_label("办结期限").fill("2024-10-14")
    staff.presses("签发")
    staff.reads("办结期限 2024-10-14 已经过去。")
    staff.expects("status of 422")
    staff.page.get_by_label("办结期限").fill("2024-10-31")
    staff.presses("签发")
    staff.is_told("已签发督〔2024〕1号，并通知 庙行镇。")
    staff.opens(f"{PLAN}/")
    staff.reads("督〔2024〕1号", "待签收")


def the_town_signs_and_answers(official):
    official.opens("/")
    official.reads("签收督办单 督〔2024〕1号", "2024-10-31 截止")
    official.page.get_by_role("link", name="签收督办单 督〔2024〕1号").click()
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
    official.presses("签收")
    official.is_told("已签收督〔2024〕1号。")
    official.presses("提交答复")
    official.is_told("请填写答复内容。")
    official.expects("status of 422")
    official.page.get_by_label("答复内容").fill("场地已交付，正在施工。")
    official.presses("提交答复")
    official.is_told("已答复督〔2024〕1号。")
    official.reads("已答复，待办结", "办理经过", "场地已交付，正在施工。")


def the_bureau_sends_it_back(staff):
    staff.opens("/notices/")
    staff.reads("督〔2024〕1号督办单（庙行镇）已答复")
    staff.opens("/")
    staff.page.get_by_role("link", name="办结督办单 督〔2024〕1号（庙行镇）").click()
    staff.finds_no_fault()
    staff.page.get_by_label("退回原因").fill("没有写完成日期")
    staff.presses("退回答复")
    staff.is_told("督〔2024〕1号的答复已退回。")


def the_town_answers_again(official):
    official.opens("/")
    official.page.get_by_role("link", name="答复督办单 督〔2024〕1号").click()
    official.reads("答复退回，待再次答复", "没有写完成日期")
    official.page.get_by_label("答复内容").fill("10月30日前建成。")
    official.presses("提交答复")
    official.is_told("已答复督〔2024〕1号。")


def the_bureau_closes_it(staff):
    staff.opens(SHEET)
    staff.page.get_by_label("办结意见").fill("同意办结")
    staff.presses("办结")
    staff.is_told("督〔2024〕1号已办结。")
    staff.opens(f"{PLAN}/supervision/")
    staff.reads("督〔2024〕1号", "庙行镇", "已办结")
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_label("状态").select_option("逾期未办结")
    staff.presses("筛选")
    staff.reads("没有符合条件的督办单")


def the_sheet_goes_out_as_a_word_document(staff):
    staff.opens(SHEET)
    with staff.page.expect_download() as download:
        staff.page.get_by_role("link", name="下载 Word").click()
    file = download.value
    assert file.suggested_filename == "2024-1_庙行镇_督办单_2024-10-15.docx"
    rows = docx.Document(BytesIO(Path(file.path()).read_bytes())).tables[0].rows
    assert rows[-1].cells[1].text.endswith("养老服务科 已办结\n同意办结")
