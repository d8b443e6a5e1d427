"""Why reports can't be decided: decided or replaced by somebody meanwhile, or the reviewer's own."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.models import Decision, Report


def of(reports: Sequence[Report], by, *, in_one_act: bool = False) -> dict[int, str]:
    """The message for each report that `by` can't decide now, by its key (2 queries).

    The reports bring their submission and district. `in_one_act`: what somebody enters as accepted is no review.
    """
    return _replaced(reports) | _own(reports, by, in_one_act) | _decided(reports)


def is_own(report: Report, by) -> bool:
    """Whether somebody would decide what they submitted, for themselves or on a town's behalf."""
    return by is not None and report.submission.by_id == by.pk


def _own(reports: Sequence[Report], by, in_one_act: bool) -> dict[int, str]:
    own = [r for r in reports if is_own(r, by) and not in_one_act and not r.district.reviews_own]
    return {report.pk: _("%(line)s 由您本人填报，须由他人审核。") % {"line": report.subject} for report in own}


def _decided(reports: Sequence[Report]) -> dict[int, str]:
    """Somebody else was first: who, when, what and why."""
    found = Decision.objects.filter(report__in=reports).select_related("by", "report__indicator", "report__task")
    words = _("%(line)s 已由 %(who)s 于 %(when)s %(outcome)s%(reason)s。")
    return {
        decision.report_id: words
        % {
            "line": decision.report.subject,
            "who": decision.by or _("系统"),
            "when": f"{timezone.localtime(decision.at):%Y-%m-%d %H:%M}",
            "outcome": decision.told,
            "reason": _("：%(reason)s") % {"reason": decision.reason} if decision.reason else "",
        }
        for decision in found
    }


def _replaced(reports: Sequence[Report]) -> dict[int, str]:
    """The town has submitted a newer revision meanwhile: by whom, and what it says."""
    places = {"period__in": {r.period_id for r in reports}, "line__in": {r.line for r in reports}}
    newest = Report.objects.filter(**places, town_key__in={r.town_key for r in reports}).latest_revisions()
    by_line = {
        (r.period_id, r.line, r.town_key): r for r in newest.select_related("indicator", "task", "submission__by")
    }
    words = _("%(line)s 已被新版本替代：%(who)s 报送的第 %(revision)s 版为 %(told)s，请核对新版。")
    found = {report.pk: by_line[report.period_id, report.line, report.town_key] for report in reports}
    return {
        key: words
        % {
            "line": newer.subject,
            "who": newer.submission.by or _("系统"),
            "revision": newer.revision,
            "told": newer.told,
        }
        for key, newer in found.items()
        if newer.pk != key
    }
