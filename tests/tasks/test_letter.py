"""A letter in the layout of GB/T 9704, part by part, and the charts that stand in it. No database."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import RGBColor
from PIL import Image

from tasks.documents.letter import Letter, day, numeral
from tasks.documents.pictures import DPI, FILL, LESS, ROW, WHITE, WIDTH, Bar, bars

D = Decimal


def written(letter):
    """The file as it is read back."""
    return docx.Document(BytesIO(letter.content()))


def face(paragraph):
    run = paragraph.runs[0]
    return run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt


@pytest.fixture
def letter():
    return Letter("关于考核情况的通报", "上海市宝山区民政局")


class TestParts:
    def test_the_mark_is_red_and_one_line_wide(self, letter):
        letter.mark(2024)
        mark = written(letter).paragraphs[0]

        assert (mark.text, mark.alignment, face(mark)) == (
            "上海市宝山区民政局文件",
            ALIGN.CENTER,
            ("方正小标宋简体", 40),
        )
        assert mark.runs[0].font.color.rgb == RGBColor(0xFF, 0, 0)
        assert round(mark.paragraph_format.space_before.mm) == 35

    def test_a_short_issuer_has_no_larger_mark_than_48_points(self):
        letter = Letter("通报", "民政局")
        letter.mark(2024)
        assert face(written(letter).paragraphs[0])[1] == 48

    def test_the_number_is_left_to_the_registry_above_a_red_line(self, letter):
        letter.mark(2024)
        number = next(one for one in written(letter).paragraphs if "2024" in one.text)
        line = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))

        assert (number.text, line.get(qn("w:color"))) == ("〔2024〕　　号", "FF0000")

    @pytest.mark.parametrize(("demo", "words"), [(True, "演示数据，不是真实填报"), (False, "")])
    def test_what_is_made_up_says_so_on_every_page(self, demo, words):
        page = written(Letter("通报", "民政局", demo=demo)).sections[0]
        assert [one.paragraphs[0].text for one in (page.header, page.even_page_header)] == [words, words]

    def test_28_characters_fill_a_line(self):
        spacing = written(Letter("通报", "民政局")).styles["Normal"].element.rPr.find(qn("w:spacing"))
        a_character = 16 + int(spacing.get(qn("w:val"))) / 20

        assert 28 * a_character <= 156 / 25.4 * 72 < 28.5 * a_character

    def test_headings_number_themselves_in_their_faces(self, letter):
        letter.heading("总体情况")
        letter.part(2, "重点项目", "平均得5.00分。")
        letter.heading("填报情况")
        lines = written(letter).paragraphs

        assert [line.text for line in lines] == ["一、总体情况", "（二）重点项目。平均得5.00分。", "二、填报情况"]
        assert [face(line) for line in lines[:2]] == [("黑体", 16), ("楷体_GB2312", 16)]
        assert lines[1].runs[1]._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"

    def test_text_begins_two_characters_in(self, letter):
        letter.text("现通报如下：")
        assert written(letter).paragraphs[0].paragraph_format.first_line_indent.pt == 32

    @pytest.mark.parametrize(
        ("titles", "lines"),
        [
            (["得分"], ["", "附件：得分"]),
            (["得分", "名次"], ["", "附件：1.得分", "　　　2.名次"]),
        ],
    )
    def test_attachments_are_listed_below_the_text(self, letter, titles, lines):
        letter.attached(titles)
        assert [line.text for line in written(letter).paragraphs] == lines

    def test_the_date_stands_four_characters_in_from_the_right(self, letter):
        letter.signed(dt.date(2024, 10, 8))
        issuer, date = written(letter).paragraphs[-2:]

        assert (issuer.text, date.text) == ("上海市宝山区民政局", "2024年10月8日")
        assert (date.alignment, date.paragraph_format.right_indent.pt) == (ALIGN.RIGHT, 64)

    def test_an_attachment_begins_a_page(self, letter):
        letter.attachment(2, "得分")
        mark = written(letter).paragraphs[0]

        assert (mark.text, mark.paragraph_format.page_break_before) == ("附件2", True)

    @pytest.mark.parametrize(("number", "told"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四")])
    def test_numerals_go_beyond_ten(self, number, told):
        assert numeral(number) == told

    def test_a_day_that_is_not_known_is_left_blank(self):
        assert (day(dt.date(2024, 1, 2)), day(None).replace("　", "")) == ("2024年1月2日", "年月日")


class TestTable:
    @pytest.fixture
    def table(self, letter):
        letter.table((20, 136), ["名次", "街镇\n全称"], [["1", "庙行镇"], ["2", "高境镇"]], left=(1,))
        return written(letter).tables[0]

    def test_its_head_stands_on_every_page_and_no_row_is_torn(self, table):
        rows = [row._tr.trPr for row in table.rows]

        assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
        assert [row.find(qn("w:cantSplit")) is not None for row in rows] == [True, True, True]

    def test_it_holds_its_words_in_small_fangsong(self, table):
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["名次", "街镇\n全称"],
            ["1", "庙行镇"],
            ["2", "高境镇"],
        ]
        head, cell = table.rows[0].cells[0].paragraphs[0], table.rows[1].cells[1].paragraphs[0]
        assert (face(head), face(cell)) == (("黑体", 12), ("仿宋_GB2312", 12))
        assert (head.alignment, cell.alignment) == (ALIGN.CENTER, ALIGN.LEFT)

    def test_it_is_as_wide_as_its_columns(self, table):
        assert [round(column.width.mm) for column in table.columns] == [20, 136]


class TestPicture:
    def drawn(self, *values, mark=None):
        rows = [Bar(f"街镇{number}", D(value), f"{value}.00") for number, value in enumerate(values)]
        return Image.open(BytesIO(bars(rows, mark=mark)))

    def run(self, picture, row, colour):
        """How many pixels of a colour lie in the middle of a row's bar."""
        line = [picture.getpixel((x, 16 + ROW * row + ROW // 2)) for x in range(WIDTH)]
        return line.count(tuple(bytes.fromhex(colour[1:])))

    def test_bars_are_as_long_as_their_values(self):
        picture = self.drawn(90, 45, 0)
        first, half, nothing = (self.run(picture, row, FILL) for row in range(3))

        assert abs(first - 2 * half) <= 2
        assert nothing <= 2

    def test_what_is_lost_has_a_colour_of_its_own(self):
        picture = self.drawn(-10, 10)
        assert (self.run(picture, 0, FILL), self.run(picture, 1, LESS)) == (0, 0)
        assert self.run(picture, 0, LESS) == self.run(picture, 1, FILL)

    def test_every_row_has_its_height_and_a_mark_one_more(self):
        assert self.drawn(1, 2).size == (WIDTH, 2 * 16 + 2 * ROW)
        assert self.drawn(1, 2, mark=("中位数", D(2))).size == (WIDTH, 2 * 16 + 3 * ROW)

    def test_names_are_drawn_in_chinese_letters(self):
        """A font without them would draw the same box for each."""

        def name(words):
            return Image.open(BytesIO(bars([Bar(words, D(0), "")]))).crop((0, 0, 200, 90)).tobytes()

        assert len({name("庙行镇"), name("高境镇"), name("罗店镇")}) == 3

    @pytest.mark.parametrize("rows", [[], [Bar("", D(0), "")], [Bar("名" * 40, D(1), "1.00")]])
    def test_nothing_to_draw_and_names_too_long_are_drawn(self, rows):
        picture = Image.open(BytesIO(bars(rows)))
        assert (picture.width, picture.getpixel((0, 0))) == (WIDTH, tuple(bytes.fromhex(WHITE[1:])))

    def test_it_stands_as_wide_as_the_text_with_its_words_for_readers(self, letter):
        letter.picture(bars([Bar("庙行镇", D(60), "60.00")]), "各街镇总分")
        paper = written(letter)
        (shape,) = paper.inline_shapes

        assert (round(shape.width.mm), shape._inline.docPr.get("descr")) == (156, "各街镇总分")
        assert paper.paragraphs[-1].text == "各街镇总分"
        assert round(WIDTH / DPI * 25.4) == 156
