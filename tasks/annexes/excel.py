"""Reading .xlsx and .xlsm with openpyxl; sheets too large for it go to `large_excel`."""

import io
import re
import warnings
import zipfile

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from tasks.annexes import large_excel
from tasks.annexes.grid import Grid, GridError, check_merged
from tasks.annexes.words import joined
from tasks.annexes.words import text as _

MAX_CELLS = 2_000_000  # stored cells: far above any table, below what fills the memory

_MERGED = re.compile(rb"""mergeCell [^<>]*?ref=["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
_UNCOMPUTED = re.compile(rb"<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_EXAMPLES = 5


def read(data: bytes, archive: zipfile.ZipFile) -> list[Grid]:
    """Give every sheet. `archive` is the same file, opened; a damaged one raises anything."""
    parts = {name: archive.read(name) for name in archive.namelist()}
    for xml in parts.values():
        _inspect(xml)
    if large_excel.can_read(parts):
        return large_excel.read(data, parts)
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it leaves out; the cells are whole.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    return [_read_sheet(sheet) for sheet in book.worksheets]


def _inspect(xml: bytes) -> None:
    """Look at a part before it is opened: what would fill the memory, or be read as empty by mistake."""
    bounds = (range_boundaries(ref.decode()) for ref in _MERGED.findall(xml))
    check_merged((top, left, bottom, right) for left, top, right, bottom in bounds)
    if xml.count(b"<c ") + xml.count(b":c ") > MAX_CELLS:
        raise GridError("too_large", _("表格过大，请删除表格以外的内容后再导入"))
    if uncomputed := _uncomputed(xml):
        message = _("有公式没有保存计算结果（%(cells)s）；请用 Excel 或 WPS 打开并保存后再导入")
        raise GridError("uncomputed_formula", message % {"cells": joined(_("、"), uncomputed)})


def _uncomputed(xml: bytes) -> list[str]:
    """Give the first cells whose formula has no saved result. An empty text is one (t="str")."""
    found = []
    for match in _UNCOMPUTED.finditer(xml):
        attributes = xml[xml.rfind(b"<c ", 0, match.start()) : match.start()]
        if b't="str"' not in attributes and (ref := _REFERENCE.search(attributes)):
            found.append(ref[1].decode())
            if len(found) == _EXAMPLES:
                break
    return found


def _read_sheet(sheet: Worksheet) -> Grid:
    values: dict[int, dict[int, object]] = {}
    formats = {}
    # Not sheet.rows: it makes up every cell of the rectangle, which one far cell can stretch to 17 billion.
    for (row, col), cell in sheet._cells.items():
        values.setdefault(row, {})[col] = cell.value
        if "%" in cell.number_format:
            formats[row, col] = cell.number_format
    merged = [(span.min_row, span.min_col, span.max_row, span.max_col) for span in sheet.merged_cells.ranges]
    return Grid(sheet.title, values, merged=merged, formats=formats)
