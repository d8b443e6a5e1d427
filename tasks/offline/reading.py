"""A workbook that came back: each row's line and its cells as typed, and every fault with its cell."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from django.core.signing import BadSignature
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell, Grid, GridError
from tasks.annexes.problems import Problem, error
from tasks.offline.columns import COLUMNS, HEADS, KEY, KEY_HEAD, SHEET, fields_of, state_labels
from tasks.offline.keys import Known, unseal
from tasks.sheet_lines import SheetLine

MAX_ROWS = 5000


class OfflineError(Exception):
    """A file that is not taken: `problems` say why, and nothing was changed."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("；".join(problem.message for problem in self.problems))

    @classmethod
    def of_file(cls, code: str, message: str):
        return cls([Problem("", "", "", code, message)])


@dataclass(frozen=True)
class Filled:
    """One row: its line now, what it knew at the download, and its fields as typed, each with its cell."""

    line: SheetLine
    known: Known
    typed: Mapping[str, str]
    cells: Mapping[str, Cell]


def read_workbook(data: bytes, lines: Mapping[int, SheetLine], place: str) -> tuple[list[Filled], list[Problem]]:
    """The rows of a workbook for this sheet, and every fault of its shape. `lines` are the sheet's by number.

    Raises OfflineError for a file that is no such workbook.
    """
    grid = _open(data)
    rows = list(_rows(grid))
    problems = [*_formulas(data, rows), *(problem for row in rows if (problem := _without_key(grid, row)))]
    found: dict[int, Filled] = {}
    for row in rows:
        key = grid.at(row, KEY + 1)
        if key.blank:
            continue
        try:
            filled = _fill(grid, row, key, lines, place)
        except OfflineError as fault:
            problems += fault.problems
            if any(problem.code == "elsewhere" for problem in fault.problems):
                break  # all rows of another sheet's workbook say the same
        else:
            if filled.line.number in found:
                problems.append(error(key, "twice", _("这一行重复出现，请删去一行")))
            found[filled.line.number] = filled
    return list(found.values()), problems


def _open(data: bytes) -> Grid:
    """The sheet of a workbook of ours."""
    try:
        grids = read_grids(data)
    except GridError as refused:
        raise OfflineError(refused.problems) from refused
    for grid in grids:
        if grid.sheet == SHEET and len(grid.rows) <= MAX_ROWS and next(_heads(grid), None):
            return grid
    raise _not_ours()


def _heads(grid: Grid) -> Iterator[int]:
    return (row for row in grid.rows if (grid.at(row, 1).text, grid.at(row, KEY + 1).text) == (HEADS[0], KEY_HEAD))


def _rows(grid: Grid) -> Iterator[int]:
    head = next(_heads(grid))
    return (row for row in grid.rows if row > head)


def _inputs(grid: Grid, row: int) -> dict[str, Cell]:
    """The cells of the fields; the title of a group, merged over them, is none."""
    cells = {name: grid.at(row, column + 1) for name, column in COLUMNS.items()}
    return {name: cell for name, cell in cells.items() if cell.col == COLUMNS[name] + 1}


def _formulas(data: bytes, rows: list[int]) -> Iterator[Problem]:
    """A formula is no figure that anybody reported: what it gives depends on where it is opened."""
    sheet = _raw_sheet(data)
    for row in rows:
        for column in COLUMNS.values():
            cell = sheet.cell(row, column + 1)
            if cell.data_type == "f":
                found = Cell(SHEET, row, column + 1, str(cell.value))
                yield error(found, "formula", _("此处是公式“%(found)s”，请改填数值") % {"found": found.text})


def _raw_sheet(data: bytes):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out; the cells are whole
            return load_workbook(BytesIO(data), keep_links=False)[SHEET]
    except Exception as fault:  # not .xlsx, or damaged where the reader of values did not look
        raise _not_ours() from fault


def _not_ours() -> OfflineError:
    return OfflineError.of_file("not_ours", _("这不是从本页下载的填报工作簿（.xlsx），请重新下载后填写。"))


def _without_key(grid: Grid, row: int) -> Problem | None:
    filled = [cell for cell in _inputs(grid, row).values() if not cell.blank]
    if filled and grid.at(row, KEY + 1).blank:
        return error(filled[0], "no_key", _("这一行没有校验码，不知道填的是哪一项；请在下载的工作簿中填写"))
    return None


def _fill(grid: Grid, row: int, key: Cell, lines: Mapping[int, SheetLine], place: str) -> Filled:
    try:
        known = unseal(key.text)
    except BadSignature:
        raise OfflineError([error(key, "tampered", _("校验码已被改动，请重新下载工作簿后填写"))]) from None
    if known.place != place:
        message = _("这是另一街镇或另一填报期的工作簿（%(theirs)s），本页是 %(here)s")
        raise OfflineError([error(key, "elsewhere", message % {"theirs": known.place, "here": place})])
    line = lines.get(known.line)
    if line is None:
        raise OfflineError([error(key, "gone", _("这一行已不在填报表中，请重新下载工作簿"))])
    cells = _inputs(grid, row)
    if len(cells) < len(COLUMNS):
        raise OfflineError([error(key, "merged", _("这一行的单元格被合并了，请重新下载工作簿后填写"))])
    typed = {name: _typed(name, cell) for name, cell in cells.items()}
    fields = fields_of(line.subject)
    if stray := [cells[name] for name in cells if name not in fields and typed[name]]:
        raise OfflineError(error(cell, "stray", _("这一行不填此格，请清空")) for cell in stray)
    return Filled(line, known, {name: typed[name] for name in fields}, cells)


def _typed(name: str, cell: Cell) -> str:
    """What a person would have typed into the page to say the same."""
    if isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool):
        number = Decimal(str(cell.value))
        if not number.is_finite():
            return cell.text
        percent = "%" in cell.number_format
        text = f"{number * 100 if percent else number:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text}%" if percent else text
    if name == "state":
        return {label: value for value, label in state_labels().items()}.get(cell.text, cell.text)
    return cell.text
