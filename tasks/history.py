"""What happened to lines: every revision and every decision, newest first, for components/timeline.html."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tasks.models import Evidence, Report, Submission


@dataclass(frozen=True)
class Event:
    when: dt.datetime
    who: object
    what: str
    reason: str
    tone: str
    files: list[Evidence]


def history(reports: QuerySet[Report]) -> list[Event]:
    """The submits and decisions of the reports (2 queries)."""
    rows = reports.select_related(
        "submission__by", "decision__by", "period", "town", "indicator", "task"
    ).prefetch_related("evidence")
    events = []
    for report in rows:
        events.append(_submitted(report))
        if decision := getattr(report, "decision", None):
            what = _("%(outcome)s %(line)s") % {"outcome": decision.told, "line": _line(report)}
            events.append(Event(decision.at, decision.by, what, decision.reason, decision.outcome, []))
    return sorted(events, key=lambda event: event.when, reverse=True)


def _submitted(report: Report) -> Event:
    submission = report.submission
    what = _("%(source)s %(line)s：%(told)s") % {
        "source": submission.get_source_display(),
        "line": _line(report),
        "told": report.told,
    }
    words = report.words
    if report.as_at_stated:
        words = _("数据日期 %(day)s。%(words)s") % {"day": report.as_at, "words": words}
    tone = "draft" if submission.source == Submission.Source.DEMO else "waiting"
    return Event(submission.at, submission.by, what, words, tone, list(report.evidence.all()))


def _line(report: Report) -> str:
    place = f" {report.town}" if report.town else ""
    return _("%(period)s%(place)s 第%(revision)s版") % {
        "period": report.period,
        "place": place,
        "revision": report.revision,
    }
