"""What is read in a notice's own words; what is not there stays empty."""

import datetime as dt
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.annexes.files import read_paragraphs
from tasks.annexes.grid import GridError
from tasks.annexes.notice import NoticeDraft, read_notice
from tests.tasks.notices import notice, notice_lines
from tests.tasks.workbooks import table

BEGIN = ["区民政局文件", "区民〔2024〕9号", "关于下达2024年任务的通知", "各街镇：", "请执行。"]
END = ["区民政局", "2024年5月7日"]


def test_the_notice_of_2024_in_the_lines_of_its_print():
    draft = read_notice(read_paragraphs(notice("baoshan-2024")))

    assert (draft.title, draft.document_number, draft.issuer, draft.issued_on, draft.year, draft.name) == (
        "宝山区民政局关于下达2024年养老服务重点任务指标和考核标准的通知",
        "",
        "上海市宝山区民政局",
        dt.date(2024, 5, 7),
        2024,
        "2024年养老服务重点任务指标和考核标准",
    )
    assert draft.text == "\n".join(line.strip() for line in notice_lines("baoshan-2024") if line.strip())


def test_the_notice_of_2023_in_the_lines_of_its_print():
    draft = read_notice(read_paragraphs(notice("changning-2023")))

    assert (draft.title, draft.document_number, draft.issuer, draft.issued_on, draft.year, draft.name) == (
        "关于开展“2023长宁区养老机构服务质量年”工作的通知",
        "长民〔2023〕4号",
        "上海市长宁区民政局",
        dt.date(2023, 4, 28),
        2023,
        "“2023长宁区养老机构服务质量年”工作",
    )


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("2024年5月7日", dt.date(2024, 5, 7)),
        ("2024 年 05 月 07 日", dt.date(2024, 5, 7)),
        ("二〇二四年五月七日", dt.date(2024, 5, 7)),
        ("二○二四年十二月三十一日", dt.date(2024, 12, 31)),
        ("二零二四年十月二十日", dt.date(2024, 10, 20)),
        ("2024年2月30日", None),
        ("2024年5月", None),
    ],
)
def test_dates_in_figures_and_in_characters(printed, date):
    assert read_notice([*BEGIN, "区民政局", printed]).issued_on == date


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("长民〔2023〕4号", "长民〔2023〕4号"),
        ("长民[2023] 4 号", "长民〔2023〕4号"),
        ("（沪民养老发【2023】14号）", "沪民养老发〔2023〕14号"),
        ("长民〔2023〕4号　　签发人：张三", "长民〔2023〕4号"),
        ("根据沪府办规〔2021〕11号文", ""),
        ("长民2023年4号", ""),
    ],
)
def test_document_numbers(printed, number):
    assert read_notice([printed, *BEGIN[2:], *END]).document_number == number


def test_a_number_that_the_text_refers_to_is_not_the_notice_s_own():
    assert read_notice([*BEGIN[2:], "沪府办规〔2021〕11号", *END]).document_number == ""


def test_every_issuer_that_signed_is_named():
    draft = read_notice([*BEGIN, "附件：1.清单", "2.分解表", "区 民 政 局", "区财政局", "2024年5月7日"])

    assert draft.issuer == "区民政局、区财政局"


def test_a_line_that_is_no_issuer_is_not_taken_for_one():
    assert read_notice([*BEGIN, "2024年5月7日"]).issuer == ""


@pytest.mark.parametrize("title", ["关于下达任务的通知", "关于下达2024年至2026年任务的通知"])
def test_a_year_that_the_title_does_not_tell_is_not_guessed(title):
    assert read_notice([*BEGIN[:2], title, *BEGIN[3:], *END]).year is None


def test_words_that_are_no_notice_tell_nothing():
    assert read_notice(["会议纪要", "今天讨论了关于食堂的事情。"]) == NoticeDraft(
        text="会议纪要\n今天讨论了关于食堂的事情。"
    )


def test_the_text_ends_where_the_annexes_begin():
    assert read_notice([*BEGIN, *END, "附件1", "2024年清单"]).text == "\n".join([*BEGIN, *END])


@given(st.lists(st.text(st.sampled_from("关于的通知附件：年月日局〔〕号二〇十四2 \n"), max_size=30), max_size=12))
def test_any_words_are_read_without_a_fault(paragraphs):
    read_notice(paragraphs)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"a,b\n", "unsupported"),
        (table(), "unsupported"),
        (notice("baoshan-2024", annexes=False)[:2000], "damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0", "unsupported"),
    ],
)
def test_a_file_that_is_no_word_file_is_refused(data, code):
    with pytest.raises(GridError) as refused:
        read_paragraphs(data)

    assert refused.value.code == code


def test_a_word_file_with_a_damaged_document_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<not-word")

    with pytest.raises(GridError) as refused:
        read_paragraphs(out.getvalue())

    assert refused.value.code == "damaged"
