"""Reading one cell: design.md section 4, "Reading cells", rule by rule."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.annexes.cells import CellError, Reading, read_number, read_target, same_unit
from tasks.annexes.grid import Cell


def cell(value, number_format="General"):
    return Cell("指标", 3, 2, value, number_format)


def target(value, number_format="General", rate=None):
    return read_target(cell(value, number_format), rate=rate)


def essence(reading):
    return reading.kind, reading.value, reading.comparator, reading.unit, reading.percent


def codes(reading):
    return [caution.code for caution in reading.cautions]


def failure(read, *args, **kwargs):
    with pytest.raises(CellError) as caught:
        read(*args, **kwargs)
    return caught.value


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "  ",
        "-",
        "－",
        "—",
        "——",
        "–",
        "/",
        "／",
        "无",
        " - ",
        "\u3000",
        "\\",
        "无任务",
        "不涉及",
        "ー",
        "暂无",
        "不作要求",
        "'-",
    ],
)
def test_marks_of_no_target_are_none(value):
    assert essence(target(value)) == ("none", None, "", "", False)


@pytest.mark.parametrize("value", [0, 0.0, "0", "０", "0.0"])
def test_zero_is_a_target_of_zero(value):
    assert essence(target(value)) == ("number", Decimal(0), "ge", "", False)


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        ("85%以上", "General"),
        ("≥85%", "General"),
        ("不低于85%", "General"),
        ("８５％及以上", "General"),
        ("85 % 以上", "General"),
        ("达85%以上", "General"),
        ("85%以上（含85%）", "General"),
        ("85%以上（含本数）", "General"),
        ("百分之85以上", "General"),
        ("持证率达85%以上", "General"),
        ("不得低于85%", "General"),
        ("≥85%（含）。", "General"),
        (0.85, "0%"),
        (0.85, "0.00%;[Red]-0.00%"),
        (85, '0"%"'),
        (85, "0\\%"),
    ],
)
def test_all_spellings_of_a_rate_are_one_target(value, number_format):
    assert essence(target(value, number_format)) == ("number", Decimal(85), "ge", "", True)


@pytest.mark.parametrize(
    ("printed", "number", "comparator", "unit"),
    [
        ("不低于2000人/年", 2000, "ge", "人/年"),
        ("不低于2000人/年/街镇", 2000, "ge", "人/年/街镇"),
        ("不少于300张", 300, "ge", "张"),
        ("达到65张", 65, "ge", "张"),
        ("300张（含）以上", 300, "ge", "张"),
        ("60平方米以上", 60, "ge", "平方米"),
        ("60平/千人", 60, "ge", "平/千人"),
        ("新建8个", 8, "ge", "个"),
        ("每年不低于2000人；", 2000, "ge", "人"),
        ("不得超过3次", 3, "le", "次"),
        ("'12", 12, "ge", ""),
        ("控制在555万人以内", 555, "le", "万人"),
        ("100张以内", 100, "le", "张"),
        ("不超过 3 次", 3, "le", "次"),
        ("≤5", 5, "le", ""),
        ("12 户", 12, "ge", "户"),
        ("1,234,567", 1234567, "ge", ""),
        ("１，２３４家", 1234, "ge", "家"),
        ("1 234 567", 1234567, "ge", ""),
        (".5", "0.5", "ge", ""),
    ],
)
def test_written_requirements(printed, number, comparator, unit):
    assert essence(target(printed)) == ("number", Decimal(number), comparator, unit, False)


def test_rates_below_are_upper_bounds():
    assert essence(target("4.3%以内")) == ("number", Decimal("4.3"), "le", "", True)


@pytest.mark.parametrize(("printed", "comparator"), [(">3.2%", "ge"), ("超过5家", "ge"), ("<3", "le"), ("低于3", "le")])
def test_strict_bounds_are_read_with_the_number_and_a_caution(printed, comparator):
    reading = target(printed)

    assert (reading.comparator, codes(reading)) == (comparator, ["strict_bound"])


@pytest.mark.parametrize("printed", ["应补尽补", "应保尽保", "按月安排", "完成年度目标任务", "三方签约", "①"])
def test_words_without_a_number_are_kept(printed):
    assert target(f" {printed} ") == Reading("text", text=printed)


@pytest.mark.parametrize("printed", ["4-5家", "4～5家", "4家至5家", "60%—70%"])
def test_a_range_is_kept_as_words_with_a_caution(printed):
    reading = target(printed)

    assert (reading.kind, reading.value, reading.text, codes(reading)) == ("text", None, printed, ["range"])


@pytest.mark.parametrize("printed", ["三家", "二十", "一百二十户", "十张以上"])
def test_a_number_in_chinese_characters_is_kept_as_words_with_a_caution(printed):
    reading = target(printed)

    assert (reading.kind, reading.text, codes(reading)) == ("text", printed, ["chinese_number"])


@pytest.mark.parametrize("printed", ["增长8.5%左右", "约200户", "200左右"])
def test_a_vague_number_is_kept_as_words_with_a_caution(printed):
    reading = target(printed)

    assert (reading.kind, reading.text, codes(reading)) == ("text", printed, ["approximate"])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("12a", "unreadable"),
        ("5个3张", "unreadable"),
        ("……", "unreadable"),
        ("?", "unreadable"),
        ("NaN", "unreadable"),
        ("n/a", "unreadable"),
        ("a12", "unreadable"),
        ("12待定", "unreadable"),
        ("1,23", "unreadable"),
        ("1.2.3", "unreadable"),
        ("1 2", "unreadable"),
        ("948\n160", "unreadable"),
        ("5/8", "unreadable"),
        ("1e30", "unreadable"),
        ("٣", "unreadable"),
        ("不低于85%以内", "unreadable"),
        (float("nan"), "unreadable"),
        (float("inf"), "unreadable"),
        (True, "boolean"),
        (datetime.datetime(2024, 4, 5), "date"),
        (datetime.time(4, 5), "date"),
        ("#REF!", "formula_error"),
        ("#N/A", "formula_error"),
        (-1, "negative"),
        ("-1", "negative"),
        ("－1家", "negative"),
        (10**10, "too_large"),
        (1e30, "too_large"),
        ("10000000000", "too_large"),
        ("1234567890.123456", "too_large"),
        ("0." + "9" * 40, "too_large"),
    ],
)
def test_what_is_no_target_is_an_error_that_says_what_it_found(value, code):
    error = failure(target, value)

    assert error.code == code
    assert cell(value).text in error.message


def test_largest_number():
    assert target("9999999999.99999").value == Decimal("9999999999.99999")


@pytest.mark.parametrize(
    ("value", "number_format", "number"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1000000 / 3, "General", "333333.333333333"),
        (0.145, "0.0%", "14.5"),
        (0.57, "0%", "57"),
        ("0.12345678905", "General", "0.1234567891"),
        ("0.00000000005", "General", "0.0000000001"),
    ],
)
def test_floats_lose_their_noise_and_numbers_round_half_up_at_ten_decimals(value, number_format, number):
    assert target(value, number_format).value == Decimal(number)


@pytest.mark.parametrize(("value", "shown"), [(100, "100"), (1e9, "1000000000"), ("1,000", "1000"), (0.85, "0.85")])
def test_values_have_no_exponent_and_no_trailing_zeros(value, shown):
    assert str(target(value).value) == shown


@pytest.mark.parametrize(
    ("value", "number_format", "rate", "expected"),
    [
        (0.85, "General", True, ["rate_scale"]),
        ("0.85", "General", True, ["rate_scale"]),
        (0.85, "0%", True, []),
        (85, "General", True, []),
        (1, "General", True, []),
        (0, "General", True, []),
        ("120%", "General", True, ["rate_scale"]),
        ("85%", "General", False, ["rate_scale"]),
        (0.85, "General", False, []),
        (0.85, "General", None, []),
    ],
)
def test_a_rate_on_the_wrong_scale_is_read_literally_with_a_caution(value, number_format, rate, expected):
    assert codes(target(value, number_format, rate)) == expected


def test_a_bare_fraction_in_a_rate_column_is_that_many_percent():
    assert target(0.85, rate=True).value == Decimal("0.85")


@pytest.mark.parametrize(("value", "number"), [(230, 230), ("230户", 230), ("1,230", 1230), ("62.5%", "62.5")])
def test_an_actual_figure_is_a_plain_number(value, number):
    reading = read_number(cell(value))

    assert (reading.kind, reading.value, reading.comparator) == ("number", Decimal(number), "")


def test_an_actual_figure_may_be_missing():
    assert read_number(cell("-")).kind == "none"


@pytest.mark.parametrize("value", ["85%以上", "不低于3", "4-5家", "未完成"])
def test_an_actual_figure_is_no_requirement_and_no_words(value):
    assert failure(read_number, cell(value)).code == "not_a_number"


def test_a_signed_figure_may_be_negative():
    assert [read_number(cell(value), signed=True).value for value in (-10, "-5", "－5分")] == [-10, -5, -5]


def test_text_is_what_was_printed():
    values = [("85% 以上", "General"), (0.85, "0%"), (8.0, "General"), (1000, "General")]

    assert [target(value, shape).text for value, shape in values] == ["85% 以上", "85%", "8", "1000"]


NUMBERS = st.decimals(min_value=0, max_value=9_999_999_999, places=4)
WIDE = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
SPELLINGS = st.sampled_from(
    [
        "{}",
        " {} ",
        "{}家",
        "不低于{}",
        "不少于{}户",
        "≥{}",
        "{}以上",
        "{}人次以上",
        "达到{} 个",
    ]
)


@given(number=NUMBERS, spelling=SPELLINGS, grouped=st.booleans(), wide=st.booleans())
def test_a_number_reads_back_from_every_spelling(number, spelling, grouped, wide):
    written = spelling.format(f"{number:,}" if grouped else f"{number}")

    reading = target(written.translate(WIDE) if wide else written)

    assert (reading.kind, reading.value, reading.comparator) == ("number", number, "ge")


@given(number=st.decimals(min_value=0, max_value=9_999_999, places=4))
def test_a_percent_reads_the_same_as_words_and_as_a_formatted_float(number):
    as_words = target(f"{number}%")
    as_float = target(float(number / 100), "0.00%")

    assert as_words.value == as_float.value == number


@given(number=NUMBERS, letters=st.text("abcxyzOl元？?", min_size=1, max_size=3).filter(lambda text: text != "元"))
def test_a_number_with_letters_is_never_read(number, letters):
    assert failure(target, f"{number}{letters}").code == "unreadable"


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.decimals(), st.booleans()))
def test_any_value_is_read_or_refused_with_a_message(value):
    try:
        reading = target(value)
    except CellError as error:
        assert error.message
    else:
        assert (reading.value is not None) == (reading.kind == "number")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("85%以上", "≥85%", True),
        ("5", "5个", True),
        ("5家", "5个", True),
        ("1.2万人", "12000人", True),
        ("2000人/年", "不低于2000人/季", False),
        ("5张", "5户", False),
    ],
)
def test_two_spellings_count_in_one_unit_or_do_not(one, other, same):
    assert same_unit(one, other) is same
