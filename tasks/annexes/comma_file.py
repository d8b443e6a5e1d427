"""Reading a CSV file: commas, tabs or semicolons, in UTF-8 or GB18030."""

import csv
import io
import re

from tasks.annexes.grid import Grid, GridError
from tasks.annexes.words import text as _

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<[!?a-zA-Z]")


def read(data: bytes, name: str) -> Grid | None:
    """Give the file as one grid called after it; None when it is no text in either encoding, or a web page."""
    text = None if _BINARY.search(data) else _decode(data)
    if text is None or _MARKUP.match(text):
        return None
    delimiter = max(",\t;", key=text.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        values = {row: dict(enumerate(line, 1)) for row, line in enumerate(lines, 1)}
    except csv.Error as error:
        raise GridError("damaged", _("CSV 文件格式有误，无法读取")) from error
    return Grid(name or "CSV", values)


def _decode(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
