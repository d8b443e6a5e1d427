"""Where a rule begins to give other points: bounds included or not, whole things and measures."""

from decimal import Decimal

import pytest

from scoring.clauses import compile_clause
from scoring.rules import (
    Band,
    Bands,
    Completion,
    Condition,
    Figure,
    Inputs,
    Manual,
    PerUnit,
    Threshold,
    Unit,
)
from scoring.thresholds import thresholds

D = Decimal


def seen(value, target=None, unit="张", part=""):
    return Inputs({part: Figure("床位", unit, None if value is None else D(value), target and D(target))})


def found(rule, inputs, part="", weight="5"):
    return [str(value) for value in thresholds(rule, part, inputs, D(weight))]


@pytest.mark.parametrize(
    ("comparator", "value", "reached"),
    [("ge", "85", "85"), ("gt", "85", "86"), ("le", "85", "85"), ("lt", "85", "84"), ("ge", "34.5", "35")],
)
def test_a_condition_on_whole_things(comparator, value, reached):
    rule = Threshold((Condition(D(value), D(5), comparator),))

    assert found(rule, seen("3")) == [reached]


@pytest.mark.parametrize(("comparator", "reached"), [("ge", "85"), ("gt", "85.01"), ("le", "85"), ("lt", "84.99")])
@pytest.mark.parametrize("inputs", [seen("3", unit="%"), seen("3.5")])
def test_a_condition_on_rates_and_measures_moves_by_hundredths(comparator, reached, inputs):
    assert found(Threshold((Condition(D(85), D(5), comparator),)), inputs) == [reached]


def test_of_several_conditions_those_on_the_part():
    rule = Threshold((Condition(D(85), D(10)), Condition(D(15), D(5), part="中级")))

    assert found(rule, seen("3")) == ["85"]
    assert found(rule, seen("3", part="中级"), "中级") == ["15"]


def test_the_notices_bands_begin_where_civil_law_says():
    """100张以内加2分；100-300张加3分；300张以上加5分: 0 < x ≤ 100, 100 < x < 300, x ≥ 300."""
    rule = compile_clause("新建养老床位100张以内加2分；100-300张加3分；300张以上加5分", D(5), section_title="项目").rule

    assert found(rule, seen("0")) == ["1", "100", "101", "299", "300"]


def test_a_band_open_at_both_ends_has_no_threshold():
    assert found(Bands((Band(None, None, D(2)),)), seen("0")) == []


@pytest.mark.parametrize(("target", "reached"), [("8", ["8"]), (None, [])])
def test_completion_ends_at_the_target(target, reached):
    assert found(Completion(), seen("4", target)) == reached


@pytest.mark.parametrize(("value", "reached"), [(None, ["3"]), ("1", ["3"]), ("2", ["3"]), ("3", []), ("4", [])])
def test_units_end_where_the_line_is_full(value, reached):
    assert found(PerUnit((Unit("", D(2)),)), seen(value)) == reached


def test_units_of_another_part_count_towards_a_full_line():
    rule = PerUnit((Unit("食堂", D(5)), Unit("助餐点", D(2))))
    both = Inputs(seen("0", part="食堂").figures | seen("1", part="助餐点").figures)

    assert (found(rule, both, "食堂"), found(rule, both, "助餐点")) == (["1"], ["3"])


def test_what_people_give_has_no_thresholds():
    assert found(Manual(), Inputs()) == []
