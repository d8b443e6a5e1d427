"""The quarter's bulletin (季度通报) and the year's result notice (考核结果通报): letters to all towns."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import override

from scoring.acting import Kind, appeals_of
from scoring.documents import sentences, tables
from scoring.documents.results import Results
from scoring.models import Assessment
from tasks.board import Moment
from tasks.completeness import Cell, Completeness
from tasks.documents.letter import Letter, day

TOWNS = "各街镇"


def bulletin(results: Results) -> bytes:
    """Places, sections, where points were lost, who reported late, appeals; two attachments."""
    with override(settings.LANGUAGE_CODE):
        one = results.assessment
        letter = begun(results, f"关于{one.period.name}养老服务重点任务考核情况的通报")
        letter.heading("总体情况")
        letter.text(sentences.overall(results))
        _said(letter, sentences.grades(results), sentences.vetoes(results))
        letter.picture(tables.totals_chart(results), "各街镇总分")
        by_section(letter, results)
        letter.heading("区分度与失分情况")
        _said(letter, sentences.apart(results.lines()), sentences.lost(results.lines()), sentences.waiting(results))
        letter.heading("填报情况")
        letter.text(reported(_cells(one, results)))
        return ended(letter, results)


def notice(results: Results) -> bytes:
    """The year's grades and places, what added and took points, appeals; two attachments."""
    with override(settings.LANGUAGE_CODE):
        letter = begun(results, f"关于{results.assessment.programme.year}年度养老服务工作考核结果的通报")
        letter.heading("考核结果")
        letter.text(sentences.bands(results))
        _said(letter, sentences.grades(results), sentences.vetoes(results))
        letter.text(sentences.overall(results))
        letter.picture(tables.totals_chart(results), "各街镇总分")
        by_section(letter, results)
        letter.heading("加分和扣分")
        letter.text(sentences.given(results, bonus=True))
        letter.text(sentences.given(results, bonus=False))
        _said(letter, sentences.waiting(results))
        return ended(letter, results)


def begun(results: Results, title: str) -> Letter:
    """Up to what it is based on: by which rubric, as of which day."""
    one = results.assessment
    letter = Letter(title, issuer_of(one), demo=one.programme.demo)
    letter.mark(one.programme.year)
    letter.title(title)
    letter.to(TOWNS)
    source = f"《{one.programme.notice_title or one.programme.title}》"
    source += f"（{one.programme.document_number}）" if one.programme.document_number else ""
    letter.text(
        f"根据{source}及其考核评分细则，对各街镇截至{day(one.as_of)}的工作完成情况进行了考核。"
        f"数据以审核通过的填报为准，按评分细则逐项计算。现将有关情况通报如下："
    )
    _said(letter, *replaced(results))
    return letter


def replaced(results: Results) -> list[str]:
    """What this one corrects, and what it was corrected by."""
    acts = results.assessment.replacements.select_related("assessment")
    said = [f"本次结果更正并替代“{act.assessment}”，原因：{act.reason.rstrip('。')}。" for act in acts]
    if act := results.acts.get(Kind.REPLACED):
        said.append(f"本次结果已于{day(localdate(act.at))}由“{act.successor}”替代，不再有效。")
    return said


def by_section(letter: Letter, results: Results) -> None:
    letter.heading("各部分得分情况")
    for at, section in enumerate(results.sections, 1):
        letter.part(at, section["title"], sentences.section(results, at))


def ended(letter: Letter, results: Results) -> bytes:
    """Appeals where it is public, the closing words, the date, and both attachments."""
    if Kind.PUBLISHED in results.acts:
        letter.heading("申诉和裁定")
        letter.text(sentences.appeals(list(appeals_of(results.assessment))))
    letter.text("特此通报。")
    letter.attached([tables.PLACES, tables.LINES])
    letter.signed(results.issued_on)
    letter.attachment(1, tables.PLACES)
    tables.places(letter, results)
    letter.attachment(2, tables.LINES)
    tables.lines(letter, results.lines(), results.sections)
    return letter.content()


def issuer_of(assessment: Assessment) -> str:
    return assessment.programme.issuer or str(assessment.district)


def reported(cells: Sequence[Cell]) -> str:
    """Who was late, and who still owes lines, on the day of freezing."""
    owing = [cell for cell in cells if cell.owed]
    late = [cell.town for cell in owing if cell.late]
    missing = [f"{cell.town.name}（{cell.missing}项）" for cell in owing if cell.missing]
    said = f"应填报街镇{len(owing)}个，"
    said += f"逾期填报{len(late)}个（{sentences.names(late)}）；" if late else "没有逾期填报；"
    return said + (f"尚未报全{len(missing)}个：{'、'.join(missing)}。" if missing else "均已报全。")


def _cells(assessment: Assessment, results: Results) -> list[Cell]:
    known_on = results.acts[Kind.FROZEN].known_on
    return Completeness(assessment.programme, Moment(known_on, known_on)).of_period(assessment.period)


def _said(letter: Letter, *sentences: str) -> None:
    """Those that say something."""
    for words in filter(None, sentences):
        letter.text(words)
