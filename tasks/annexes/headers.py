"""Finding the header of an allocation table: its corner, its rows, and what stands above each column.

Three shapes: towns down the side, towns across the top, and one row for each pair of town and indicator.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from tasks.annexes.cells import NONE, TEXT, CellError, read_target
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import (
    is_duty,
    is_group_head,
    is_ignored,
    is_indicator_head,
    is_measure_head,
    is_town_head,
    is_unit_head,
    is_value_head,
    is_year,
    names_offices,
    title_name,
)
from tasks.annexes.names import TownNames, is_total, split_unit, squash, unit_word
from tasks.annexes.units import is_measure

MAX_HEADER_ROWS = 4
_LOOKED_AT = 5  # rows below a heading that tell what it stands over
_LAST_CORNER = 6  # words from the left among which a corner stands
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


def find_headers(grid: Grid, towns: TownNames, *, progress: bool = False) -> list[Header]:
    """Find the headers of a sheet, from top to bottom: by their words, else by the towns beside or below them.

    Where a table has both, goals are read, or for `progress` what was reached.
    """
    found: list[Header] = []
    for row in grid.rows:
        last = found[-1].last_row if found else 0
        if row > last:
            found += _headers_in(grid, row, towns, progress, last)
    return found or list(islice(_wordless(grid, towns, progress), 1))


def _headers_in(grid: Grid, row: int, towns: TownNames, progress: bool, last: int) -> list[Header]:
    """Give the headers whose corners stand in this row; two, where two tables stand side by side. `last` is the last row
    of the header before."""
    words = list(grid.texts(row).values())
    if not any(map(_is_corner, [*words[:_LAST_CORNER], words[-1]] if words else [])):
        return []
    cells = [cell for cell in grid.iter_row(row) if isinstance(cell.value, str)]
    tables = _side_by_side(cells, grid.columns[-1])
    found = [_pairs(grid, table, towns, progress, last) or _across(grid, table, towns, progress) for table in tables]
    if all(found):
        return [header for headers in found for header in headers]
    named = _named(cells)
    ends = [*(cell.col for cell in named), grid.columns[-1] + 1][1:]
    headers = [
        _header(grid, DOWN, corner, Span(corner.col if number else 0, end - 1), progress)
        for number, (corner, end) in enumerate(zip(named, ends, strict=True))
    ]
    return [header for header in headers if _names_indicators(header, towns)]


class _Table(NamedTuple):
    """The words of a header row that belong to one table, and the columns of that table."""

    cells: list[Cell]
    span: Span


def _side_by_side(cells: Sequence[Cell], last: int) -> list[_Table]:
    """Split a header row where its first words come again."""
    starts = [cell.col for cell in cells if squash(cell.text) == squash(cells[0].text)]
    spans = [Span(start, end - 1) for start, end in zip(starts, [*starts[1:], last + 1], strict=True)]
    return [_Table([cell for cell in cells if cell.col in span], span) for span in spans]


def _named(cells: Sequence[Cell]) -> list[Cell]:
    """The headings that stand over towns: 单位 only where no other does."""
    named = [cell for cell in cells if is_town_head(cell.value)]
    return named or [cell for cell in cells if is_unit_head(cell.value)]


def _across(grid: Grid, table: _Table, towns: TownNames, progress: bool) -> list[Header]:
    indicators = [cell for cell in table.cells if is_indicator_head(cell.value)]
    for corner in [*reversed(indicators), *_named(table.cells)]:
        header = _header(grid, ACROSS, corner, table.span, progress)
        if _names_towns(header, towns, few=corner in indicators):
            return [header]
    return []


def _names_towns(header: Header, towns: TownNames, *, few: bool) -> bool:
    """Tell whether two towns or more stand across; `few`: one, where nothing else does that could be an indicator."""
    names = [path[-1].text for path in header.paths.values() if path]
    found = sum(map(towns.is_town, names))
    others = [
        name for name in names if not (towns.is_town(name) or is_ignored(name) or is_unit_head(name) or is_total(name))
    ]
    return found >= 2 or (few and found == 1 and not others)


def _names_indicators(header: Header, towns: TownNames) -> bool:
    """Tell a header from other rows: 责任单位 with offices beside it, 各街镇 with figures, 街镇 with the name of one."""
    names = [path[-1] for path in header.paths.values() if path]
    figures = [cell for cell in names if _is_figure(cell)]
    words = [
        cell.text for cell in names if not (is_ignored(cell.text) or names_offices(cell.text) or towns.match(cell.text))
    ]
    return bool(words) and len(figures) * 2 <= len(names)


def _is_corner(text: str) -> bool:
    return is_indicator_head(text) or is_town_head(text) or is_unit_head(text)


def _pairs(grid: Grid, table: _Table, towns: TownNames, progress: bool, last: int) -> list[Header]:
    """Give a header for each column of values: the town stands in the last column before it that names towns.

    A table whose sheet or title names a town needs no column for it.
    """
    indicators = [cell for cell in table.cells if is_indicator_head(cell.value)]
    values = _values([cell for cell in table.cells if cell not in indicators], progress)
    named = _named(table.cells)
    if not (indicators and values) or sum(towns.match(cell.text) is not None for cell in table.cells) > 1:
        return []
    named = [cell for cell in named if not _stands_over_units(grid, cell)]
    own = None if any(_stands_over_towns(grid, cell, towns) for cell in named) else _titled(grid, table, towns)
    named = [] if own else named
    if not (own or named):
        return []
    roles = {"indicator": indicators[-1].col}
    for cell in table.cells:
        if is_unit_head(cell.value) and cell not in named:
            roles["unit"] = cell.col
        elif is_group_head(cell.value) and cell not in indicators[-1:]:
            roles["group"] = cell.col
    headers = []
    for value in values:
        whole = roles | {"value": value.col}
        if not own:
            whole["town"] = ([cell for cell in named if cell.col < value.col] or named[:1])[-1].col
        last_row = max(grid.at(value.row, col).last_row for col in whole.values())
        corner = own if own and own.row > last else grid.at(value.row, whole.get("town", indicators[-1].col))
        headers.append(Header(PAIRS, corner, last_row, table.span, roles=whole, town=own))
    return headers


def _stands_over_towns(grid: Grid, head: Cell, towns: TownNames) -> bool:
    """Tell whether a heading is of a column of towns: 单位 may also head the units of measure."""
    return is_town_head(head.value) or any(towns.is_town(cell.text) for cell in _below(grid, head))


def _stands_over_units(grid: Grid, head: Cell) -> bool:
    return is_unit_head(head.value) and any(is_measure(unit_word(cell.text)) for cell in _below(grid, head))


def _below(grid: Grid, head: Cell) -> list[Cell]:
    """The first cells below a heading."""
    return [grid.at(row, head.col) for row in islice((row for row in grid.rows if row > head.last_row), _LOOKED_AT)]


def _values(cells: Sequence[Cell], progress: bool) -> list[Cell]:
    """The headings over the wanted figures; without one, the only one that is but a year: 2024年."""
    values = [cell for cell in cells if is_value_head(cell.value, progress=progress)]
    years = [cell for cell in cells if is_year(cell.value)]
    return values or (years if len(years) == 1 else [])


def _titled(grid: Grid, table: _Table, towns: TownNames) -> Cell | None:
    """The cell above a table that names its town: a title, or where none does the words above it or the sheet's name."""
    head = table.cells[0]
    for row in reversed([row for row in grid.rows if row < head.row]):
        cells = [cell for cell in grid.iter_row(row) if cell.col in table.span]
        for cell in cells if all(isinstance(cell.value, str) for cell in cells) else []:
            if code := towns.named(cell.text):
                return cell._replace(value=towns.names[code])
    words = [*reversed(grid.caption.splitlines()), grid.sheet]
    code = next(filter(None, map(towns.named, words)), None)
    return head._replace(value=towns.names[code]) if code else None


def _header(grid: Grid, shape: str, corner: Cell, span: Span, progress: bool) -> Header:
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
        cells = _below(grid, head)
        named = isinstance(head.value, str) and not (is_ignored(head.text) or is_group_head(head.text))
        if named and any(not cell.blank for cell in cells) and all(map(_is_figure, cells)):
            found.append(col)
    return found


def _is_header_row(name: Cell, corner: Cell, cells: Sequence[Cell]) -> bool:
    """A row under the corner, or below it one in which nothing is named yet, or that names the units."""
    if name.place == corner.place:
        return True
    unnamed = name.blank and sum(map(_is_figure, cells)) * 2 < len(cells)
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


def _is_figure(cell: Cell) -> bool:
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


def _wordless(grid: Grid, towns: TownNames, progress: bool) -> Iterator[Header]:
    """A table whose corner is empty or says something else: two towns or more stand in a row, or below one another."""
    for row in grid.rows:
        named = [cell for cell in grid.iter_row(row) if towns.is_town(cell.text)]
        if len(named) >= 2 and named[0].col > grid.columns[0]:
            left = max(col for col in grid.columns if col < named[0].col)
            header = _header(grid, ACROSS, grid.at(row, left), Span(0, grid.columns[-1]), progress)
            if _names_towns(header, towns, few=False):
                yield header
    for col in grid.columns[:4]:
        rows = [row for row in grid.rows if towns.is_town(grid.at(row, col).text) or is_total(grid.at(row, col).text)]
        above = [row for row in grid.rows if rows and row < rows[0] and len(grid.row_cells(row)) > 1]
        if len(rows) >= 2 and above:
            corner = grid.at(above[max(0, len(above) - MAX_HEADER_ROWS)], col)
            yield _header(grid, DOWN, corner, Span(0, grid.columns[-1]), progress)
