"""The shapes in which bureaux print one and the same table: each module here reads one into a `Block`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import is_ignored, is_measure_head
from tasks.annexes.header_rows import Header
from tasks.annexes.names import bare, is_note, is_total, join_lines, split_brackets
from tasks.annexes.problems import Problem, error, warning
from tasks.annexes.words import text as _

_POINTS = re.compile(r"\d+(\.\d+)?分", re.ASCII)


@dataclass(frozen=True)
class Heading:
    """What an indicator is called: its words as printed, its group's title ("" without one), its header cell, and
    the words of its own unit cell and of the unit above the whole table, where there are such. `above` are the titles
    over it that may be the beginning of its name."""

    text: str
    group: str
    cell: Cell
    unit: str = ""
    caption_unit: str = ""
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One town's cells, by the place of their heading in the block. `cell` holds the town's printed name."""

    cell: Cell
    cells: dict[int, Cell]


@dataclass
class Block:
    headings: list[Heading] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    remarks: list[Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def group_title(cell: Cell) -> str:
    """Give a group's title without the points that stand behind it: 重点项目（20分）."""
    title = join_lines(cell.text)
    name, brackets = split_brackets(title)
    return name if brackets and all(_POINTS.fullmatch(bare(bracket)) for bracket in brackets) else title


def skipped(cell: Cell) -> Problem:
    return warning(cell, "skipped_row", _("这一行是责任单位、时限一类的说明，不是街镇或指标，没有读取"))


def nameless(cell: Cell) -> Problem:
    return error(cell, "missing_name", _("这一行有内容，但没有写明名称"))


def sort_row(grid: Grid, header: Header, row: int, block: Block) -> tuple[Cell, bool] | None:
    """Give the name at a row's side, and whether a cell beside it holds anything; None for what is no name.

    What is not given goes into the block, as a remark or a problem.
    """
    name, first = _name(grid, header.corner, row), next(grid.iter_row(row))
    beside = (cell for cell in grid.iter_row(row) if cell.col in header.paths)
    filled = next(beside, None)
    if name.col < header.corner.col and not is_total(name.text):
        return None  # a remark over both of two tables side by side: the first has it
    if name.blank and (is_total(first.text) or is_note(first.text)):
        name = first  # 合计 under 序号, or a signature that begins before the table
    if name.blank and filled:
        block.problems.append(nameless(filled))
    elif name.blank:
        block.remarks += [cell for cell in grid.iter_row(row) if cell.col in header.span]
    elif name.last_col > header.corner.last_col or is_note(name.text):
        block.remarks.append(name)
    elif is_ignored(name.text) or is_measure_head(name.text):
        block.problems.append(skipped(name))
    else:
        return name, filled is not None
    return None


def _name(grid: Grid, corner: Cell, row: int) -> Cell:
    """Give a row's name: where the corner reaches over more columns, such as 序号 and 街镇, the last that holds one."""
    places = [grid.at(row, col) for col in range(corner.last_col, corner.col, -1)]
    return next((cell for cell in places if not cell.blank), grid.at(row, corner.col))


def missing_headings(grid: Grid, header: Header, rows: Sequence[int]) -> list[Problem]:
    """An error for each column that holds something and has no heading."""
    found = []
    for col in (col for col, path in header.paths.items() if not path):
        if filled := next((cell for row in rows if not (cell := grid.at(row, col)).blank), None):
            found.append(error(filled, "missing_header", _("这一列有内容，但没有表头")))
    return found
