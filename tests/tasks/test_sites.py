"""The list of sites behind a count: read row by row, every fault with its row and field; no database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.models import Facility
from tasks import sites

HOME = Facility(name="庙行养老院")
BOUNDS = sites.Bounds({"庙行养老院": HOME}, dt.date(2024, 1, 1), dt.date(2024, 9, 30))
GOOD = {"name": "助餐点一", "address": "长江西路1号", "facility": "", "on": "2024-09-15"}


def read(*rows):
    return sites.read([GOOD | row for row in rows], BOUNDS)


def test_a_complete_row_is_a_place():
    places, errors = read({"name": " 助餐点一 ", "facility": "庙行养老院"})

    assert places == [sites.Place("助餐点一", "长江西路1号", dt.date(2024, 9, 15), HOME)]
    assert errors == []


@pytest.mark.parametrize("typed", ["2024-09-15", "2024/9/15", "2024.9.15", "2024年9月15日", " 2024-9-15 "])
def test_a_day_is_read_as_spreadsheets_write_it(typed):
    assert read({"on": typed})[0][0].on == dt.date(2024, 9, 15)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"name": ""}, "点位第 1 行：请填写名称。"),
        ({"address": " "}, "点位第 1 行：请填写地址。"),
        ({"name": "字" * 101}, "点位第 1 行：名称不超过 100 字，现有 101 字。"),
        ({"address": "字" * 201}, "点位第 1 行：地址不超过 200 字，现有 201 字。"),
        ({"facility": "别处"}, "点位第 1 行：本街镇没有名为“别处”的机构；不是机构的点位请留空。"),
        ({"on": ""}, "点位第 1 行：请填写日期。"),
        ({"on": "九月"}, "点位第 1 行：“九月”不是日期，应如 2024-09-15。"),
        ({"on": "2024-02-30"}, "点位第 1 行：“2024-02-30”不是日期，应如 2024-09-15。"),
        ({"on": "2023-12-31"}, "点位第 1 行：日期 2023-12-31 应在 2024-01-01 至 2024-09-30 之间。"),
        ({"on": "2024-10-01"}, "点位第 1 行：日期 2024-10-01 应在 2024-01-01 至 2024-09-30 之间。"),
    ],
)
def test_a_fault_names_its_row_and_field(row, message):
    assert read(row) == ([], [message])


@pytest.mark.parametrize("day", ["2024-01-01", "2024-09-30"])
def test_the_first_and_the_last_day_are_within(day):
    assert read({"on": day})[1] == []


def test_a_name_twice_is_told_with_both_rows():
    places, errors = read({}, {"name": "助餐点二"}, {})

    assert [place.name for place in places] == ["助餐点一", "助餐点二"]
    assert errors == ["点位第 3 行：“助餐点一”与第 1 行重名。"]


def test_every_fault_of_every_row_is_told_at_once():
    errors = sites.read([{"name": "甲"}, GOOD, {"on": "x"}], BOUNDS)[1]

    assert errors == [
        "点位第 1 行：请填写地址。",
        "点位第 1 行：请填写日期。",
        "点位第 3 行：请填写名称。",
        "点位第 3 行：请填写地址。",
        "点位第 3 行：“x”不是日期，应如 2024-09-15。",
    ]


def test_rows_that_hold_nothing_count_for_nothing():
    assert sites.read([{}, {"name": " "}], BOUNDS) == ([], [])


def test_a_list_has_a_limit():
    rows = [GOOD | {"name": f"点位{number}"} for number in range(501)]

    assert sites.read(rows, BOUNDS)[1] == ["点位不超过 500 行，现有 501 行。"]
    assert sites.read(rows[:500], BOUNDS)[1] == []


@pytest.mark.parametrize(
    ("rows", "sent", "kept"),
    [
        ([], [], []),
        ([{}, {}], [], []),
        ([GOOD, {}], [], [GOOD]),
        ([GOOD, {}], [GOOD], []),
        ([{}], [GOOD], [dict.fromkeys(sites.FIELDS, "")]),
    ],
    ids=["nothing", "blank rows", "filled", "as it was sent", "emptied"],
)
def test_a_draft_keeps_a_list_that_differs_from_the_one_sent(rows, sent, kept):
    assert sites.as_kept(rows, sent) == kept


@given(st.lists(st.dictionaries(st.sampled_from(sites.FIELDS), st.text()), max_size=6))
def test_whatever_is_typed_each_row_is_a_place_or_told_or_blank(rows):
    places, errors = sites.read(rows, BOUNDS)

    blank = sum(map(sites.is_blank, rows))
    told = {error.partition("：")[0] for error in errors}
    assert len(places) + len(told) + blank == len(rows)
