"""Reading the blocks of an allocation table, whichever way it is turned."""

import re
from collections.abc import Sequence

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.header_rows import ACROSS, DOWN, PAIRS, Header
from tasks.annexes.headers import find_headers
from tasks.annexes.names import TownNames, bare, indicator_key
from tasks.annexes.problems import Problem, error
from tasks.annexes.rows import uncomputed
from tasks.annexes.shapes import Block, Heading, across, down, pairs, skipped
from tasks.annexes.units import is_measure
from tasks.annexes.words import text as _

_SHAPES = {DOWN: down.read, ACROSS: across.read, PAIRS: pairs.read}
_CAPTION_ROWS = 5
_CAPTION_UNIT = re.compile(r"(?<![填报责任])(?:计量)?单位:([^\s():,;]+)")


def find_blocks(grid: Grid, towns: TownNames, *, progress: bool = False) -> list[Block]:
    """Read every block of a sheet, from top to bottom; for `progress` what was reached, where goals stand beside it."""
    headers = find_headers(grid, towns, progress=progress)
    blocks: list[Block] = []
    ends: list[int] = []  # the last row of each block
    for header in headers:
        end = min((other.corner.row for other in headers if other.corner.row > header.last_row), default=None)
        rows = [row for row in grid.rows if row > header.last_row and (end is None or row < end)]
        block = _SHAPES[header.shape](grid, header, rows, towns, _caption_unit(grid, header, ends))
        named = [one.cell for one in (*block.headings, *block.lines)]
        if len(headers) > 1:
            rows = (cell.row for line in block.lines for cell in line.cells.values())
            ends.append(max(rows, default=header.last_row))
        block.problems += [*map(skipped, header.skipped), *_repeated(block.headings), *uncomputed(named)]
        blocks.append(block)
    return blocks


def has_blocks(grid: Grid, towns: TownNames) -> bool:
    """Tell whether a sheet has the header of an allocation table."""
    return bool(find_headers(grid, towns) or find_headers(grid, towns, progress=True))


def _caption_unit(grid: Grid, header: Header, ends: Sequence[int]) -> str:
    """Give the one unit that is printed above a table (单位：张) and below the one before, of those that end in the rows
    `ends`; "" where there is none, or several."""
    last = max((end for end in ends if end < header.corner.row), default=0)
    above = [row for row in grid.rows if last < row < header.corner.row][-_CAPTION_ROWS:]
    words = [grid.caption, *(cell.text for row in above for cell in grid.iter_row(row))]
    found = {unit for text in words for unit in _CAPTION_UNIT.findall(bare(text)) if is_measure(unit)}
    return found.pop() if len(found) == 1 else ""


def _repeated(headings: Sequence[Heading]) -> list[Problem]:
    seen: dict[str, Cell] = {}
    found = []
    for heading in headings:
        first = seen.setdefault(indicator_key(heading.text), heading.cell)
        if first != heading.cell:
            message = _("指标“%(name)s”重复，已在 %(cell)s 出现") % {"name": heading.text, "cell": first.ref}
            found.append(error(heading.cell, "duplicate_column", message))
    return found
