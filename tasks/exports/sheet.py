"""Sheets that look like an official table: merged heads, borders, A4, repeated header rows, totals that add up."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import NamedTuple
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range

from accounts.list_files import FORMULA_STARTS

BODY = {"font_name": "仿宋", "font_size": 11}
HEAD = {"font_name": "黑体", "font_size": 11}
MARK = {"font_name": "黑体", "font_size": 14}
TITLE = {"font_name": "宋体", "font_size": 18, "bold": True}
GRID = {"border": 1}
A4 = 9
POINTS_A_LINE = 15
MAX_POINTS = 409  # a spreadsheet's highest row


class Percent(NamedTuple):
    """A rate held in percent: 85.5 is written as 0.855 and shown as 85.50%."""

    value: Decimal


class Sum(NamedTuple):
    """A live total over the `rows` rows above it, with its value as saved."""

    value: Decimal
    rows: int


Value = str | int | Decimal | Percent | Sum


def plain(value: Decimal) -> str:
    """`948`, `85.5`: all digits, no exponent, no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def width_of(text: str) -> int:
    """Width in the unit of a column's: a Chinese character or mark takes two."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text.rstrip())


class Sheet:
    """A workbook of one sheet, written from top to bottom; `row` is the next free row, counted from 0."""

    def __init__(self, name: str, widths: Sequence[float], *, landscape: bool = False):
        self.widths = widths
        self.row = 0
        self._file = BytesIO()
        self.book = Workbook(self._file, {"in_memory": True})
        self.sheet = self.book.add_worksheet(name)
        self._formats: dict[frozenset, object] = {}
        self._set_up_page(landscape)

    def _set_up_page(self, landscape: bool) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)
        self.sheet.set_paper(A4)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.center_horizontally()
        self.sheet.set_margins(left=0.6, right=0.6)
        self.sheet.set_footer("&C— &P —")

    def put(self, column: int, value: Value, *, span=(1, 1), font=BODY, across="center", **style) -> None:
        """Write a value at the next free row, merged over `span` (rows, columns). Text is never read as a formula."""
        style = {"align": across, "valign": "vcenter", "text_wrap": True, **font, **GRID, **style}
        if isinstance(value, Percent):
            style["num_format"] = "0%" if value.value == value.value.to_integral_value() else "0.00%"
        if isinstance(value, str) and value.startswith(FORMULA_STARTS):
            style["quote_prefix"] = True  # stays a text when its cell is opened and left again
        shape = self._format(style)
        rows, columns = span
        if span != (1, 1):
            self.sheet.merge_range(self.row, column, self.row + rows - 1, column + columns - 1, "", shape)
        self._write(column, value, shape)

    def _write(self, column: int, value: Value, shape) -> None:
        match value:
            case str():
                lines = value.replace("\r\n", "\n").replace("\r", "\n")  # a form's line ends are not a spreadsheet's
                self.sheet.write_string(self.row, column, lines, shape)
            case Percent(number):
                self.sheet.write_number(self.row, column, number / 100, shape)
            case Sum(total, rows):
                area = xl_range(self.row - rows, column, self.row - 1, column)
                self.sheet.write_formula(self.row, column, f"=SUM({area})", shape, float(total))
            case _:
                self.sheet.write_number(self.row, column, value, shape)

    def _format(self, style: dict):
        key = frozenset(style.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format(style)
        return self._formats[key]

    def words(self, text: str, *, font=BODY, across="left", lines: int = 0) -> None:
        """A row of words over the table's whole width: a mark, a title, a remark."""
        self.put(0, text, span=(1, len(self.widths)), font=font, across=across, border=0)
        self.advance(lines or ceil(width_of(text) / sum(self.widths)))

    def line(self, values: Sequence[Value], *, font=BODY, left: tuple[int, ...] = (), **style) -> None:
        """A row of single cells; columns in `left` hold running text."""
        for column, value in enumerate(values):
            self.put(column, value, font=font, across="left" if column in left else "center", **style)
        self.advance(max(self.lines(column, value) for column, value in enumerate(values)))

    def lines(self, column: int, value: Value) -> int:
        """How many lines a value takes in a column."""
        parts = value.split("\n") if isinstance(value, str) else ["0"]
        return sum(max(1, ceil(width_of(part) / (self.widths[column] - 1))) for part in parts)

    def advance(self, lines: int) -> None:
        """Give the row its height (a spreadsheet does not fit merged rows by itself) and go to the next."""
        self.sheet.set_row(self.row, min(POINTS_A_LINE * lines + 6, MAX_POINTS))
        self.row += 1

    def repeat(self, first: int, columns: int = 0) -> None:
        """Print the rows from `first` to the last one written, and the first columns, on every page; keep them in view."""
        self.sheet.repeat_rows(first, self.row - 1)
        self.sheet.freeze_panes(self.row, columns)
        if columns:
            self.sheet.repeat_columns(0, columns - 1)

    def content(self) -> bytes:
        """The finished file; nothing can be written after this."""
        self.book.close()
        return self._file.getvalue()
