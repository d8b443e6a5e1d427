"""One row for each pair of town and indicator, with a column for the figure."""

from collections.abc import Iterator, Sequence

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.head_words import is_duty
from tasks.annexes.header_rows import Header
from tasks.annexes.names import TownNames, indicator_key, is_note, join_lines, squash
from tasks.annexes.problems import Problem, error
from tasks.annexes.rows import Above
from tasks.annexes.shapes import Block, Heading, Line, group_title, nameless, skipped
from tasks.annexes.words import text as _


def read(grid: Grid, header: Header, rows: Sequence[int], towns: TownNames, caption_unit: str) -> Block:
    """Give a heading for each indicator and a line for each town, in the order in which they first stand."""
    block = Block()
    places: dict[str, int] = {}
    lines: dict[str, Line] = {}
    for cells in _rows(grid, header, rows, block):
        town, indicator, value = cells["town"], cells["indicator"], cells["value"]
        key = indicator_key(indicator.text)
        if key not in places:
            places[key] = len(places)
            block.headings.append(_heading(cells, caption_unit))
        line = lines.setdefault(towns.match(town.text) or squash(town.text), Line(town, {}))
        first = line.cells.setdefault(places[key], value)
        if first != value:
            block.problems.append(_twice(cells, first))
    block.lines = list(lines.values())
    return block


def _rows(grid: Grid, header: Header, rows: Sequence[int], block: Block) -> Iterator[dict[str, Cell]]:
    """Give each row's cells by role; a name that is left out is the one above."""
    names: dict[str, Cell] = {}
    above = Above()
    for row in rows:
        cells = {role: above(role, grid.at(row, col)) for role, col in header.roles.items()}
        cells.setdefault("town", header.town or header.corner)
        own = [cell for cell in grid.iter_row(row) if cell.col in header.span]
        first, value = next(iter(own), cells["value"]), cells["value"]
        unnamed = cells["town"].blank or cells["indicator"].blank
        if is_duty(cells["town"].text):
            block.problems.append(skipped(cells["town"]))
        elif is_note(first.text) or value.place == cells["town"].place or (value.blank and unnamed):
            block.remarks += own
        else:
            names |= {role: cells[role] for role in ("town", "indicator") if not cells[role].blank}
            if len(names) == 2:
                yield cells | names
            else:
                block.problems.append(nameless(value))


def _heading(cells: dict[str, Cell], caption_unit: str) -> Heading:
    group = group_title(cells["group"]) if "group" in cells else ""
    unit = cells["unit"].text if "unit" in cells else ""
    return Heading(join_lines(cells["indicator"].text), group, cells["indicator"], unit, caption_unit, (group,))


def _twice(cells: dict[str, Cell], first: Cell) -> Problem:
    message = _("“%(town)s”的“%(indicator)s”已在 %(cell)s 填写")
    words = {"town": cells["town"].text, "indicator": cells["indicator"].text, "cell": first.ref}
    return error(cells["value"], "duplicate_cell", message % words)
