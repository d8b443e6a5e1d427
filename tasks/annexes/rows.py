"""The rows of a table: those under a header, what a cell repeats from above, and formulas that say nothing."""

from collections.abc import Hashable, Iterable, Iterator, Mapping

from tasks.annexes.grid import Cell, Grid, Uncomputed
from tasks.annexes.names import squash
from tasks.annexes.problems import Problem, error
from tasks.annexes.words import text as _

SAME_AS_ABOVE = frozenset(["同上", "同 上", "同　上", "〃", "″", "“", "”", '"', "''"])


class Above:
    """Reads 同上: gives each cell of a place with the words of the cell that was last given there."""

    def __init__(self):
        self._last: dict[Hashable, Cell] = {}

    def __call__(self, place: Hashable, cell: Cell) -> Cell:
        if cell.value in SAME_AS_ABOVE and place in self._last:
            above = self._last[place]
            cell = cell._replace(value=above.value, number_format=above.number_format)
        self._last[place] = cell
        return cell


def header_columns(grid: Grid, row: int, heads: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Give the column of each field whose printed heading stands in this row. `heads` holds squashed headings."""
    found = {}
    for col, text in grid.texts(row).items():
        word = squash(text)
        for name, words in heads.items():
            if word in words:
                found.setdefault(name, col)
    return found


def uncomputed(cells: Iterable[Cell]) -> list[Problem]:
    """An error for each formula among these cells that was saved without its result."""
    return [error(cell, "uncomputed_formula", no_result(cell)) for cell in cells if isinstance(cell.value, Uncomputed)]


def no_result(cell: Cell) -> str:
    message = _("公式“%(found)s”没有保存计算结果；请用 Excel 或 WPS 打开并保存后再导入")
    return message % {"found": cell.text}


def rows_under(grid: Grid, heads: Mapping[str, frozenset[str]], needed: frozenset[str]) -> Iterator[dict[str, Cell]]:
    """Give each row below a header as its cells by field. A header has all `needed` fields and may be repeated; a row
    below it may name more of them."""
    columns: dict[str, int] = {}
    above, last = Above(), 0
    for row in grid.rows:
        found = header_columns(grid, row, heads)
        if needed <= found.keys():
            columns, above, last = found, Above(), max(grid.at(row, col).last_row for col in found.values())
        elif columns and len(more := found.keys() - columns.keys()) > 1:
            columns, last = columns | {name: found[name] for name in more}, row
        elif columns and row > last:
            yield {name: above(name, grid.at(row, col)) for name, col in columns.items()}
