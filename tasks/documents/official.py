"""A Word document in the layout of GB/T 9704: A4, its margins, fonts, 22 lines a page, `— 1 —` at the outer edge."""

import re
from collections.abc import Iterable
from io import BytesIO

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, LABEL, TITLE, FOLIO = "仿宋_GB2312", "黑体", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
SECOND, THIRD, FOURTH, SMALL = Pt(22), Pt(16), Pt(14), Pt(12)  # 二号, 三号, 四号, 小四
PITCH = Pt(28.9)  # of a line: 22 of them fill a page
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
CLOSER = -5  # twentieths of a point between characters: 28 of them, not 27.6, fill a line
BELOW_TEXT = Mm(35 - 7 - 5)  # the page number stands 7 mm below the text
CELL_MARGIN = Mm(1.2)
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def new_document(title: str, author: str):
    """An empty document with the page, the text and the page numbers of an official paper."""
    paper = docx.Document()
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = plain(title), plain(author), ""
    section = paper.sections[0]
    section.page_width, section.page_height, section.footer_distance = Mm(210), Mm(297), BELOW_TEXT
    for name, width in MARGINS.items():
        setattr(section, name, width)
    normal = paper.styles["Normal"]
    letters = normal.element.get_or_add_rPr()
    _face(letters, BODY)
    normal.font.size = THIRD
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(CLOSER))
    letters.find(qn("w:sz")).addprevious(closer)
    spacing = normal.paragraph_format
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    spacing.space_before = spacing.space_after = Pt(0)
    for name in ("w:autoSpaceDN", "w:autoSpaceDE"):  # a figure stands close to the character before it
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        normal.element.get_or_add_pPr().insert(0, off)
    paper.settings.odd_and_even_pages_header_footer = True
    _folio(section.footer, ALIGN.RIGHT)
    _folio(section.even_page_footer, ALIGN.LEFT)
    return paper


def write(paragraph, text: str, *, face: str = BODY, size: Pt = THIRD, align: ALIGN | None = None) -> None:
    """Put words into a paragraph."""
    run = paragraph.add_run(plain(text))
    run.font.size = size
    _face(run._element.get_or_add_rPr(), face)
    if align is not None:
        paragraph.alignment = align


def table(paper, widths: Iterable[Mm]):
    """A table with lines, as wide as its columns; rows are added to it."""
    widths = list(widths)
    made = paper.add_table(rows=0, cols=len(widths), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN.twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
    return made


def fill(cell, lines: Iterable[str], **style) -> None:
    """Each line a paragraph of the cell."""
    for number, line in enumerate(lines):
        write(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), line, **style)


def content(paper) -> bytes:
    """The finished file."""
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def plain(text: str) -> str:
    """The words without what no Word file can hold."""
    return _NOT_IN_XML.sub("", text)


def _face(properties, face: str) -> None:
    """Chinese characters in the face that the standard names, figures and letters in Times New Roman."""
    fonts = properties.get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:eastAsia"), face)


def _folio(footer, align: ALIGN) -> None:
    """`— 1 —`, one character in from the outer edge."""
    paragraph = footer.paragraphs[0]
    write(paragraph, "— ", face=FOLIO, size=FOURTH, align=align)
    run = paragraph.add_run()
    run.font.size = FOURTH
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run._element.append(_field(kind, text))
    write(paragraph, " —", face=FOLIO, size=FOURTH)
    indent = paragraph.paragraph_format
    if align == ALIGN.RIGHT:
        indent.right_indent = FOURTH
    else:
        indent.left_indent = FOURTH


def _field(kind: str, text: str):
    if kind:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        return mark
    words = OxmlElement("w:instrText")
    words.text = text
    return words
