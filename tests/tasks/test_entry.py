"""What is typed on a line, read and checked; no database."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import entry
from tasks.models import Indicator, Period, Task

COUNT = Indicator(name="新增养老床位")
RATE = Indicator(name="持证率", kind="rate")
TASK = Task(number=8)
HOMES = Indicator(name="适老化改造", unit="户")
INCREMENT = Indicator(name="新增改造", unit="户", by_increment=True)
SITES = Indicator(name="助餐点", unit="个", by_sites=True)
Q3 = Period(label="2024Q3", starts_on=dt.date(2024, 7, 1), ends_on=dt.date(2024, 9, 30))


def told(subject, **typed):
    return entry.check(subject, typed).errors


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("6", "6"),
        (" 12.5 ", "12.5"),
        ("１２", "12"),
        ("1,200", "1200"),
        ("0", "0"),
        ("9999999999", "9999999999"),
        ("0.0000000001", "0.0000000001"),
        ("6张", "6"),
    ],
)
def test_a_figure_is_read_as_people_type_it(typed, value):
    assert entry.check(COUNT, {"value": typed}).entry.value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("8o", "“8o”不是数字，应填写如 12 或 12.5 的数字。"),
        ("约6张", "“约6张”不是数字，应填写如 12 或 12.5 的数字。"),
        ("≥6", "“≥6”不是数字，应填写如 12 或 12.5 的数字。"),
        ("1.2万人", "“1.2万人”不是数字，应填写如 12 或 12.5 的数字。"),
        ("50%", "“50%”不是数字，应填写如 12 或 12.5 的数字。"),
        ("-1", "“-1”不能为负"),
        ("－1", "“－1”不能为负"),
        ("1" + "0" * 30, "“1" + "0" * 30 + "”数值过大：须小于 100 亿，且不超过 15 位有效数字"),
        ("10000000000", "“10000000000”数值过大：须小于 100 亿，且不超过 15 位有效数字"),
        ("1e400", "“1e400”不是数字，应填写如 12 或 12.5 的数字。"),
        ("NaN", "“NaN”不是数字，应填写如 12 或 12.5 的数字。"),
        ("无", "请填写数字，没有进展填 0。"),
        ("", "请填写数字，没有进展填 0。"),
    ],
)
def test_a_figure_that_is_none_says_what_to_type(typed, message):
    checked = entry.check(COUNT, {"value": typed, "words": "情况"})

    assert (checked.entry, checked.errors) == (None, {"value": message})


def test_a_long_figure_is_cut_in_its_message():
    message = told(COUNT, value="九" * 3000)["value"]

    assert message == "“" + "九" * 40 + "…”不是数字，应填写如 12 或 12.5 的数字。"


@pytest.mark.parametrize("subject", [COUNT, RATE, TASK, INCREMENT, SITES])
def test_nothing_typed_is_neither_an_entry_nor_an_error(subject):
    typed = dict.fromkeys(entry.fields_of(subject), " ")

    assert entry.check(subject, typed) == entry.Checked()


def test_a_rate_is_its_numerator_over_its_denominator_in_percent():
    read = entry.check(RATE, {"numerator": "50", "denominator": "58"}).entry

    assert (read.numerator, read.denominator, read.value) == (50, 58, Decimal("86.2068965517"))


@pytest.mark.parametrize(
    ("numerator", "denominator", "errors"),
    [
        ("50", "", {"denominator": "请填写数字，没有进展填 0。"}),
        ("", "58", {"numerator": "请填写数字，没有进展填 0。"}),
        ("x", "-1", {"numerator": "“x”不是数字，应填写如 12 或 12.5 的数字。", "denominator": "“-1”不能为负"}),
        ("50", "0", {"denominator": "分母不能为 0。"}),
        ("9999999999", "0.0000000001", {"numerator": "比率数值过大，请核对分子和分母。"}),
    ],
)
def test_a_rate_that_cannot_be_is_told_at_its_field(numerator, denominator, errors):
    assert told(RATE, numerator=numerator, denominator=denominator) == errors


@pytest.mark.parametrize(
    ("state", "percent", "read"),
    [("not_started", "", 0), ("done", "", 100), ("in_progress", "33.33%", Decimal("33.33")), ("blocked", "0", 0)],
)
def test_a_state_brings_its_percent(state, percent, read):
    found = entry.check(TASK, {"state": state, "percent": percent}).entry

    assert (found.state, found.percent) == (state, read)


@pytest.mark.parametrize(
    ("state", "percent", "errors"),
    [
        ("", "50", {"state": "请选择状态。"}),
        ("finished", "50", {"state": "请选择状态。"}),
        ("in_progress", "", {"percent": "请填写数字，没有进展填 0。"}),
        ("in_progress", "101", {"percent": "完成比例应在 0 至 100 之间，现为 101。"}),
        ("in_progress", "33.333", {"percent": "完成比例最多两位小数。"}),
        ("done", "99", {"percent": "状态为“已完成”时，完成比例应为 100。"}),
        ("not_started", "20", {"percent": "状态为“未启动”时，完成比例应为 0。"}),
    ],
)
def test_a_state_that_does_not_fit_is_told(state, percent, errors):
    assert told(TASK, state=state, percent=percent) == errors


def test_words_have_a_limit_and_every_error_is_told_at_once():
    assert told(COUNT, value="8o", words="字" * 3000) == {
        "value": "“8o”不是数字，应填写如 12 或 12.5 的数字。",
        "words": "说明不超过 2000 字，现有 3000 字。",
    }


@pytest.mark.parametrize(("typed", "value"), [("5户", 5), ("5 户", 5), ("5", 5)])
def test_the_indicators_own_unit_may_stand_behind_a_figure(typed, value):
    assert entry.check(HOMES, {"value": typed}).entry.value == value


@pytest.mark.parametrize(
    ("subject", "field", "typed", "message"),
    [
        (HOMES, "value", "5张", "“5张”的单位是“张”，此处应以“户”为单位。"),
        (INCREMENT, "increment", "5人", "“5人”的单位是“人”，此处应以“户”为单位。"),
        (HOMES, "value", "1.2万户", "“1.2万户”不是数字，应填写如 12 或 12.5 的数字。"),
        (TASK, "percent", "50张", "“50张”的单位是“张”，此处应以“%”为单位。"),
    ],
)
def test_another_unit_is_named(subject, field, typed, message):
    assert told(subject, state="in_progress", **{field: typed}) == {field: message}


def test_an_increment_makes_the_cumulative_value_on_its_base():
    read = entry.check(INCREMENT, {"increment": "5"}, base=Decimal("20.5")).entry

    assert (read.increment, read.value) == (5, Decimal("25.5"))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "请填写数字，没有进展填 0。"),
        ("-1", "“-1”不能为负"),
        ("9999999999", "累计 10000000004 数值过大：须小于 100 亿。"),
    ],
)
def test_an_increment_that_cannot_be_is_told(typed, message):
    checked = entry.check(INCREMENT, {"increment": typed, "words": "情况"}, base=Decimal(5))

    assert checked.errors == {"increment": message}


def test_a_count_by_sites_is_their_number_whatever_was_typed():
    read = entry.check(SITES, {"value": "99", "words": "情况"}, count=3).entry

    assert (read.value, read.words) == (3, "情况")


def test_a_reason_is_kept_to_its_limit():
    assert entry.check(COUNT, {"value": "6", "reason": " 集中验收 "}).entry.reason == "集中验收"
    assert told(COUNT, value="6", reason="字" * 501) == {"reason": "说明不超过 500 字，现有 501 字。"}


def test_a_reason_alone_is_no_entry():
    assert entry.check(COUNT, {"value": "", "reason": "集中验收"}) == entry.Checked()


@pytest.mark.parametrize(
    ("subject", "typed", "kept"),
    [
        (COUNT, {"value": "6", "state": "done"}, {"value": "6", "words": "", "reason": ""}),
        (INCREMENT, {"increment": "6", "base": "20"}, {"increment": "6", "words": "", "reason": "", "base": "20"}),
        (INCREMENT, {"base": "20"}, {"increment": "", "words": "", "reason": "", "base": ""}),
        (SITES, {"value": "6"}, {"words": "", "reason": ""}),
    ],
    ids=[
        "fields of the line only",
        "the base of an increment",
        "no base without an increment",
        "no figure beside sites",
    ],
)
def test_a_draft_keeps_what_the_line_has(subject, typed, kept):
    assert entry.as_kept(subject, typed) == kept


@pytest.mark.parametrize(("typed", "day"), [("", None), (" ", None), ("2024-09-15", dt.date(2024, 9, 15))])
def test_the_stated_day_is_read(typed, day):
    assert entry.read_as_at(typed, Q3) == day


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("九月", "“九月”不是日期，应如 2024-09-15。"),
        ("2024-09-31", "“2024-09-31”不是日期，应如 2024-09-15。"),
        ("2024-10-01", "数据日期 2024-10-01 不在填报期 2024-07-01 至 2024-09-30 之内。"),
        ("2024-06-30", "数据日期 2024-06-30 不在填报期 2024-07-01 至 2024-09-30 之内。"),
        ("2024-09-16", "数据日期 2024-09-16 还没有到。"),
    ],
)
def test_a_stated_day_outside_the_period_or_to_come_is_refused(typed, message, time_machine):
    time_machine.move_to(dt.datetime(2024, 9, 15, 4, tzinfo=dt.UTC))

    with pytest.raises(ValueError, match=f"^{message}$"):
        entry.read_as_at(typed, Q3)


@given(
    st.sampled_from([COUNT, RATE, TASK, HOMES, INCREMENT, SITES]),
    st.dictionaries(st.sampled_from(entry.RATE_FIELDS + entry.TASK_FIELDS), st.text()),
)
def test_whatever_is_typed_is_an_entry_or_told(subject, typed):
    checked = entry.check(subject, typed)

    something = any(typed.get(name, "").strip() for name in entry.fields_of(subject))
    assert (checked.entry is not None) + bool(checked.errors) == something


@given(st.decimals(min_value=0, max_value=Decimal("99999.9999999999"), places=10))
def test_every_figure_that_the_ledger_holds_can_be_typed(value):
    assert entry.check(COUNT, {"value": f"{value:f}"}).entry.value == value
