"""What of the plans waits for a user, for the front page (tasks/work.py)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality.models import ImprovementPlan, PlanState
from tasks import work
from tasks.models import Programme
from tasks.todos import Todo


def todos(user, programme: Programme) -> Iterator[Todo]:
    """A plan that came back, for its facility; those to approve, for the town and for the bureau (1 query)."""
    if not user.may(Permission.RECTIFY):
        return
    wanted = PlanState.RETURNED if user.facility_id else PlanState.SUBMITTED if user.town_id else PlanState.TOWN
    plans = ImprovementPlan.objects.visible_to(user).standing().latest().select_related("facility", "programme")
    found = [plan for plan in plans.order_by("at", "pk") if plan.state == wanted]
    if user.facility_id:
        for plan in found:
            yield Todo(
                _("修改一院一案，第 %(version)s 版被退回") % {"version": plan.version},
                "",
                plan.get_absolute_url(),
                "returned",
            )
    elif found:
        title = _("审核 %(count)s 份一院一案") if user.town_id else _("批准 %(count)s 份一院一案")
        names = _("、").join(plan.facility.name for plan in found[:5]) + ("…" if len(found) > 5 else "")
        url = f"{reverse('plan-list')}?programme={found[0].programme.slug}&state={wanted}"
        yield Todo(title % {"count": len(found)}, names, url, "waiting", since=timezone.localdate(found[0].at))


def register_work() -> None:
    work.register(todos)
