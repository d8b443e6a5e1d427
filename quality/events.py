"""What happened to a facility: its register, and what was reported and decided, for components/timeline.html."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from districts.models import Facility
from quality.inspection_life import events_of_results
from quality.models import FacilityReport
from tasks.field_changes import events_of
from tasks.history import Change, Event, newest_first


def events_of_facility(facility: Facility) -> list[Event]:
    """The newest first (a fixed number of queries)."""
    reports = facility.reports.select_related("by", "decision__by").prefetch_related("figures").order_by("pk")
    events = events_of(facility)
    for report in reports:
        events.extend(_reported(report))
    events.extend(events_of_results(facility))
    return newest_first(events)


def _reported(report: FacilityReport) -> Iterator[Event]:
    told = {"period": report.period.name, "revision": report.revision, "source": report.get_source_display()}
    changes = [
        Change(measure.label, "", f"{measure.shown(value)} {measure.unit}".strip())
        for measure, value in report.values.items()
    ]
    tone = "draft" if report.source == FacilityReport.Source.DEMO else "waiting"
    what = _("%(source)s %(period)s数据 第%(revision)s版") % told
    yield Event(report.at, report.by, what, report.words, tone, changes=changes)
    if decision := getattr(report, "decision", None):
        told |= {"outcome": decision.get_outcome_display()}
        what = _("%(outcome)s %(period)s数据 第%(revision)s版") % told
        if decision.own:
            what = _("%(told)s · 本人审核") % {"told": what}
        yield Event(decision.at, decision.by, what, decision.reason, decision.outcome)
