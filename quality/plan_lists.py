"""Who has a plan: every facility that a programme is about, with its newest version and how far it is."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Facility
from quality.models import ImprovementPlan, PlanState, Scope
from quality.plan_progress import Progress, progress_of
from tasks.listing import Table
from tasks.models import Programme


class Row(NamedTuple):
    facility: Facility
    plan: ImprovementPlan | None
    progress: Progress | None


class Counts(NamedTuple):
    """Facilities in scope: how many have no plan, one that waits (also to be corrected), one that is approved."""

    facilities: int
    none: int
    waiting: int
    approved: int


def rows(programme: Programme, user, until: dt.date | None = None) -> list[Row]:
    """The facilities that the user sees, open on a day (None: today) and within the programme's scope, with their plans then.

    A fixed number of queries.
    """
    scope = Scope.objects.filter(programme=programme).prefetch_related("exceptions").first()
    seen = Facility.objects.visible_to(user).filter(town__district=programme.district_id)
    seen = (
        seen.open_on(until or timezone.localdate()).select_related("town").order_by("town__order", "town__code", "name")
    )
    facilities = [one for one in seen if scope is None or scope.includes(one)]
    plans = ImprovementPlan.objects.filter(programme=programme, facility__in=seen).standing(until).latest(until)
    newest = {plan.facility_id: plan for plan in plans}
    progress = progress_of(newest.values(), until)
    return [Row(one, plan, progress[plan.pk] if plan else None) for one in facilities for plan in [newest.get(one.pk)]]


def counts(rows: Iterable[Row]) -> Counts:
    states = [row.plan.state if row.plan else None for row in rows]
    approved, none = states.count(PlanState.BUREAU), states.count(None)
    return Counts(len(states), none, len(states) - none - approved, approved)


def table(rows: Iterable[Row]) -> Table:
    """The list as a file."""
    head = [
        _("街镇"),
        _("养老服务机构"),
        _("状态"),
        _("版次"),
        _("目标监测结果"),
        _("目标等级"),
        _("措施"),
        _("已完成"),
    ]
    return head, [_line(row) for row in rows]


def _line(row: Row) -> list:
    place, plan = [row.facility.town.name, row.facility.name], row.plan
    if plan is None:
        return [*place, _("尚未报送"), *[None] * 5]
    told = [plan.state.label, plan.version, plan.get_grade_display(), plan.star]
    return [*place, *told, len(row.progress.lines), row.progress.done]
