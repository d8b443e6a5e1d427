"""Reading a CSV file: commas, tabs or semicolons, in UTF-8 or GB18030, or in UTF-16 as Excel saves its Unicode text."""

import codecs
import csv
import io
import re

from tasks.annexes.grid import Grid, GridError
from tasks.annexes.words import text as _

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how programs keep Excel from counting with a value: ="01"
_MARKUP = re.compile(r"\s*<[!?a-zA-Z]|%PDF")


def read(data: bytes, name: str) -> Grid | None:
    """Give the file as one grid called after it; None when it is no text in these encodings, or a web page."""
    text = _decode(data)
    if text is None or _BINARY.search(text) or _MARKUP.match(text):
        return None
    delimiter = max(",\t;", key=text.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        values = {row: dict(enumerate(map(_plain, line), 1)) for row, line in enumerate(lines, 1)}
    except csv.Error as error:
        raise GridError("damaged", _("CSV 文件格式有误，无法读取")) from error
    return Grid(name or "CSV", values)


def _decode(data: bytes) -> str | None:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _plain(value: str) -> str:
    match = _AS_TEXT.fullmatch(value)
    return match[1] if match else value
