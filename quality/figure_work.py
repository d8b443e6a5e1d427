"""What of the facilities' figures waits for a user, for the front page (tasks/work.py)."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality.models import FacilityReport
from quality.quarters import ended_by
from quality.reporting import refusal
from quality.standings import standing_of
from tasks import work
from tasks.models import Programme
from tasks.programmes import DAYS_TO_REPORT
from tasks.todos import Todo, due_tone


def todos(user, _programme: Programme) -> Iterator[Todo]:
    """For a facility the quarter that is over and what came back; for the bureau what waits for review (1 query)."""
    if user.facility_id:
        yield from _own(user.facility)
    elif user.may(Permission.REVIEW):
        yield from _waiting(user)


def _own(facility: Facility) -> Iterator[Todo]:
    reports = list(facility.reports.latest_revisions().select_related("decision"))
    for report in reports:
        if standing_of(report).value == "returned":
            title = _("%(quarter)s机构数据被退回") % {"quarter": report.period.name}
            url = reverse("facility-figures", args=[facility.pk, str(report.period)])
            yield Todo(title, report.decision.reason, url, "returned", since=timezone.localdate(report.decision.at))
    today = timezone.localdate()
    over = ended_by(today)
    if over in {report.period for report in reports} or refusal(facility, over, today):
        return
    due_on = over.ends_on + dt.timedelta(days=DAYS_TO_REPORT)
    title = _("填报%(quarter)s机构数据") % {"quarter": over.name}
    url = reverse("facility-figures", args=[facility.pk, str(over)])
    yield Todo(title, _("床位、人员、安全与质量、满意度"), url, due_tone(due_on), due_on)


def _waiting(user) -> Iterator[Todo]:
    waiting = list(FacilityReport.objects.visible_to(user).waiting().order_by("at").values_list("at", flat=True))
    if waiting:
        title = _("审核 %(count)s 份机构数据") % {"count": len(waiting)}
        since = timezone.localdate(waiting[0])
        yield Todo(title, _("通过后计入街镇和全区指标"), reverse("facility-review"), "waiting", since=since)


def register_work() -> None:
    work.register(todos)
