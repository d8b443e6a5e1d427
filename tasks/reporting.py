"""Submitting, logging, accepting and returning reports. Every function is one transaction and writes to the ledger."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Town
from tasks import audit, evidence, notifying, refusals, sites
from tasks.checks import Warned
from tasks.models import Decision, Indicator, Period, Report, Site, Submission, Task
from tasks.periods import refusal
from tasks.sites import Place

KEY_LENGTH = Submission._meta.get_field("key").max_length
MAX_REASON = Decision._meta.get_field("reason").max_length


class ReportingError(Exception):
    """What was asked can't be done; the message is for people."""


class Conflict(ReportingError):
    """Somebody else was first: `reports` are the newer revisions that they wrote."""

    def __init__(self, reports: Sequence[Report]):
        self.reports = reports
        super().__init__(_("这些内容已被他人更新，请核对后再提交。"))


class Refused(ReportingError):
    """Some of the reports can't be decided, so that none was: `problems` are the messages by report's key."""

    def __init__(self, problems: Mapping[int, str]):
        self.problems = problems
        super().__init__(" ".join(problems.values()))


@dataclass(frozen=True)
class Entry:
    """One line to report: a figure of an indicator, or the state of a task. `as_at` is the day the reporter stated.

    `increment` is what made the value, `sites` back it, `origin` is where the portal had it from; `warnings` were shown
    and `reason` answers them.
    """

    subject: Indicator | Task
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    state: str = ""
    percent: Decimal | None = None
    words: str = ""
    as_at: dt.date | None = None
    increment: Decimal | None = None
    sites: tuple[Place, ...] = ()
    warnings: tuple[Warned, ...] = ()
    reason: str = ""
    origin: str = ""

    @property
    def line(self) -> int:
        return line_of(self.subject)


def line_of(subject: Indicator | Task) -> int:
    """The ledger's number of what a row is about: an indicator's key, or a task's key below zero."""
    return subject.pk if isinstance(subject, Indicator) else -subject.pk


def new_key() -> str:
    """An idempotency key for one submit."""
    return secrets.token_urlsafe(24)


def lock(period: Period, town: Town | None) -> None:
    """Let one at a time write on a town's sheet (no town: on the district's lines of a period), until the transaction ends."""
    place = Town.objects.filter(pk=town.pk) if town else Period.objects.filter(pk=period.pk)
    place.select_for_update(no_key=True).get()


@transaction.atomic
def submit(
    *,
    period: Period,
    town: Town | None,
    entries: Sequence[Entry],
    by,
    key: str,
    source: str = Submission.Source.ENTERED,
    seen: Mapping[int, int] | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Write the entries as new revisions, together; a key that was sent before returns what it wrote then.

    A key that comes back with an entry that says something else raises Conflict with the reports that it wrote: nothing
    typed is passed over.
    `seen` maps lines to the highest revision the reporter had before them (0: none); where the ledger holds a newer one
    nothing is written and Conflict names it. Raises ReportingError when the period does not take reports.
    """
    lock(period, town)  # one submit at a time, so that revisions are numbered once
    if earlier := Submission.objects.filter(key=key).first():
        return _same_submission(earlier, period, town, entries)
    at = at or timezone.now()
    if source != Submission.Source.IMPORTED and (refused := refusal(period, town, timezone.localdate(at))):
        raise ReportingError(refused)
    revisions = _revisions(period, town)
    if seen is not None:
        _refuse_stale(
            period, town, {line: revision for line, revision in seen.items() if revisions.get(line, 0) > revision}
        )
    district = period.programme.district
    submission = Submission.objects.create(
        district=district, period=period, town=town, key=key, source=source, at=at, by=by
    )
    reports = [_report(entry, submission, revisions.get(entry.line, 0) + 1) for entry in entries]
    Report.objects.bulk_create(reports)
    Site.objects.bulk_create(
        [site for e, report in zip(entries, reports, strict=True) for site in sites.write(report, e.sites)]
    )
    notifying.submitted(submission, reports)
    return submission


def accept(*, reports: Iterable[Report], by, at: dt.datetime | None = None, in_one_act: bool = False) -> list[Decision]:
    """Accept the reports, all or none.

    Raises Refused when one is decided already, replaced by a newer one, or the reviewer's own in a district that does
    not allow that. `in_one_act`: what the bureau enters as accepted (its own log, an import) is no review.
    """
    return _decide(reports, by, Decision.Outcome.ACCEPTED, "", at, in_one_act=in_one_act)


def return_(*, reports: Iterable[Report], by, reason: str, at: dt.datetime | None = None) -> list[Decision]:
    """Return the reports to their town with a reason, all or none. Raises as `accept`, and without a reason."""
    if not reason.strip():
        raise ReportingError(_("退回必须填写原因。"))
    if len(reason.strip()) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(reason.strip())}
        raise ReportingError(_("退回原因不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    return _decide(reports, by, Decision.Outcome.RETURNED, reason.strip(), at)


@transaction.atomic
def log_task(*, period: Period, entry: Entry, by, key: str, seen: int, files: Iterable = ()) -> Report:
    """Log the district's own progress of a task: submitted and accepted by the bureau in one act."""
    submission = submit(period=period, town=None, entries=[entry], by=by, key=key, seen={entry.line: seen})
    report = submission.reports.get()
    if not Decision.objects.filter(report=report).exists():
        for file in files:
            evidence.attach(file, by=by, report=report)
        accept(reports=[report], by=by, in_one_act=True)
    return report


def _same_submission(earlier: Submission, period: Period, town: Town | None, entries: Sequence[Entry]) -> Submission:
    if (earlier.period_id, earlier.town_id) != (period.pk, town.pk if town else None):
        raise ReportingError(_("提交凭证已被使用，请刷新页面后重试。"))
    reports = list(earlier.reports.select_related("indicator", "task", "submission__by").prefetch_related("sites"))
    written = {report.line: report for report in reports}
    if any(entry.line not in written for entry in entries):
        raise ReportingError(_("提交凭证已被使用，请刷新页面后重试。"))
    if other := [written[entry.line] for entry in entries if not _tells(written[entry.line], entry)]:
        raise Conflict(other)
    return earlier


def _tells(report: Report, entry: Entry) -> bool:
    """Whether the report is what the entry says."""
    if entry.as_at != (report.as_at if report.as_at_stated else None):
        return False
    figure = "value" if entry.increment is None else "increment"
    names = (figure, "numerator", "denominator", "state", "percent", "words", "reason")
    same_sites = [(site.name, site.address, site.on) for site in report.sites.all()]
    return same_sites == [(place.name, place.address, place.on) for place in entry.sites] and all(
        getattr(report, name) == getattr(entry, name) for name in names
    )


def _revisions(period: Period, town: Town | None) -> dict[int, int]:
    """The highest revision of each line of a town (or the district) in a period."""
    rows = Report.objects.filter(period=period, town_key=town.pk if town else 0)
    return dict(rows.order_by().values_list("line").annotate(Max("revision")))


def _refuse_stale(period: Period, town: Town | None, stale: Mapping[int, int]) -> None:
    if not stale:
        return
    newer = Report.objects.filter(period=period, town_key=town.pk if town else 0, line__in=stale).latest_revisions()
    raise Conflict(list(newer.select_related("indicator", "task", "submission__by")))


def _report(entry: Entry, submission: Submission, revision: int) -> Report:
    is_indicator = isinstance(entry.subject, Indicator)
    submitted_on = timezone.localdate(submission.at)
    return Report(
        district_id=submission.district_id,
        submission=submission,
        period=submission.period,
        town=submission.town,
        indicator=entry.subject if is_indicator else None,
        task=None if is_indicator else entry.subject,
        revision=revision,
        value=entry.value,
        numerator=entry.numerator,
        denominator=entry.denominator,
        state=entry.state,
        percent=entry.percent,
        words=entry.words,
        increment=entry.increment,
        warnings=list(entry.warnings),
        reason=entry.reason,
        origin=entry.origin,
        as_at=entry.as_at or default_as_at(submission.period, submitted_on),
        as_at_stated=entry.as_at is not None,
    )


def default_as_at(period: Period, submitted_on: dt.date) -> dt.date:
    """The earlier of the period's end and the day of submission (design: "Two dates")."""
    return min(period.ends_on, submitted_on)


@transaction.atomic
def _decide(
    reports: Iterable[Report], by, outcome: str, reason: str, at: dt.datetime | None, *, in_one_act: bool = False
) -> list[Decision]:
    """One decision for each report; locked in order, so that two reviewers wait for each other and never for good."""
    rows = Report.objects.select_for_update(of=("self",)).filter(pk__in={report.pk for report in reports})
    locked = list(rows.select_related("district", "submission", "indicator", "task").order_by("pk"))
    if problems := refusals.of(locked, by, in_one_act=in_one_act):
        raise Refused(problems)
    for district in sorted({report.district_id for report in locked}):
        audit.begin(district)  # its moment is told only now: none is dated before what was frozen meanwhile
    same = {"outcome": outcome, "reason": reason, "at": at or timezone.now(), "by": by}
    decisions = Decision.objects.bulk_create(
        [
            Decision(district_id=report.district_id, report=report, own=refusals.is_own(report, by), **same)
            for report in locked
        ]
    )
    audit.append(rows=decisions)
    notifying.decided(locked, outcome=outcome, reason=reason, by=by)
    return decisions
