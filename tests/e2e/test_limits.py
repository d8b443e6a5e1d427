"""What the portal refuses, and how it says so."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from accounts.models import User
from tasks import evidence
from tasks.models import Report
from tests.e2e.person import Sheet

PLAN = "/p/baoshan-2024"
STATION = "新增家门口养老服务站"
PROGRAM = {"name": "工具.exe", "mimeType": "application/octet-stream", "buffer": b"MZ program"}
LARGE = {"name": "录像.mp4", "mimeType": "video/mp4", "buffer": b"0" * (2**20 + 1)}


@pytest.fixture
def limit_of_1_mb(settings):
    settings.EVIDENCE_MAX_BYTES = 2**20


@pytest.fixture
def a_file_of_miaohang(demo):
    report = Report.objects.filter(town__code="310113112").first()
    owner = User.objects.get(username="town-310113112")
    return evidence.attach(SimpleUploadedFile("点位清单.pdf", b"%PDF-1.7"), by=owner, report=report)


def test_a_neighbour_finds_nothing_of_another_town(demo, enter, a_file_of_miaohang):
    neighbour = enter("town-310113003")
    for address in (
        f"{PLAN}/",
        f"{PLAN}/towns/310113112/",
        f"{PLAN}/report/2024Q3/?town=310113112",
        f"{PLAN}/review/",
        f"{PLAN}/scores/",
        f"{PLAN}/scores/marks/",
        f"/evidence/{a_file_of_miaohang.pk}/",
    ):
        neighbour.opens(address, status=404)
        neighbour.reads("找不到页面", "不在您的查看范围内")


def test_a_leader_reads_the_queue_and_decides_nothing(demo, enter):
    leader = enter("leader")
    leader.opens(f"{PLAN}/review/")
    leader.reads("行待审核")
    main = leader.page.get_by_role("main")
    main.locator("tbody").get_by_role("link").first.click()
    leader.reads("行待审核", "上次通过", "本次填报")
    expect(main.get_by_role("checkbox")).to_have_count(0)
    expect(main.get_by_role("button")).to_have_count(0)

    token = leader.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    waiting = Report.objects.waiting().first()
    form = {"csrfmiddlewaretoken": token, "action": "accept", "report": str(waiting.pk)}
    answer = leader.page.request.post(f"{PLAN}/review/", form=form)
    assert (answer.status, "您可以查看这里的内容，但不能进行此操作" in answer.text()) == (403, True)


def test_five_wrong_passwords_lock_the_name_and_say_so(portal, enter):
    visitor = enter()
    for _attempt in range(5):
        visitor.signs_in("staff", "wrong")
        expect(visitor.page.get_by_role("alert")).to_contain_text("您提供的用户名或密码不正确")
        visitor.finds_no_fault()
    visitor.signs_in("staff")
    expect(visitor.page.get_by_role("alert")).to_contain_text("登录失败次数过多")
    visitor.finds_no_fault()


def test_nobody_signs_up(portal, enter):
    visitor = enter()
    visitor.opens("/accounts/signup/")
    visitor.reads("不开放注册", "账号由本区管理员开通")


def test_language_and_theme_are_remembered(portal, enter):
    staff = enter("staff", color_scheme="light")
    html = staff.page.locator("html")
    staff.page.get_by_role("button", name="English").click()
    expect(html).to_have_attribute("lang", "en")
    staff.opens(f"{PLAN}/tasks/")
    expect(html).to_have_attribute("lang", "en")
    staff.page.get_by_role("button", name="简体中文").click()
    expect(html).to_have_attribute("lang", "zh-hans")
    expect(html).to_have_attribute("data-bs-theme", "light")
    staff.page.locator("[data-theme-toggle]").click()
    staff.opens("/")
    expect(html).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize(("file", "words"), [(PROGRAM, "“工具.exe”的类型不允许上传"), (LARGE, "“录像.mp4”超过 1 MB")])
def test_a_refused_file_leaves_the_sheet_as_typed(portal, enter, limit_of_1_mb, file, words):
    official = enter("town-310113112")
    sheet = Sheet(official, "2024Q3")
    sheet.types(STATION, 累计完成="5", 情况说明="含3个改建点")
    sheet.row(STATION).locator("input[type=file]").set_input_files(file)
    expect(sheet.row(STATION).get_by_role("alert")).to_contain_text(words)
    expect(sheet.cell(STATION, "情况说明")).to_have_value("含3个改建点")
    official.finds_no_fault()


@pytest.mark.parametrize(("file", "words"), [(PROGRAM, "“工具.exe”的类型不允许上传"), (LARGE, "“录像.mp4”超过 1 MB")])
def test_a_refused_file_leaves_the_log_as_typed(portal, enter, limit_of_1_mb, file, words):
    staff = enter("staff")
    staff.opens(f"{PLAN}/tasks/8/?period=2024Q3")
    staff.page.get_by_label("状态").select_option("推进中")
    staff.page.get_by_label("完成比例（%）").fill("60")
    staff.page.get_by_label("情况说明").fill("已办19场")
    staff.page.get_by_label("佐证材料").set_input_files(file)
    staff.presses("保存进展")
    staff.reads(words)
    expect(staff.page.get_by_label("情况说明")).to_have_value("已办19场")
    expect(staff.page.get_by_label("完成比例（%）")).to_have_value("60")
    staff.finds_no_fault()
