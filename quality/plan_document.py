"""A facility's plan (一院一案) as a Word document: where it lost points, what it aims at, what it does until when."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

from quality.models import ImprovementPlan, PlanAct
from quality.plan_progress import Progress
from tasks.documents.official import LABEL, SECOND, THIRD, TITLE, content, fill, new_document, table, write

GROUPS, MEASURES = (Mm(76), Mm(40), Mm(40)), (Mm(12), Mm(62), Mm(24), Mm(28), Mm(30))
INDENT = Pt(32)  # two characters of the text
SMALL, PITCH = Pt(12), Pt(18)


def document(plan: ImprovementPlan, progress: Progress, acts: Sequence[PlanAct]) -> bytes:
    """One version, read as `standing`, with its progress and what was decided."""
    with override(settings.LANGUAGE_CODE):
        return _document(plan, progress, acts)


def _document(plan: ImprovementPlan, progress: Progress, acts: Sequence[PlanAct]) -> bytes:
    facility = plan.facility
    paper = new_document(f"{facility}一院一案", facility.name)
    for line in (facility.name, f"{plan.programme.year}年服务质量提升一院一案"):
        write(paper.add_paragraph(), line, face=TITLE, size=SECOND, align=ALIGN.CENTER)
    write(paper.add_paragraph(), f"（第{plan.version}版　{plan.state.label}）", align=ALIGN.CENTER)
    _heading(paper, "一、问题分析")
    if plan.inspection:
        day = plan.inspection.result.visited_on
        _text(
            paper,
            f"最近一次检查为{plan.inspection.get_kind_display()}（{day.year}年{day.month}月{day.day}日），各部分失分如下：",
        )
        _table(
            paper, GROUPS, ["检查部分", "失分", "适用项总分"], [[g["group"], g["lost"], g["of"]] for g in plan.analysis]
        )
    for line in plan.words.splitlines():
        _text(paper, line)
    _heading(paper, "二、提升目标")
    star = f"，机构等级达到{plan.star}级" if plan.star else ""
    _text(paper, f"日常监测结果达到“{plan.get_grade_display()}”{star}。")
    _heading(paper, "三、整改提升措施")
    rows = [_measure(place, line) for place, line in enumerate(progress.lines, 1)]
    _table(paper, MEASURES, ["序号", "措施", "责任人", "完成期限", "进展"], rows)
    _text(paper, f"共{len(progress.lines)}项措施，已完成{progress.done}项（{progress.percent}%）。")
    _heading(paper, "四、审核与批准")
    for act in acts:
        at = timezone.localdate(act.at)
        words = f"：{act.words}" if act.words else ""
        _text(paper, f"{at.year}年{at.month}月{at.day}日　{act.by}　{act.get_kind_display()}{words}")
    if not acts:
        _text(paper, "街镇审核：　　　　　　　　　　区民政局批准：")
    return content(paper)


def _measure(place: int, line) -> list[str]:
    told = [line.measure.words]
    if line.measure.task:
        told.append(f"对应行动：{line.measure.task}")
    told += [f"{finding} {finding.subject}" for finding in line.findings]
    state = "已完成" if line.done else f"已销号{line.closed}/{len(line.findings)}" if line.findings else "推进中"
    return [str(place), "\n".join(told), line.measure.owner, str(line.measure.due_on), state]


def _heading(paper, text: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = INDENT
    write(paragraph, text, face=LABEL, size=THIRD)


def _text(paper, text: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = INDENT
    write(paragraph, text)


def _table(paper, widths: Sequence[Mm], head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    form = table(paper, widths)
    for number, row in enumerate([head, *rows]):
        line = form.add_row()
        for cell, value, width in zip(line.cells, row, widths, strict=True):
            cell.width = width
            fill(cell, value.split("\n"), size=SMALL, **({} if number else {"face": LABEL}))
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.line_spacing = PITCH
