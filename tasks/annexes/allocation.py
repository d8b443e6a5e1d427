"""Reading annex 2: what each town owes on each indicator. A progress table has the same shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from tasks.annexes.blocks import Block, Heading, find_blocks
from tasks.annexes.cells import NUMBER, CellError, Reading, read_target
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import indicator_key, is_total, is_unit, split_brackets, split_unit, squash
from tasks.annexes.problems import ERROR, Problem, warning

_RATE_ENDINGS = ("率", "占比", "比例", "比重")


@dataclass(frozen=True)
class Column:
    """One indicator, in the table's order from 1. `rate` tells that it holds percentages, by its cells or its name."""

    order: int
    name: str
    unit: str
    group: str
    rate: bool
    cell: Cell


@dataclass(frozen=True)
class TownRow:
    """One line of one block: a town's name as printed, and its cell for each column of that block.

    A town has a row in each block (count blocks over the whole file), so a name that returns within one block is a
    mistake. `district` marks the single row of a table about the whole district.
    """

    name: str
    block: int
    cell: Cell
    cells: dict[Column, Cell]
    district: bool = False


@dataclass
class Table:
    columns: list[Column] = field(default_factory=list)
    rows: list[TownRow] = field(default_factory=list)
    totals: list[TownRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_allocation(grids: Sequence[Grid]) -> Table:
    """Read every block of every sheet into one table, and all problems of its shape and its sums.

    Cells are handed over unread, for `read_target` or `read_number`; names unmatched, for `match_town`.
    """
    blocks = [block for grid in grids for block in find_blocks(grid)]
    table = Table(list(_columns(blocks)))
    by_key = {indicator_key(column.name): column for column in table.columns}
    for number, block in enumerate(blocks, 1):
        columns = [by_key[_key(heading)] for heading in block.headings]
        for line in block.lines:
            row = TownRow(line.cell.text, number, line.cell, dict(zip(columns, line.cells, strict=True)))
            (table.totals if is_total(row.name) else table.rows).append(row)
        table.remarks += block.remarks
        table.problems += block.problems
    if table.rows:
        table.problems += [*_wrong_sums(table), *_shared_figures(table)]
    else:
        table.rows = [TownRow(row.name, row.block, row.cell, row.cells, district=True) for row in table.totals]
        table.totals = []
    if not table.rows and not table.problems:
        message = _("没有读到指标分解：表头应有“街镇”和各项指标，其下每行一个街镇")
        table.problems.append(Problem("", "", "", "no_rows", message, ERROR))
    return table


def _key(heading: Heading) -> str:
    return indicator_key(split_unit(heading.text)[0])


def _columns(blocks: list[Block]) -> Iterator[Column]:
    headings: dict[str, Heading] = {}
    cells: dict[str, list[Cell]] = {}
    for block in blocks:
        for index, heading in enumerate(block.headings):
            headings.setdefault(_key(heading), heading)
            cells.setdefault(_key(heading), []).extend(line.cells[index] for line in block.lines)
    for order, (key, heading) in enumerate(headings.items(), 1):
        name, unit = split_unit(heading.text)
        if heading.unit and is_unit(heading.unit):
            unit = heading.unit
        yield Column(order, name, unit, heading.group, _is_rate(heading, unit, cells[key]), heading.cell)


def _is_rate(heading: Heading, unit: str, cells: list[Cell]) -> bool:
    name, notes = split_brackets(squash(heading.text))
    if unit == "%" or name.endswith(_RATE_ENDINGS) or any(note.startswith("占") for note in notes):
        return True
    numbers = [reading for reading in map(_read, cells) if reading and reading.kind == NUMBER]
    return sum(reading.percent for reading in numbers) * 2 > len(numbers)


def _read(cell: Cell) -> Reading | None:
    try:
        return read_target(cell)
    except CellError:
        return None


def _wrong_sums(table: Table) -> Iterator[Problem]:
    """Compare each total with the towns of its block and of the whole table: a page may add up itself or all pages."""
    for total in table.totals:
        for column, cell in total.cells.items():
            printed = None if column.rate else _read(cell)
            if printed is None or printed.kind != NUMBER or printed.percent or "/" in printed.unit:
                continue
            sums = [_sum(rows, column) for rows in (_rows_of(table, total), table.rows)]
            if None not in sums and printed.value not in sums:
                message = _("“%(name)s”的%(total)s是 %(printed)s，各街镇相加是 %(sum)s") % {
                    "name": column.name,
                    "total": squash(total.name),
                    "printed": f"{printed.value:f}",
                    "sum": f"{sums[0]:f}",
                }
                yield warning(cell, "total_mismatch", message)


def _rows_of(table: Table, total: TownRow) -> list[TownRow]:
    """Give the towns that a total adds up: its block's, or for a 小计 only those since the one before."""
    rows = [row for row in table.rows if row.block == total.block]
    if "小计" not in squash(total.name):
        return rows
    before = [
        other.cell for other in table.totals if other.block == total.block and _place(other.cell) < _place(total.cell)
    ]
    start = max(map(_place, before), default=(0, 0))
    return [row for row in rows if start < _place(row.cell) < _place(total.cell)]


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.col


def _sum(rows: list[TownRow], column: Column) -> Decimal | None:
    """Add up a column; None when it has no cell or one that cannot be read, so that no wrong sum is told."""
    readings = [_read(row.cells[column]) for row in rows if column in row.cells]
    if not readings or None in readings:
        return None
    return sum((reading.value for reading in readings if reading.kind == NUMBER), Decimal(0))


def _shared_figures(table: Table) -> Iterator[Problem]:
    """Warn of a number in a cell merged over several towns: it may be each town's, or all of theirs together."""
    cells = {cell for row in table.rows for column, cell in row.cells.items() if not column.rate}
    for cell in sorted(cells, key=lambda cell: (cell.sheet, _place(cell))):
        if (cell.last_row, cell.last_col) == _place(cell):
            continue
        reading = _read(cell)
        if reading and reading.kind == NUMBER:
            message = _("“%(found)s”由几个街镇或几项指标合并填写，按各自都是这个数读取") % {"found": reading.text}
            yield warning(cell, "merged_value", message)
