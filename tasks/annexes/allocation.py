"""Reading annex 2: what each town owes on each indicator. A progress table has the same shape."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tasks.annexes.blocks import find_blocks
from tasks.annexes.cells import NUMBER, CellError, CellReader, Reading, read_target
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import (
    TownNames,
    indicator_key,
    is_every_town,
    is_note,
    is_total,
    is_unit,
    join_lines,
    plain_name,
    split_brackets,
    split_towns,
    split_unit,
    squash,
    unit_word,
)
from tasks.annexes.problems import Problem, error, warning
from tasks.annexes.shapes import Block, Heading, Line
from tasks.annexes.units import is_scaled
from tasks.annexes.words import text as _

_SUBTOTAL = re.compile(r"小计|(街道|镇|乡)[合总]计")
_RATE_ENDINGS = ("率", "占比", "比例", "比重")


@dataclass(frozen=True, eq=False)
class Column:
    """One indicator, in the table's order from 1. `rate` tells that it holds percentages, by its cells or its name.

    `above` are the titles over it, which may be the beginning of its name.
    """

    order: int
    name: str
    unit: str
    group: str
    rate: bool
    cell: Cell
    above: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """What it may be called, the likeliest first: as printed, with a title before, without what print adds."""
        return [self.name, *(f"{title}{self.name}" for title in reversed(self.above)), plain_name(self.name)]


@dataclass(frozen=True, eq=False)
class TownRow:
    """One line of one block: a town's name as printed, and its cell for each column of that block.

    A town has a row in each block (count blocks over the whole file), so a name that returns within one block is a
    mistake. `district` marks the single row of a table about the whole district, `every` a row for all towns, and
    `shared` that one or another whose cells several towns share.
    """

    name: str
    block: int
    cell: Cell
    cells: dict[Column, Cell]
    district: bool = False
    every: bool = False
    shared: bool = False


@dataclass
class Table:
    columns: list[Column] = field(default_factory=list)
    rows: list[TownRow] = field(default_factory=list)
    totals: list[TownRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_allocation(grids: Sequence[Grid], towns: TownNames | None = None, *, progress: bool = False) -> Table:
    """Read every block of every sheet into one table, and all problems of its shape and its sums.

    Cells are handed over unread, for `read_target` or `read_number`; names unmatched. `towns` are those that may be
    named: without them only full names tell a town across the top. Where the table has goals and results side by
    side, `progress` takes the results.
    """
    towns = towns or TownNames(())
    read = CellReader(read_target)
    blocks = [block for grid in grids for block in find_blocks(grid, towns, progress=progress)]
    table = Table(list(_columns(blocks, read)))
    by_key = {indicator_key(column.name): column for column in table.columns}
    for number, block in enumerate(blocks, 1):
        columns = [by_key[_key(heading)] for heading in block.headings]
        table.remarks += [remark for remark in _remarks(block) if remark not in table.remarks]
        table.problems += block.problems
        lines, block.lines = block.lines[::-1], []
        while lines:  # each line goes as its rows come: a large table is not held twice
            _add_line(table, number, lines.pop(), columns)
    if table.rows:
        table.problems += [*_wrong_sums(table, read), *_shared_figures(table, read)]
    else:
        table.rows = [replace(row, district=True) for row in table.totals]
        table.totals = []
    filled = any(not cell.blank for row in table.rows for cell in row.cells.values())
    if not (filled or table.problems):
        message = _("没有读到指标分解：表头应有“街镇”和各项指标，其下每行一个街镇")
        place = next((column.cell for column in table.columns), None)
        table.problems.append(error(place, "no_rows", message) if place else Problem("", "", "", "no_rows", message))
    return table


def _remarks(block: Block) -> list[str]:
    """The words below a block's rows, and those between them that begin as a note does; the others are titles."""
    last = max((cell.row for line in block.lines for cell in line.cells.values()), default=0)
    return [join_lines(cell.text) for cell in block.remarks if cell.row > last or is_note(cell.text)]


def _add_line(table: Table, block: int, line: Line, columns: Sequence[Column]) -> None:
    cells = {columns[index]: cell for index, cell in line.cells.items()}
    rows = table.totals if is_total(line.cell.text) else table.rows
    names = split_towns(line.cell.text)
    for name in names:
        every = is_every_town(name)
        rows.append(TownRow(name, block, line.cell, cells, every=every, shared=every or len(names) > 1))


def _key(heading: Heading) -> str:
    return indicator_key(split_unit(heading.text)[0])


def _columns(blocks: list[Block], read: CellReader) -> Iterator[Column]:
    headings: dict[str, Heading] = {}
    cells: dict[str, list[Cell]] = {}
    for block in blocks:
        for index, heading in enumerate(block.headings):
            headings.setdefault(_key(heading), heading)
            cells.setdefault(_key(heading), []).extend(line.cells[index] for line in block.lines if index in line.cells)
    for order, (key, heading) in enumerate(headings.items(), 1):
        name, unit = split_unit(heading.text)
        if heading.unit and is_unit(unit_word(heading.unit)):
            unit = unit_word(heading.unit)
        rate = _is_rate(heading, unit, cells[key], read)
        if not unit and not rate:
            unit = heading.caption_unit
        yield Column(order, name, unit, heading.group, rate, heading.cell, heading.above)


def _is_rate(heading: Heading, unit: str, cells: list[Cell], read: CellReader) -> bool:
    name, notes = split_brackets(squash(heading.text))
    if unit == "%" or name.endswith(_RATE_ENDINGS) or any(note.startswith("占") for note in notes):
        return True
    numbers = [reading for cell in cells if (reading := _number(cell, read))]
    return sum(reading.percent for reading in numbers) * 2 > len(numbers)


def _number(cell: Cell, read: CellReader) -> Reading | None:
    """Give what a cell says when that is a number."""
    try:
        reading = read(cell)
    except CellError:
        return None
    return reading if reading.kind == NUMBER else None


def _wrong_sums(table: Table, read: CellReader) -> Iterator[Problem]:
    """Compare each total with the towns of its block and of the whole table: a page may add up itself or all pages."""
    for total in table.totals:
        for column, cell in total.cells.items():
            printed = None if column.rate or "平均" in squash(total.name) else _number(cell, read)
            if printed is None or printed.percent or "/" in printed.unit:
                continue
            sums = [_sum(rows, column, read) for rows in (_rows_of(table, total), table.rows)]
            if None not in sums and printed.value not in sums:
                message = _("“%(name)s”的%(total)s是 %(printed)s，各街镇相加是 %(sum)s") % {
                    "name": column.name,
                    "total": squash(total.name).strip("():"),
                    "printed": f"{printed.value:f}",
                    "sum": f"{sums[0]:f}",
                }
                yield warning(cell, "total_mismatch", message)


def _rows_of(table: Table, total: TownRow) -> list[TownRow]:
    """Give the towns that a total adds up: its block's, or for a subtotal only those since the one before."""
    rows = [row for row in table.rows if row.block == total.block]
    if not _SUBTOTAL.search(squash(total.name)):
        return rows
    before = [
        other.cell.place for other in table.totals if other.block == total.block and other.cell.place < total.cell.place
    ]
    start = max(before, default=(0, 0))
    return [row for row in rows if start < row.cell.place < total.cell.place]


def _sum(rows: list[TownRow], column: Column, read: CellReader) -> Decimal | None:
    """Add up a column; None when it has no cell, a row for all towns, or a cell that says no plain figure."""
    found = [row for row in rows if column in row.cells]
    if not found or any(row.every for row in found):
        return None
    try:
        readings = [read(row.cells[column]) for row in found]
    except CellError:
        return None
    numbers = [reading for reading in readings if reading.kind == NUMBER]
    if any(is_scaled(reading.unit) for reading in numbers):
        return None
    return sum((reading.value for reading in numbers), Decimal(0))


def _shared_figures(table: Table, read: CellReader) -> Iterator[Problem]:
    """Tell of a number that stands once for several towns: it may be each town's, or all of theirs together. One for
    several indicators is none of theirs."""
    found: dict[Cell, set[tuple[TownRow, Column]]] = defaultdict(set)
    for row in table.rows:
        for column, cell in row.cells.items():
            if row.shared or cell.height > 1 or cell.width > 1:
                found[cell].add((row, column))
    for cell, places in sorted(found.items(), key=lambda one: (one[0].sheet, one[0].place)):
        columns = {column for _row, column in places}
        shared = len(places) > 1 or any(row.shared for row, _column in places)
        reading = _number(cell, read) if shared and not all(column.rate for column in columns) else None
        if reading and len(columns) > 1:
            message = _("“%(found)s”由几项指标合并填写，请分开填写各项指标的数")
            yield error(cell, "merged_value", message % {"found": reading.text})
        elif reading:
            message = _("“%(found)s”由几个街镇合并填写，按各自都是这个数读取")
            yield warning(cell, "merged_value", message % {"found": reading.text})
