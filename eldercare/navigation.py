"""The navigation: what stands in it, in which group and for whom. `shell.py` makes a user's own of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission

if TYPE_CHECKING:
    from eldercare.shell import Shell


def anywhere(shell: "Shell") -> tuple | None:
    """A page of no programme."""
    return ()


def in_programme(shell: "Shell") -> tuple | None:
    """A page of the current programme."""
    return (shell.programme.slug,) if shell.programme else None


def beside_programme(shell: "Shell") -> tuple | None:
    """A page without a programme in its address, but of use only where there is one."""
    return () if shell.programme else None


def own_town(shell: "Shell") -> tuple | None:
    return (shell.programme.slug, shell.programme.own_town) if shell.programme and shell.programme.own_town else None


def own_home(shell: "Shell") -> tuple | None:
    return (shell.user.facility_id,) if shell.user.facility_id else None


class Entry(NamedTuple):
    """A line of the navigation: the pages it stands for (the first is where it leads), who gets it, and whose it is.

    `place` gives what the first page's address takes, or None where the user has no such page.
    """

    pages: tuple[str, ...]
    label: str
    permission: Permission | None  # None: everybody
    place: Callable[["Shell"], tuple | None] = in_programme
    icon: str = ""


class Group(NamedTuple):
    label: str
    icon: str
    entries: tuple[Entry, ...]


TOWN_PAGES = ("town", "gaps", "what-if")
PLAN_PAGES = ("plan", "plan-edit")
FACILITY_PAGES = ("facility", "facility-figures")
INSPECTION_PAGES = ("inspection", "inspection-new", "inspection-visit", "item-list-list", "item-list")
RUBRIC_PAGES = ("rubric-versions", "rubric-version", "rubric-compare", "rubric-line", "rubric-new", "links")
ASSESSMENT_PAGES = ("assessment", "assessment-town", "assessment-town-print", "appeal", "trend")
TOP = (
    Entry(("home",), _("工作台"), None, anywhere, "home"),
    Entry(("dashboard", *TOWN_PAGES), _("全区总览"), Permission.SEE_DISTRICT, icon="layout-dashboard"),
    Entry(TOWN_PAGES, _("本街镇"), Permission.SEE_TOWN, own_town, "building-community"),
    Entry((*FACILITY_PAGES, *PLAN_PAGES), _("本机构"), Permission.FIGURES, own_home, "building-hospital"),
)
PLAN = (
    Entry(("task-list", "task"), _("重点任务"), Permission.SEE_PLAN),
    Entry(
        ("indicator-list", "indicator", "indicator-settings", "roll-up", "roll-up-settings"),
        _("指标"),
        Permission.SEE_PLAN,
    ),
    Entry(("targets", "scope"), _("年度目标"), Permission.SEE_TOWN),
    Entry(("timeline", "event", "event-new", "event-edit", "phase-edit"), _("阶段安排"), Permission.SEE_PLAN),
    Entry(("examples", "example", "example-new"), _("典型案例"), Permission.SEE_PLAN),
    Entry(("reconcile",), _("通知核对"), Permission.LOG),
)
REPORTING = (
    Entry(("report", "report-sheet"), _("填报"), Permission.REPORT),
    Entry(("review", "review-town"), _("审核"), Permission.REVIEW),
    Entry(("completeness",), _("填报情况"), Permission.SEE_DISTRICT),
    Entry(("supervision-list", "supervision", "supervision-new"), _("督办单"), Permission.SEE_TOWN),
    Entry(("period-list", "period"), _("填报期"), Permission.REVIEW),
)
SCORES = (
    Entry(("scores", "criteria", "criterion"), _("评分"), Permission.SEE_DISTRICT),
    Entry(("assessments", *ASSESSMENT_PAGES), _("考核"), Permission.SEE_TOWN),
    Entry(("marks", "line-settings"), _("评分与加减分"), Permission.SEE_DISTRICT),
    Entry(("monitoring",), _("监测得分"), Permission.SEE_DISTRICT),
    Entry(("claims", "claim"), _("加分申报"), Permission.SEE_TOWN),
    Entry(("rubric", *RUBRIC_PAGES), _("评分细则"), Permission.SEE_TOWN),
)
HOMES = (
    Entry(
        ("facility-list", *FACILITY_PAGES, "facility-new", "facility-edit", "facility-review"),
        _("养老服务机构"),
        Permission.SEE_TOWN,
        anywhere,
    ),
    Entry(
        ("inspection-list", *INSPECTION_PAGES, "inspector-list", "draw-list", "draw"),
        _("检查"),
        Permission.SEE_PLAN,
        anywhere,
    ),
    Entry(
        ("finding-list", "finding", "finding-new", "hazard-lists", "hazard-list"),
        _("问题隐患"),
        Permission.SEE_PLAN,
        anywhere,
    ),
    Entry(("plan-list", *PLAN_PAGES), _("一院一案"), Permission.SEE_TOWN, beside_programme),
    Entry(("people", "person-new", "people-plan", "training-new"), _("人才队伍"), Permission.SEE_PLAN),
)
KEEPING = (
    Entry(("imports", "import"), _("导入"), Permission.MANAGE),
    Entry(("checks",), _("校验规则"), Permission.MANAGE),
    Entry(("new-programme", "roll-forward"), _("新建方案"), Permission.MANAGE, anywhere),
    Entry(("deliveries",), _("发送记录"), Permission.MANAGE, anywhere),
    Entry(("admin:index",), _("用户与基础数据"), Permission.MANAGE, anywhere),
)
GROUPS = (
    Group(_("任务与目标"), "target", PLAN),
    Group(_("填报与督办"), "forms", REPORTING),
    Group(_("考核与评分"), "certificate", SCORES),
    Group(_("机构监管"), "shield-check", HOMES),
    Group(_("系统管理"), "settings", KEEPING),
)
