"""Reading the tables of a Word file: each becomes a grid, with the words above it and the notes below."""

import io
import re
from collections.abc import Iterator

import docx
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.oxml.xmlchemy import BaseOxmlElement

from tasks.annexes.grid import Grid, WordCell
from tasks.annexes.names import is_note
from tasks.annexes.words import text as _

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " "}
_NEW_ANNEX = re.compile(r"附件|附表|第[一二三四五六七八九十]+[章节部]")
_CONTINUED = re.compile(r"[（(]?(续表|续上表|接上表|续)[）)]?")
_CAPTION_LINES = 4


def read(data: bytes) -> list[Grid]:
    """Give every table, in order, as 表1, 表2 …; a table inside a table too. A damaged file raises anything."""
    document = docx.Document(io.BytesIO(data))
    tables: list[CT_Tbl] = []
    texts: list[list[str]] = [[]]  # the paragraphs before the first table, and after each one
    for element in document.element.body.iter(_PARAGRAPH, _TABLE):
        if element.tag == _TABLE:
            tables.append(element)
            texts.append([])
        elif not _in_table(element) and (text := _text_of(element)):
            texts[-1].append(text)
    grids: list[Grid] = []
    for number, (table, before, after) in enumerate(zip(tables, texts, texts[1:], strict=False), 1):
        continues = (
            number > 1 and all(map(_CONTINUED.fullmatch, before)) and _width(table) == _width(tables[number - 2])
        )
        grids.append(_read_table(table, _("表%(number)s") % {"number": number}, before, after, continues=continues))
    return grids


def paragraphs(data: bytes) -> list[str]:
    """Give the paragraphs outside tables that hold something, in order. A damaged file raises anything."""
    body = docx.Document(io.BytesIO(data)).element.body
    return [text for paragraph in body.iter(_PARAGRAPH) if not _in_table(paragraph) and (text := _text_of(paragraph))]


def _in_table(element: BaseOxmlElement) -> bool:
    return next(element.iterancestors(_TABLE), None) is not None


def _width(table: CT_Tbl) -> int:
    return max((sum(max(1, cell.grid_span) for cell in _own(line, _CELL)) for line in _own(table, _ROW)), default=0)


def _read_table(table: CT_Tbl, name: str, before: list[str], after: list[str], *, continues: bool) -> Grid:
    values: dict[int, dict[int, str]] = {}
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    starts: dict[int, tuple[int, int, int]] = {}  # by column: where a cell that may go on below began, and its end
    for row, line in enumerate(_own(table, _ROW), 1):
        values[row] = {}
        col = 1 + line.grid_before
        for cell in _own(line, _CELL):
            last_col = col + max(1, cell.grid_span) - 1
            if cell.vMerge == "continue" and col in starts:
                top, left, right = starts[col]
                merged[top, left] = (row, right)
            else:
                values[row][col] = _cell_text(cell)
                starts[col] = (row, col, last_col)
                merged[row, col] = (row, last_col)
            col = last_col + 1
    width = max((col for line in values.values() for col in line), default=1)
    for row, note in enumerate(_notes(after), len(values) + 1):
        values[row] = {1: note}
        merged[row, 1] = (row, max(2, width))
    ranges = [(*first, *last) for first, last in merged.items() if first != last]
    caption = "\n".join(before[-_CAPTION_LINES:])
    return Grid(name, values, merged=ranges, caption=caption, cell_type=WordCell, continues=continues)


def _own(parent: BaseOxmlElement, tag: str) -> Iterator[BaseOxmlElement]:
    """Give the rows, cells or paragraphs of a table, row or cell: those in content controls too, but not those of a
    table inside it."""
    return (element for element in parent.iter(tag) if next(element.iterancestors(parent.tag)) is parent)


def _notes(after: list[str]) -> Iterator[str]:
    """Give the notes below a table: from the first paragraph that begins as one does, up to the next annex."""
    begun = False
    for text in after:
        begun = begun or is_note(text)
        if _NEW_ANNEX.match(text):
            return
        if begun:
            yield text


def _cell_text(cell: CT_Tc) -> str:
    return "\n".join(filter(None, map(_text_of, _own(cell, _PARAGRAPH))))


def _text_of(paragraph) -> str:
    """Give a paragraph's words as they stand now: insertions are taken, deletions are not."""
    parts = (
        element.text or "" if element.tag == qn("w:t") else _BREAKS[element.tag]
        for element in paragraph.iter(qn("w:t"), *_BREAKS)
    )
    return "".join(parts).strip()
