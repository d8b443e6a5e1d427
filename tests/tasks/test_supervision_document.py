"""The sheet as a Word document: the layout of GB/T 9704, and every word that is on the page."""

import datetime as dt
from io import BytesIO
from zoneinfo import ZoneInfo

import docx
import pytest
from django.utils import translation
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn

from tasks.documents.official import content, new_document, plain, write
from tasks.documents.supervision import document
from tasks.models import Supervision
from tasks.supervising import answer, close, issue, return_, sign
from tests.factories import ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


def morning(day):
    return dt.datetime(2024, 10, day, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def sheet(district, miaohang, staff):
    return issue(
        programme=ProgrammeFactory(district=district, issuer="上海市宝山区民政局"),
        town=miaohang,
        matter="床位滞后\n自9月起",
        requirement="请补齐\x0b",
        due_on=dt.date(2024, 10, 29),
        by=staff,
        key="1",
        at=morning(1),
    )


def written(sheet):
    """The file as it is read back."""
    sheet = Supervision.objects.get(pk=sheet.pk)
    return docx.Document(BytesIO(document(sheet, list(sheet.acts.select_related("by")))))


def rows(paper):
    """The table's rows; a merged cell once."""
    found = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    return [list(dict.fromkeys(row)) if row[0] not in ("签发单位", "承办单位") else row for row in found]


def test_a_new_sheet_has_its_matter_and_room_for_the_rest(sheet):
    paper = written(sheet)

    assert [paragraph.text for paragraph in paper.paragraphs] == ["督办单", "督〔2024〕1号"]
    assert rows(paper) == [
        ["签发单位", "上海市宝山区民政局", "签发日期", "2024年10月1日"],
        ["承办单位", "庙行镇", "办结期限", "2024年10月29日"],
        ["督办事项", "床位滞后\n自9月起"],
        ["办理要求", "请补齐"],
        ["签　　收", ""],
        ["办理情况", ""],
        ["办结意见", ""],
    ]


def test_what_was_done_stands_in_its_place_in_order(sheet, official, staff):
    sign(sheet=sheet, by=official, at=morning(2))
    answer(sheet=sheet, words="已开工", by=official, at=morning(3))
    return_(sheet=sheet, words="没有日期", by=staff, at=morning(4))
    answer(sheet=sheet, words="月底建成", by=official, at=morning(5))
    close(sheet=sheet, words="同意", by=staff, at=morning(6))

    assert rows(written(sheet))[4:] == [
        ["签　　收", "2024年10月2日 09:05 庙行经办人 已签收"],
        [
            "办理情况",
            "2024年10月3日 09:05 庙行经办人 已答复\n已开工\n2024年10月4日 09:05 养老服务科 答复退回\n没有日期\n"
            "2024年10月5日 09:05 庙行经办人 已答复\n月底建成",
        ],
        ["办结意见", "2024年10月6日 09:05 养老服务科 已办结\n同意"],
    ]


def test_closing_without_an_answer_is_said(sheet, staff):
    close(sheet=sheet, words="指标已调整", by=staff, at=morning(6))

    assert rows(written(sheet))[6] == ["办结意见", "2024年10月6日 09:05 养老服务科 未经答复办结\n指标已调整"]


def test_it_is_chinese_for_every_reader(sheet, official):
    sign(sheet=sheet, by=official, at=morning(2))

    with translation.override("en"):
        paper = written(sheet)

    assert (paper.paragraphs[1].text, rows(paper)[4][1]) == ("督〔2024〕1号", "2024年10月2日 09:05 庙行经办人 已签收")


def test_without_an_issuer_the_district_issues(sheet):
    sheet.programme.issuer = ""
    sheet.programme.save()

    assert rows(written(sheet))[0][1] == "宝山区"


class TestLayout:
    @pytest.fixture
    def paper(self, sheet):
        return written(sheet)

    def test_the_page_is_a4_with_the_margins_of_the_standard(self, paper):
        page = paper.sections[0]
        sides = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)

        assert [round(side.mm) for side in (page.page_width, page.page_height, *sides)] == [210, 297, 37, 35, 28, 26]

    def test_22_lines_of_28_9_points_fill_a_page(self, paper):
        body = paper.styles["Normal"].paragraph_format

        assert (body.line_spacing.pt, body.space_before.pt, body.space_after.pt) == (28.9, 0, 0)

    def test_the_faces_and_sizes_are_named(self, paper):
        def face(run):
            return run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt

        title, number = (paragraph.runs[0] for paragraph in paper.paragraphs)
        label, value = (paper.tables[0].rows[0].cells[at].paragraphs[0].runs[0] for at in (0, 1))

        assert [face(run) for run in (title, number, label, value)] == [
            ("方正小标宋简体", 22),
            ("仿宋_GB2312", 16),
            ("黑体", 16),
            ("仿宋_GB2312", 16),
        ]

    def test_the_page_number_stands_at_the_outer_edge(self, paper):
        page = paper.sections[0]
        odd, even = page.footer.paragraphs[0], page.even_page_footer.paragraphs[0]

        assert paper.settings.odd_and_even_pages_header_footer is True
        assert (odd.alignment, even.alignment) == (ALIGN.RIGHT, ALIGN.LEFT)
        assert [run.text for run in odd.runs] == ["— ", "", " —"]
        assert "PAGE" in odd.runs[1]._element.xml

    def test_the_table_is_as_wide_as_the_text(self, paper):
        assert round(sum(column.width.mm for column in paper.tables[0].columns)) == 210 - 28 - 26


@pytest.mark.parametrize(
    ("typed", "kept"), [("甲\x00乙\x1f", "甲乙"), ("甲\ud800", "甲"), ("𠮷\t—", "𠮷\t—"), ("\uffff", "")]
)
def test_what_no_word_file_can_hold_is_left_out(typed, kept):
    paper = new_document(typed, "")
    write(paper.add_paragraph(), typed)

    assert plain(typed) == kept
    assert docx.Document(BytesIO(content(paper))).paragraphs[-1].text == kept
