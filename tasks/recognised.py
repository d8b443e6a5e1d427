"""What was recognised in an uploaded file, for the import page: its sheets drawn, its columns matched, its questions."""

from dataclasses import dataclass, field

from tasks.annexes.drawing import PROGRESS, DrawnColumn, DrawnSheet
from tasks.annexes.names import indicator_key, nearest
from tasks.findings import Findings
from tasks.models import ImportRecord, Indicator

_FAULTS = 10_000  # more of a kind can't stand in the rows that are drawn
NEW = "new"  # the answer that a column is a new indicator


@dataclass(frozen=True)
class Question:
    """A column that the plan does not know: what it may mean, likeliest first, and what was chosen ("" for nothing)."""

    column: DrawnColumn
    near: Indicator | None
    others: list[Indicator]
    chosen: str


@dataclass
class Recognised:
    """`sheets` pairs each drawn sheet with its rows of (cell, fault) and its columns' (column, indicator or None)."""

    sheets: list[tuple] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    may_create: bool = True


def recognised(record: ImportRecord, findings: Findings) -> Recognised:
    """What was understood when the file was read; nothing for a file that can't be opened."""
    sheets = findings.sheets
    indicators = list(Indicator.objects.filter(programme=record.programme))
    known = {indicator_key(name): one for one in indicators for name in (one.name, *one.aliases)}
    columns = [column for sheet in sheets for column in sheet.columns]
    unknown = [column for column in columns if indicator_key(column.name) not in known]
    asked = record.choices or record.outcome.get("asks")
    faults = _faults(findings)
    return Recognised(
        [(sheet, _rows(sheet, faults), _columns(sheet, known)) for sheet in sheets],
        [_question(column, indicators, record.choices) for column in unknown] if asked else [],
        all(sheet.kind != PROGRESS for sheet in sheets),
    )


def choices(programme, answers) -> dict[str, str]:
    """Pairs of a column's name and an answer (an indicator's code, or NEW) as an ImportRecord keeps them."""
    names = dict(programme.indicators.values_list("code", "name")) | {NEW: ""}
    return {column: names[answer] for column, answer in answers if answer in names}


def _question(column: DrawnColumn, indicators: list[Indicator], chosen: dict[str, str]) -> Question:
    by_name = {one.name: one for one in indicators}
    near = by_name.get(nearest(column.name, by_name) or "")
    answer = ""
    if column.name in chosen:
        meant = by_name.get(chosen[column.name])
        answer = meant.code if meant else NEW
    return Question(column, near, [one for one in indicators if one != near], answer)


def _columns(sheet: DrawnSheet, known: dict[str, Indicator]) -> list[tuple[DrawnColumn, Indicator | None]]:
    return [(column, known.get(indicator_key(column.name))) for column in sheet.columns]


def _faults(findings: Findings) -> dict[tuple[str, str], str]:
    """The cells with a problem; an error outweighs a warning."""
    return {
        (problem.sheet, problem.cell): kind
        for kind in ("warning", "error")
        for problem in findings.rows(kind=kind)[:_FAULTS]
    }


def _rows(sheet: DrawnSheet, faults: dict[tuple[str, str], str]) -> list[list[tuple]]:
    return [[(cell, faults.get((sheet.name, cell.ref), "")) for cell in row] for row in sheet.rows]
