"""One of the three lists as a Word document: a landscape page, a table whose head stands on every page."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import override
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from quality import finding_lists
from quality.finding_lists import View
from quality.models import Finding
from tasks.documents.official import LABEL, SECOND, TITLE, content, fill, new_document, table, write

SIDE, ABOVE = Mm(26), Mm(28)  # the margins of an upright page, turned with it
SMALL, PITCH = Pt(10.5), Pt(15)  # 五号
WIDTHS = {  # in millimetres, 245 together
    View.HAZARDS: (28, 34, 38, 45, 24, 20, 24, 14, 18),
    View.RECTIFICATION: (28, 32, 34, 41, 24, 24, 20, 24, 18),
    View.RESPONSIBILITY: (28, 42, 49, 22, 22, 20, 24, 20, 18),
}


def document(view: View, findings: Iterable[Finding], on: dt.date, *, place: str) -> bytes:
    """A list of findings that are `with_acts`, as of a day, for one place."""
    with override(settings.LANGUAGE_CODE):
        return _document(view, findings, on, place)


def _document(view: View, findings: Iterable[Finding], on: dt.date, place: str) -> bytes:
    title = f"{place}{view.label}"
    paper = new_document(title, place)
    _turn(paper.sections[0])
    write(paper.add_paragraph(), title, face=TITLE, size=SECOND, align=ALIGN.CENTER)
    write(paper.add_paragraph(), f"（截至{on.year}年{on.month}月{on.day}日）", align=ALIGN.CENTER)
    form = table(paper, [Mm(width) for width in WIDTHS[view]])
    _line(form, ["编号", "机构", *finding_lists.heads(view), "状态"], view, face=LABEL)
    _repeat(form.rows[0])
    for row in finding_lists.rows(view, findings, on):
        facility = row.finding.facility
        late = [f"逾期{row.overdue}天"] if row.overdue else []
        _line(
            form,
            [row.finding, f"{facility}\n{facility.town}", *row.cells, "\n".join([str(row.finding.state.label), *late])],
            view,
        )
    if len(form.rows) == 1:
        write(paper.add_paragraph(), "无。")
    return content(paper)


def _turn(section) -> None:
    """The page lies on its side."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = SIDE
    section.top_margin = section.bottom_margin = ABOVE


def _line(form, cells: Iterable[object], view: View, **style) -> None:
    row = form.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # no row is torn by a page's end
    for cell, value, width in zip(row.cells, cells, WIDTHS[view], strict=True):
        cell.width = Mm(width)
        lines = "" if value is None else str(value)
        fill(cell, lines.split("\n"), size=SMALL, **style)
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.line_spacing = PITCH


def _repeat(row) -> None:
    """The head stands on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
