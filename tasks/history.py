"""What happened to lines: every revision and every decision, newest first, for components/timeline.html."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tasks import checks
from tasks.formats import number
from tasks.models import Evidence, Report, Submission
from tasks.periods import with_due


class Change(NamedTuple):
    """One field: what was and what is, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    when: dt.datetime
    who: object
    what: str
    reason: str = ""
    tone: str = "draft"
    files: list[Evidence] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def newest_first(events: list[Event], until: dt.date | None = None) -> list[Event]:
    """The events up to a day (None: all); of one moment the later written comes first."""
    known = [event for event in events if until is None or timezone.localdate(event.when) <= until]
    return sorted(reversed(known), key=lambda event: event.when, reverse=True)


def history(reports: QuerySet[Report], until: dt.date | None = None) -> list[Event]:
    """The submits and decisions of the reports up to a day (3 queries)."""
    rows = with_due(reports).select_related("submission__by", "decision__by", "period", "town", "indicator", "task")
    events = []
    for report in rows.prefetch_related("evidence", "sites"):
        events.append(_submitted(report))
        if decision := getattr(report, "decision", None):
            what = f"{decision.told} {_line(report)}"
            events.append(Event(decision.at, decision.by, what, decision.reason, decision.outcome))
    return newest_first(events, until)


def _submitted(report: Report) -> Event:
    submission = report.submission
    what = _("%(source)s %(line)s：%(told)s") % {
        "source": submission.get_source_display(),
        "line": _line(report),
        "told": report.told,
    }
    tone = "draft" if submission.source == Submission.Source.DEMO else "waiting"
    return Event(submission.at, submission.by, what, "\n".join(_said(report)), tone, list(report.evidence.all()))


def _said(report: Report) -> list[str]:
    """All that was said beside the figure, one thing a line."""
    said = [report.words] if report.words else []
    if report.as_at_stated:
        said.append(_("数据日期 %(day)s。") % {"day": report.as_at})
    if report.increment is not None:
        said.append(_("本期新增 %(figure)s") % {"figure": number(report.increment)})
    if report.origin:
        said.append(_("数据来源：%(origin)s") % {"origin": report.origin})
    said += [_("提示：%(warning)s") % {"warning": checks.told(warning)} for warning in report.warnings]
    if report.reason:
        said.append(_("提示说明：%(reason)s") % {"reason": report.reason})
    if sites := [site.name for site in report.sites.all()]:
        said.append(_("点位：%(names)s") % {"names": _("、").join(sites)})
    if report.late:
        said.append(_("逾期报送：截止日为 %(day)s。") % {"day": report.due_on})
    return said


def _line(report: Report) -> str:
    place = f" {report.town}" if report.town else ""
    return _("%(period)s%(place)s 第%(revision)s版") % {
        "period": report.period,
        "place": place,
        "revision": report.revision,
    }
