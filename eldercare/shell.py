"""What frames every page: the programmes a user sees, the current one, and the navigation."""

from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from districts.models import Town
from tasks.models import Notification, Programme


class Entry(NamedTuple):
    """A line of the navigation: the pages it stands for (the first is where it leads) and who gets it."""

    pages: tuple[str, ...]
    label: str
    icon: str
    permission: Permission


class Link(NamedTuple):
    label: str
    url: str
    icon: str
    active: bool


HOME = Entry(("home",), _("工作台"), "home", Permission.SEE_PLAN)
TOWN = Entry(("town", "gaps", "what-if"), _("本街镇"), "building-community", Permission.SEE_TOWN)
FACILITIES = Entry(
    ("facility-list", "facility", "facility-new", "facility-edit", "facility-figures", "facility-review"),
    _("养老服务机构"),
    "building-hospital",
    Permission.SEE_PLAN,
)
INSPECTIONS = Entry(
    (
        *("inspection-list", "inspection", "inspection-new", "inspection-visit", "item-list-list", "item-list"),
        *("inspector-list", "draw-list", "draw"),
    ),
    _("检查"),
    "clipboard-check",
    Permission.SEE_PLAN,
)
FINDINGS = Entry(("finding-list", "finding", "finding-new"), _("问题隐患"), "alert-triangle", Permission.SEE_PLAN)
PLANS = Entry(("plan-list", "plan", "plan-edit"), _("一院一案"), "clipboard-list", Permission.SEE_TOWN)
ADMIN = Entry(("admin:index",), _("管理"), "settings", Permission.MANAGE)
RUBRIC = ("rubric-versions", "rubric-version", "rubric-compare", "rubric-line", "rubric-new")
# Pages of one programme; each takes its slug.
PROGRAMME = (
    Entry(("dashboard",), _("全区总览"), "layout-dashboard", Permission.SEE_DISTRICT),
    Entry(("task-list", "task"), _("重点任务"), "list-check", Permission.SEE_PLAN),
    Entry(("indicator-list", "indicator"), _("指标"), "chart-bar", Permission.SEE_PLAN),
    Entry(("targets", "scope"), _("年度目标"), "target", Permission.SEE_TOWN),
    Entry(
        ("timeline", "event", "event-new", "event-edit", "phase-edit"), _("阶段安排"), "timeline", Permission.SEE_PLAN
    ),
    Entry(("people", "person-new", "people-plan", "training-new"), _("人才队伍"), "users", Permission.SEE_PLAN),
    Entry(("examples", "example", "example-new"), _("典型案例"), "speakerphone", Permission.SEE_PLAN),
    TOWN,
    Entry(("report", "report-sheet"), _("填报"), "forms", Permission.REPORT),
    Entry(("review",), _("审核"), "checkbox", Permission.SEE_DISTRICT),
    Entry(("completeness",), _("填报情况"), "checklist", Permission.SEE_DISTRICT),
    Entry(("supervision-list", "supervision", "supervision-new"), _("督办单"), "clipboard-text", Permission.SEE_TOWN),
    Entry(("period-list", "period"), _("填报期"), "calendar", Permission.SEE_DISTRICT),
    Entry(("scores", "criteria", "criterion"), _("评分"), "trophy", Permission.SEE_DISTRICT),
    Entry(
        ("assessments", "assessment", "assessment-town", "assessment-town-print", "appeal", "trend"),
        _("考核"),
        "certificate",
        Permission.SEE_TOWN,
    ),
    Entry(("rubric", *RUBRIC), _("评分细则"), "scale", Permission.SEE_PLAN),
    Entry(("claims", "claim"), _("加分申报"), "award", Permission.SEE_TOWN),
    Entry(("marks", "line-settings"), _("评分与加减分"), "plus-minus", Permission.SEE_DISTRICT),
    Entry(("monitoring",), _("监测得分"), "stethoscope", Permission.SEE_DISTRICT),
    Entry(("reconcile",), _("通知核对"), "git-compare", Permission.SEE_DISTRICT),
    Entry(("checks",), _("校验规则"), "shield-check", Permission.MANAGE),
    Entry(("imports", "import"), _("导入"), "file-import", Permission.MANAGE),
)


class Shell:
    """Computed as the template asks for it: one query when signed in, none for a response without a page."""

    def __init__(self, request):
        self.user = getattr(request, "user", AnonymousUser())
        self.match = getattr(request, "resolver_match", None)

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those visible to the user, newest first; each knows the code of the user's own town as `own_town`."""
        if not self.user.is_authenticated:
            return []
        own_town = Town.objects.filter(pk=self.user.town_id, district=OuterRef("district")).values("code")
        return list(Programme.objects.visible_to(self.user).annotate(own_town=Subquery(own_town)))

    @cached_property
    def programme(self) -> Programme | None:
        """The one in the address, else the newest."""
        slug = self.match.kwargs.get("slug") if self.match else None
        named = (programme for programme in self.programmes if programme.slug == slug)
        return next(named, self.programmes[0] if self.programmes else None)

    @property
    def demo(self) -> bool:
        return self.programme is not None and self.programme.demo

    @cached_property
    def nav(self) -> list[Link]:
        if not self.user.is_authenticated:
            return []
        links = [self._link(HOME)]
        if self.programme:
            links += [self._link(entry, *self._args(entry)) for entry in PROGRAMME if self._has(entry)]
        return links + [
            self._link(entry) for entry in (FACILITIES, INSPECTIONS, FINDINGS, PLANS, ADMIN) if self._has(entry)
        ]

    @cached_property
    def unread(self) -> int:
        """How many notices the user has not read; counted up to a hundred."""
        return Notification.objects.visible_to(self.user).unread()[:100].count() if self.user.is_authenticated else 0

    def _has(self, entry: Entry) -> bool:
        if entry is PLANS and self.programme is None:
            return False
        return self.user.may(entry.permission) and (entry is not TOWN or self.programme.own_town is not None)

    def _args(self, entry: Entry) -> tuple[str, ...]:
        return (self.programme.slug, self.programme.own_town) if entry is TOWN else (self.programme.slug,)

    def _link(self, entry: Entry, *args: str) -> Link:
        active = self.match is not None and self.match.view_name in entry.pages
        return Link(entry.label, reverse(entry.pages[0], args=args), entry.icon, active)

    @cached_property
    def demo_accounts(self) -> list:
        """The accounts that `manage.py demo` made, for the sign-in page; none on a real portal."""
        return list(get_user_model().objects.filter(demo=True, is_active=True).order_by("role", "username"))

    @property
    def demo_password(self) -> str:
        """The demo accounts' password; empty where it was set otherwise when they were made, or changed since."""
        account = self.demo_accounts[0] if self.demo_accounts else None
        return settings.DEMO_PASSWORD if account and account.check_password(settings.DEMO_PASSWORD) else ""


def shell(request) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}
