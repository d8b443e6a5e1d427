"""What a workbook changes on the sheet: taken where only the workbook changed, asked where both sides did."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from districts.models import Town
from tasks import drafts, entry
from tasks.annexes.problems import Problem, error
from tasks.entry import FIELD_LABELS
from tasks.exports.sheet import plain
from tasks.models import Report
from tasks.offline.keys import normal, seal
from tasks.offline.reading import Filled, OfflineError


@dataclass(frozen=True)
class Question:
    """A cell that was changed on both sides since the download: which of the two shall stand?"""

    name: str  # the field
    subject: str
    label: str
    mine: str
    theirs: str
    who: str
    key: str  # seals what the portal shows now, so that a third change is asked about again

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The two sides as people read them: `mine` and `theirs`."""
        states = dict(Report.State.choices) if self.name == "state" else {}
        nothing = _("（空）")
        return [
            (side, states.get(words, words) or nothing)
            for side, words in (("mine", self.mine), ("theirs", self.theirs))
        ]


@dataclass
class Merge:
    """The changes by row, the cells to ask about, and the rows with either, each with its first such field."""

    changes: list[tuple[Filled, dict[str, str]]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    touched: list[tuple[Filled, str]] = field(default_factory=list)

    @property
    def cells(self) -> int:
        return sum(len(typed) for _filled, typed in self.changes)


def merge(rows: Iterable[Filled], town: Town) -> Merge:
    """Compare each cell with what it was at the download and with what the portal has now. Writes nothing."""
    found = Merge()
    for row in rows:
        changes = {}
        for name, mine in row.typed.items():
            theirs = _theirs(row, name)
            if row.known.typed_was(name, mine) or normal(mine) == normal(theirs):
                continue
            if not found.touched or found.touched[-1][0] is not row:
                found.touched.append((row, name))
            if _newer(row) or not row.known.typed_was(name, row.line.typed.get(name, "")):
                found.questions.append(_question(row, name, theirs, town))
            else:
                changes[name] = mine
        if changes:
            found.changes.append((row, changes))
    return found


def check(found: Merge) -> list[Problem]:
    """What is wrong in the rows that change something, by cell."""
    problems = []
    for row, first in found.touched:
        errors = entry.check(row.line.subject, row.typed).errors
        problems += [error(row.cells.get(name, row.cells[first]), "typed", words) for name, words in errors.items()]
    return problems


def take(found: Merge, *, town: Town, by) -> None:
    """Keep the changes in the drafts, as typed. Raises OfflineError where somebody typed at this very moment."""
    for row, changes in found.changes:
        line = row.line
        _draft, kept = drafts.keep(
            period=line.period,
            town=town,
            subject=line.subject,
            typed=dict(line.typed) | changes,
            version=line.version,
            by=by,
        )
        if not kept:
            message = _("“%(line)s”刚在别处被改动，没有填入；请再次上传") % {"line": line.subject}
            raise OfflineError.of_file("busy", message)


def _newer(row: Filled) -> bool:
    """Whether somebody submitted this line since the download."""
    return row.line.revision > row.known.revision


def _theirs(row: Filled, name: str) -> str:
    """What the portal holds now: what is typed, else what was submitted since the download."""
    if row.line.draft or not _newer(row):
        return row.line.typed.get(name, "")
    return _reported(row.line.report, name)


def _reported(report: Report, name: str) -> str:
    value = getattr(report, name)
    if value is None:
        return ""
    return value if isinstance(value, str) else plain(value)


def _question(row: Filled, name: str, theirs: str, town: Town) -> Question:
    line = row.line
    who = line.draft.by if line.draft else line.report.submission.by if line.report else None
    return Question(
        name=name,
        subject=str(line.subject),
        label=_(FIELD_LABELS[name]),
        mine=row.typed[name],
        theirs=theirs,
        who=str(who or ""),
        key=seal(line, town),
    )
