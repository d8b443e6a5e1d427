"""The rows of an allocation table's header: which rows it has, and what stands above each column."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from tasks.annexes.cells import NONE, TEXT, CellError, read_target
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import (
    is_duty,
    is_group_head,
    is_ignored,
    is_measure_head,
    is_unit_head,
    is_value_head,
    names_offices,
    title_name,
)
from tasks.annexes.names import split_unit, unit_word
from tasks.annexes.units import is_measure

MAX_HEADER_ROWS = 4
_LOOKED_AT = 5  # rows below a heading that tell what it stands over
DOWN, ACROSS, PAIRS = "down", "across", "pairs"


class Span(NamedTuple):
    """The columns from `first` to `last`."""

    first: int
    last: int

    def __contains__(self, col: int) -> bool:
        return self.first <= col <= self.last


@dataclass(frozen=True)
class Header:
    """A block's header. `corner` heads the names at the side; `paths` has for each column the cells above one another.

    For pairs `paths` is empty and `roles` names the columns: town, indicator, value, unit, group; without a column for
    the town `town` names it, and a title that does so is the corner. `span` holds the columns of the block, `units` the cells of a row of units, and `skipped`
    the first cells of rows of offices, which are no part of the table.
    """

    shape: str
    corner: Cell
    last_row: int
    span: Span
    paths: dict[int, list[Cell]] = field(default_factory=dict)
    units: dict[int, Cell] = field(default_factory=dict)
    skipped: tuple[Cell, ...] = ()
    roles: dict[str, int] = field(default_factory=dict)
    town: Cell | None = None
    progress: bool = False


def read_header(grid: Grid, shape: str, corner: Cell, span: Span, progress: bool) -> Header:
    columns = [col for col in grid.columns if corner.last_col < col <= span.last]
    if shape == DOWN:
        columns = [*_before(grid, corner, span), *columns]
    rows, units, skipped, last_row = [corner.row], {}, [], corner.row
    for row in (row for row in grid.rows if row > corner.row):
        name = grid.at(row, corner.col)
        cells = [cell for cell in grid.iter_row(row) if cell.col in columns]
        own = [cell for cell in cells if cell.row == row]
        counted = _counts_columns(name, own)
        if not counted and not _is_header_row(name, corner, cells):
            break
        if measures := _measures(own):
            units = {cell.col: cell for cell in measures}
        elif own and all(names_offices(cell.text) for cell in own):
            skipped.append(own[0])
        elif len(rows) == MAX_HEADER_ROWS:
            break
        elif not counted:
            rows.append(row)
        last_row = row
    paths = _paths(grid, rows, columns)
    paths = _measured(paths, progress)
    if shape == DOWN:
        paths = _under_title(grid, corner, paths, units, progress)
    return Header(shape, corner, last_row, span, paths, units, tuple(skipped), progress=progress)


def _is_header_row(name: Cell, corner: Cell, cells: Sequence[Cell]) -> bool:
    """A row under the corner, or below it one in which nothing is named yet, or that names the units."""
    if name.place == corner.place:
        return True
    unnamed = name.blank and sum(map(is_figure, cells)) * 2 < len(cells)
    return unnamed or (is_unit_head(name.text) and bool(_measures(cells)))


def _measures(cells: Sequence[Cell]) -> list[Cell]:
    """The units of a row that holds nothing else but dashes; none where it holds more."""
    units = [cell for cell in cells if is_measure(unit_word(cell.text))]
    return units if all(cell in units or _says_nothing(cell) for cell in cells) else []


def _says_nothing(cell: Cell) -> bool:
    try:
        return read_target(cell).kind == NONE
    except CellError:
        return False


def _counts_columns(name: Cell, cells: Sequence[Cell]) -> bool:
    """Tell whether a row below a header numbers its columns: 1, 2, 3 or （1）, （2）, （3）."""
    words = [unit_word(cell.text) for cell in cells]
    first = int(words[0]) if words and words[0].isdecimal() else None
    unnamed = name.blank or unit_word(name.text).isdecimal() or is_duty(name.text)
    return unnamed and first in (1, 2, 3) and len(words) > 2 and words == [str(first + n) for n in range(len(words))]


def is_figure(cell: Cell) -> bool:
    try:
        return read_target(cell).kind != TEXT
    except CellError:
        return False


def _paths(grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> dict[int, list[Cell]]:
    """Give the header cells above each column, from the group's title down to its own name.

    Where a file has lost its merged ranges (CSV), a title also holds for the blank places to its right that have a
    name below them.
    """
    paths: dict[int, list[Cell]] = {col: [] for col in columns}
    for row in rows:
        carried = None
        for col in columns:
            own = grid.at(row, col)
            below = [grid.at(lower, col) for lower in rows if lower > row]
            named_below = any(not cell.blank and cell != own for cell in below)
            cell = carried if own.blank and named_below else own
            carried = cell if cell and named_below and cell.last_col == cell.col else None
            if cell and not cell.blank and cell not in paths[col]:
                paths[col].append(cell)
    return paths


def _measured(paths: dict[int, list[Cell]], progress: bool) -> dict[int, list[Cell]]:
    """Where an indicator or town has columns of its own for goal, result and rate, keep the one that is wanted."""
    wanted = {col for col, path in paths.items() if path and is_value_head(path[-1].text, progress=progress)}
    parents = {tuple(paths[col][:-1]) for col in wanted} - {()}
    kept = {}
    for col, path in paths.items():
        if not path or tuple(path[:-1]) not in parents or not is_measure_head(path[-1].text):
            kept[col] = path
        elif col in wanted:
            kept[col] = path[:-1]
    return kept


def _under_title(
    grid: Grid, corner: Cell, paths: dict[int, list[Cell]], units: dict[int, Cell], progress: bool
) -> dict[int, list[Cell]]:
    """Where the only indicator of a table is named by its title or its sheet (街镇, 目标数), give it that name, and leave
    out what else is told of it; a unit in the heading goes into `units`."""
    own = {col: path[0] for col, path in paths.items() if path and not is_ignored(path[-1].text)}
    wanted = [col for col, head in own.items() if is_value_head(head.text, progress=progress)]
    if len(wanted) != 1 or not all(is_measure_head(head.text) for head in own.values()):
        return paths
    (col,) = wanted
    above = [cells[0] for row in reversed(grid.rows) if row < corner.row and len(cells := grid.row_cells(row)) == 1]
    words = [*above, own[col]._replace(value=next(reversed(grid.caption.splitlines()), grid.sheet))]
    if unit := split_unit(own[col].text)[1]:
        units[col] = own[col]._replace(value=unit)
    titles = [cell._replace(value=title_name(cell.text)) for cell in words]
    name = next((cell for cell in titles if cell.value), own[col])
    return {other: path for other, path in paths.items() if other not in own} | {col: [name]}


def _before(grid: Grid, corner: Cell, span: Span) -> list[int]:
    """The columns before the towns that hold nothing but figures: indicators may stand on both sides."""
    found = []
    for col in (col for col in grid.columns if span.first <= col < corner.col):
        head = grid.at(corner.last_row, col)
        cells = below(grid, head)
        named = isinstance(head.value, str) and not (is_ignored(head.text) or is_group_head(head.text))
        if named and any(not cell.blank for cell in cells) and all(map(is_figure, cells)):
            found.append(col)
    return found


def below(grid: Grid, head: Cell) -> list[Cell]:
    """The first cells below a heading."""
    return [grid.at(row, head.col) for row in islice((row for row in grid.rows if row > head.last_row), _LOOKED_AT)]
