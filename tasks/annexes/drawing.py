"""A table drawn as it was understood: each cell with its role, for the import page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tasks.annexes import monitoring, rubric, tasklist
from tasks.annexes.allocation import read_allocation
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.headers import find_headers
from tasks.annexes.names import TownNames
from tasks.annexes.recognise import MONITORING, RUBRIC, TASKS
from tasks.annexes.rows import header_columns

MAX_ROWS = 200  # a page draws no more of a sheet; the problems and changes below it name every cell
_READ_ROWS = 2000  # no more of a sheet is read again for the drawing and for the indicators listed beside it


class DrawnCell(NamedTuple):
    """A cell of a sheet: its words, its role (head, name, value, total or nothing) and how far it reaches."""

    ref: str
    text: str
    role: str
    rows: int
    columns: int


class DrawnColumn(NamedTuple):
    """An indicator as the header names it, and the sheet and cell where it stands."""

    sheet: str
    ref: str
    name: str
    unit: str
    rate: bool


class DrawnSheet(NamedTuple):
    """A sheet, its kind ("" for one that is not read), the first and last row of each header, and its indicators."""

    name: str
    kind: str
    heads: list[tuple[int, int]]
    columns: list[DrawnColumn]
    rows: list[list[DrawnCell]]
    more: int  # rows that are not drawn


def draw(grids: Sequence[Grid], kinds: Mapping[str, Sequence[Grid]], towns: TownNames) -> list[DrawnSheet]:
    """Every sheet, its first rows, coloured by what the reader of its kind took each cell for.

    `kinds` has the sheets of each kind, as `importing.kinds_of` gives them.
    """
    roles: dict[Cell, str] = {}
    columns: list[DrawnColumn] = []
    kind_of = {id(grid): kind for kind, found in kinds.items() for grid in found}
    for kind, found in kinds.items():
        tops = [grid.top(_READ_ROWS) for grid in found]
        if kind in _HEADS:
            roles |= _LIST_ROLES[kind](tops)
        else:
            columns += _draw_allocation(tops, towns, roles, progress=kind == PROGRESS)
    return [_sheet(grid, kind_of.get(id(grid), ""), towns, columns, roles) for grid in grids]


def _sheet(
    grid: Grid, kind: str, towns: TownNames, indicators: list[DrawnColumn], roles: dict[Cell, str]
) -> DrawnSheet:
    columns = range(1, max(grid.columns, default=0) + 1)
    last = max(grid.rows, default=0)
    rows = [
        [_cell(cell, roles) for col in columns if (cell := grid.at(row, col)).col == col and cell.row == row]
        for row in range(1, min(last, MAX_ROWS) + 1)
    ]
    own = [column for column in indicators if column.sheet == grid.sheet]
    heads = _heads(grid.top(_READ_ROWS), kind, towns)
    return DrawnSheet(grid.sheet, kind, heads, own, rows, max(0, last - MAX_ROWS))


def _heads(grid: Grid, kind: str, towns: TownNames) -> list[tuple[int, int]]:
    """The first and last row of each header of a sheet."""
    if kind in _HEADS:
        heads, needed = _HEADS[kind]
        return [(row, row) for row in grid.rows if header_columns(grid, row, heads).keys() >= needed]
    headers = find_headers(grid, towns, progress=kind == PROGRESS) if kind else []
    return [(header.corner.row, header.last_row) for header in headers]


def _cell(cell: Cell, roles: dict[Cell, str]) -> DrawnCell:
    role = "" if cell.blank else roles.get(cell, "")
    return DrawnCell(cell.ref, cell.text, role, cell.last_row - cell.row + 1, cell.last_col - cell.col + 1)


def _draw_allocation(
    grids: Sequence[Grid], towns: TownNames, roles: dict[Cell, str], *, progress: bool
) -> list[DrawnColumn]:
    """Give the indicators of an allocation, and put the roles of its cells into `roles`."""
    table = read_allocation(grids, towns, progress=progress)
    roles |= {column.cell: "head" for column in table.columns}
    for row in table.rows:
        roles |= dict.fromkeys(row.cells.values(), "value") | {row.cell: "name"}
    for row in table.totals:
        roles |= dict.fromkeys([row.cell, *row.cells.values()], "total")
    return [DrawnColumn(c.cell.sheet, c.cell.ref, c.name, c.unit, c.rate) for c in table.columns]


def _named(names: set[str], rows) -> dict[Cell, str]:
    return {cell: "name" if name in names else "value" for row in rows for name, cell in row.cells.items()}


PROGRESS = "progress"
_HEADS = {
    TASKS: (tasklist.HEADS, tasklist.NEEDED),
    RUBRIC: (rubric.HEADS, rubric.NEEDED),
    MONITORING: (monitoring.HEADS, monitoring.NEEDED),
}
_LIST_ROLES = {
    TASKS: lambda grids: _named({"number", "title"}, tasklist.read_tasks(grids).rows),
    RUBRIC: lambda grids: _named({"section", "clause"}, rubric.read_rubric(grids).rows),
    MONITORING: lambda grids: _named({"name", "town"}, monitoring.read_scores(grids).rows),
}
