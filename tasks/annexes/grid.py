"""Opening a table file: a workbook or CSV file becomes grids of cells that know their place and their merged range."""

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from tasks.annexes.names import squash
from tasks.annexes.problems import Problem

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
# Rows × columns in use, stored cells, cells under merged ranges: far above any table, below what fills the memory.
MAX_AREA = 5_000_000
MAX_CELLS = 2_000_000
MAX_MERGED = 1_000_000

_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell [^<>]*?ref=["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
_UNCOMPUTED = re.compile(rb"<c ([^<>]*)>\s*<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(rb'\br="([A-Z]+[0-9]+)"')


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


@dataclass(frozen=True)
class Cell:
    """A cell, or the first cell of a merged range, which reaches to `last_row` and `last_col`. Counting begins at 1."""

    sheet: str
    row: int
    col: int
    value: object = None
    number_format: str = "General"
    last_row: int = 0
    last_col: int = 0

    def __post_init__(self):
        object.__setattr__(self, "last_row", self.last_row or self.row)
        object.__setattr__(self, "last_col", self.last_col or self.col)

    @property
    def ref(self) -> str:
        """The cell's reference, such as B7."""
        return f"{get_column_letter(self.col)}{self.row}"

    @property
    def text(self) -> str:
        """The value in words, without blanks around it."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and abs(self.value) < 1e15 and self.value.is_integer():
            return str(int(self.value))
        if isinstance(self.value, datetime.datetime):
            return self.value.isoformat(" ")
        return str(self.value).strip()

    @property
    def blank(self) -> bool:
        return not self.text


@dataclass
class Grid:
    """One sheet: its cells by (row, column), and which cell each position under a merged range belongs to."""

    sheet: str
    cells: dict[tuple[int, int], Cell]
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self):
        used = [cell for cell in self.cells.values() if not cell.blank]
        self.rows = sorted({cell.row for cell in used})
        self.columns = sorted({cell.col for cell in used})

    def at(self, row: int, col: int) -> Cell:
        """Give the cell at a position: the first cell of its merged range, or an empty cell where there is none."""
        place = self.merged.get((row, col), (row, col))
        return self.cells.get(place) or Cell(self.sheet, *place)

    def row_cells(self, row: int) -> list[Cell]:
        """Give the cells of a row that hold something, each merged cell once."""
        found = {cell.col: cell for col in self.columns if not (cell := self.at(row, col)).blank}
        return list(found.values())


def read_grids(source: bytes | Path, *, name: str = "") -> list[Grid]:
    """Open a workbook (.xlsx, .xlsm) or CSV file (UTF-8 or GB18030) and give its sheets that hold something.

    What the file holds decides, not what it is called; `name` only stands in messages. Formulas give the values that
    were saved with them; hidden rows and columns are read. Raises GridError.
    """
    name = name or (source.name if isinstance(source, Path) else "")
    try:
        data = _load(source)
        grids = _read_workbook(data) if data.startswith(_ZIP) else [_read_csv(data, Path(name).stem)]
        grids = [grid for grid in grids if grid.rows]
        if not grids:
            raise GridError("empty", _("文件是空的，没有任何内容"))
        if any(len(grid.rows) * len(grid.columns) > MAX_AREA for grid in grids):
            raise GridError("too_large", _("表格过大，请删除表格以外的内容后再导入"))
    except GridError as error:
        error.name = name
        raise
    return grids


def header_columns(grid: Grid, row: int, heads: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Give the column of each field whose printed heading stands in this row. `heads` holds squashed headings."""
    found = {}
    for cell in grid.row_cells(row):
        for name, words in heads.items():
            if squash(cell.text) in words:
                found.setdefault(name, cell.col)
    return found


def rows_under(grid: Grid, heads: Mapping[str, frozenset[str]], needed: frozenset[str]) -> Iterator[dict[str, Cell]]:
    """Give each row below a header as its cells by field. A header has all `needed` fields and may be repeated."""
    columns: dict[str, int] = {}
    last = 0
    for row in grid.rows:
        found = header_columns(grid, row, heads)
        if needed <= found.keys():
            columns, last = found, max(grid.at(row, col).last_row for col in found.values())
        elif columns and row > last:
            yield {name: grid.at(row, col) for name, col in columns.items()}


def _load(source: bytes | Path) -> bytes:
    too_large = GridError("too_large", _("文件超过 20 MB，请删除表格以外的内容后再导入"))
    if isinstance(source, Path):
        try:
            if source.stat().st_size > MAX_BYTES:
                raise too_large
            source = source.read_bytes()
        except OSError as error:
            raise GridError("unreadable", _("文件无法读取：%(reason)s") % {"reason": error.strerror}) from error
    if len(source) > MAX_BYTES:
        raise too_large
    if not source:
        raise GridError("empty", _("文件是空的，没有任何内容"))
    if source.startswith(_OLE):
        raise GridError("unsupported", _("文件已加密，或是旧版 Office 格式；请去掉密码并另存为 .xlsx 后再导入"))
    return source


def _read_workbook(data: bytes) -> list[Grid]:
    try:
        _inspect(data)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; the cells are whole.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except GridError:
        raise
    except Exception as error:  # a damaged part can raise anything in zipfile, the XML parser or openpyxl
        raise GridError("damaged", _("文件已损坏或不完整，无法打开；请重新保存后再导入")) from error
    return [_read_sheet(sheet) for sheet in book.worksheets]


def _inspect(data: bytes) -> None:
    """Look at the parts of a workbook before opening it: what would fill the memory, or be read as empty by mistake."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise GridError("too_large", _("文件解压后超过 200 MB，无法导入"))
        if "xl/workbook.xml" not in archive.namelist():
            raise GridError("unsupported", _("不支持这种文件；请另存为 .xlsx 或 .csv 后再导入"))
        for part in parts:
            _inspect_part(archive.read(part))


def _inspect_part(xml: bytes) -> None:
    area = 0
    for ref in _MERGED.findall(xml):
        left, top, right, bottom = range_boundaries(ref.decode())
        area += (right - left + 1) * (bottom - top + 1)
    if area > MAX_MERGED or xml.count(b"<c ") > MAX_CELLS:
        raise GridError("too_large", _("表格过大，请删除表格以外的内容，并取消整行或整列的合并后再导入"))
    # An empty text is a result of its own (t="str"); without one nobody has computed the formula.
    uncomputed = [attributes for attributes in _UNCOMPUTED.findall(xml) if b't="str"' not in attributes]
    if uncomputed:
        refs = [match[1].decode() for match in map(_REFERENCE.search, uncomputed[:5]) if match]
        message = _("有公式没有保存计算结果（%(cells)s）；请用 Excel 或 WPS 打开并保存后再导入")
        raise GridError("uncomputed_formula", message % {"cells": _("、").join(refs)})


def _read_sheet(sheet: Worksheet) -> Grid:
    spans = {}
    merged = {}
    for span in sheet.merged_cells.ranges:
        place = (span.min_row, span.min_col)
        spans[place] = (span.max_row, span.max_col)
        for row in range(span.min_row, span.max_row + 1):
            merged.update(dict.fromkeys(((row, col) for col in range(span.min_col, span.max_col + 1)), place))
    # Not sheet.rows: it makes up every cell of the rectangle, which one far cell can stretch to 17 billion.
    cells = {
        place: Cell(sheet.title, *place, cell.value, cell.number_format, *spans.get(place, place))
        for place, cell in sheet._cells.items()
        if cell.value is not None
    }
    return Grid(sheet.title, cells, merged)


def _read_csv(data: bytes, name: str) -> Grid:
    text = None if _BINARY.search(data) else _decode(data)
    if text is None:
        raise GridError("unsupported", _("不支持这种文件；请另存为 .xlsx 或 .csv 后再导入"))
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    sheet = name or "CSV"
    try:
        cells = {
            (row, col): Cell(sheet, row, col, value)
            for row, values in enumerate(lines, 1)
            for col, value in enumerate(values, 1)
            if value.strip()
        }
    except csv.Error as error:
        raise GridError("damaged", _("CSV 文件格式有误，无法读取")) from error
    return Grid(sheet, cells)


def _decode(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
