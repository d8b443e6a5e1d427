"""Any list on screen as a file: the same rows, as a workbook or as comma-separated values."""

import csv
import datetime as dt
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from itertools import chain
from math import ceil
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from accounts.list_files import FORMULA_STARTS
from tasks.board import Moment
from tasks.exports.sheet import HEAD, Sheet, plain, width_of

XLSX, CSV, DOCX = "xlsx", "csv", "docx"
TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MAX_TEXT = 32767  # characters that a spreadsheet's cell can hold
NARROW, HEAD_WIDE, WIDE = 8, 14, 50
A_PAGE = 250  # the width, in characters, that is still legible across a page
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,10})?", re.ASCII)

Value = str | int | Decimal | dt.date | None
Table = tuple[Sequence[str], Iterable[Sequence[Value]]]  # heads and rows
Named = tuple[str, Callable[[], Table]]


def wanted(request: HttpRequest) -> str | None:
    """The format that the address asks for (`?export=xlsx`), None for the page itself."""
    asked = request.GET.get("export")
    return asked if request.method == "GET" and asked in (XLSX, CSV) else None


def one_of(
    tables: Mapping[str, Named], request: HttpRequest, of: object, moment: Moment | None = None
) -> HttpResponse | None:
    """Of a page's lists the one asked for (`?export=xlsx&list=late`), else the first; None for the page itself."""
    fmt, table = wanted(request), tables.get(request.GET.get("list") or next(iter(tables)))
    if fmt is None or table is None:
        return None
    what, make = table
    return export(named(what, of, moment), *make(), fmt)


def named(what: str, of: object = "", moment: Moment | None = None) -> str:
    """A file's name: whose list, which list, and the dates that it speaks of (today's for one that has none)."""
    dates = str(moment.as_of if moment else timezone.localdate())
    if moment and moment.known_on:
        dates += " " + _("当时已知 %(day)s") % {"day": moment.known_on}
    return f"{of} {what} {dates}".strip()


def export(name: str, head: Sequence[str], rows: Iterable[Sequence[Value]], fmt: str) -> HttpResponse:
    """The list as a download. Numbers stay numbers; no text can be run as a formula, whatever people typed."""
    rows = [[_value(value) for value in row] for row in rows]
    head = [str(title) for title in head]
    return download(name, _workbook(head, rows), fmt) if fmt == XLSX else download(name, _csv(head, rows), fmt)


def streamed(name: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> StreamingHttpResponse:
    """A list as comma-separated values, line by line: for one that is too long to be held."""
    writer = csv.writer(SimpleNamespace(write=lambda line: line))
    lines = (writer.writerow(map(_inert, map(_value, row))) for row in chain([head], rows))
    return StreamingHttpResponse(chain([BOM_UTF8], map(str.encode, lines)), headers=_headers(name, CSV))


def shown(value: Decimal | None) -> Decimal | None:
    """A figure as the page shows it: at most two decimals."""
    return value if value is None else round(value, 2)


def told(words: str) -> Decimal | str:
    """A target's words as the page shows them; a bare number among them is a number."""
    return Decimal(words) if _NUMBER.fullmatch(words) else words


def download(name: str, content: bytes, fmt: str = XLSX) -> HttpResponse:
    """A file with the name that the user sees."""
    return HttpResponse(content, headers=_headers(name, fmt))


def _headers(name: str, fmt: str) -> dict[str, str]:
    disposition = content_disposition_header(True, f"{get_valid_filename(name)}.{fmt}")
    return {"Content-Type": TYPES[fmt], "Content-Disposition": disposition}


def _value(value: Value) -> str | int | Decimal:
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)[:MAX_TEXT]


def _workbook(head: Sequence[str], rows: Sequence[Sequence]) -> bytes:
    """Typed cells: a text that begins with = is a text. What is too wide for a page goes on several, names first on each."""
    sheet = Sheet("列表", [_width(column) for column in zip(head, *rows, strict=True)], landscape=True)
    sheet.line(head, font=HEAD)
    pages = ceil(sum(sheet.widths) / A_PAGE)
    sheet.sheet.fit_to_pages(pages, 0)
    sheet.repeat(0, _names(rows) if pages > 1 else 0)
    for row in rows:
        left = tuple(column for column, value in enumerate(row) if isinstance(value, str))
        sheet.line(row, left=left)
    return sheet.content()


def _names(rows: Sequence[Sequence]) -> int:
    """How many columns it takes to tell a row: up to the first that holds text."""
    return next((number for number, value in enumerate(rows[0], 1) if isinstance(value, str)), 0) if rows else 0


def _width(column: Sequence) -> int:
    """As wide as what stands in it; a long head is broken into lines."""
    head, *values = column
    widest = max((width_of(line) for value in values for line in str(value).split("\n")), default=0)
    return min(max(widest + 2, min(width_of(head) + 2, HEAD_WIDE), NARROW), WIDE)


def _csv(head: Sequence[str], rows: Sequence[Sequence]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; a text that a spreadsheet would run gets an apostrophe in front."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(map(_inert, head))
    writer.writerows(map(_inert, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _inert(value: str | int | Decimal) -> str:
    if not isinstance(value, str):
        return plain(Decimal(value))
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
