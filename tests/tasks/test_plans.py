import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.plans import Total, planned_percents, planned_share, task_total

NOTICE = Path(__file__).parents[2] / "fixtures" / "baoshan-2024" / "notice.txt"


@pytest.fixture(scope="module")
def tasks_2024() -> dict[int, tuple[str, dict[int, str]]]:
    """Title and quarters of each task, taken from the notice's own text."""
    annex = NOTICE.read_text(encoding="utf-8").partition("\n附件2\n")[0]
    cells = re.split(r"\n\t(\d+)\n\t", annex)[1:]
    tasks = {}
    for number, row in zip(cells[::2], cells[1::2], strict=True):
        title, _deadline, schedule, *_ = row.split("\n\t")
        lines = re.findall(r"^([一二三四])季度：(.*)$", schedule, re.MULTILINE)
        tasks[int(number)] = title, {"一二三四".index(name) + 1: words for name, words in lines}
    return tasks


def test_the_totals_that_the_2024_titles_promise(tasks_2024):
    totals = {number: task_total(title) for number, (title, _) in tasks_2024.items()}

    assert len(totals) == 56
    assert {number: total for number, total in totals.items() if total} == {
        1: (900, "张"),
        2: (250, "张"),
        3: (150, "张"),
        4: (5, "个"),
        5: (1000, "户"),
        7: (3, "家"),
        8: (60, "个"),
        9: (200, "户"),
        10: (3000, "户"),
        11: (6, "家"),
        12: (2, "家"),
        13: (100, "名"),
        14: (6, "家"),
    }


def test_the_percents_that_the_2024_schedules_plan(tasks_2024):
    percents = {
        number: planned_percents(quarters, task_total(title)) for number, (title, quarters) in tasks_2024.items()
    }

    assert {number: planned for number, planned in percents.items() if planned} == {
        1: {2: 50, 3: 90},
        2: {2: 50, 3: 90},
        4: {2: 50, 3: 90},
        9: {2: 50, 3: 100},
        13: {1: 30, 2: 60, 3: 80, 4: 100},
        16: {2: 30, 3: 70},
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("新增３，０００户用户", (3000, "户")),
        ("建设1.5个中心", (Decimal("1.5"), "个")),
        ("培训100\n人次", (100, "人次")),
        ("新增2个社区长者\n食堂、8家助餐点", None),
        ("新增4-5家助餐点", None),
        ("占比达60%", None),
        ("做好90岁高龄老人赠饮牛奶", None),
        ("开展3个月专项整治", None),
        ("推进助餐服务（友谊路街道1家）", None),
        ("第2家试点", None),
    ],
)
def test_a_total_is_the_only_number_with_a_unit_outside_brackets(title, expected):
    assert task_total(title) == expected


@pytest.mark.parametrize(
    ("words", "percent"),
    [("累计完成50%", 50), ("完成５０％", 50), ("施工，累计 50%", 50), ("完成12.5%；装修", Decimal("12.5"))],
)
def test_a_percent_behind_done_is_planned(words, percent):
    assert planned_percents({2: words}) == {2: percent}


@pytest.mark.parametrize(
    "words",
    [
        "标杆示范单位比例达到全区养老机构数量的20%",
        "等级评定覆盖率达60%",
        "完成50%的选址",
        "完成120%",
        "土建完成50%，装修完成30%",
        "占比50%",
    ],
)
def test_any_other_percent_is_not_planned(words):
    assert planned_percents({2: words}) == {}


def test_running_percents_may_stay_but_not_fall():
    assert planned_percents({2: "累计完成50%", 3: "累计完成50%"}) == {2: 50, 3: 50}
    assert planned_percents({2: "累计完成50%", 3: "累计完成40%"}) == {}


def test_equal_percents_that_may_be_parts_are_not_guessed():
    assert planned_percents({2: "完成50%", 3: "完成50%"}) == {}


HOUSES = Total(Decimal(200), "户")


def test_counts_that_add_up_to_the_total_are_parts():
    assert planned_percents({1: "施工80户", 2: "施工120户"}, HOUSES) == {1: 40, 2: 100}


def test_counts_that_rise_within_the_total_are_running():
    assert planned_percents({2: "施工100户", 3: "施工200户"}, HOUSES) == {2: 50, 3: 100}


def test_counts_said_to_be_running_are_never_added_up():
    assert planned_percents({2: "累计完成80户", 3: "累计完成120户"}, HOUSES) == {2: 40, 3: 60}


@pytest.mark.parametrize(
    "quarters",
    [
        {2: "施工100户", 3: "施工90户"},  # neither: 190, and falling
        {2: "施工100户", 3: "施工201户"},  # above the total
        {2: "施工50户", 3: "施工50户"},  # 100 in parts, or 50 twice
        {2: "培训50户，施工40户", 3: "施工200户"},  # two figures in one quarter
    ],
)
def test_counts_that_are_neither_parts_nor_running_give_nothing(quarters):
    assert planned_percents(quarters, HOUSES) == {}


@pytest.mark.parametrize(
    "words",
    [
        "确定100户",
        "完成100户选址",
        "完成20课时",
        "签约100户",
        "完成100家",
        "完成100",
        "涉及100户",
        "完成23年四季度拨款",
    ],
)
def test_only_counts_of_things_done_in_the_targets_unit_are_planned(words):
    assert planned_percents({2: words}, HOUSES) == {}


def test_people_are_counted_under_any_of_their_units():
    total = Total(Decimal(100), "名")

    assert planned_percents({1: "培训30人次", 2: "培训60人", 3: "培训100名"}, total) == {1: 30, 2: 60, 3: 100}


def test_counts_without_a_total_are_not_planned():
    assert planned_percents({2: "施工100户"}) == {}
    assert planned_percents({2: "施工100户"}, Total(Decimal(0), "户")) == {}


def test_a_percent_goes_before_counts():
    assert planned_percents({2: "施工100户", 3: "累计完成90%"}, HOUSES) == {3: 90}


def test_planned_percents_are_rounded_down_to_two_places():
    assert planned_percents({1: "建成1家", 2: "建成2家"}, Total(Decimal(7), "家")) == {
        1: Decimal("14.28"),
        2: Decimal("28.57"),
    }


DUE = date(2024, 10, 31)
BUILDING = {date(2024, 6, 30): Decimal(50), date(2024, 9, 30): Decimal(90)}


def share(on, *, due_on=DUE, checkpoints=BUILDING, **more) -> Decimal:
    return planned_share(on, year=2024, due_on=due_on, checkpoints=checkpoints, **more)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2023, 12, 31), 0),
        (date(2024, 1, 1), 0),
        (date(2024, 1, 2), Decimal(1) / 304),
        (date(2024, 3, 31), Decimal(90) / 304),
        (date(2024, 6, 30), Decimal(181) / 304),
        (date(2024, 10, 30), Decimal(303) / 304),
        (date(2024, 10, 31), 1),
        (date(2024, 11, 1), 1),
    ],
)
def test_without_checkpoints_the_plan_is_the_straight_line(on, expected):
    assert share(on, checkpoints={}) == expected


@pytest.mark.parametrize(("year", "days"), [(2023, 364), (2024, 365)])
def test_a_leap_year_has_a_day_more(year, days):
    share_in_march = planned_share(date(year, 3, 1), year=year, due_on=date(year, 12, 31), checkpoints={})

    assert share_in_march == Decimal(60 if year == 2024 else 59) / days


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 3, 31), Decimal(90) / 304),  # no checkpoint: the straight line
        (date(2024, 6, 30), Decimal("0.5")),
        (date(2024, 9, 30), Decimal("0.9")),
        (date(2024, 10, 31), 1),
    ],
)
def test_at_a_quarters_end_the_checkpoint_holds(on, expected):
    assert share(on) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 5, 15), (Fraction(90, 304) * 46 + Fraction(1, 2) * 45) / 91),
        (date(2024, 8, 15), Fraction(1, 2) + Fraction(46, 92) * Fraction(4, 10)),
        (date(2024, 10, 10), Fraction(9, 10) + Fraction(10, 31) * Fraction(1, 10)),
    ],
)
def test_between_quarter_ends_the_plan_is_linear(on, expected):
    assert share(on) == Decimal(expected.numerator) / expected.denominator


def test_the_due_date_counts_whatever_a_checkpoint_says():
    due_on = date(2024, 9, 30)

    assert share(due_on, due_on=due_on) == 1
    assert share(date(2024, 8, 15), due_on=due_on) == Decimal("0.75")  # half-way from 50% to 100%, not to 90%


def test_a_quarter_end_after_the_due_date_does_not_count():
    late = {date(2024, 12, 31): Decimal(10)}

    assert share(date(2024, 10, 15), checkpoints=late) == share(date(2024, 10, 15), checkpoints={})


def test_a_plan_of_three_years_bends_at_the_quarters_of_each():
    due_on = date(2026, 12, 31)
    checkpoints = {date(2025, 6, 30): Decimal(80)}

    assert share(date(2024, 12, 31), due_on=due_on, checkpoints=checkpoints) == Decimal(365) / 1095
    assert share(date(2025, 6, 30), due_on=due_on, checkpoints=checkpoints) == Decimal("0.8")
    assert share(date(2025, 9, 30), due_on=due_on, checkpoints=checkpoints) == Decimal(638) / 1095


@pytest.mark.parametrize("on", [date(2023, 1, 1), date(2024, 1, 1), date(2024, 6, 30), date(2025, 1, 1)])
def test_a_rate_or_an_upper_bound_is_planned_in_full_from_the_start(on):
    assert share(on, flat=True) == 1


DAYS_OF_2024_TO_2026 = st.dates(date(2024, 1, 1), date(2026, 12, 31))
QUARTER_ENDS = [date(y, m, d) for y in (2024, 2025, 2026) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]


@given(on=st.dates(date(2023, 12, 1), date(2027, 1, 31)), due_on=DAYS_OF_2024_TO_2026)
def test_without_checkpoints_the_share_never_falls_and_stays_within_0_and_1(on, due_on):
    today = share(on, due_on=due_on, checkpoints={})
    tomorrow = share(on + timedelta(days=1), due_on=due_on, checkpoints={})

    assert 0 <= today <= tomorrow <= 1


def line_by_hand(on: date, due_on: date, checkpoints: dict[date, Decimal]) -> Fraction:
    """All points of the plan, and the two around the day: the slow way, in fractions."""
    start = date(2024, 1, 1)
    points = {day: Fraction((day - start).days, (due_on - start).days) for day in QUARTER_ENDS if day < due_on}
    points |= {day: Fraction(percent) / 100 for day, percent in checkpoints.items() if day < due_on}
    points |= {start: Fraction(0), due_on: Fraction(1)}
    before, after = max(day for day in points if day <= on), min(day for day in points if day > on)
    done = Fraction((on - before).days, (after - before).days)
    return points[before] + done * (points[after] - points[before])


@given(
    on=DAYS_OF_2024_TO_2026,
    due_on=DAYS_OF_2024_TO_2026,
    checkpoints=st.dictionaries(st.sampled_from(QUARTER_ENDS), st.decimals(0, 100, places=2)),
)
def test_the_share_is_that_of_the_line_through_all_points(on, due_on, checkpoints):
    expected = line_by_hand(on, due_on, checkpoints) if on < due_on else Fraction(1)

    assert share(on, due_on=due_on, checkpoints=checkpoints) == Decimal(expected.numerator) / expected.denominator
