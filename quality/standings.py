"""Where a facility stands with a quarter's figures, for pages: a word with its colour."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Facility
from quality.figures import Values
from quality.models import FacilityReport
from quality.quarters import Quarter
from quality.reporting import refusal
from tasks.models import Decision


class Standing(NamedTuple):
    """For components/status.html."""

    value: str
    label: str


class Column(NamedTuple):
    """One quarter of a facility: where it stands, the values in force, and whether it is still to be reported."""

    quarter: Quarter
    standing: Standing
    values: Values
    owed: bool


def standing_of(report: FacilityReport | None, until: dt.date | None = None) -> Standing:
    """What became of the highest revision, by the end of a day (None: by now)."""
    if report is None:
        return Standing("none", _("未填报"))
    decision = getattr(report, "decision", None)
    if decision is None or (until and timezone.localdate(decision.at) > until):
        return Standing("waiting", _("待审核"))
    if decision.outcome == Decision.Outcome.ACCEPTED:
        return Standing("accepted", _("已通过"))
    return Standing("returned", _("已退回"))


def latest_of(
    facilities: Iterable[Facility], quarter: Quarter, until: dt.date | None = None
) -> dict[int, FacilityReport]:
    """The highest revision of each facility for a quarter by the end of a day (None: by now; 1 query)."""
    rows = FacilityReport.objects.of_quarter(quarter).filter(facility__in=list(facilities)).latest_revisions(until)
    return {report.facility_id: report for report in rows.select_related("decision")}


def standing_in(
    facility: Facility, quarter: Quarter, report: FacilityReport | None, until: dt.date | None = None
) -> Standing:
    """The same, where nothing is owed for a quarter in which the facility was not open."""
    if report is None and refusal(facility, quarter, quarter.ends_on):
        return Standing("none", _("不必填报"))
    return standing_of(report, until)
