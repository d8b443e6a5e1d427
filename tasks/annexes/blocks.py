"""Finding the blocks of an allocation table: where its header is, what its columns are called, which rows are towns.

A block gives the same thing whether towns stand in rows or in columns: headings, and lines of cells beside them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tasks.annexes.cells import TEXT, CellError, read_target
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import indicator_key, is_note, is_total, join_lines, looks_like_town, squash
from tasks.annexes.problems import Problem, error

MAX_HEADER_ROWS = 4

_TOWN_CORNERS = {"街镇", "镇街", "街道", "乡镇", "街道镇", "街道乡镇", "街道(镇)", "街道、镇", "地区", "区域", "单位"}
_INDICATOR_CORNERS = {"指标", "指标名称", "任务指标", "考核指标", "项目", "项目名称", "任务", "任务名称"}
_CORNER_FILLING = re.compile(r"指标|项目|任务|名称|责任|各|[\\/]")
_UNIT_HEADS = {"单位", "计量单位"}
_IGNORED_HEADS = {"备注", "说明", "序号"}
_SENTENCE = re.compile(r"[。；;，,：:]|^\d+[.、]")


@dataclass(frozen=True)
class Heading:
    """What an indicator is called: its words as printed, its group's title ("" without one), its header cell, and
    the text of its own unit cell where the table has such a column."""

    text: str
    group: str
    cell: Cell
    unit: str = ""


@dataclass(frozen=True)
class Line:
    """One town's cells, in the order of the block's headings. `cell` holds the town's printed name."""

    cell: Cell
    cells: tuple[Cell, ...]


@dataclass
class Block:
    headings: list[Heading] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Header:
    """A block's header: its corner cell, its rows, and for each column to the right the cells above one another."""

    corner: Cell
    last_row: int
    paths: dict[int, list[Cell]]

    def columns(self, *, towns: bool) -> list[int]:
        """Give the columns whose heading is a town (or a total), or those whose heading is not."""
        names = {col: path[-1].text for col, path in self.paths.items() if path}
        return [col for col, name in names.items() if (looks_like_town(name) or is_total(name)) == towns]

    @property
    def towns_in_columns(self) -> bool:
        return sum(looks_like_town(path[-1].text) for path in self.paths.values() if path) >= 2


def find_blocks(grid: Grid) -> list[Block]:
    """Find every block of a sheet, from top to bottom."""
    headers = list(_headers(grid))
    ends = [*(header.corner.row for header in headers), grid.rows[-1] + 1][1:]
    blocks = []
    for header, end in zip(headers, ends, strict=True):
        blocks.append(_read_block(grid, header, [row for row in grid.rows if header.last_row < row < end]))
    return blocks


def has_blocks(grid: Grid) -> bool:
    """Tell whether a sheet has the header of an allocation table."""
    return next(_headers(grid), None) is not None


def _headers(grid: Grid) -> Iterator[_Header]:
    last_row = 0
    for row in grid.rows:
        if row <= last_row:
            continue
        for cell in grid.row_cells(row)[:3]:
            if header := _read_header(grid, cell):
                last_row = header.last_row
                yield header
                break


def _read_header(grid: Grid, corner: Cell) -> _Header | None:
    """Give the header that this cell is the corner of, or None when it is an ordinary cell."""
    word = squash(corner.text)
    of_towns = _CORNER_FILLING.sub("", word) in _TOWN_CORNERS
    if not of_towns and word not in _INDICATOR_CORNERS:
        return None
    rows = _header_rows(grid, corner)
    columns = [col for col in grid.columns if col > corner.last_col]
    header = _Header(corner, rows[-1], _paths(grid, rows, columns))
    return header if (of_towns and any(header.paths.values())) or header.towns_in_columns else None


def _header_rows(grid: Grid, corner: Cell) -> list[int]:
    """Give the rows of the header: those under the corner, and those below in which no town is named yet."""
    rows = [corner.row]
    for row in (row for row in grid.rows if row > corner.row):
        name = grid.at(row, corner.col)
        others = [cell for cell in grid.row_cells(row) if cell.col > corner.last_col]
        is_header = name == corner or (name.blank and sum(map(_is_figure, others)) * 2 < len(others))
        if not is_header or len(rows) == MAX_HEADER_ROWS:
            break
        rows.append(row)
    return rows


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


def _read_block(grid: Grid, header: _Header, rows: Sequence[int]) -> Block:
    block = Block()
    rows = _named_rows(grid, header, rows, block)
    names = [grid.at(row, header.corner.col) for row in rows]
    if header.towns_in_columns:
        unit = next((col for col, path in header.paths.items() if path and squash(path[-1].text) in _UNIT_HEADS), None)
        block.headings = [
            Heading(join_lines(name.text), "", name, grid.at(row, unit).text if unit else "")
            for row, name in zip(rows, names, strict=True)
        ]
        block.lines = [
            Line(header.paths[col][-1], tuple(grid.at(row, col) for row in rows)) for col in header.columns(towns=True)
        ]
    else:
        columns = [
            col for col in header.columns(towns=False) if squash(header.paths[col][-1].text) not in _IGNORED_HEADS
        ]
        block.headings = _headings([header.paths[col] for col in columns])
        block.lines = [
            Line(name, tuple(grid.at(row, col) for col in columns)) for row, name in zip(rows, names, strict=True)
        ]
        block.problems += _headless(grid, header, rows)
    block.problems += _repeated(block.headings)
    return block


def _headings(paths: list[list[Cell]]) -> list[Heading]:
    """Name each column by its lowest heading; where two would be called the same, by the titles above as well."""
    keys = [indicator_key(path[-1].text) for path in paths]
    headings = []
    for path, key in zip(paths, keys, strict=True):
        parts = path[-1:] if keys.count(key) == 1 else path[1:] if len(path) > 2 else path
        group = join_lines(path[0].text) if len(path) > 1 else ""
        headings.append(Heading("".join(join_lines(part.text) for part in parts), group, path[-1]))
    return headings


def _named_rows(grid: Grid, header: _Header, rows: Sequence[int], block: Block) -> list[int]:
    """Give the rows that name a town, and put the remarks and the rows without a name into the block."""
    named = []
    corner = header.corner
    for row in rows:
        name = grid.at(row, corner.col)
        figures = [cell for cell in grid.row_cells(row) if cell.col > corner.last_col]
        if name.blank and figures and header.paths.keys() & {cell.col for cell in figures}:
            block.problems.append(error(figures[0], "missing_name", _("这一行有内容，但没有写明名称")))
        elif name.blank:
            block.remarks += [join_lines(cell.text) for cell in grid.row_cells(row)]
        elif _is_remark(name, corner, figures, after_remark=bool(block.remarks)):
            block.remarks.append(join_lines(name.text))
        else:
            named.append(row)
    return named


def _is_remark(name: Cell, corner: Cell, figures: list[Cell], *, after_remark: bool) -> bool:
    if name.last_col > corner.last_col or is_note(name.text):
        return True
    return not figures and (after_remark or bool(_SENTENCE.search(name.text)))


def _headless(grid: Grid, header: _Header, rows: Sequence[int]) -> Iterator[Problem]:
    for col in (col for col, path in header.paths.items() if not path):
        filled = next((cell for row in rows if not (cell := grid.at(row, col)).blank), None)
        if filled:
            yield error(filled, "missing_header", _("这一列有内容，但没有表头"))


def _repeated(headings: list[Heading]) -> Iterator[Problem]:
    seen: dict[str, Cell] = {}
    for heading in headings:
        first = seen.setdefault(indicator_key(heading.text), heading.cell)
        if first != heading.cell:
            message = _("指标“%(name)s”重复，已在 %(cell)s 出现") % {"name": heading.text, "cell": first.ref}
            yield error(heading.cell, "duplicate_column", message)
