"""The report of an inspection to its facility as a Word document: what was inspected, the result by group, what was found."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

from quality.inspection_tables import team_of
from quality.models import Inspection, InspectionAnswer, InspectionKind
from quality.visit_reading import parts_of
from tasks.documents.official import LABEL, SECOND, TITLE, content, fill, new_document, table, write
from tasks.formats import NOTHING, number

INDENT = Pt(32)  # two characters of the text
PARTS = (Mm(60), Mm(32), Mm(32), Mm(32))
FINDINGS = (Mm(14), Mm(52), Mm(58), Mm(16), Mm(16))
SMALL = Pt(12)


def document(inspection: Inspection, answers: Sequence[InspectionAnswer]) -> bytes:
    """The report of a submitted inspection; Chinese whatever language the reader uses."""
    with override(settings.LANGUAGE_CODE):
        return _document(inspection, answers)


def _document(inspection: Inspection, answers: Sequence[InspectionAnswer]) -> bytes:
    result, facility = inspection.result, inspection.facility
    issuer = facility.name if inspection.kind == InspectionKind.SELF_CHECK else f"{facility.town.district}民政局"
    title = f"{inspection.get_kind_display()}结果报告"
    paper = new_document(f"{facility} {title}", issuer)
    write(paper.add_paragraph(), title, face=TITLE, size=SECOND, align=ALIGN.CENTER)
    paper.add_paragraph()
    write(paper.add_paragraph(), f"{facility.name}：")
    _text(paper, _told(inspection))
    _heading(paper, "一、检查结果")
    _text(paper, _outcome(inspection))
    _parts(paper, answers)
    if result.words:
        _text(paper, f"总体评价：{result.words}")
    _heading(paper, "二、发现的问题")
    findings = [one for one in answers if one.severity]
    if findings:
        _text(paper, f"共发现问题 {len(findings)} 项，请逐项整改。")
        _findings(paper, findings)
    else:
        _text(paper, "本次检查未发现问题。")
    if inspection.replaces_id:
        _text(paper, f"本报告更正并替代此前的检查结果。更正原因：{inspection.reason}")
    paper.add_paragraph()
    write(paper.add_paragraph(), issuer, align=ALIGN.RIGHT)
    write(paper.add_paragraph(), _day(timezone.localdate(result.at)), align=ALIGN.RIGHT)
    return content(paper)


def _told(inspection: Inspection) -> str:
    item_list = inspection.item_list
    team = f"，检查人员为{team_of(inspection)}" if inspection.team else ""
    source = f"（{item_list.source}）" if item_list.source else ""
    note = "该表的检查内容为占位文本。" if item_list.placeholder else ""
    return (
        f"{_day(inspection.result.visited_on)}，按照{item_list.title}第{item_list.version}版{source}，"
        f"对你单位开展了{inspection.period.name}{inspection.get_kind_display()}{team}。{note}"
    )


def _outcome(inspection: Inspection) -> str:
    result = inspection.result
    asked = f"收回答卷 {result.respondents} 份，" if result.respondents else ""
    grade = f"结果为“{result.grade_name}”" if result.grade_name else "未达到评定等级的最低要求"
    figures = f"得 {number(result.points)} 分，适用项总分 {number(result.attainable)} 分，得分率 {result.percent}%"
    return f"{asked}{figures}，{grade}。"


def _parts(paper, answers: Sequence[InspectionAnswer]) -> None:
    form = table(paper, PARTS)
    _row(form, ("分组", "得分", "适用项总分", "得分率"), PARTS, face=LABEL)
    for part in parts_of(answers):
        share = NOTHING if part.percent is None else f"{part.percent}%"
        _row(form, (part.name, number(part.points), number(part.attainable), share), PARTS)


def _findings(paper, findings: Sequence[InspectionAnswer]) -> None:
    form = table(paper, FINDINGS)
    _row(form, ("序号", "检查内容", "发现的问题", "程度", "得分"), FINDINGS, face=LABEL)
    for one in findings:
        score = f"{number(one.points)}/{number(one.item.points)}"
        words = (str(one.item.number), one.item.words, one.words, one.get_severity_display(), score)
        _row(form, words, FINDINGS)


def _row(form, words: Sequence[str], widths: Sequence[Mm], **style) -> None:
    for cell, text, width in zip(form.add_row().cells, words, widths, strict=True):
        cell.width = width
        fill(cell, text.splitlines() or [""], size=SMALL, **style)


def _heading(paper, words: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = INDENT
    write(paragraph, words, face=LABEL)


def _text(paper, words: str) -> None:
    for line in words.splitlines():
        paragraph = paper.add_paragraph()
        paragraph.paragraph_format.first_line_indent = INDENT
        write(paragraph, line)


def _day(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
