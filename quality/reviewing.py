"""What a reviewer sees of a facility's figures: only what changed since the last that was accepted."""

from collections.abc import Iterable

from quality.figures import Values
from quality.measures import Measure
from quality.models import FacilityReport
from tasks.history import Change


def with_changes(reports: Iterable[FacilityReport]) -> list[tuple[FacilityReport, list[Change]]]:
    """Each report with the measures that differ from what stands for its quarter, else for the one before (2 queries)."""
    reports = list(reports)
    standing = FacilityReport.objects.filter(facility__in={report.facility_id for report in reports}).standing()
    found = {(one.facility_id, one.period): one.values for one in standing.prefetch_related("figures")}
    return [
        (
            report,
            _changes(
                found.get(
                    (report.facility_id, report.period), found.get((report.facility_id, report.period.before), {})
                ),
                report.values,
            ),
        )
        for report in reports
    ]


def _changes(before: Values, after: Values) -> list[Change]:
    return [
        Change(measure.label, _told(measure, before.get(measure)), _told(measure, after.get(measure)))
        for measure in Measure
        if before.get(measure) != after.get(measure)
    ]


def _told(measure: Measure, value: int | None) -> str:
    return "—" if value is None else str(measure.shown(value))
