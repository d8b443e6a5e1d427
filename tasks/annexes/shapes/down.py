"""Towns down the side, indicators across the top."""

from collections.abc import Iterator, Sequence

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import is_ignored, is_measure_head, is_unit_head, is_value_head
from tasks.annexes.header_rows import Header
from tasks.annexes.names import TownNames, indicator_key, is_every_town, is_part, is_total, join_lines
from tasks.annexes.rows import Above
from tasks.annexes.shapes import Block, Heading, Line, group_title, missing_headings, sort_row


def read(grid: Grid, header: Header, rows: Sequence[int], towns: TownNames, caption_unit: str) -> Block:
    """Give a heading for each column, and a line for each row that names a town or a total."""
    block = Block()
    paths = {col: path for col, path in _wholes(header.paths).items() if path and _holds_figures(path[-1].text)}
    units = {col: cell.text for col, cell in header.units.items()}
    rows = _wanted_rows(grid, header, paths, rows)
    block.headings = list(_headings(paths, units, caption_unit))
    named, above = [], Above()
    for row in rows:
        found = sort_row(grid, header, row, block)
        if found is None:
            continue
        name, filled = found
        if filled or _is_name(name.text, towns):
            named.append(row)
            cells = {index: grid.at(row, col) for index, col in enumerate(paths)}
            if not is_total(name.text):
                cells = {index: above(index, cell) for index, cell in cells.items()}
            block.lines.append(Line(name, cells))
        else:
            block.remarks.append(name)
    block.problems += missing_headings(grid, header, named)
    return block


def _wholes(paths: dict[int, list[Cell]]) -> dict[int, list[Cell]]:
    """Where a title has a column for the whole (合计) beside one for a part of it (其中：…), the first is the title's."""
    parted = {tuple(path[:-1]) for path in paths.values() if path and is_part(path[-1].text)}
    return {
        col: path[:-1] if path and is_total(path[-1].text) and tuple(path[:-1]) in parted else path
        for col, path in paths.items()
    }


def _wanted_rows(grid: Grid, header: Header, paths: dict[int, list[Cell]], rows: Sequence[int]) -> Sequence[int]:
    """Where each town has a row for its goal and one for its result, keep those that are wanted; the column that tells
    them apart is taken from `paths`."""
    for col in paths:
        words = {}
        for row in (row for row in rows if not grid.at(row, col).blank):
            words[row] = grid.at(row, col).text
            if not is_measure_head(words[row]):
                words = {}
                break
        if words:
            del paths[col]
            return [row for row in rows if row not in words or is_value_head(words[row], progress=header.progress)]
    return rows


def _holds_figures(heading: str) -> bool:
    return not (is_ignored(heading) or is_total(heading) or is_unit_head(heading))


def _is_name(text: str, towns: TownNames) -> bool:
    return towns.is_town(text) or is_total(text) or is_every_town(text)


def _headings(paths: dict[int, list[Cell]], units: dict[int, str], caption_unit: str) -> Iterator[Heading]:
    """Name each column by its lowest heading; where two would be called the same, by the titles above as well."""
    if all(len(path) > 2 for path in paths.values()) and len({path[0] for path in paths.values()}) == 1:
        paths = {col: path[1:] for col, path in paths.items()}  # a title over the whole table is no group
    keys = [indicator_key(path[-1].text) for path in paths.values()]
    for (col, path), key in zip(paths.items(), keys, strict=True):
        parts = path[-1:] if keys.count(key) == 1 else path[1:] if len(path) > 2 else path
        name = "".join(join_lines(part.text) for part in parts)
        group = group_title(path[0]) if len(path) > 1 else ""
        above = tuple(join_lines(part.text) for part in path[:-1])
        yield Heading(name, group, path[-1], units.get(col, ""), caption_unit, above)
