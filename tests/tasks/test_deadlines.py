from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.deadlines import Deadline, Recurrence, is_certain, parse_deadline, parse_span, quarter_end, quarter_of

ONCE, CONTINUOUS = Recurrence.ONCE, Recurrence.CONTINUOUS
MONTHLY, QUARTERLY = Recurrence.MONTHLY, Recurrence.QUARTERLY


@pytest.mark.parametrize(
    ("words", "due_on", "recurrence"),
    [
        ("6月底前完成", date(2024, 6, 30), ONCE),
        ("8月底前完成", date(2024, 8, 31), ONCE),
        ("10月底前完成", date(2024, 10, 31), ONCE),
        ("10月底完成", date(2024, 10, 31), ONCE),
        ("11月底前完成", date(2024, 11, 30), ONCE),
        ("12月底前完成", date(2024, 12, 31), ONCE),
        ("全年", date(2024, 12, 31), CONTINUOUS),
        ("每季度", date(2024, 12, 31), QUARTERLY),
        ("每月", date(2024, 12, 31), MONTHLY),
        ("三年", date(2026, 12, 31), ONCE),
        ("试点周期3年", date(2026, 12, 31), ONCE),
        ("冬季4个月", date(2024, 12, 31), ONCE),
    ],
)
def test_every_deadline_of_the_2024_list(words, due_on, recurrence):
    assert parse_deadline(words, 2024) == Deadline(due_on, recurrence)


@pytest.mark.parametrize("words", ["2023年底", "2023年末", "年底前", "到2023年底", "2023年 末", "年内", "本年度内"])
def test_every_deadline_of_the_2023_notice(words):
    assert parse_deadline(words, 2023) == Deadline(date(2023, 12, 31), ONCE)


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        ("12月底前", date(2024, 12, 31)),
        ("6月", date(2024, 6, 30)),
        ("8月15日前", date(2024, 8, 15)),
        ("8月15日", date(2024, 8, 15)),
        ("11月上旬", date(2024, 11, 10)),
        ("上半年", date(2024, 6, 30)),
        ("下半年", date(2024, 12, 31)),
        ("三季度末", date(2024, 9, 30)),
        ("第三季度", date(2024, 9, 30)),
        ("3季度末前完成", date(2024, 9, 30)),
        ("十月底前", date(2024, 10, 31)),
        ("十二月底前", date(2024, 12, 31)),
        ("4月-10月", date(2024, 10, 31)),
        ("今年10月底前", date(2024, 10, 31)),
        ("年底前", date(2024, 12, 31)),
        ("9月中旬前完成", date(2024, 9, 20)),
        ("国庆节前", date(2024, 9, 30)),
        ("五一前完成", date(2024, 4, 30)),
        ("元旦前", date(2024, 12, 31)),
    ],
)
def test_other_ways_to_write_a_deadline(words, due_on):
    assert parse_deadline(words, 2024) == Deadline(due_on, ONCE)


@pytest.mark.parametrize("words", ["１０月底前完成", "10 月底前完成", " 10月\n底前完成 ", "10\u3000月底前完成"])
def test_full_width_digits_and_spaces_are_read(words):
    assert parse_deadline(words, 2024).due_on == date(2024, 10, 31)


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        ("明年3月底前", date(2025, 3, 31)),
        ("次年2月", date(2025, 2, 28)),
        ("下一年度", date(2025, 12, 31)),
        ("9月至次年2月", date(2025, 2, 28)),
        ("2025年9月-翌年2月底前完成", date(2026, 2, 28)),
        ("2025年3月底前", date(2025, 3, 31)),
        ("25年3月底前", date(2025, 3, 31)),
        ("2025年", date(2025, 12, 31)),
    ],
)
def test_a_year_that_is_named_counts(words, due_on):
    assert parse_deadline(words, 2024).due_on == due_on


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        ("10月前", date(2024, 10, 31)),
        ("四季度前完成", date(2024, 12, 31)),
        ("上半年以前", date(2024, 6, 30)),
        ("明年3月之前", date(2025, 3, 31)),
    ],
)
def test_before_a_period_is_at_the_latest_its_last_day_and_not_certain(words, due_on):
    assert (parse_deadline(words, 2024), is_certain(words)) == (Deadline(due_on, ONCE), False)


@pytest.mark.parametrize("words", ["10月底前", "8月15日前", "国庆前", "年底前", "冬季4个月", "每月", "10月"])
def test_other_words_are_certain(words):
    assert is_certain(words)


@pytest.mark.parametrize(("year", "day"), [(2023, 28), (2024, 29)])
def test_february_ends_on_its_last_day(year, day):
    assert parse_deadline("2月底前", year).due_on == date(year, 2, day)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "尽快完成",
        "年前",
        "春节前",  # which day is not in the words
        "国庆前后",
        "13月底前",
        "0月",
        "2月30日前",
        "五季度",
        "9月-7月",
        "底前",
        "年",
        "10月底前完成选址",
        "24个月",
        "-",
        "1-" * 5000 + "2月",
    ],
)
def test_words_that_cannot_be_read_are_an_error_that_names_them(words):
    with pytest.raises(ValueError) as error:
        parse_deadline(words, 2024)

    assert f"“{words}”" in str(error.value)


@pytest.mark.parametrize(
    ("label", "starts_on", "due_on"),
    [
        ("一季度", date(2023, 1, 1), date(2023, 3, 31)),
        ("二季度", date(2023, 4, 1), date(2023, 6, 30)),
        ("三季度", date(2023, 7, 1), date(2023, 9, 30)),
        ("四季度", date(2023, 10, 1), date(2023, 12, 31)),
        ("4月中旬", date(2023, 4, 11), date(2023, 4, 20)),
        ("4月底前", date(2023, 4, 1), date(2023, 4, 30)),
        ("5月", date(2023, 5, 1), date(2023, 5, 31)),
        ("7月-9月", date(2023, 7, 1), date(2023, 9, 30)),
        ("7-9月", date(2023, 7, 1), date(2023, 9, 30)),
        ("7月至9月", date(2023, 7, 1), date(2023, 9, 30)),
        ("4月中旬—5月上旬", date(2023, 4, 11), date(2023, 5, 10)),
        ("10 月", date(2023, 10, 1), date(2023, 10, 31)),
        ("11月上旬", date(2023, 11, 1), date(2023, 11, 10)),
        ("11月下旬", date(2023, 11, 21), date(2023, 11, 30)),
        ("2月下旬", date(2023, 2, 21), date(2023, 2, 28)),
        ("上半年", date(2023, 1, 1), date(2023, 6, 30)),
        ("年底前", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_label_spans_its_first_to_its_last_day(label, starts_on, due_on):
    assert parse_span(label, 2023) == (starts_on, due_on)


def test_a_span_may_end_in_a_later_year():
    assert parse_span("2024年11月-2025年2月", 2024) == (date(2024, 11, 1), date(2025, 2, 28))


@pytest.mark.parametrize("label", ["全年", "三年", "每月", "按照区创全办和局办要求"])
def test_a_label_without_a_date_of_its_own_is_an_error(label):
    with pytest.raises(ValueError, match="无法识别的时间"):
        parse_span(label, 2024)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_a_day_lies_in_its_quarter(day):
    quarter = quarter_of(day)

    after_the_last_quarter = quarter_end(day.year, quarter - 1) if quarter > 1 else date(day.year - 1, 12, 31)
    assert after_the_last_quarter < day <= quarter_end(day.year, quarter)


@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)))
def test_a_written_day_is_read_back(day):
    assert parse_deadline(f"{day.year}年{day.month}月{day.day}日前完成", 2024) == Deadline(day, ONCE)


@given(st.integers(2020, 2029), st.integers(1, 12))
def test_the_three_parts_of_a_month_make_the_month(year, month):
    spans = [parse_span(f"{month}月{part}旬", year) for part in "上中下"]

    assert (spans[0][0], spans[2][1]) == parse_span(f"{month}月", year)
    assert [b[0] - a[1] for a, b in pairwise(spans)] == [timedelta(days=1)] * 2


@given(st.text(alphabet="0123456789年月日底末前季度上中下旬半全每-至三", max_size=12))
def test_any_words_give_a_deadline_or_a_value_error(words):
    try:
        deadline = parse_deadline(words, 2024)
    except ValueError as error:
        assert words in str(error)
    else:
        assert isinstance(deadline.due_on, date)
