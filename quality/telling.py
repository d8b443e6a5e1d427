"""Telling people of a facility's figures: the bureau of what waits, the facility and who entered them of a decision."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from quality.models import FacilityReport
from tasks.models import Decision, Notification
from tasks.notifying import bureau, tell

Kind = Notification.Kind


def submitted(report: FacilityReport) -> None:
    """The bureau is told that a facility's figures wait; of made-up ones nobody is."""
    if report.source == FacilityReport.Source.DEMO:
        return
    tell(
        users=bureau(report.facility.town.district, besides=report.by),
        kind=Kind.SUBMITTED,
        district=report.facility.town.district,
        facts={"town": report.facility.name, "period": str(report.period), "lines": 1},
        url=reverse("facility-review"),
        key=f"figures-submitted-{report.pk}",
    )


def decided(reports: Sequence[FacilityReport], *, outcome: str, reason: str, by) -> None:
    """The facility's own people and whoever entered the figures are told of each report; `by` knows already."""
    told = [report for report in reports if report.source != FacilityReport.Source.DEMO]
    concerned = Q(facility__in={report.facility_id for report in told}) | Q(pk__in={report.by_id for report in told})
    users = list(User.objects.filter(concerned, is_active=True).exclude(pk=by and by.pk)) if told else []
    for report in told:
        tell(
            users=[one for one in users if one.facility_id == report.facility_id or one.pk == report.by_id],
            kind=Kind.ACCEPTED if outcome == Decision.Outcome.ACCEPTED else Kind.RETURNED,
            district=report.district,
            facts={"period": str(report.period), "lines": [report.facility.name], "reason": reason},
            url=reverse("facility-figures", args=[report.facility_id, str(report.period)]),
            key=f"figures-decided-{report.pk}",
        )
