import re
from collections import Counter
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Role
from districts.models import District, Facility, Town
from eldercare.navigation import GROUPS, TOP, own_home, own_town
from eldercare.shell import Shell, shell
from tasks.models import Programme
from tests.accounts.test_pages import PAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def baoshan():
    return District.objects.create(code="310113", name="宝山区")


@pytest.fixture
def miaohang(baoshan):
    return Town.objects.create(district=baoshan, code="310113112", name="庙行镇")


@pytest.fixture
def plans(baoshan):
    """Three programmes: two of Baoshan's, of which the newer holds demo data, and a newer one of another district."""
    changning = District.objects.create(code="310105", name="长宁区")
    Programme.objects.create(district=changning, slug="changning-2025", year=2025, title="长宁")
    return [
        Programme.objects.create(district=baoshan, slug="baoshan-2024", year=2024, title="宝山", demo=True),
        Programme.objects.create(district=baoshan, slug="baoshan-2023", year=2023, title="宝山"),
    ]


def a_user(role, district, **place):
    return User.objects.create(username=role or "nobody", role=role, district=district, **place)


def shell_for(user, view_name="home", **kwargs):
    return Shell(SimpleNamespace(user=user, resolver_match=SimpleNamespace(view_name=view_name, kwargs=kwargs)))


def labels(shell):
    """Each entry; a group with what it unfolds."""
    return [
        f"{item.label}：{'、'.join(str(link.label) for link in item.links)}" if item.links else item.label
        for item in shell.nav
    ]


PLAN = "任务与目标：重点任务、指标、年度目标、阶段安排、典型案例"
HOMES = "机构监管：养老服务机构、检查、问题隐患、一院一案、人才队伍"
SCORES = "考核与评分：评分、考核、评分与加减分、监测得分、加分申报、评分细则"
WORKER = ["工作台", "全区总览", f"{PLAN}、通知核对", "填报与督办：填报、审核、填报情况、督办单、填报期", SCORES, HOMES]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.LEADER, ["工作台", "全区总览", PLAN, "填报与督办：填报情况、督办单", SCORES, HOMES]),
        (Role.STAFF, WORKER),
        (Role.ADMIN, [*WORKER, "系统管理：导入、校验规则、新建方案、发送记录、用户与基础数据"]),
    ],
)
def test_the_district_sees_the_navigation_of_its_permissions(baoshan, plans, role, expected):
    assert labels(shell_for(a_user(role, baoshan))) == expected


def test_a_town_has_its_own_page_and_its_sheet(baoshan, miaohang, plans):
    framed = shell_for(a_user(Role.TOWN, baoshan, town=miaohang))

    assert labels(framed) == [
        *("工作台", "本街镇", PLAN, "填报与督办：填报、督办单", "考核与评分：考核、加分申报、评分细则", HOMES)
    ]
    assert framed.nav[1].url == "/p/baoshan-2024/towns/310113112/"
    assert framed.nav[3].links[0].url == "/p/baoshan-2024/report/"


def test_a_facility_has_its_own_page_and_reads_the_plan(baoshan, miaohang, plans):
    home = Facility.objects.create(town=miaohang, name="庙行养老院")

    framed = shell_for(a_user(Role.FACILITY, baoshan, facility=home))

    assert labels(framed) == [
        *("工作台", "本机构", "任务与目标：重点任务、指标、阶段安排、典型案例", "机构监管：检查、问题隐患、人才队伍")
    ]
    assert framed.nav[1].url == f"/facilities/{home.pk}/"


def test_without_a_programme_only_the_pages_of_no_programme_are_left(baoshan):
    assert labels(shell_for(a_user(Role.ADMIN, baoshan))) == [
        *("工作台", "机构监管：养老服务机构、检查、问题隐患", "系统管理：新建方案、发送记录、用户与基础数据")
    ]


def test_every_page_has_its_one_place():
    """But for those of no place in particular: one's notices, what was done to anything, files and parts of pages."""
    of_no_place = {"alive", "components", "history", "import-progress", "notice-settings", "notices"}
    part = re.compile(r"\.\w+(\?|$)|/(evidence|files?|photos)/")
    pages = {name for name, (address, get, _) in PAGES.items() if get.to("admin") == 200 and not part.search(address)}
    entries = [*TOP, *(entry for group in GROUPS for entry in group.entries)]
    places = Counter(page for entry in entries if entry.place not in (own_town, own_home) for page in entry.pages)

    assert {page: places[page] for page in pages - of_no_place} == dict.fromkeys(pages - of_no_place, 1)


def test_a_user_without_a_role_has_no_programme_but_a_way_home(plans):
    framed = shell_for(a_user("", None))

    assert framed.programmes == []
    assert labels(framed) == ["工作台"]


def test_the_navigation_marks_the_page_and_the_pages_below_it(baoshan, plans):
    nav = shell_for(a_user(Role.STAFF, baoshan), "task", slug="baoshan-2023", number=8).nav

    group = next(item for item in nav if item.active)
    assert [item.active for item in nav].count(True) == 1
    assert [link.url for link in group.links if link.active] == ["/p/baoshan-2023/tasks/"]


def test_programmes_are_the_districts_own_newest_first(baoshan, plans):
    assert shell_for(a_user(Role.LEADER, baoshan)).programmes == plans


@pytest.mark.parametrize(
    ("slug", "shown", "demo"),
    [("baoshan-2023", "baoshan-2023", False), ("changning-2025", "baoshan-2024", True), (None, "baoshan-2024", True)],
)
def test_the_current_programme_is_the_addressed_one_else_the_newest_visible(baoshan, plans, slug, shown, demo):
    framed = shell_for(a_user(Role.STAFF, baoshan), "task-list", slug=slug)

    assert framed.programme.slug == shown
    assert framed.demo is demo


def test_a_page_costs_two_queries(baoshan, miaohang, plans, django_assert_num_queries):
    framed = shell_for(User.objects.get(pk=a_user(Role.TOWN, baoshan, town=miaohang).pk))

    with django_assert_num_queries(2):
        assert (len(framed.programmes), framed.demo, len(framed.nav), framed.unread) == (2, True, 6, 0)


def test_a_response_without_a_page_costs_no_query(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        shell(rf.get("/"))


def test_a_visitor_gets_no_programme_and_no_navigation(plans, django_assert_num_queries):
    framed = shell_for(AnonymousUser())

    with django_assert_num_queries(0):
        assert (framed.programmes, framed.programme, framed.nav, framed.demo) == ([], None, [], False)
        assert framed.unread == 0


def test_a_request_that_failed_before_sign_in_was_known_is_a_visitors(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert shell(rf.get("/"))["shell"].nav == []


def test_demo_accounts_are_those_that_the_demo_made(baoshan):
    a_user(Role.STAFF, baoshan)
    demo = User.objects.create(username="leader", role=Role.LEADER, district=baoshan, demo=True)

    assert shell_for(AnonymousUser()).demo_accounts == [demo]
