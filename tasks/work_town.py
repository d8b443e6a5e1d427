"""A town's own work: what came back, what is due or late, what is typed and not sent, sheets to sign and to answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Town
from tasks.board import Moment
from tasks.completeness import Cell, Completeness
from tasks.models import Draft, Programme, Reminder, Report, Supervision, SupervisionState
from tasks.periods import Term, extensions
from tasks.todos import Todo, due_tone

OLD = 31  # days after its due day a period is no longer told by itself: the old ones make one line
State = SupervisionState


def todos(town: Town, programme: Programme) -> Iterator[Todo]:
    """Everything that waits for a town in a programme."""
    yield from _returned(town, programme)
    yield from _supervisions(town, programme)
    yield from _periods(town, programme)


def _returned(town: Town, programme: Programme) -> Iterator[Todo]:
    """Each line that came back, with the reason; by its town's own due day."""
    reports = Report.objects.filter(period__programme=programme, town=town).returned()
    rows = list(
        reports.select_related("period", "indicator", "task", "decision__by").order_by("period__starts_on", "pk")
    )
    extended = extensions({report.period for report in rows}, town=town) if rows else {}
    for report in rows:
        term = Term(report.period, timezone.localdate(), extended.get((report.period_id, town.pk)))
        if term.state.takes_reports:
            yield Todo(
                title=_("%(period)s：%(line)s 被退回") % {"period": report.period.name, "line": report.subject},
                detail=report.decision.reason,
                url=f"{_sheet(programme, report.period)}#line-{report.line}",
                tone="returned",
                due_on=term.due_on,
            )


def _supervisions(town: Town, programme: Programme) -> Iterator[Todo]:
    """Sheets to sign for, and those to answer, also once more."""
    titles = {
        State.ISSUED: _("签收督办单 %(sheet)s"),
        **dict.fromkeys((State.SIGNED, State.RETURNED), _("答复督办单 %(sheet)s")),
    }
    for sheet in Supervision.objects.filter(programme=programme, town=town).standing().order_by("due_on", "number"):
        if sheet.state in titles:
            title = titles[sheet.state] % {"sheet": sheet}
            yield Todo(title, sheet.matter, sheet.get_absolute_url(), due_tone(sheet.due_on), sheet.due_on)


def _periods(town: Town, programme: Programme) -> Iterator[Todo]:
    """Each period that something is to be sent for; those that were due long ago together."""
    today = timezone.localdate()
    cells = Completeness(programme, Moment(as_of=today), town=town).of_town(town)
    typed = _typed(town, programme)
    reminded = dict(
        Reminder.objects.filter(period__programme=programme, town=town).order_by("on").values_list("period", "on")
    )
    open_ = [c for c in cells if c.owes or (typed.get(c.term.period.pk) and c.term.state.takes_reports)]
    old = [cell for cell in open_ if (today - cell.term.due_on).days > OLD]
    if old:
        yield _old(programme, old)
    for cell in open_:
        if cell not in old:
            yield _period(programme, cell, typed.get(cell.term.period.pk, 0), reminded.get(cell.term.period.pk))


def _period(programme: Programme, cell: Cell, typed: int, reminded) -> Todo:
    period, term = cell.term.period, cell.term
    parts = [
        _("还有 %(count)s 行未报") % {"count": cell.missing} if cell.missing else "",
        _("%(count)s 行已填未提交") % {"count": typed} if typed else "",
        _("已延期") if term.is_extended else "",
        _("%(day)s 已催办") % {"day": reminded} if reminded else "",
    ]
    return Todo(
        title=_("填报%(period)s进展") % {"period": period.name},
        detail=_("，").join(filter(None, parts)),
        url=_sheet(programme, period),
        tone=due_tone(term.due_on),
        due_on=term.due_on,
    )


def _old(programme: Programme, cells: list[Cell]) -> Todo:
    told = {"count": sum(cell.missing for cell in cells), "periods": _("、").join(c.term.period.name for c in cells)}
    first = cells[0].term
    detail = _("%(periods)s共 %(count)s 行") % told
    return Todo(_("补报以前的填报期"), detail, _sheet(programme, first.period), "late", first.due_on)


def _typed(town: Town, programme: Programme) -> dict[int, int]:
    """How many lines of each period are typed and not sent, owed or not."""
    found: dict[int, int] = {}
    drafts = Draft.objects.filter(period__programme=programme, town=town)
    for period, typed, sites in drafts.values_list("period", "typed", "sites"):
        if sites or any(typed.values()):
            found[period] = found.get(period, 0) + 1
    return found


def _sheet(programme: Programme, period) -> str:
    return reverse("report-sheet", args=[programme.slug, period.label])
