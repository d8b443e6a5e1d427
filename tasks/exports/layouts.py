"""The official annexes as they are printed: what stands where. The fixtures and the exports are made with these."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from tasks.exports.sheet import HEAD, MARK, TITLE, Sheet, Value

# Official tables are Chinese, and are read again by these words, whatever the language of the interface.
TASK_HEADS = ("序号", "任务名称", "工作要求", "进度安排", "项目类别")
RUBRIC_HEADS = ("序号", "考核内容", "评分办法", "权重")
TASK_WIDTHS = (6, 30, 11, 46, 11)
RUBRIC_WIDTHS = (7, 22, 56, 9)
PLACE = "街镇"


def begin(name: str, mark: str, title: str, widths: Sequence[float], *, landscape: bool = False) -> Sheet:
    """A sheet with the annex's mark (附件1, "" for none) and its title."""
    sheet = Sheet(name, widths, landscape=landscape)
    if mark:
        sheet.words(mark, font=MARK)
    sheet.words(title, font=TITLE, across="center", lines=2)
    return sheet


def task_list(mark: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> Sheet:
    """The list of tasks; its header is merged over two rows, as printed."""
    sheet = begin("重点工作清单", mark, title, TASK_WIDTHS)
    first = sheet.row
    for column, name in enumerate(heads):
        sheet.put(column, name, span=(2, 1), font=HEAD)
    sheet.advance(1)
    sheet.advance(1)
    sheet.repeat(first)
    for row in rows:
        sheet.line(row, left=(1, 3))
    return sheet


@dataclass(frozen=True)
class Block:
    """A group of indicators: its title ("" for none), their names, and a row for each town and the total."""

    group: str
    names: Sequence[str]
    rows: Sequence[Sequence[Value]]
    place: str = PLACE


def allocation(name: str, mark: str, title: str, blocks: Sequence[Block], remarks: Sequence[str] = ()) -> Sheet:
    """The allocation: blocks stacked in one sheet, each printed from the top of a page."""
    width = max(len(block.names) for block in blocks)
    sheet = begin(name, mark, title, [13] + [12] * width, landscape=True)
    breaks = []
    for block in blocks:
        if block is not blocks[0]:
            breaks.append(sheet.row)
        _allocation_header(sheet, block)
        for row in block.rows:
            sheet.line(row)
    sheet.sheet.set_h_pagebreaks(breaks)
    for remark in remarks:
        sheet.words(remark)
    return sheet


def _allocation_header(sheet: Sheet, block: Block) -> None:
    if not block.group:
        sheet.line([block.place, *block.names], font=HEAD)
        return
    sheet.put(0, block.place, span=(2, 1), font=HEAD)
    sheet.put(1, block.group, span=(1, len(block.names)), font=HEAD)
    sheet.advance(1)
    for column, name in enumerate(block.names, start=1):
        sheet.put(column, name, font=HEAD)
    sheet.advance(5)


@dataclass(frozen=True)
class Section:
    """A section of the rubric as printed, with its lines of clause and weight."""

    number: Value
    title: str
    lines: Sequence[tuple[str, Value]]


def rubric(mark: str, title: str, caption: str, sections: Sequence[Section], notes: Sequence[str] = ()) -> Sheet:
    """The rubric: number and section are merged over the section's lines."""
    sheet = begin("考核评分细则", mark, title, RUBRIC_WIDTHS)
    first = sheet.row
    sheet.words(caption, font=HEAD, across="center")
    sheet.line(RUBRIC_HEADS, font=HEAD)
    sheet.repeat(first)
    for section in sections:
        sheet.put(0, section.number, span=(len(section.lines), 1))
        sheet.put(1, section.title, span=(len(section.lines), 1))
        share = ceil(sheet.lines(1, section.title) / len(section.lines))
        for clause, weight in section.lines:
            sheet.put(2, clause, across="left")
            sheet.put(3, weight)
            sheet.advance(max(share, sheet.lines(2, clause)))
    for note in notes:
        sheet.words(note)
    return sheet
