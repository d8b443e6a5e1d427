"""Reading large .xlsx sheets with calamine, ten times as fast as openpyxl. It tells no number formats: those that
make a percentage of a number are looked up in the file's own parts."""

import io
import posixpath
import re
from collections.abc import Mapping
from xml.etree import ElementTree

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import column_index_from_string
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tasks.annexes.grid import Grid, Uncomputed

LARGE = 8 * 1024 * 1024  # of a sheet's XML: below it openpyxl takes about a second and a half

# Calamine holds the whole rectangle of a sheet: one with a cell beyond column CZ or row 99999 is left to openpyxl.
_FAR = re.compile(rb'r="(?:[D-Z][A-Z]|[A-Z]{3}|[A-Z]+\d{5})\d')
_SHEETS = "xl/worksheets/"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def can_read(parts: Mapping[str, bytes]) -> bool:
    """Tell whether a workbook has a large sheet, and none that reaches too far."""
    sheets = [xml for name, xml in parts.items() if name.startswith(_SHEETS)]
    return any(len(xml) > LARGE for xml in sheets) and not any(map(_FAR.search, sheets))


def read(
    data: bytes, parts: Mapping[str, bytes], uncomputed: Mapping[str, Mapping[tuple[int, int], Uncomputed]]
) -> list[Grid]:
    """Give every sheet. `parts` are the file's unpacked parts by name; a damaged file raises anything."""
    styles = _percent_styles(parts)
    paths = sheet_paths(parts)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids = []
    for metadata in [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]:
        name, hidden = metadata.name, metadata.visible != SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_name(name)
        values = {row: dict(enumerate(line, 1)) for row, line in enumerate(sheet.to_python(skip_empty_area=False), 1)}
        merged = [
            (top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        ]
        formats = _formats(parts[paths[name]], styles)
        formulas = uncomputed.get(name, {})
        grids.append(Grid(name, values, merged=merged, formats=formats, uncomputed=formulas, hidden=hidden))
    return grids


def _percent_styles(parts: Mapping[str, bytes]) -> dict[bytes, str]:
    """Give the formats with a percent sign by the number under which cells name them."""
    if "xl/styles.xml" not in parts:
        return {}
    root = ElementTree.fromstring(parts["xl/styles.xml"])
    codes = BUILTIN_FORMATS | {int(one.get("numFmtId")): one.get("formatCode") for one in root.iter(f"{_MAIN}numFmt")}
    used = [codes.get(int(style.get("numFmtId", 0)), "") for style in root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
    return {b"%d" % number: code for number, code in enumerate(used) if "%" in code}


def sheet_paths(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the name of each sheet's part."""
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {one.get("Id"): one.get("Target") for one in relations}
    sheets = ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet")
    # A target is relative to xl/, or begins with / and is not.
    return {one.get("name"): posixpath.join("/xl", targets[one.get(_RELATION)]).lstrip("/") for one in sheets}


def _formats(xml: bytes, styles: Mapping[bytes, str]) -> dict[tuple[int, int], str]:
    """Give the formats of the cells that have one of these styles."""
    if not styles:
        return {}
    start = b"<c " if b"<c " in xml else b":c "
    cell = re.compile(start + rb'(?=[^<>]*\bs="(%s)")[^<>]*?\br="([A-Z]+)(\d+)"' % b"|".join(styles))
    return {
        (int(row), column_index_from_string(letters.decode())): styles[style]
        for style, letters, row in cell.findall(xml)
    }
