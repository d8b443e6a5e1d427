"""The three lists (隐患清单、整改清单、责任清单): three views of the same findings, for pages, workbooks and documents."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Town
from quality.finding_rules import Kind, last_of
from quality.models import Finding, FindingAct
from quality.models.finding import RECTIFIED
from tasks.listing import Table, Value
from tasks.models.known import Known, known_by


class View(models.TextChoices):
    HAZARDS = "hazards", gettext_lazy("隐患清单")
    RECTIFICATION = "rectification", gettext_lazy("整改清单")
    RESPONSIBILITY = "responsibility", gettext_lazy("责任清单")


class Row(NamedTuple):
    """A line of a list: the finding, what the list shows of it, and for how many days it is late."""

    finding: Finding
    cells: list[Value]
    overdue: int


class Counts(NamedTuple):
    """How many findings there are; the others are parts of `found`."""

    found: int
    closed: int
    overdue: int
    major: int
    repeated: int


def with_acts(findings, until: Known = None):
    """Findings that are `standing` by the end of a day (None: now), with all that the lists show (2 queries)."""
    acts = FindingAct.objects.filter(known_by(until)).select_related("by", "criterion")
    return findings.select_related("inspection").prefetch_related(Prefetch("acts", acts, to_attr="done"))


def heads(view: View) -> list[str]:
    """What stands between the facility and the state."""
    return {
        View.HAZARDS: [_("检查项目"), _("问题描述"), _("等级"), _("来源"), _("发现日期"), _("第几次发现")],
        View.RECTIFICATION: [_("检查项目"), _("整改措施"), _("提交时间"), _("整改期限"), _("验收意见"), _("销号时间")],
        View.RESPONSIBILITY: [_("检查项目"), _("整改责任人"), _("机构负责人"), _("交办人"), _("整改期限"), _("验收人")],
    }[view]


def rows(view: View, findings: Iterable[Finding], on: dt.date) -> list[Row]:
    """The lines of a list; the findings are `with_acts`."""
    cells = _CELLS[view]
    return [Row(one, cells(one, one.done), one.days_overdue(on)) for one in findings]


def table(view: View, findings: Iterable[Finding], on: dt.date) -> Table:
    """A list as a file."""
    head = [_("编号"), _("街镇"), _("养老服务机构"), *heads(view), _("状态"), _("逾期天数")]
    return head, [
        [
            *(row.finding, row.finding.facility.town.name, row.finding.facility.name, *row.cells),
            *(row.finding.state.label, row.overdue or None),
        ]
        for row in rows(view, findings, on)
    ]


def counts(findings, on: dt.date) -> Counts:
    """Of findings that are `standing` (1 query)."""
    return _counts(findings.aggregate(**_counted(on)))


def by_town(findings, on: dt.date) -> list[tuple[str, str, Counts]]:
    """The same for each town that has any: its code, its name, its counts (1 query)."""
    names = ("facility__town__code", "facility__town__name")
    found = findings.order_by("facility__town__order", names[0]).values(*names, "facility__town__order")
    return [(one[names[0]], one[names[1]], _counts(one)) for one in found.annotate(**_counted(on))]


def late_of(town: Town) -> list[tuple[Finding, int]]:
    """A town's findings that are late today, each with the days, the longest first (1 query)."""
    today = timezone.localdate()
    found = Finding.objects.filter(facility__town=town).standing().overdue(today).order_by("due_on", "pk")
    return [(one, one.days_overdue(today)) for one in found]


def _counted(on: dt.date) -> dict[str, Count]:
    closed = Q(last_act=Kind.CLOSED)
    parts = {
        "found": Q(),
        "closed": closed,
        "overdue": Q(due_on__lt=on) & (Q(last_act__isnull=True) | ~Q(last_act__in=RECTIFIED)),
        "major": Q(major=True),
        "repeated": Q(times__gt=1),
    }
    return {f"{name}_count": Count("pk", filter=part) for name, part in parts.items()}


def _counts(found: dict[str, int]) -> Counts:
    return Counts(*(found[f"{name}_count"] for name in Counts._fields))


def _hazard(finding: Finding, acts: Sequence[FindingAct]) -> list[Value]:
    ruled = last_of(acts, Kind.ASSIGNED)
    grade = finding.grade.label
    if ruled and ruled.criterion:
        grade = _("%(grade)s（%(criterion)s）") % {"grade": grade, "criterion": ruled.criterion}
    source = finding.inspection.get_kind_display() if finding.inspection else _("日常发现")
    return [finding.subject, finding.words, grade, source, finding.found_on, finding.times]


def _rectified(finding: Finding, acts: Sequence[FindingAct]) -> list[Value]:
    submitted, closed = last_of(acts, Kind.SUBMITTED), last_of(acts, Kind.CLOSED)
    return [
        *(finding.subject, submitted.words if submitted else "", _when(submitted), finding.due_on),
        *(closed.words if closed else "", _when(closed)),
    ]


def _responsible(finding: Finding, acts: Sequence[FindingAct]) -> list[Value]:
    assigned, closed = last_of(acts, Kind.ASSIGNED), last_of(acts, Kind.CLOSED)
    return [
        *(finding.subject, finding.responsible or "", finding.facility.director),
        *(str(assigned.by) if assigned else "", finding.due_on, str(closed.by) if closed else ""),
    ]


def _when(act: FindingAct | None) -> dt.date | None:
    return timezone.localdate(act.at) if act else None


_CELLS: dict[View, Callable[[Finding, Sequence[FindingAct]], list[Value]]] = {
    View.HAZARDS: _hazard,
    View.RECTIFICATION: _rectified,
    View.RESPONSIBILITY: _responsible,
}
