"""What waits for a user: the short list on the front page, most urgent first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks.models import Draft, Period, Programme, Report, Target


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why, where, and by when (None: no date)."""

    title: str
    detail: str
    url: str
    tone: str  # returned, waiting, draft: as in components/status.html
    due_on: dt.date | None = None


def todo(user, programme: Programme) -> list[Todo]:
    """A town's own sheet, or the bureau's queue; a role that only reads has nothing to do (a fixed number of queries)."""
    if user.town_id and user.may(Permission.REPORT):
        return _returned(user, programme) + _to_report(user, programme)
    if user.may(Permission.REVIEW):
        return _to_review(programme)
    return []


def _returned(user, programme: Programme) -> list[Todo]:
    reports = Report.objects.filter(period__programme=programme, town=user.town_id).returned()
    return [
        Todo(
            title=_("%(period)s：%(line)s 被退回") % {"period": report.period.name, "line": report.subject},
            detail=report.decision.reason,
            url=f"{reverse('report-sheet', args=[programme.slug, report.period.label])}#line-{report.line}",
            tone="returned",
            due_on=report.period.due_on,
        )
        for report in reports.select_related("period", "indicator", "task", "decision")
    ]


def _to_report(user, programme: Programme) -> list[Todo]:
    today = timezone.localdate()
    periods = Period.objects.filter(programme=programme, opens_on__lte=today)
    reports = Report.objects.filter(town=user.town_id, period__in=periods)
    drafts = Draft.objects.filter(town=user.town_id, period__in=periods)
    reported = _lines(reports.values_list("period", "line"))
    typed = _lines((draft.period_id, draft.line) for draft in drafts if any(draft.typed.values()))
    owed = _owed(user, programme)
    waiting = []
    for period in periods:
        missing = owed - reported.get(period.pk, set())
        started = typed.get(period.pk, set())
        if (missing or started) and period.is_open(today):
            detail = _("还有 %(missing)s 行未报，%(typed)s 行已填未提交") % {
                "missing": len(missing),
                "typed": len(started),
            }
            title = _("填报%(period)s进展") % {"period": period.name}
            url = reverse("report-sheet", args=[programme.slug, period.label])
            waiting.append(Todo(title, detail, url, "draft", period.due_on))
    return waiting


def _owed(user, programme: Programme) -> set[int]:
    """The lines that a town has to report: indicators with a target, and the tasks of all towns."""
    targets = Target.objects.filter(indicator__programme=programme, town=user.town_id).current()
    indicators = targets.exclude(comparator=Target.Comparator.NONE).values_list("indicator", flat=True)
    tasks = programme.tasks.filter(town_wide=True).values_list("pk", flat=True)
    return {*indicators, *(-pk for pk in tasks)}


def _lines(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """The lines of each period, from pairs of a period's key and a line."""
    found: dict[int, set[int]] = {}
    for period, line in rows:
        found.setdefault(period, set()).add(line)
    return found


def _to_review(programme: Programme) -> list[Todo]:
    waiting = Report.objects.filter(period__programme=programme).waiting().order_by()
    rows = waiting.values_list("town__name", "town__code", "period__label").annotate(count=Count("pk"))
    url = reverse("review", args=[programme.slug])
    return [
        Todo(
            title=_("审核 %(town)s %(period)s 填报") % {"town": town or programme.district, "period": period},
            detail=_("%(count)s 行待审核") % {"count": count},
            url=f"{url}?town={code}" if code else url,
            tone="waiting",
        )
        for town, code, period, count in rows.order_by("period__label", "town__order")
    ]
