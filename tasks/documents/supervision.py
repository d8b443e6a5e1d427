"""A supervision sheet (督办单) as a Word document: one matter, one sheet, with room for what is not yet done."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm

from tasks.documents.official import LABEL, SECOND, TITLE, content, fill, new_document, table, write
from tasks.models import Supervision, SupervisionAct
from tasks.supervision_life import events

WIDTHS = (Mm(26), Mm(54), Mm(26), Mm(50))
LOW, HIGH = Mm(13), Mm(28)  # of a row at least: room to write by hand
SIGNED, ANSWERED, CLOSED = "签　　收", "办理情况", "办结意见"
Kind = SupervisionAct.Kind
BOXES = {Kind.SIGNED: SIGNED, Kind.ANSWERED: ANSWERED, Kind.RETURNED: ANSWERED, Kind.CLOSED: CLOSED}


def document(sheet: Supervision, acts: Sequence[SupervisionAct]) -> bytes:
    """The sheet with all that was done with it."""
    with override(settings.LANGUAGE_CODE):
        return _document(sheet, acts)


def _document(sheet: Supervision, acts: Sequence[SupervisionAct]) -> bytes:
    issuer = sheet.programme.issuer or str(sheet.district)
    paper = new_document(f"督办单 {sheet}", issuer)
    write(paper.add_paragraph(), "督办单", face=TITLE, size=SECOND, align=ALIGN.CENTER)
    write(paper.add_paragraph(), str(sheet), align=ALIGN.RIGHT)
    form = table(paper, WIDTHS)
    _pairs(form, ("签发单位", issuer), ("签发日期", _day(timezone.localdate(sheet.at))))
    _pairs(form, ("承办单位", sheet.town.name), ("办结期限", _day(sheet.due_on)))
    told = defaultdict(list)
    for act, event in zip(acts, events(sheet, acts)[1:], strict=True):
        told[BOXES[Kind(act.kind)]] += _told(event)
    _words(form, "督办事项", sheet.matter.splitlines(), HIGH)
    _words(form, "办理要求", sheet.requirement.splitlines(), HIGH)
    _words(form, SIGNED, told[SIGNED], LOW)
    _words(form, ANSWERED, told[ANSWERED], HIGH)
    _words(form, CLOSED, told[CLOSED], HIGH)
    return content(paper)


def _told(event) -> list[str]:
    """`2024年10月16日 09:00 庙行经办人 已签收`, and what was said."""
    at = timezone.localtime(event.when)
    return [f"{_day(at)} {at:%H:%M} {event.who} {event.what}", *event.reason.splitlines()]


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _pairs(form, *pairs: tuple[str, str]) -> None:
    """A row of labels, each with its value."""
    cells = _row(form, LOW).cells
    for number, (label, value) in enumerate(pairs):
        fill(cells[2 * number], [label], face=LABEL, align=ALIGN.CENTER)
        fill(cells[2 * number + 1], [value], align=ALIGN.CENTER)


def _words(form, label: str, lines: Iterable[str], height: Mm) -> None:
    """A row with one label and running words over the rest of its width."""
    cells = _row(form, height).cells
    fill(cells[0], [label], face=LABEL, align=ALIGN.CENTER)
    fill(cells[1].merge(cells[3]), lines)


def _row(form, height: Mm):
    row = form.add_row()
    row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, width in zip(row.cells, WIDTHS, strict=True):
        cell.width, cell.vertical_alignment = width, WD_ALIGN_VERTICAL.CENTER
    return row
