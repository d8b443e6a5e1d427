"""What asks for a word of reason: each rule at its bound, and the words that name the numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.check_rules import DEFAULTS
from tasks.checks import Facts, Kind, told, warnings

FIGURES = st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=4)


def words(facts, limits=DEFAULTS):
    return [told(warning) for warning in warnings(facts, limits)]


def facts(now, *, unit="", **more):
    numbers = {name: Decimal(value) if isinstance(value, str) else value for name, value in more.items()}
    return Facts(now=Decimal(now), unit=unit, **numbers)


def earlier(*values):
    return tuple(map(Decimal, values))


@pytest.mark.parametrize(("now", "found"), [("5.99", ["累计 5.99 户，低于上次通过的 6 户"]), ("6", []), ("6.01", [])])
def test_a_cumulative_figure_below_the_last_one_is_warned(now, found):
    assert words(facts(now, last="6", unit="户")) == found


def test_a_percent_of_work_that_falls_is_warned_and_a_rate_may_fall():
    assert words(facts("40", last="60", unit="%", is_task=True)) == ["累计 40%，低于上次通过的 60%"]
    assert words(facts("40", last="60", unit="%", is_rate=True)) == []


@pytest.mark.parametrize(
    ("now", "found"), [("18", []), ("18.06", ["累计 18.06 户，为目标 12 户的 150.5%，超过界限 150%"]), ("6", [])]
)
def test_more_than_the_limit_of_the_target_is_warned_and_exactly_the_limit_is_not(now, found):
    assert words(facts(now, target="12", unit="户")) == found


@pytest.mark.parametrize("target", [None, "0"])
def test_without_a_target_nothing_is_over_it(target):
    assert words(facts("100", target=target)) == []


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("30", []),
        ("30.6", ["本期 18.6 户，为以往每期平均 6 户的 3.1 倍，超过界限 3 倍"]),
        ("42", ["本期 30 户，为以往每期平均 6 户的 5 倍，超过界限 3 倍"]),
        ("12", []),
    ],
)
def test_a_jump_is_measured_by_the_average_of_the_earlier_periods(now, found):
    assert words(facts(now, earlier=earlier("5", "12"), unit="户")) == found


@pytest.mark.parametrize("history", [(), ("6",), ("0", "0")], ids=["none", "one period", "nothing done so far"])
def test_a_town_without_a_pace_makes_no_jump(history):
    assert words(facts("900", earlier=earlier(*history))) == []


def test_two_earlier_periods_are_a_pace():
    assert words(facts("9", earlier=earlier("1", "2"))) == ["本期 7，为以往每期平均 1的 7 倍，超过界限 3 倍"]


def test_numbers_that_would_look_alike_are_told_to_the_last_digit():
    assert words(facts("5.999", last="6", unit="户")) == ["累计 5.999 户，低于上次通过的 6 户"]
    assert words(facts("100.0001", is_rate=True, unit="%")) == ["比率为 100.0001%，超过界限 100%"]


@pytest.mark.parametrize("kind", ["is_rate", "is_task"])
def test_rates_and_states_make_no_jump(kind):
    assert words(facts("99", earlier=earlier("1", "2"), **{kind: True})) == []


@pytest.mark.parametrize(("now", "found"), [("100", []), ("100.5", ["比率为 100.5%，超过界限 100%"])])
def test_a_rate_over_its_limit_is_warned(now, found):
    assert words(facts(now, is_rate=True, unit="%")) == found


def test_a_count_over_a_hundred_is_no_rate():
    assert words(facts("101")) == []


def test_done_without_a_word_is_warned():
    assert words(facts("100", is_task=True, silent=True)) == ["状态为“已完成”而没有情况说明"]


@pytest.mark.parametrize(("now", "found"), [("30", []), ("28", ["填报 28 张，与机构数据 30 张不同"])])
def test_another_figure_than_the_facilities_give_is_warned_whatever_the_rules(now, found):
    assert words(facts(now, known="30", unit="张"), limits={}) == found


def test_a_rule_that_is_not_in_force_finds_nothing():
    odd = facts("900", last="1000", target="1", earlier=earlier("1", "2"), silent=True)

    assert words(odd, limits={}) == []
    assert words(odd, limits={Kind.DECREASE: None}) == ["累计 900，低于上次通过的 1000"]


def test_every_warning_is_told_at_once_in_the_order_of_the_rules():
    found = warnings(facts("42", last="43", target="12", earlier=earlier("5", "12"), unit="户"), DEFAULTS)

    assert [warning["kind"] for warning in found] == ["decrease", "over_target", "jump"]


def test_a_warning_is_kept_as_text_with_its_exact_numbers():
    found = warnings(facts("100", earlier=earlier("10", "20"), unit="户"), {Kind.JUMP: Decimal("3.0000000000")})

    assert found == [
        {"kind": "jump", "unit": "户", "increase": "80", "average": "10", "times": "8", "limit": "3"},
    ]


@given(now=FIGURES, target=FIGURES, limit=st.decimals(min_value=1, max_value=500, places=2))
def test_over_the_target_is_exact_for_every_figure(now, target, limit):
    found = warnings(Facts(now=now, target=target), {Kind.OVER_TARGET: limit})

    assert bool(found) == (target > 0 and now * 100 > target * limit)


@given(now=FIGURES, last=FIGURES, history=st.lists(FIGURES, max_size=4))
def test_every_warning_can_be_told(now, last, history):
    found = Facts(now=now, last=last, target=last, earlier=history, known=last, unit="户", silent=True)

    for warning in warnings(found, DEFAULTS):
        assert all(isinstance(value, str) for value in warning.values())
        assert "%(" not in told(warning)
