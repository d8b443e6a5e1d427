"""A bonus from the levels that the administrator sets to the town's points: each at their own browser."""

PLAN = "/p/baoshan-2024"
MIAOHANG, YOUYI = "310113112", "310113003"
LINE = "试点、承担、承办当年度重点工作"


def test_a_bonus_is_claimed_approved_and_counted(portal, enter, tmp_path):
    admin, staff, official = enter("admin"), enter("staff"), enter(f"town-{MIAOHANG}")
    the_administrator_sets_the_levels(admin)
    the_town_claims(official, tmp_path)
    the_bureau_approves(staff)
    the_town_finds_it_in_its_points(official)
    enter(f"town-{YOUYI}").opens(f"{PLAN}/scores/claims/1/", status=404)


def the_administrator_sets_the_levels(admin):
    admin.opens(f"{PLAN}/scores/settings/")
    line = admin.page.locator(".list-group-item", has=admin.page.get_by_role("heading", name=LINE))
    line.get_by_text("设置", exact=True).click()
    admin.finds_no_fault()
    admin.finds_no_fault_on_a_phone()
    line.get_by_label("级别与分值").fill("国家级 5\n市级 3")
    line.get_by_role("button", name="保存").click()
    admin.is_told(f"已保存“{LINE}”的设置。")


def the_town_claims(official, folder):
    file = folder / "依据.pdf"
    file.write_bytes(b"%PDF-1.7")
    official.opens(f"{PLAN}/scores/claims/")
    official.finds_no_fault()
    official.finds_no_fault_on_a_phone()
    main = official.page.get_by_role("main")
    main.get_by_label("事项").fill("老年助餐服务试点")
    main.get_by_label("级别").select_option("市级")
    main.get_by_label("文号").fill("沪民养老发〔2024〕1号")
    main.get_by_label("发文日期").fill("2024-05-06")
    main.get_by_label("依据文件").set_input_files(file)
    official.presses("申报")
    official.is_told("已申报“老年助餐服务试点”，审核后会通知您。")


def the_bureau_approves(staff):
    staff.opens("/")
    staff.page.get_by_role("link", name="审核加分申报：庙行镇").click()
    staff.finds_no_fault()
    staff.finds_no_fault_on_a_phone()
    staff.page.get_by_label("通过", exact=True).check()
    staff.presses("审核")
    staff.is_told("已审核，并已通知庙行镇。")
    staff.opens(f"{PLAN}/scores/monitoring/")
    staff.finds_no_fault()


def the_town_finds_it_in_its_points(official):
    official.opens("/notices/")
    official.reads("加分申报已通过：老年助餐服务试点")
    official.opens(f"{PLAN}/towns/{MIAOHANG}/")
    official.page.locator("summary", has_text=LINE).click()
    official.reads("老年助餐服务试点（沪民养老发〔2024〕1号）", "依据.pdf")
    official.finds_no_fault()
