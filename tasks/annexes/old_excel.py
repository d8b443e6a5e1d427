"""Reading .xls, which WPS also writes as .et."""

import datetime
import io

import xlrd

from tasks.annexes.grid import Grid, GridError
from tasks.annexes.words import text as _

_ENCRYPTED = "encrypted"


def read(data: bytes) -> list[Grid]:
    """Give every sheet. Its saved number formats and merged ranges are read as well; a damaged file raises anything."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if _ENCRYPTED in str(error).lower():
            raise GridError("encrypted", _("文件已加密；请去掉密码后再导入")) from error
        raise
    return [_read_sheet(book, sheet) for sheet in book.sheets()]


def _read_sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Grid:
    values, formats = {}, {}
    for row in range(sheet.nrows):
        line = values[row + 1] = {}
        for col, cell in enumerate(sheet.row(row), 1):
            line[col] = _value(cell, book.datemode)
            number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            if "%" in number_format:
                formats[row + 1, col] = number_format
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    return Grid(sheet.name, values, merged=merged, formats=formats, hidden=sheet.visibility > 0)


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#VALUE!")
    return cell.value or None if cell.ctype != xlrd.XL_CELL_NUMBER else cell.value


def _date(number: float, datemode: int) -> datetime.datetime | str:
    try:
        return xlrd.xldate_as_datetime(number, datemode)
    except (ValueError, OverflowError):
        return "#NUM!"  # a date before the calendar begins: spreadsheets show it as an error too
