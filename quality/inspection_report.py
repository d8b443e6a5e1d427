"""The report of an inspection to its facility as a Word document: what was inspected, the result by group, what was found."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from quality.inspection_tables import team_of
from quality.models import Inspection, InspectionAnswer, InspectionKind
from quality.visit_reading import parts_of
from tasks.documents.letter import Letter, day
from tasks.formats import NOTHING, number

PARTS = (60, 32, 32, 32)  # millimetres
FINDINGS = (14, 54, 56, 16, 16)


def document(inspection: Inspection, answers: Sequence[InspectionAnswer]) -> bytes:
    """The report of a submitted inspection; Chinese whatever language the reader uses."""
    with override(settings.LANGUAGE_CODE):
        return _document(inspection, answers)


def _document(inspection: Inspection, answers: Sequence[InspectionAnswer]) -> bytes:
    result, facility = inspection.result, inspection.facility
    title = f"{inspection.get_kind_display()}结果报告"
    letter = Letter(f"{facility} {title}", _issuer(inspection))
    letter.title(title)
    letter.to(facility.name)
    letter.text(_told(inspection))
    letter.heading("检查结果")
    letter.text(_outcome(inspection))
    letter.table(PARTS, ("分组", "得分", "适用项总分", "得分率"), _parts(answers))
    for line in f"总体评价：{result.words}".splitlines() if result.words else ():
        letter.text(line)
    letter.heading("发现的问题")
    _found(letter, [one for one in answers if one.severity])
    if inspection.replaces_id:
        letter.text(f"本报告更正并替代此前的检查结果。更正原因：{inspection.reason}")
    letter.signed(timezone.localdate(result.at))
    return letter.content()


def _issuer(inspection: Inspection) -> str:
    """Who carried it out: the facility itself, its town, or the district's bureau."""
    facility = inspection.facility
    if inspection.kind == InspectionKind.SELF_CHECK:
        return facility.name
    if inspection.by and inspection.by.town_id:
        return f"{facility.town}{'办事处' if facility.town.name.endswith('街道') else '人民政府'}"
    return f"{facility.town.district}民政局"


def _found(letter: Letter, findings: Sequence[InspectionAnswer]) -> None:
    if not findings:
        letter.text("本次检查未发现问题。")
        return
    letter.text(f"共发现问题 {len(findings)} 项，请逐项整改。")
    rows = [
        (
            *(str(one.item.number), one.item.words, one.words, one.get_severity_display()),
            f"{number(one.points)}/{number(one.item.points)}",
        )
        for one in findings
    ]
    letter.table(FINDINGS, ("序号", "检查内容", "发现的问题", "程度", "得分"), rows, left=(1, 2))


def _told(inspection: Inspection) -> str:
    item_list = inspection.item_list
    team = f"，检查人员为{team_of(inspection)}" if inspection.team else ""
    source = f"（{item_list.source}）" if item_list.source else ""
    note = "该表的检查内容为占位文本。" if item_list.placeholder else ""
    return (
        f"{day(inspection.result.visited_on)}，按照{item_list.title}第{item_list.version}版{source}，"
        f"对你单位开展了{inspection.period.name}{inspection.get_kind_display()}{team}。{note}"
    )


def _outcome(inspection: Inspection) -> str:
    result = inspection.result
    asked = f"收回答卷 {result.respondents} 份，" if result.respondents else ""
    grade = f"结果为“{result.grade_name}”" if result.grade_name else "未达到评定等级的最低要求"
    figures = f"得 {number(result.points)} 分，适用项总分 {number(result.attainable)} 分，得分率 {result.percent}%"
    return f"{asked}{figures}，{grade}。"


def _parts(answers: Sequence[InspectionAnswer]) -> list[tuple[str, ...]]:
    return [
        (
            *(part.name, number(part.points), number(part.attainable)),
            NOTHING if part.percent is None else f"{part.percent}%",
        )
        for part in parts_of(answers)
    ]
