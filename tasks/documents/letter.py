"""A letter of the bureau (公文) by GB/T 9704-2012, part by part: mark, number, title, addressee, text, attachments, date."""

import datetime as dt
from collections.abc import Iterable, Sequence
from io import BytesIO

from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tasks.documents.official import (
    BODY,
    LABEL,
    PITCH,
    SECOND,
    SMALL,
    THIRD,
    TITLE,
    content,
    fill,
    new_document,
    table,
    write,
)

SUB = "楷体_GB2312"
RED = RGBColor(0xFF, 0, 0)
TEXT_WIDE = Mm(156)
MARK_BELOW = Mm(35)  # of the mark's upper edge below the text's (7.2.4)
MARK_MOST = Pt(48)
TITLE_PITCH, CELL_PITCH = Pt(35), Pt(20)
TWO, FOUR = Pt(32), Pt(64)  # as wide as two and four characters of the text
NUMERALS = "零一二三四五六七八九"
ATTACHED = "附件："
MADE_UP = "演示数据，不是真实填报"  # on every page of a demo's paper


def day(on: dt.date | None) -> str:
    """`2024年10月8日`; a blank to fill in where the day is not known yet."""
    return f"{on.year}年{on.month}月{on.day}日" if on else "　　　　年　　月　　日"


def numeral(number: int) -> str:
    """`一`, `十`, `十二`, `二十`: from 1 to 99."""
    tens, ones = divmod(number, 10)
    leading = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return leading + (NUMERALS[ones] if ones else "")


class Letter:
    """A letter written from top to bottom; first-level headings number themselves."""

    def __init__(self, title: str, issuer: str, *, demo: bool = False):
        self.paper, self.issuer = new_document(title, issuer), issuer
        self.headings = 0
        page = self.paper.sections[0]
        for header in (page.header, page.even_page_header) if demo else ():
            write(header.paragraphs[0], MADE_UP, size=SMALL, align=ALIGN.CENTER)

    def mark(self, year: int) -> None:
        """The issuer's mark and the document's number above the red line; the number itself is the registry's to give."""
        words = f"{self.issuer}文件"
        line = self._line(
            words, face=TITLE, size=min(MARK_MOST, Pt(int(TEXT_WIDE.pt // len(words)))), align=ALIGN.CENTER
        )
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.space_before = MARK_BELOW
        line.runs[0].font.color.rgb = RED
        self._blank(2)
        self._red_line_below(self._line(f"〔{year}〕　　号", align=ALIGN.CENTER))
        self._blank(2)

    def title(self, words: str) -> None:
        line = self._line(words, face=TITLE, size=SECOND, align=ALIGN.CENTER)
        line.paragraph_format.line_spacing = TITLE_PITCH
        self._blank(1)

    def to(self, whom: str) -> None:
        self._line(f"{whom}：")

    def heading(self, words: str) -> None:
        """`一、总体情况`."""
        line = self._indented(f"{numeral(self.headings + 1)}、{words}", face=LABEL)
        line.paragraph_format.keep_with_next = True
        self.headings += 1

    def part(self, number: int, words: str, text: str) -> None:
        """A second-level heading that runs into its text: `（一）街镇得分。平均…`."""
        line = self._indented(f"（{numeral(number)}）{words}。", face=SUB)
        write(line, text)

    def text(self, words: str) -> None:
        self._indented(words)

    def picture(self, png: bytes, caption: str) -> None:
        """A chart as wide as the text, kept together with its caption below."""
        line = self.paper.add_paragraph()
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.keep_with_next = True
        line.alignment = ALIGN.CENTER
        drawn = line.add_run().add_picture(BytesIO(png), width=TEXT_WIDE)
        drawn._inline.docPr.set("descr", caption)
        self._line(caption, face=LABEL, size=SMALL, align=ALIGN.CENTER)

    def attached(self, titles: Sequence[str]) -> None:
        """The list of attachments below the text: `附件：1.…`."""
        self._blank(1)
        for number, title in enumerate(titles, 1):
            opening = ATTACHED if number == 1 else "　" * len(ATTACHED)
            self._indented(f"{opening}{number}.{title}" if len(titles) > 1 else f"{opening}{title}")

    def signed(self, on: dt.date | None) -> None:
        """The issuer, and the day of issue four characters in from the right."""
        self._blank(2)
        for words, indent in ((self.issuer, TWO), (day(on), FOUR)):
            line = self._line(words, align=ALIGN.RIGHT)
            line.paragraph_format.right_indent = indent
            line.paragraph_format.keep_with_next = words == self.issuer

    def attachment(self, number: int | None, title: str) -> None:
        """A new page with its mark and its title; a single attachment has no number."""
        self._line(f"附件{number or ''}", face=LABEL).paragraph_format.page_break_before = True
        self._blank(1)
        self.title(title)

    def table(self, widths: Sequence[int], head: Sequence[str], rows: Iterable[Sequence[str]], left=()) -> None:
        """A table with lines; its head stands on every page, no row is torn; columns in `left` hold running text."""
        made = table(self.paper, map(Mm, widths))
        self._row(made, widths, head, range(0), face=LABEL)
        head_mark = OxmlElement("w:tblHeader")
        made.rows[0]._tr.get_or_add_trPr().append(head_mark)
        for row in rows:
            self._row(made, widths, row, left, face=BODY)

    def content(self) -> bytes:
        return content(self.paper)

    def _row(self, made, widths: Sequence[int], values: Sequence[str], left, *, face: str) -> None:
        row = made.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for number, (cell, width, value) in enumerate(zip(row.cells, widths, values, strict=True)):
            cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
            fill(cell, value.split("\n"), face=face, size=SMALL, align=ALIGN.LEFT if number in left else ALIGN.CENTER)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.line_spacing = CELL_PITCH

    def _line(self, words: str, *, face: str = BODY, size: Pt = THIRD, align: ALIGN | None = None):
        line = self.paper.add_paragraph()
        write(line, words, face=face, size=size, align=align)
        return line

    def _indented(self, words: str, *, face: str = BODY):
        line = self._line(words, face=face, align=ALIGN.JUSTIFY)
        line.paragraph_format.first_line_indent = TWO
        return line

    def _blank(self, lines: int) -> None:
        for _number in range(lines):
            self.paper.add_paragraph()

    def _red_line_below(self, line) -> None:
        """4 mm below the number, as wide as the text (7.2.7)."""
        line.paragraph_format.line_spacing = PITCH
        border = OxmlElement("w:pBdr")
        bottom = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "18"), ("space", str(round(Mm(4).pt))), ("color", "FF0000")):
            bottom.set(qn(f"w:{name}"), value)
        border.append(bottom)
        properties = line._p.get_or_add_pPr()
        properties.insert_element_before(
            border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
