"""What one unit more brings, by cases made by hand: exact points and places, boundaries, and never worse by more."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine import Criterion, Rubric, Section
from scoring.gaps import Search
from scoring.rules import Band, Bands, Completion, Condition, Figure, Inputs, Manual, PerUnit, Threshold, Unit
from scoring.whatif import Case, place

D = Decimal
STATIONS, BEDS, RATE = 1, 2, 3


def figure(value, target=None, *, unit="个", comparator="ge", text=""):
    decimals = [None if number is None else D(number) for number in (value, target)]
    return Figure("家门口养老服务站", unit, *decimals, comparator, text)


def case(*lines, policy="by_text", weight=None):
    """A town with lines of (weight, rule, {part: (indicator, figure)})."""
    criteria, inputs, readers = [], {}, {}
    for at, (points, rule, figures) in enumerate(lines):
        key = f"1.{at}"
        criteria.append(Criterion(key, "一", f"评分项{at}", D(points), rule))
        inputs[key] = Inputs({part: seen for part, (_indicator, seen) in figures.items()})
        for part, (indicator, _seen) in figures.items():
            readers.setdefault(indicator, []).append((key, part))
    section = Section("1", "一", None if weight is None else D(weight), tuple(criteria))
    return Case(Rubric((section,)), inputs, policy, readers)


def completion(value, target, *, weight="3", **more):
    return weight, Completion(), {"": (STATIONS, figure(value, target, **more))}


def found(town, others=None):
    """Each gap's indicator with its steps: value, delta, gain, rank."""
    gaps = Search(town, None if others is None else [D(other) for other in others]).gaps()
    return [(gap.indicator, [_step(step) for step in gap.steps]) for gap in gaps]


def _step(step):
    delta = None if step.delta is None else str(step.delta)
    return (str(step.value), delta, str(step.gain), step.rank)


class TestCompletion:
    def test_one_more_and_all_that_is_missing(self):
        assert found(case(completion(4, 8))) == [(STATIONS, [("5", "1", "0.38", None), ("8", "4", "1.50", None)])]

    def test_the_issues_own_example_two_more_stations_lift_from_7_to_5(self):
        """Weight 3, 4 of 8: two more bring 0.75, which passes the two towns just ahead; one more passes none."""
        others = ["9", "8", "7", "6", "2.20", "2.10", "1", "0.5"]

        assert found(case(completion(4, 8)), others) == [
            (STATIONS, [("5", "1", "0.38", 7), ("6", "2", "0.75", 5), ("8", "4", "1.50", 5)])
        ]

    def test_an_equal_total_shares_the_place(self):
        assert found(case(completion(4, 8)), ["2.25"])[0][1][1] == ("6", "2", "0.75", 1)

    def test_a_target_that_is_met_leaves_nothing_to_gain(self):
        assert found(case(completion(8, 8))) == []
        assert found(case(completion(9, 8))) == []

    def test_one_short_of_the_target_is_one_step(self):
        assert found(case(completion(7, 8))) == [(STATIONS, [("8", "1", "0.37", None)])]

    def test_nothing_reported_counts_from_nothing(self):
        assert found(case(completion(None, 2))) == [(STATIONS, [("1", "1", "1.50", None), ("2", "2", "3.00", None)])]

    def test_without_a_target_the_first_one_brings_all(self):
        assert found(case(completion(None, None))) == [(STATIONS, [("1", "1", "3.00", None)])]

    @pytest.mark.parametrize("policy", ["full", "exclude"])
    def test_without_a_target_nothing_is_to_gain_where_the_rubric_says_so(self, policy):
        assert found(case(completion(None, None), policy=policy)) == []

    def test_a_target_in_words_is_not_computed(self):
        assert found(case(completion(None, None, text="应补尽补"))) == []

    def test_all_or_nothing_shows_only_the_target(self):
        line = ("3", Completion(all_or_nothing=True), {"": (STATIONS, figure(5, 8))})

        assert found(case(line)) == [(STATIONS, [("8", "3", "3.00", None)])]

    def test_where_less_is_better_it_goes_down(self):
        town = case(completion(6, 3, comparator="le"))

        assert found(town) == [(STATIONS, [("5", "-1", "0.30", None), ("3", "-3", "1.50", None)])]

    @pytest.mark.parametrize("target", [0, 3])
    def test_where_less_is_better_and_nothing_is_reported_the_bound_is_told_and_no_distance(self, target):
        town = case(completion(None, target, comparator="le"))

        assert found(town) == [(STATIONS, [(str(target), None, "3.00", None)])]

    def test_no_rate_is_sent_beyond_a_hundred(self):
        assert found(case(completion("99.5", "100", unit="%"))) == [(STATIONS, [("100", "0.5", "0.01", None)])]


class TestBands:
    RULE = Bands(
        (
            Band(D(0), D(100), D(2), high_included=True),
            Band(D(100), D(300), D(3)),
            Band(D(300), None, D(5), low_included=True),
        )
    )

    @pytest.mark.parametrize(
        ("value", "steps"),
        [
            (None, [("1", "1", "2.00", None), ("300", "300", "5.00", None)]),
            (0, [("1", "1", "2.00", None), ("300", "300", "5.00", None)]),
            (40, [("101", "61", "1.00", None), ("300", "260", "3.00", None)]),
            (100, [("101", "1", "1.00", None), ("300", "200", "3.00", None)]),
            (101, [("300", "199", "2.00", None)]),
            (299, [("300", "1", "2.00", None)]),
        ],
    )
    def test_the_next_threshold_and_the_highest_band(self, value, steps):
        assert found(case(("5", self.RULE, {"": (BEDS, figure(value, unit="张"))}))) == [(BEDS, steps)]

    def test_in_the_highest_band_nothing_is_to_gain(self):
        assert found(case(("5", self.RULE, {"": (BEDS, figure(300, unit="张"))}))) == []


class TestThreshold:
    def test_a_rate_shows_how_far_its_threshold_is(self):
        line = ("10", Threshold((Condition(D(85), D(10)),)), {"": (RATE, figure("81.8", unit="%"))})

        assert found(case(line)) == [(RATE, [("85", "3.2", "10.00", None)])]

    def test_the_next_of_two_conditions_and_both(self):
        rule = Threshold((Condition(D(60), D(2)), Condition(D(80), D(3))))

        assert found(case(("5", rule, {"": (RATE, figure(59, unit="%"))}))) == [
            (RATE, [("60", "1", "2.00", None), ("80", "21", "5.00", None)])
        ]

    def test_what_the_weight_caps_brings_nothing(self):
        rule = Threshold((Condition(D(85), D(10)), Condition(D(15), D(5), part="中级")))
        figures = {"": (RATE, figure(90, unit="%")), "中级": (BEDS, figure(10, unit="%"))}

        assert found(case(("10", rule, figures))) == []


class TestUnits:
    RULE = PerUnit((Unit("食堂", D(5)), Unit("助餐点", D(2))))

    def test_each_kind_has_its_own_way_to_a_full_line_and_the_dearer_comes_first(self):
        figures = {"助餐点": (1, figure(0)), "食堂": (2, figure(0))}

        assert found(case(("5", self.RULE, figures))) == [
            (2, [("1", "1", "5.00", None)]),
            (1, [("1", "1", "2.00", None), ("3", "3", "5.00", None)]),
        ]


def test_gaps_are_sorted_by_points_a_unit():
    lines = [
        ("3", Completion(), {"": (1, figure(0, 300))}),
        ("3", Completion(), {"": (2, figure(0, 2))}),
        ("3", Completion(), {"": (3, figure(0, 10))}),
    ]

    gaps = Search(case(*lines)).gaps()

    assert [(gap.indicator, str(gap.per_unit)) for gap in gaps] == [(2, "1.50"), (3, "0.30"), (1, "0.01")]


def test_an_indicator_that_two_lines_read_moves_both():
    lines = [
        ("3", Completion(), {"": (1, figure(0, 3))}),
        ("2", Threshold((Condition(D(1), D(2)),)), {"": (1, figure(0))}),
    ]

    assert found(case(*lines)) == [(1, [("1", "1", "3.00", None), ("3", "3", "5.00", None)])]


def test_a_section_that_is_full_already_gains_nothing():
    lines = [("3", Completion(), {"": (1, figure(3, 3))}), ("3", Completion(), {"": (2, figure(0, 3))})]

    assert found(case(*lines, weight="3")) == []


def test_what_people_give_is_no_gap():
    assert found(case(("5", Manual(), {}))) == []


def test_a_total_of_nothing_has_the_first_place_among_nobody():
    assert (place(D(0), []), place(D(5), [D(5), D(6), D(5)]), place(D(4), [D(5), D(6)])) == (1, 2, 3)


RULES = st.sampled_from(
    [Completion(), TestBands.RULE, PerUnit((Unit("", D("0.7")),)), Threshold((Condition(D(7), D(3)),))]
)


@given(rule=RULES, value=st.none() | st.integers(0, 12), target=st.integers(1, 12), others=st.lists(st.integers(0, 6)))
def test_more_is_never_worse_and_every_step_is_what_the_engine_says(rule, value, target, others):
    town = case(("5", rule, {"": (1, figure(value, target))}))

    search = Search(town, [D(other) for other in others])

    for gap in search.gaps():
        gains, ranks = [step.gain for step in gap.steps], [step.rank for step in gap.steps]
        assert gains == sorted(gains)
        assert ranks == sorted(ranks, reverse=True)
        assert len({step.value for step in gap.steps}) == len(gap.steps)
        for step in gap.steps:
            assert step.gain > 0
            assert step.total == town.score({1: step.value}).total == search.now + step.gain


@given(value=st.integers(0, 400), ahead=st.lists(st.decimals("0", "3", places=2), min_size=1))
def test_no_fewer_units_bring_a_better_place(value, ahead):
    town = case(completion(value, 400))
    search = Search(town, ahead)
    climbed = [s for gap in search.gaps() for s in gap.steps if s.rank < search.rank]

    if climbed:
        before = town.score({STATIONS: climbed[0].value - 1}).total
        assert place(before, ahead) == search.rank
    else:
        assert place(town.score({STATIONS: D(400)}).total, ahead) == search.rank
