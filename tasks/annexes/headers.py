"""Finding the headers of an allocation table: by their words, else by the towns beside or below them.

Three shapes: towns down the side, towns across the top, and one row for each pair of town and indicator.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import (
    is_group_head,
    is_ignored,
    is_indicator_head,
    is_town_head,
    is_unit_head,
    is_value_head,
    is_year,
    names_offices,
)
from tasks.annexes.header_rows import ACROSS, DOWN, MAX_HEADER_ROWS, PAIRS, Header, Span, below, is_figure, read_header
from tasks.annexes.names import TownNames, is_total, squash, unit_word
from tasks.annexes.units import is_measure

_LAST_CORNER = 6  # words from the left among which a corner stands


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
        read_header(grid, DOWN, corner, Span(corner.col if number else 0, end - 1), progress)
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
        header = read_header(grid, ACROSS, corner, table.span, progress)
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
    figures = [cell for cell in names if is_figure(cell)]
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
    return is_town_head(head.value) or any(towns.is_town(cell.text) for cell in below(grid, head))


def _stands_over_units(grid: Grid, head: Cell) -> bool:
    return is_unit_head(head.value) and any(is_measure(unit_word(cell.text)) for cell in below(grid, head))


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


def _wordless(grid: Grid, towns: TownNames, progress: bool) -> Iterator[Header]:
    """A table whose corner is empty or says something else: two towns or more stand in a row, or below one another."""
    for row in grid.rows:
        named = [cell for cell in grid.iter_row(row) if towns.is_town(cell.text)]
        if len(named) >= 2 and named[0].col > grid.columns[0]:
            left = max(col for col in grid.columns if col < named[0].col)
            header = read_header(grid, ACROSS, grid.at(row, left), Span(0, grid.columns[-1]), progress)
            if _names_towns(header, towns, few=False):
                yield header
    for col in grid.columns[:4]:
        rows = [row for row in grid.rows if towns.is_town(grid.at(row, col).text) or is_total(grid.at(row, col).text)]
        above = [row for row in grid.rows if rows and row < rows[0] and len(grid.row_cells(row)) > 1]
        if len(rows) >= 2 and above:
            corner = grid.at(above[max(0, len(above) - MAX_HEADER_ROWS)], col)
            yield read_header(grid, DOWN, corner, Span(0, grid.columns[-1]), progress)
