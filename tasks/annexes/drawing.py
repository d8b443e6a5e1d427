"""A table drawn as it was understood: each cell with its role, for the import page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tasks.annexes.allocation import read_allocation
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import TownNames
from tasks.annexes.recognise import ALLOCATION, RUBRIC, TASKS
from tasks.annexes.rubric import read_rubric
from tasks.annexes.tasklist import read_tasks

MAX_ROWS = 200  # a page draws no more of a sheet; the problems and changes below it name every cell


@dataclass(frozen=True)
class DrawnCell:
    """A cell of a sheet: its words, its role (head, name, value, total or nothing) and how far it reaches."""

    ref: str
    text: str
    role: str
    rows: int
    columns: int


@dataclass(frozen=True)
class DrawnSheet:
    name: str
    rows: list[list[DrawnCell]]
    more: int  # rows that are not drawn


def draw(grids: Sequence[Grid], kinds: Mapping[str, Sequence[Grid]], towns: TownNames) -> list[DrawnSheet]:
    """Every sheet, its first rows, coloured by what the reader of its kind took each cell for.

    `kinds` has the sheets of each kind, as `importing.kinds_of` gives them.
    """
    roles: dict[Cell, str] = {}
    for kind, found in kinds.items():
        roles |= _ROLES[kind](found, towns)
    return [_sheet(grid, roles) for grid in grids]


def _sheet(grid: Grid, roles: dict[Cell, str]) -> DrawnSheet:
    columns = range(1, max(grid.columns, default=0) + 1)
    last = max(grid.rows, default=0)
    rows = [
        [_cell(cell, roles) for col in columns if (cell := grid.at(row, col)).col == col and cell.row == row]
        for row in range(1, min(last, MAX_ROWS) + 1)
    ]
    return DrawnSheet(grid.sheet, rows, max(0, last - MAX_ROWS))


def _cell(cell: Cell, roles: dict[Cell, str]) -> DrawnCell:
    role = "" if cell.blank else roles.get(cell, "")
    return DrawnCell(cell.ref, cell.text, role, cell.last_row - cell.row + 1, cell.last_col - cell.col + 1)


def _allocation_roles(grids: Sequence[Grid], towns: TownNames, *, progress: bool = False) -> dict[Cell, str]:
    table = read_allocation(grids, towns, progress=progress)
    roles = {column.cell: "head" for column in table.columns}
    for row in table.rows:
        roles |= dict.fromkeys(row.cells.values(), "value") | {row.cell: "name"}
    for row in table.totals:
        roles |= dict.fromkeys([row.cell, *row.cells.values()], "total")
    return roles


def _task_roles(grids: Sequence[Grid], towns: TownNames) -> dict[Cell, str]:
    return _named({"number", "title"}, read_tasks(grids).rows)


def _rubric_roles(grids: Sequence[Grid], towns: TownNames) -> dict[Cell, str]:
    return _named({"section", "clause"}, read_rubric(grids).rows)


def _named(names: set[str], rows) -> dict[Cell, str]:
    return {cell: "name" if name in names else "value" for row in rows for name, cell in row.cells.items()}


_ROLES = {
    TASKS: _task_roles,
    RUBRIC: _rubric_roles,
    ALLOCATION: _allocation_roles,
    "progress": partial(_allocation_roles, progress=True),
}
