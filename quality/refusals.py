"""Why a facility's figures can't be decided: decided or replaced meanwhile, or entered by the reviewer."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import FacilityDecision, FacilityReport


def of(reports: Sequence[FacilityReport], by) -> dict[int, str]:
    """The message for each report that `by` can't decide now, by its key (2 queries)."""
    return _replaced(reports) | _own(reports, by) | _decided(reports)


def is_own(report: FacilityReport, by) -> bool:
    """Whether somebody would decide what they entered themselves."""
    return by is not None and report.by_id == by.pk


def _own(reports: Sequence[FacilityReport], by) -> dict[int, str]:
    own = [report for report in reports if is_own(report, by) and not report.district.reviews_own]
    return {report.pk: _("%(line)s 由您本人填报，须由他人审核。") % {"line": report} for report in own}


def _decided(reports: Sequence[FacilityReport]) -> dict[int, str]:
    found = FacilityDecision.objects.filter(report__in=reports).select_related("by", "report__facility")
    words = _("%(line)s 已由 %(who)s 于 %(when)s %(outcome)s%(reason)s。")
    return {
        decision.report_id: words
        % {
            "line": decision.report,
            "who": decision.by or _("系统"),
            "when": f"{timezone.localtime(decision.at):%Y-%m-%d %H:%M}",
            "outcome": decision.get_outcome_display(),
            "reason": _("：%(reason)s") % {"reason": decision.reason} if decision.reason else "",
        }
        for decision in found
    }


def _replaced(reports: Sequence[FacilityReport]) -> dict[int, str]:
    """A newer revision has been submitted meanwhile."""
    newest = FacilityReport.objects.filter(facility__in={r.facility_id for r in reports}).latest_revisions()
    kept = set(newest.values_list("pk", flat=True))
    words = _("%(line)s 第 %(revision)s 版已被新版本替代，请核对新版。")
    return {
        report.pk: words % {"line": report, "revision": report.revision} for report in reports if report.pk not in kept
    }
