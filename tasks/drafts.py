"""A town's entry sheet while it is being filled: every line is kept as typed, until it is submitted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import Town
from tasks import entry, evidence
from tasks.board import Board, Moment
from tasks.board import Entry as BoardEntry
from tasks.figures import standing_states
from tasks.models import Decision, Draft, Evidence, Frequency, Indicator, Period, Report, Submission, Task
from tasks.reporting import Entry, ReportingError, line_of, submit


@dataclass
class SheetLine:
    """One line of the sheet: what is owed, what stood last, what is under way, what is typed."""

    subject: Indicator | Task
    period: Period
    board: BoardEntry | None
    last: Decimal | None
    report: Report | None  # the highest revision in this period, whatever became of it
    draft: Draft | None
    files: list[Evidence]

    @property
    def number(self) -> int:
        return line_of(self.subject)

    @property
    def typed(self) -> Mapping[str, str]:
        """What was typed; on a returned line that nobody has touched, what was returned."""
        return self.draft.typed if self.draft else self.prefilled

    @property
    def prefilled(self) -> Mapping[str, str]:
        """A returned report's own fields, to be corrected; they are a draft only once they differ."""
        if not self.decision or self.decision.outcome != Decision.Outcome.RETURNED:
            return {}
        values = {name: getattr(self.report, name) for name in entry.fields_of(self.subject)}
        return {name: entry.as_typed(value) for name, value in values.items()}

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def revision(self) -> int:
        return self.report.revision if self.report else 0

    @property
    def decision(self) -> Decision | None:
        return getattr(self.report, "decision", None)

    def check(self, as_at: dt.date | None = None) -> entry.Checked:
        """Read the line as typed; files alone are no report."""
        checked = entry.check(self.subject, self.typed, last=self.last, as_at=as_at)
        if self.files and not any(self.typed.values()):
            first = entry.fields_of(self.subject)[0]
            checked.errors[first] = _("已上传佐证材料，请填写进展后再提交。")
        return checked


class SheetErrors(ReportingError):
    """The sheet was not submitted: `errors` are messages by line and field."""

    def __init__(self, errors: Mapping[int, Mapping[str, str]]):
        self.errors = errors
        super().__init__(_("有 %(count)s 行需要修改，尚未提交。已填内容均已保存。") % {"count": len(errors)})


def sheet(period: Period, town: Town) -> list[SheetLine]:
    """All lines of a town's sheet (a fixed number of queries): the indicators that the period asks for, then in a quarter
    the tasks that the towns report; and whatever was typed or reported in it all the same.
    """
    programme = period.programme
    board = Board(programme, Moment(as_of=period.ends_on), town=town)
    tasks = list(Task.objects.filter(programme=programme, town_wide=True))
    states = standing_states(programme, as_of=period.ends_on, town=town)
    reports = Report.objects.filter(period=period, town=town).latest_revisions()
    by_line = {r.line: r for r in reports.select_related("decision__by", "submission__by", "indicator")}
    drafts = {d.line: d for d in Draft.objects.filter(period=period, town=town)}
    files: dict[int, list[Evidence]] = {}
    for file in Evidence.objects.filter(draft__in=[d.pk for d in drafts.values()]):
        files.setdefault(file.draft_id, []).append(file)

    def is_on_it(subject, asked: bool) -> bool:
        number = line_of(subject)
        return asked or number in by_line or number in drafts

    def line(subject, board_entry, standings):
        number = line_of(subject)
        draft = drafts.get(number)
        last = standings[-1].value if standings else None
        return SheetLine(
            subject, period, board_entry, last, by_line.get(number), draft, files.get(getattr(draft, "pk", 0), [])
        )

    lines = []
    for indicator in board.indicators:
        if is_on_it(indicator, indicator.is_asked_in(period)):
            found = board.entry(indicator, town.pk)
            lines.append(line(indicator, found, found.standings))
    tasks = [task for task in tasks if is_on_it(task, period.frequency == Frequency.QUARTER)]
    return lines + [line(task, None, states.get((task.pk, town.pk), [])) for task in tasks]


@transaction.atomic
def keep(
    *, period: Period, town: Town, subject, typed: Mapping[str, str], version: int, by
) -> tuple[Draft | None, bool]:
    """Keep a line as typed: the draft, and whether it was kept.

    A draft that another window saved after `version` (0: there was none) is not overwritten.
    """
    typed = {name: typed.get(name, "") for name in entry.fields_of(subject)}
    place = _place(period, town, subject)
    draft = Draft.objects.select_for_update(of=("self",)).filter(**place).select_related("by").first()
    if draft is None:
        if not any(typed.values()):
            return None, True
        draft, is_new = Draft.objects.get_or_create(**place, defaults={"typed": typed, "by": by})
        if is_new:
            return draft, True
    if draft.typed == typed:
        return draft, True
    if draft.version != version:
        return draft, False
    draft.typed, draft.version, draft.by = typed, draft.version + 1, by
    draft.save()
    return draft, True


@transaction.atomic
def attach(file, *, line: SheetLine, town: Town, by) -> Evidence:
    """Hang a file on a line that is being filled. Raises evidence.EvidenceError for a file that is not taken."""
    place, first = _place(line.period, town, line.subject), {"by": by, "typed": dict(line.prefilled)}
    draft, _is_new = Draft.objects.get_or_create(**place, defaults=first)
    return evidence.attach(file, by=by, draft=draft)


def submit_sheet(
    *, period: Period, town: Town, by, key: str, seen: Mapping[int, int], as_at: dt.date | None = None
) -> Submission | None:
    """Submit every typed line of the sheet, all or none; None when nothing is typed.

    Raises SheetErrors with every message at once, Conflict where another official has submitted a line meanwhile.
    """
    checked = {line.number: line.check(as_at) for line in sheet(period, town) if line.draft}
    if errors := {number: result.errors for number, result in checked.items() if result.errors}:
        raise SheetErrors(errors)
    entries: list[Entry] = [result.entry for result in checked.values() if result.entry]
    if not entries:
        return Submission.objects.filter(key=key, period=period, town=town).first()
    source = Submission.Source.ENTERED if by.town_id == town.pk else Submission.Source.ON_BEHALF
    submitted = {e.line: seen.get(e.line, 0) for e in entries}
    return submit(period=period, town=town, entries=entries, by=by, key=key, source=source, seen=submitted)


def _place(period: Period, town: Town, subject: Indicator | Task) -> dict:
    is_indicator = isinstance(subject, Indicator)
    return {
        "period": period,
        "town": town,
        "indicator": subject if is_indicator else None,
        "task": None if is_indicator else subject,
    }
