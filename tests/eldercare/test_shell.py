from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Role
from districts.models import District, Facility, Town
from eldercare.shell import Shell, shell
from tasks.models import Programme

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
    return [str(link.label) for link in shell.nav]


YEAR = ["阶段安排", "人才队伍", "典型案例"]
READER = [
    *(
        "工作台",
        "全区总览",
        "重点任务",
        "指标",
        "年度目标",
        *YEAR,
        "审核",
        "填报情况",
        "督办单",
        "填报期",
        "评分",
        "考核",
        "评分细则",
        "加分申报",
        "评分与加减分",
        "监测得分",
    ),
    *("通知核对", "养老服务机构", "检查", "问题隐患", "一院一案"),
]
WORKER = [*READER[:8], "填报", *READER[8:]]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.LEADER, READER),
        (Role.STAFF, WORKER),
        (Role.ADMIN, [*WORKER[:-4], "校验规则", "导入", *WORKER[-4:], "管理"]),
    ],
)
def test_the_district_sees_the_navigation_of_its_permissions(baoshan, plans, role, expected):
    assert labels(shell_for(a_user(role, baoshan))) == expected


def test_a_town_has_its_own_page_and_its_sheet(baoshan, miaohang, plans):
    nav = shell_for(a_user(Role.TOWN, baoshan, town=miaohang)).nav

    assert [str(link.label) for link in nav] == [
        *("工作台", "重点任务", "指标", "年度目标", *YEAR, "本街镇", "填报", "督办单", "考核", "评分细则"),
        *("加分申报", "养老服务机构", "检查", "问题隐患", "一院一案"),
    ]
    assert nav[7].url == "/p/baoshan-2024/towns/310113112/"
    assert nav[8].url == "/p/baoshan-2024/report/"


def test_a_facility_reads_the_plan(baoshan, miaohang, plans):
    home = Facility.objects.create(town=miaohang, name="庙行养老院")

    assert labels(shell_for(a_user(Role.FACILITY, baoshan, facility=home))) == [
        "工作台",
        "重点任务",
        "指标",
        *YEAR,
        "评分细则",
        "养老服务机构",
        "检查",
        "问题隐患",
    ]


def test_without_a_programme_only_the_pages_of_no_programme_are_left(baoshan):
    assert labels(shell_for(a_user(Role.ADMIN, baoshan))) == [
        "工作台",
        "养老服务机构",
        "检查",
        "问题隐患",
        "管理",
    ]


def test_a_user_without_a_role_has_no_programme_but_a_way_home(plans):
    framed = shell_for(a_user("", None))

    assert framed.programmes == []
    assert labels(framed) == ["工作台"]


def test_the_navigation_marks_the_page_and_the_pages_below_it(baoshan, plans):
    nav = shell_for(a_user(Role.STAFF, baoshan), "task", slug="baoshan-2023", number=8).nav

    assert [link.url for link in nav if link.active] == ["/p/baoshan-2023/tasks/"]


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
        assert (len(framed.programmes), framed.demo, len(framed.nav), framed.unread) == (2, True, 17, 0)


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
