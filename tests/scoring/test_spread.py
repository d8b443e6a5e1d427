"""How far towns lie apart: exact figures by hand, columns that include their lower end."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.spread import distribution, shares, spread

D = Decimal


def of(*points, weight="5"):
    return spread([D(one) for one in points], D(weight))


def test_a_line_that_separates_the_towns():
    found = of("0", "2", "4", "5", "5")

    assert [str(part) for part in found] == ["0", "4.00", "5", "1.94", "2", "1"]
    assert (found.range, found.same) == (D(5), False)


def test_of_an_even_number_the_median_is_between_the_two_in_the_middle():
    assert str(of("0", "1.25", "1.50", "5").middle) == "1.38"


@pytest.mark.parametrize(("points", "full", "none"), [("5", 3, 0), ("0", 0, 3), ("2", 0, 0)])
def test_a_line_that_gives_everyone_the_same(points, full, none):
    found = of(points, points, points)

    assert (found.same, found.range, found.deviation, found.full, found.none) == (True, 0, 0, full, none)


@pytest.mark.parametrize(("points", "weight"), [("-5", "-5"), ("0", "0")])
def test_nobody_is_full_or_without_points_where_a_line_gives_none(points, weight):
    found = of(points, "0", weight=weight)

    assert (found.full, found.none, found.range) == (None, None, -D(points))


def test_a_column_includes_its_lower_end():
    totals = {"甲": D("90"), "乙": D("89.99"), "丙": D("80"), "丁": D("69.99")}

    assert distribution(totals) == [(90, 100, ["甲"]), (80, 90, ["乙", "丙"]), (70, 80, []), (60, 70, ["丁"])]


def test_a_full_total_has_a_column_of_its_own():
    assert distribution({"甲": D(100)}) == [(100, 110, ["甲"])]


def test_nobody_is_nowhere():
    assert distribution({}) == []


class TestShares:
    def of(self, **lines):
        points = {key: [D(one) for one in found] for key, found in lines.items()}
        totals = [sum(town) for town in zip(*points.values(), strict=True)]
        return {key: None if one is None else str(round(one, 1)) for key, one in shares(points, totals).items()}

    def test_a_line_alone_separates_all(self):
        assert self.of(a=[1, 2, 6], b=[3, 3, 3]) == {"a": "100.0", "b": "0.0"}

    def test_lines_that_go_together_share_by_how_far_they_go(self):
        assert self.of(a=[0, 1, 2], b=[0, 3, 6]) == {"a": "25.0", "b": "75.0"}

    def test_a_line_that_brings_the_towns_together_is_below_0(self):
        assert self.of(a=[0, 1, 2], b=[1, "0.5", 0]) == {"a": "200.0", "b": "-100.0"}

    @given(st.lists(st.lists(st.integers(0, 900), min_size=3, max_size=3), min_size=2, max_size=8))
    def test_they_add_up_to_100(self, towns):
        lines = {str(at): [D(town[at]) / 100 for town in towns] for at in range(3)}
        found = shares(lines, [sum(town) for town in zip(*lines.values(), strict=True)])
        assert None in found.values() or round(sum(found.values()), 9) == 100

    def test_equal_totals_are_separated_by_nothing(self):
        assert self.of(a=[1, 2], b=[2, 1]) == {"a": None, "b": None}
        assert shares({}, []) == {}
