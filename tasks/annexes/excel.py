"""Reading .xlsx and .xlsm with openpyxl; sheets too large for it go to `large_excel`."""

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from xml.sax import saxutils

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from tasks.annexes import large_excel
from tasks.annexes.grid import Grid, GridError, Uncomputed, check_merged
from tasks.annexes.words import text as _

MAX_CELLS = 2_000_000  # stored cells: far above any table, below what fills the memory

_MERGED = re.compile(rb"""mergeCell [^<>]*?ref=["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
_UNCOMPUTED = re.compile(rb"<f\b[^<>]*(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(rb'\br="([A-Z]+[0-9]+)"')


def read(data: bytes, archive: zipfile.ZipFile) -> list[Grid]:
    """Give every sheet. `archive` is the same file, opened; a damaged one raises anything."""
    parts = {name: archive.read(name) for name in archive.namelist()}
    for xml in parts.values():
        _inspect(xml)
    formulas = {name: found for name, xml in parts.items() if (found := _uncomputed(xml))}
    paths = large_excel.sheet_paths(parts) if formulas else {}
    uncomputed = {sheet: formulas.get(path, {}) for sheet, path in paths.items()}
    if large_excel.can_read(parts):
        return large_excel.read(data, parts, uncomputed)
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it leaves out; the cells are whole.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    return [_read_sheet(sheet, uncomputed.get(sheet.title, {})) for sheet in book.worksheets]


def _inspect(xml: bytes) -> None:
    """Look at a part before it is opened: what would fill the memory."""
    bounds = (range_boundaries(ref.decode()) for ref in _MERGED.findall(xml))
    check_merged((top, left, bottom, right) for left, top, right, bottom in bounds)
    if xml.count(b"<c ") + xml.count(b":c ") > MAX_CELLS:
        raise GridError("too_large", _("表格过大，请删除表格以外的内容后再导入"))


def _uncomputed(xml: bytes) -> dict[tuple[int, int], Uncomputed]:
    """Give the formulas that have no saved result, by row and column. An empty text is one (t="str")."""
    found = {}
    for match in _UNCOMPUTED.finditer(xml):
        attributes = xml[xml.rfind(b"<c ", 0, match.start()) : match.start()]
        if b't="str"' not in attributes and (ref := _REFERENCE.search(attributes)):
            col, row, *_same = range_boundaries(ref[1].decode())
            found[row, col] = Uncomputed(f"={saxutils.unescape((match[1] or b'').decode())}")
    return found


def _read_sheet(sheet: Worksheet, uncomputed: Mapping[tuple[int, int], Uncomputed]) -> Grid:
    values: dict[int, dict[int, object]] = {}
    formats = {}
    # Not sheet.rows: it makes up every cell of the rectangle, which one far cell can stretch to 17 billion.
    for (row, col), cell in sheet._cells.items():
        value = unescape(cell.value) if isinstance(cell.value, str) else cell.value  # _x000D_ is a line's end
        values.setdefault(row, {})[col] = value
        if "%" in cell.number_format:
            formats[row, col] = cell.number_format
    hidden = sheet.sheet_state != "visible"
    merged = [(span.min_row, span.min_col, span.max_row, span.max_col) for span in sheet.merged_cells.ranges]
    return Grid(sheet.title, values, merged=merged, formats=formats, uncomputed=uncomputed, hidden=hidden)
