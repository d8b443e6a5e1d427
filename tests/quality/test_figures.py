"""What is typed of a facility: whole numbers in any digits, parts within their wholes, every fault named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.figures import LIMIT, read
from quality.measures import Measure


@pytest.mark.parametrize(
    ("text", "value"),
    [("120", 120), ("0", 0), (" 120 ", 120), ("１２０", 120), ("120张", 120), ("1,200", 1200), ("1，200", 1200)],
)
def test_a_whole_number_is_read_as_people_type_it(text, value):
    assert read({"beds": text}) == ({Measure.BEDS: value}, {})


@pytest.mark.parametrize("text", ["-1", "12.5", "8o", "一百", "120人", "1e3", "½", "张", "²", "1,2"])
def test_anything_else_is_named_with_its_unit(text):
    assert read({"beds": text}) == ({}, {"beds": f"“{text}”不是整数：应填不小于 0 的整数，单位张。"})


@pytest.mark.parametrize("text", ["1000000", "9" * 5000])
def test_what_no_facility_counts_is_too_large(text):
    assert read({"beds": text}) == ({}, {"beds": f"“{text[:40]}”过大：应小于 100 万，单位张。"})
    assert read({"beds": "999999"}) == ({Measure.BEDS: LIMIT - 1}, {})


def test_what_is_empty_is_not_stated():
    assert read({"beds": "", "residents": " ", "nonsense": "1"}) == ({}, {})


def test_a_part_is_at_most_its_whole():
    assert read({"beds": "10", "nursing_beds": "10"})[1] == {}
    assert read({"beds": "10", "nursing_beds": "11"})[1] == {"nursing_beds": "护理型床位 11 多于核定床位 10，请核对。"}


def test_parts_of_parts_are_checked_too():
    typed = {"carers": "10", "certified_carers": "12", "intermediate_carers": "13"}

    assert read(typed)[1] == {
        "certified_carers": "持证护理员 12 多于养老护理员 10，请核对。",
        "intermediate_carers": "中级及以上持证护理员 13 多于持证护理员 12，请核对。",
    }


def test_a_part_without_its_whole_asks_for_it():
    assert read({"certified_carers": "0"})[1] == {"carers": "填写了持证护理员 0，请同时填写养老护理员。"}


def test_a_whole_that_cannot_be_read_is_told_once():
    assert list(read({"beds": "x", "nursing_beds": "5"})[1]) == ["beds"]


@given(st.dictionaries(st.sampled_from(Measure.values), st.text(max_size=12)))
def test_whatever_is_typed_is_a_number_or_has_a_message(typed):
    values, errors = read(typed)

    assert all(0 <= value < LIMIT for value in values.values())
    assert all(typed[name].strip() == "" or name in errors or Measure(name) in values for name in typed)


def test_each_measure_has_a_unit_and_stands_behind_its_whole():
    order = list(Measure)

    assert [measure for measure in order if not (measure.unit and measure.group)] == []
    assert [measure for measure in order if measure.whole and order.index(measure.whole) > order.index(measure)] == []
