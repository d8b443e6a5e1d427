"""The import wizard, from a file on the desk to a plan that is written, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tasks.models import Indicator, Target
from tests.e2e.person import Person
from tests.tasks.tables import Sheet, word
from tests.tasks.workbooks import table

IMPORTS = "/p/baoshan-2024/imports/"
TASKS = Sheet(
    [["序号", "任务名称", "工作要求", "进度安排", "项目类别"], [57, "新增任务", "12月底前", "一季度：启动", "重点项目"]]
)
TARGETS = Sheet([["街镇", "新增养老床位（张）"], ["月浦镇", 60]])
THIRTY = {f"{column}{row}": "12a" for column in "HIJ" for row in range(5, 15)}

both_widths = pytest.mark.parametrize("width", [1440, 390])


def upload(person: Person, data: bytes, name: str = "分解表.xlsx") -> None:
    """Choose a file, preview it, and look at the page that comes."""
    person.opens(IMPORTS)
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    person.page.get_by_label("文件").set_input_files(file)
    person.presses("预览")
    expect(person.page.get_by_role("heading", name=name)).to_be_visible()
    person.finds_no_fault()


def confirm(person: Person, reason: str | None = None) -> None:
    """Confirm, with a reason where one is asked for."""
    expect(person.page.get_by_label("调整原因")).to_have_count(0 if reason is None else 1)
    if reason is not None:
        person.page.get_by_label("调整原因").fill(reason)
    person.presses("确认写入")


@both_widths
def test_a_good_file_is_shown_as_understood_and_written(portal, enter, width):
    admin = enter("admin", width=width)
    upload(admin, table(E5=3, B8="-"))
    admin.reads("变更", "2", "待确认", "变更", "E5", "取消", "B8")
    admin.reads("任务指标分解表", "表头", "第 3–4 行", "21 项", "比率（%）")

    confirm(admin, "年中调整")

    admin.is_told("已写入。")
    admin.reads("写入。", "调整原因：年中调整")
    admin.finds_no_fault()
    assert Target.objects.filter(revision=2, reason="年中调整").count() == 2


@both_widths
def test_a_file_with_30_faults_shows_each_and_can_not_be_written(portal, enter, width):
    admin = enter("admin", width=width)
    upload(admin, table(**THIRTY))

    admin.reads("有 30 处错误，不能写入")
    admin.page.get_by_role("navigation", name="按类别筛选").get_by_role("link", name="错误 30").click()
    expect(admin.page.locator("[aria-labelledby=rows] tbody tr")).to_have_count(30)
    expect(admin.page.locator("td.drawn-error")).to_have_count(30)
    expect(admin.page.get_by_role("button", name="确认写入")).to_have_count(0)
    admin.finds_no_fault()
    assert not Target.objects.filter(revision=2).exists()


@both_widths
def test_a_wrong_total_is_a_warning_that_stops_nothing(portal, enter, width):
    admin = enter("admin", width=width)
    upload(admin, table(C17=999, E5=3))
    admin.reads("C17", "“新增困难重残养护床位”的合计是 999，各街镇相加是 160")
    admin.page.get_by_role("navigation", name="按类别筛选").get_by_role("link", name="提醒").click()
    expect(admin.page.locator("[aria-labelledby=rows] tbody tr")).to_have_count(2)

    confirm(admin, "年中调整")

    admin.is_told("已写入。")


def test_a_reason_is_asked_for_where_a_target_changes(portal, enter):
    admin = enter("admin")
    upload(admin, table(E5=3))

    confirm(admin, "")
    expect(admin.page.get_by_label("调整原因")).to_be_focused()
    confirm(admin, " ")

    admin.is_told("调整已下达的指标必须填写原因。")
    admin.finds_no_fault_on_a_phone()
    assert not Target.objects.filter(revision=2).exists()


def test_what_changed_meanwhile_is_shown_instead_of_written(portal, enter):
    admin, colleague = enter("admin"), enter("admin")
    upload(admin, table(E5=3))
    upload(colleague, table(E5=4))
    confirm(colleague, "年中调整")
    colleague.is_told("已写入。")

    confirm(admin, "年中调整")

    admin.is_told("方案在预览之后有变化，尚未写入。")
    admin.finds_no_fault_on_a_phone()
    assert not Target.objects.filter(revision=3).exists()
    confirm(admin, "以此为准")
    admin.is_told("已写入。")
    assert Target.objects.get(revision=3).value == 3


def test_several_annexes_in_one_word_file_are_written_as_one(portal, enter):
    admin = enter("admin")
    upload(admin, word(TASKS, TARGETS), "通知.docx")
    admin.reads("多个附件", "新增", "2", "重点工作清单", "指标分解表")
    admin.finds_no_fault_on_a_phone()

    confirm(admin)

    admin.is_told("已写入。")
    assert Target.objects.get(indicator__name="新增养老床位", town__name="月浦镇").value == 60


def test_a_near_miss_is_asked_and_remembered(portal, enter):
    admin = enter("admin")
    upload(admin, table(B4="新增养老院床位（张）"))
    question = admin.page.get_by_label("新增养老院床位")
    expect(question).to_have_value("")

    question.select_option("是“新增养老床位”")
    admin.presses("重新预览")
    admin.reads("“新增养老院床位”按“新增养老床位”读取，写入后记为它的别名")
    admin.finds_no_fault_on_a_phone()
    confirm(admin)

    admin.is_told("已写入。")
    assert Indicator.objects.get(name="新增养老床位").aliases == ["新增养老院床位"]


def test_a_long_reading_is_seen_to_go_on(portal, enter):
    admin, held = enter("admin"), []
    admin.opens(IMPORTS)
    admin.page.route("**/imports/", lambda route: held.append(route))
    told = {"words": "正在与现行方案比对", "share": 0.58}
    admin.page.route("**/imports/progress/**", lambda route: route.fulfill(json=told))
    file = {"name": "分解表.xlsx", "mimeType": "application/octet-stream", "buffer": table()}
    admin.page.get_by_label("文件").set_input_files(file)

    admin.presses("预览")

    bar = admin.page.get_by_role("progressbar", name="正在与现行方案比对")
    expect(bar).to_have_js_property("value", 0.58)
    assert re.search(r'name="watch"\s+\d+-\d+-\d+\s', held[0].request.post_data)
    expect(admin.page.get_by_role("button", name="预览", exact=True)).to_be_disabled()
    admin.finds_no_fault_on_a_phone()
    held[0].continue_()
    expect(admin.page.get_by_role("heading", name="分解表.xlsx")).to_be_visible()


def test_without_scripts_a_table_is_previewed_and_written(portal, enter):
    admin = enter("admin", java_script_enabled=False)
    admin.page.goto(IMPORTS)  # unchecked: the checks are scripts
    file = {"name": "分解表.xlsx", "mimeType": "application/octet-stream", "buffer": table(E5=3)}
    admin.page.get_by_label("文件").set_input_files(file)
    admin.presses("预览")
    admin.reads("待确认", "E5")

    confirm(admin, "年中调整")

    admin.is_told("已写入。")
    assert Target.objects.filter(revision=2, reason="年中调整").count() == 1


def test_a_refused_upload_says_why_on_the_same_page(portal, enter):
    admin = enter("admin")
    admin.opens(IMPORTS)
    admin.presses("预览")

    admin.reads("这个字段是必填项。")
    expect(admin.page.get_by_role("button", name="预览", exact=True)).to_be_enabled()
    admin.finds_no_fault_on_a_phone()
