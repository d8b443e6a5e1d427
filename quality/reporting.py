"""Submitting, accepting and returning what facilities count. Every function is one transaction and writes to the ledger."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Facility, FacilityStatus
from quality import refusals, telling
from quality.figures import Values, complete, stated
from quality.models import FacilityDecision, FacilityFigure, FacilityReport
from quality.posting import post
from quality.quarters import Quarter
from tasks import audit, audited
from tasks.models import Decision, Submission

MAX_REASON = FacilityDecision._meta.get_field("reason").max_length
MAX_WORDS = FacilityReport._meta.get_field("words").max_length


class FigureError(Exception):
    """What was asked can't be done; the message is for people."""


class Newer(FigureError):
    """Somebody else was first: `report` is the newer revision."""

    def __init__(self, report: FacilityReport):
        self.report = report
        told = {"who": report.by or _("系统"), "revision": report.revision}
        super().__init__(_("%(who)s 已报送第 %(revision)s 版，请核对下面列出的最新数据后再提交。") % told)


class Refused(FigureError):
    """Some of the reports can't be decided, so that none was: `problems` are the messages by report's key."""

    def __init__(self, problems: Mapping[int, str]):
        self.problems = problems
        super().__init__(" ".join(problems.values()))


@transaction.atomic
def submit(
    *,
    facility: Facility,
    quarter: Quarter,
    values: Values,
    words: str = "",
    by,
    key: str,
    seen: int | None = None,
    source: str = "",
    at: dt.datetime | None = None,
) -> FacilityReport:
    """Write a facility's figures of a quarter as a new revision; a key that was sent before returns what it wrote then.

    `seen` is the highest revision the person had before them (0: none). Raises Newer where there is a newer one, and
    FigureError where nothing is stated or the quarter is not to be reported.
    """
    Facility.objects.select_for_update(no_key=True, of=("self",)).get(pk=facility.pk)  # revisions are numbered once
    said = (facility.pk, quarter, complete(values), words)
    if earlier := FacilityReport.objects.filter(key=key).first():
        if said != (earlier.facility_id, earlier.period, earlier.values, earlier.words):
            raise FigureError(_("提交凭证已被使用，请刷新页面后重试。"))
        return earlier
    at = at or timezone.now()
    _check(facility, quarter, values, words, timezone.localdate(at))
    last = _last(facility, quarter)
    if seen is not None and last > seen:
        raise Newer(FacilityReport.objects.select_related("by").get(**_place(facility, quarter), revision=last))
    report = FacilityReport.objects.create(
        district_id=facility.town.district_id,
        **_place(facility, quarter),
        revision=last + 1,
        source=source or _source(by),
        words=words,
        key=key,
        at=at,
        by=by,
    )
    FacilityFigure.objects.bulk_create(figures_of(report, values))
    telling.submitted(report)
    return report


def figures_of(report: FacilityReport, values: Values) -> list[FacilityFigure]:
    """The rows of a report: what is computed from others is not written."""
    same = {"district_id": report.district_id, "report": report}
    return [FacilityFigure(measure=measure, value=value, **same) for measure, value in stated(values).items()]


def accept(*, reports: Iterable[FacilityReport], by, at: dt.datetime | None = None) -> list[FacilityDecision]:
    """Accept the reports, all or none. Raises Refused when one is decided, replaced, or the reviewer's own."""
    return _decide(reports, by, Decision.Outcome.ACCEPTED, "", at)


def return_(*, reports: Iterable[FacilityReport], by, reason: str, at: dt.datetime | None = None):
    """Return the reports with a reason, all or none. Raises as `accept`, and without a reason."""
    reason = reason.strip()
    if not reason:
        raise FigureError(_("退回必须填写原因。"))
    if len(reason) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(reason)}
        raise FigureError(_("退回原因不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    return _decide(reports, by, Decision.Outcome.RETURNED, reason, at)


def refusal(facility: Facility, quarter: Quarter, on: dt.date) -> str:
    """Why the facility has nothing to report for the quarter on a day; "" where it has."""
    told = {"facility": facility.name, "quarter": quarter.name}
    if quarter.starts_on > on:
        return _("%(quarter)s还没有开始。") % told
    status = facility.status_on(quarter.ends_on)
    if status == FacilityStatus.NOT_OPEN:
        return _("%(facility)s %(day)s 才开业，%(quarter)s不必填报。") % (told | {"day": facility.opened_on})
    if status == FacilityStatus.CLOSED:
        return _("%(facility)s 已于 %(day)s 停业，%(quarter)s不必填报。") % (told | {"day": facility.closed_on})
    return ""


def register_audited() -> None:
    """Decisions on facilities' figures stand in the audit chain, with the figures."""
    audited.register(FacilityDecision, join=_join_report, told=_told)


def _check(facility: Facility, quarter: Quarter, values: Values, words: str, on: dt.date) -> None:
    if refused := refusal(facility, quarter, on):
        raise FigureError(refused)
    if not values:
        raise FigureError(_("还没有填写任何数据，未提交。"))
    if len(words) > MAX_WORDS:
        raise FigureError(_("说明不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_WORDS, "found": len(words)})


def _place(facility: Facility, quarter: Quarter) -> dict:
    return {"facility": facility, "year": quarter.year, "quarter": quarter.number}


def _last(facility: Facility, quarter: Quarter) -> int:
    rows = FacilityReport.objects.filter(**_place(facility, quarter)).order_by()
    return rows.aggregate(last=Max("revision"))["last"] or 0


def _source(by) -> str:
    """Who entered it: the facility itself, or the town or the bureau on its behalf."""
    if by.facility_id:
        return FacilityReport.Source.FACILITY
    return FacilityReport.Source.TOWN if by.town_id else FacilityReport.Source.BUREAU


@transaction.atomic
def _decide(reports: Iterable[FacilityReport], by, outcome: str, reason: str, at) -> list[FacilityDecision]:
    """One decision for each report; locked in order, so that two reviewers wait for each other and never for good."""
    rows = FacilityReport.objects.select_for_update(of=("self",)).filter(pk__in={report.pk for report in reports})
    locked = list(rows.select_related("district", "facility", "by").order_by("pk"))
    if problems := refusals.of(locked, by):
        raise Refused(problems)
    same = {"outcome": outcome, "reason": reason, "at": at or timezone.now(), "by": by}
    decisions = FacilityDecision.objects.bulk_create(
        [
            FacilityDecision(district_id=report.district_id, report=report, own=refusals.is_own(report, by), **same)
            for report in locked
        ]
    )
    audit.append(rows=decisions)
    telling.decided(locked, outcome=outcome, reason=reason, by=by)
    if outcome == Decision.Outcome.ACCEPTED:
        for district in {report.district for report in locked}:
            accepted = {report.period for report in locked if report.district == district}
            post(district=district, quarters=accepted, by=by, at=at, source=_posted(locked))
    return decisions


def _posted(reports: Iterable[FacilityReport]) -> str:
    """What made-up figures add up to is made up, too."""
    is_demo = all(report.source == FacilityReport.Source.DEMO for report in reports)
    return Submission.Source.DEMO if is_demo else Submission.Source.ROLLED


def _join_report(decisions: list[dict]) -> None:
    """To a decision: the report and its figures."""
    keys = [decision["report_id"] for decision in decisions]
    reports = {row["id"]: row for row in FacilityReport._base_manager.filter(pk__in=keys).values()}
    figures: dict[int, list] = {}
    for row in FacilityFigure._base_manager.filter(report__in=keys).order_by("pk").values():
        figures.setdefault(row["report_id"], []).append(row)
    for decision in decisions:
        key = decision["report_id"]
        decision["report"] = reports.get(key, {}) | {"figures": figures.get(key, [])}


def _told(key: int) -> str:
    report = FacilityReport.objects.filter(decision=key).select_related("facility").first()
    return f"{report.facility} {report.period} r{report.revision}" if report else ""
