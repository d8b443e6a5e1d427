"""Where points are lost and what would bring them: a town and the bureau look, and try figures out."""

import pytest
from playwright.sync_api import expect

PLAN = "/p/baoshan-2024"
TOWN = f"{PLAN}/towns/310113112"
SEPTEMBER = "?as_of=2024-09-30"


def result(person):
    return person.page.locator("#try-result")


def test_a_town_follows_a_lost_point_to_its_trace(demo, enter):
    official = enter("town-310113112")
    official.opens(f"{TOWN}/{SEPTEMBER}")
    official.page.get_by_role("link", name="得分分析").click()
    official.reads("总分", "提分空间", "再加", "分", "失分明细", "满分")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
    expect(official.page.get_by_role("main")).to_contain_text("名次")  # the demo's last publication opened all

    official.page.get_by_role("main").get_by_role("link", name="从 0 往上").click()
    official.reads("从 0 往上", "总分")
    official.page.get_by_role("row", name="新建家门口养老服务站").get_by_role("link").click()

    expect(official.page.locator("details[open] #line-2\\.8")).to_be_visible()
    official.reads("新建家门口养老服务站", "审核通过")


def test_figures_are_tried_out_as_one_types_and_sent_as_a_link(demo, enter):
    official, colleague, neighbour = enter("town-310113112"), enter("staff"), enter("town-310113003")
    official.opens(f"{TOWN}/what-if/{SEPTEMBER}")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
    before = result(official).locator("strong").first.inner_text()
    box = official.page.get_by_label("新增困难重残养护床位")

    box.fill("1")
    expect(result(official)).to_contain_text("+3.00")

    box.fill("一")
    official.reads("“一”不是数字，应填写如 12 或 12.5 的数字。")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(result(official).locator("strong").first).to_have_text(before)
    box.fill("2")
    expect(box).to_have_attribute("aria-invalid", "false")
    expect(result(official)).to_contain_text("+3.00")

    link = official.page.url
    assert link.endswith("/what-if/?as_of=2024-09-30&f.02=2")
    colleague.opens(link)
    expect(result(colleague)).to_contain_text("+3.00")
    expect(result(colleague)).to_contain_text("名次")
    neighbour.opens(link, status=404)
    official.page.get_by_role("link", name="全部还原").click()
    expect(result(official)).not_to_contain_text("+3.00")


@pytest.mark.parametrize("address", [f"{PLAN}/scores/criteria/", f"{PLAN}/scores/criteria/2.8/"])
def test_the_bureau_sees_which_lines_separate_the_towns(demo, enter, address):
    leader = enter("leader")
    leader.opens(address + SEPTEMBER)
    leader.finds_no_fault_on_a_phone()
    expect(leader.page.locator("[data-chart] canvas").first).to_be_visible()
