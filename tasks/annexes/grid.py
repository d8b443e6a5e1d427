"""A sheet as a grid of cells that know their place and their merged range; how they were filed does not matter."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from tasks.annexes.problems import Problem
from tasks.annexes.words import text as _

MAX_MERGED = 1_000_000  # cells under merged ranges: far above any table, below what fills the memory


class GridError(Exception):
    """A file that cannot be opened as a table."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message
        self.name = ""

    @property
    def problems(self) -> list[Problem]:
        """The one problem of the whole file."""
        return [Problem("", "", self.name, self.code, self.message)]


class Uncomputed(str):
    """A formula that was saved without its result: a total may be one, nothing that is read may."""

    __slots__ = ()


class Cell(NamedTuple):
    """A cell, or the first cell of a merged range of `height` rows and `width` columns. Counting begins at 1."""

    sheet: str
    row: int
    col: int
    value: object = None
    number_format: str = "General"
    height: int = 1
    width: int = 1

    @property
    def last_row(self) -> int:
        return self.row + self.height - 1

    @property
    def last_col(self) -> int:
        return self.col + self.width - 1

    @property
    def place(self) -> tuple[int, int]:
        return self.row, self.col

    @property
    def ref(self) -> str:
        """The cell's reference, such as B7."""
        return f"{get_column_letter(self.col)}{self.row}"

    @property
    def text(self) -> str:
        """The value in words, without blanks around it."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, float) and abs(value) < 1e15 and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime.datetime):
            return value.isoformat(" ")
        return str(value).strip()

    @property
    def blank(self) -> bool:
        return self.value is None


class WordCell(Cell):
    """A cell of a Word table, which has no letters for its columns."""

    __slots__ = ()

    @property
    def ref(self) -> str:
        return _("第%(row)s行第%(col)s列") % {"row": self.row, "col": self.col}


class Grid:
    """One sheet: its values by row and column, its number formats, and its merged ranges.

    `values` holds rows of values by column; blank ones are dropped. `merged` holds (top, left, bottom, right).
    `formats` holds the formats of the cells that have one worth knowing, `uncomputed` the formulas that have no result
    among `values`. `caption` is the text that stands above a table outside it, as in Word. Cells are made when they are
    asked for: a large sheet costs no more than its values. `continues` tells of a Word table that it follows another of the
    same width, with no words between; `hidden` of a sheet that nobody sees.
    """

    def __init__(
        self,
        sheet: str,
        values: Mapping[int, Mapping[int, object]],
        *,
        merged: Iterable[tuple[int, int, int, int]] = (),
        formats: Mapping[tuple[int, int], str] | None = None,
        uncomputed: Mapping[tuple[int, int], Uncomputed] | None = None,
        caption: str = "",
        cell_type: type[Cell] = Cell,
        continues: bool = False,
        hidden: bool = False,
    ):
        self.sheet = sheet
        self.caption = caption
        self.continues = continues
        self.hidden = hidden
        self._cell_type = cell_type
        self._formats = formats or {}
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        # For each row, the columns under a merged range and the first cell of that range.
        self._covered: dict[int, dict[int, tuple[int, int]]] = {}
        self._values = {row: kept for row, line in values.items() if (kept := _filled(line))}
        for (row, col), formula in (uncomputed or {}).items():
            self._values.setdefault(row, {})[col] = formula
        merged = list(merged)
        check_merged(merged)
        for top, left, bottom, right in merged:
            self._merge(top, left, bottom, right)
        self.rows = sorted(self._values)
        self.columns = sorted(set().union(*self._values.values()))

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """What stands below the first cell of a merged range is not shown by any program: it goes."""
        self._spans[top, left] = (bottom - top + 1, right - left + 1)
        for row in range(top, bottom + 1):
            covered = dict.fromkeys(range(left, right + 1), (top, left))
            self._covered.setdefault(row, {}).update(covered)
            if line := self._values.get(row):
                hidden = [col for col in covered if col in line and (row, col) != (top, left)]
                for col in hidden:
                    del line[col]
                if not line:
                    del self._values[row]

    def top(self, last: int) -> "Grid":
        """The sheet down to this row; the sheet itself where it has no more."""
        if not self.rows or self.rows[-1] <= last:
            return self
        top = copy(self)
        top.rows = [row for row in self.rows if row <= last]
        top._values = {row: self._values[row] for row in top.rows}
        return top

    def extended(self, other: "Grid") -> "Grid":
        """This sheet and another below it as one, like a table that the print broke; its rows count on."""
        whole, last = copy(self), self.rows[-1]
        whole._values = self._values | {row + last: line for row, line in other._values.items()}
        whole._formats = {**self._formats, **{(row + last, col): one for (row, col), one in other._formats.items()}}
        whole._spans = self._spans | {(row + last, col): span for (row, col), span in other._spans.items()}
        whole._covered = self._covered | {
            row + last: {col: (top + last, left) for col, (top, left) in covered.items()}
            for row, covered in other._covered.items()
        }
        whole.rows = sorted(whole._values)
        whole.columns = sorted({*self.columns, *other.columns})
        return whole

    def at(self, row: int, col: int) -> Cell:
        """Give the cell at a position: the first cell of its merged range, or an empty cell where there is none."""
        if row in self._covered:
            row, col = self._covered[row].get(col, (row, col))
        value = self._values[row].get(col) if row in self._values else None
        place = (row, col)
        number_format = self._formats.get(place, "General")
        return self._cell_type(self.sheet, row, col, value, number_format, *self._spans.get(place, (1, 1)))

    def iter_row(self, row: int) -> Iterator[Cell]:
        """Give the cells of a row that hold something, from left to right, each merged cell once."""
        line, covered = self._values.get(row, {}), self._covered.get(row, {})
        last = 0
        for col in sorted({**line, **covered}):
            if col > last and not (cell := self.at(row, col)).blank:
                last = cell.last_col
                yield cell

    def texts(self, row: int) -> dict[int, str]:
        """Give the words of a row by column, from left to right, without its numbers; each merged cell once."""
        if row in self._covered:
            return {cell.col: cell.value for cell in self.iter_row(row) if isinstance(cell.value, str)}
        return {col: value for col, value in sorted(self._values.get(row, {}).items()) if isinstance(value, str)}

    def row_cells(self, row: int) -> list[Cell]:
        return list(self.iter_row(row))


def check_merged(ranges: Iterable[tuple[int, int, int, int]]) -> None:
    """Refuse a sheet whose merged ranges, as (top, left, bottom, right), cover whole rows or columns."""
    if sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in ranges) > MAX_MERGED:
        raise GridError("too_large", _("表格过大，请取消整行或整列的合并，并删除表格以外的内容后再导入"))


def _filled(line: Mapping[int, object]) -> dict[int, object]:
    return {
        col: value for col, value in line.items() if (value.strip() if isinstance(value, str) else value is not None)
    }
