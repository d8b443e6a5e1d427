"""Indicators down the side, towns across the top."""

import re
from collections.abc import Sequence

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import is_group_head, is_ignored, is_unit_head
from tasks.annexes.header_rows import Header
from tasks.annexes.names import TownNames, is_total, join_lines
from tasks.annexes.rows import Above
from tasks.annexes.shapes import Block, Heading, Line, group_title, sort_row

_SENTENCE = re.compile(r"[。；;，,：:]")


def read(grid: Grid, header: Header, rows: Sequence[int], towns: TownNames, caption_unit: str) -> Block:
    """Give a heading for each row, and a line for each column: from the first town on each is one, known or not."""
    block = Block()
    names = {col: path[-1] for col, path in header.paths.items() if path}
    unit = next((col for col, name in names.items() if is_unit_head(name.text)), None)
    group = _group_column(grid, header)
    named = [(row, *found) for row in rows if (found := sort_row(grid, header, row, block))]
    last = max((row for row, _name, filled in named if filled), default=0)
    kept, section = [], ""
    for row, name, filled in named:
        if is_total(name.text):
            continue
        if not filled and (row > last or _SENTENCE.search(name.text)):
            block.remarks.append(name)
            continue
        if not filled:  # 一、重点项目, between the rows
            section = group_title(name)
            continue
        kept.append(row)
        title = group_title(grid.at(row, group)) if group else section
        own_unit = grid.at(row, unit).text if unit else ""
        block.headings.append(Heading(join_lines(name.text), title, name, own_unit, caption_unit, (title,)))
    above = Above()
    for col in _town_columns(names, towns):
        block.lines.append(Line(names[col], {index: above(col, grid.at(row, col)) for index, row in enumerate(kept)}))
    return block


def _town_columns(names: dict[int, Cell], towns: TownNames) -> list[int]:
    first = min(col for col, name in names.items() if towns.is_town(name.text))
    columns = [col for col, name in names.items() if col >= first or is_total(name.text)]
    return [col for col in columns if not (is_ignored(names[col].text) or is_unit_head(names[col].text))]


def _group_column(grid: Grid, header: Header) -> int | None:
    left = [cell for cell in grid.iter_row(header.corner.row) if header.span.first <= cell.col < header.corner.col]
    return next((cell.col for cell in reversed(left) if is_group_head(cell.text)), None)
