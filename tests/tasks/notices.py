"""The official notices as Word files: the print's own lines, and the annexes as tables."""

import io
from functools import cache
from itertools import chain

import docx
from django.conf import settings
from openpyxl import load_workbook

FIXTURES = settings.BASE_DIR / "fixtures"


def notice_lines(slug: str) -> list[str]:
    """The notice's lines up to its annexes."""
    lines = (FIXTURES / slug / "notice.txt").read_text("utf-8").splitlines()
    return lines[: lines.index("附件1")] if "附件1" in lines else lines


@cache
def notice(slug: str, *, annexes: bool = True, first_line: str | None = None) -> bytes:
    """A whole notice; `first_line` stands for its own."""
    document = docx.Document()
    lines = notice_lines(slug)
    for line in lines if first_line is None else [first_line, *lines[1:]]:
        document.add_paragraph(line)
    books = sorted((FIXTURES / slug).glob("annex*.xlsx")) if annexes else []
    for number, path in enumerate(books, 1):
        document.add_paragraph(f"附件{number}")
        _add_table(document, load_workbook(path).active)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add_table(document, sheet) -> None:
    table = document.add_table(sheet.max_row, sheet.max_column)
    for area in sheet.merged_cells.ranges:
        table.cell(area.min_row - 1, area.min_col - 1).merge(table.cell(area.max_row - 1, area.max_col - 1))
    # All cells at once: asked for one by one they take seconds.
    for cell, into in zip(chain(*sheet.iter_rows()), table._cells, strict=True):
        if cell.value is not None:
            into.text = _printed(cell)


def _printed(cell) -> str:
    if "%" in cell.number_format and not isinstance(cell.value, str):
        return f"{cell.value * 100:g}%"
    return str(cell.value)
