"""The rubric is changed by a draft: a line tried with real towns as one types, both versions compared, the new one in force."""

from playwright.sync_api import expect

RUBRIC = "/p/baoshan-2024/scores/rubric/"
# On a slow connection the rule's kind is chosen before the scripts are there.
CHOSEN_EARLY = """() => {
  const kind = document.querySelector("select[name=kind]");
  return kind && (kind.value = "bands");
}"""


def test_a_pending_calculation_is_filled_in_tried_and_brought_into_force(demo, enter):
    admin = enter("admin")
    page = admin.page

    def boxes(name):
        return page.locator(f"[name={name}]")

    admin.opens(f"{RUBRIC}versions/")
    admin.finds_no_fault()
    admin.presses("建立草案")
    admin.reads("第 2 版（草案）", "计算方式待定，暂按现行规则计分。")
    admin.finds_no_fault()
    admin.finds_no_fault_on_a_phone()

    scripts = []
    page.route("**/*htmx*.js", lambda route: scripts.append(route))
    page.get_by_role("link", name="1.1 每千人拥有养老床位数不低于35张").last.click(no_wait_after=True)
    page.wait_for_function(CHOSEN_EARLY)
    for script in scripts:
        script.continue_()
    page.unroute("**/*htmx*.js")
    expect(boxes("low")).to_have_count(1)
    admin.finds_no_fault()
    for at, (low, points) in enumerate((("20", "3"), ("30", "5"))):
        if at:
            page.get_by_role("button", name="增加一行").click()
            expect(boxes("low")).to_have_count(2)
        boxes("low").nth(at).fill(low)
        boxes("low_included").nth(at).select_option(label="是")
        boxes("points").nth(at).fill(points)
    live = page.locator("#line-live")
    expect(live).to_contain_text("分档重叠")
    boxes("high").first.fill("30")
    expect(live).not_to_contain_text("分档重叠")
    expect(live).to_contain_text("20 ≤ x < 30：得 3 分")
    expect(live.get_by_role("row")).to_have_count(13)
    page.get_by_label("计算方式待定").uncheck()
    admin.finds_no_fault()
    admin.finds_no_fault_on_a_phone()
    admin.presses("保存评分项")
    admin.reads("已保存“每千人拥有养老床位数不低于35张”。")

    page.get_by_role("link", name="对比得分并执行").click()
    admin.reads("总分与名次", "逐项变化", "友谊路街道")
    admin.finds_no_fault()
    admin.finds_no_fault_on_a_phone()
    page.get_by_label("执行的原因").fill("计算办法已由市局公布")
    page.get_by_role("button", name="执行", exact=True).click()
    admin.reads("第 2 版评分细则已执行。", "第 2 版（执行中）")
