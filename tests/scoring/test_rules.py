"""Each kind of rule at its boundaries, in points and in words."""

from decimal import Decimal

import pytest

from scoring.rules import (
    Average,
    Award,
    Band,
    Bands,
    Bonus,
    Completion,
    Condition,
    Figure,
    Graded,
    Inputs,
    Manual,
    Penalty,
    PerUnit,
    Threshold,
    Unit,
    load_rule,
)

D = Decimal
NOTHING = Inputs()


def figure(value=None, target=None, *, comparator="ge", unit="家", name="睦邻点", text=""):
    return Figure(name, unit, _decimal(value), _decimal(target), comparator, text)


def sees(value=None, target=None, **kwargs):
    """The inputs of a rule that needs a single figure."""
    return Inputs({"": figure(value, target, **kwargs)})


def given_by_people(*points, grade=""):
    return Inputs(awards=tuple(Award(D(each), f"事由{at}", grade=grade) for at, each in enumerate(points, start=1)))


def outcome(rule, inputs, weight="10", no_target="by_text"):
    points, status = rule.evaluate(inputs, D(weight), no_target)
    return (str(points.normalize() + 0), status)


def words(rule, inputs, weight="10", no_target="by_text"):
    return rule.explain(inputs, D(weight), no_target)


def _decimal(value):
    return None if value is None else D(value)


class TestThreshold:
    RATES = Threshold((Condition(D(85), D(10), "ge", "持证率"), Condition(D(15), D(5), "ge", "中级以上持证率")))

    def rates(self, holders, skilled):
        return Inputs({"持证率": figure(holders, unit="%"), "中级以上持证率": figure(skilled, unit="%")})

    @pytest.mark.parametrize(
        ("holders", "skilled", "points"),
        [
            ("85", "14.99", "10"),
            ("84.99", "15", "5"),
            ("84.99999999999999999999", "14.99", "0"),
            ("85", "15", "10"),
            ("0", "0", "0"),
        ],
    )
    def test_points_of_the_conditions_met_add_up_to_the_weight_at_most(self, holders, skilled, points):
        assert outcome(self.RATES, self.rates(holders, skilled)) == (points, "computed")

    @pytest.mark.parametrize(
        ("comparator", "below", "at", "above"),
        [("ge", "0", "10", "10"), ("gt", "0", "0", "10"), ("le", "10", "10", "0"), ("lt", "10", "0", "0")],
    )
    def test_each_comparator_around_its_bound(self, comparator, below, at, above):
        rule = Threshold((Condition(D(35), D(10), comparator),))

        points = [outcome(rule, sees(value))[0] for value in ("34.99", "35", "35.01")]

        assert points == [below, at, above]

    def test_what_is_not_reported_waits_while_the_rest_counts(self):
        assert outcome(self.RATES, self.rates(None, "15")) == ("5", "awaiting")

    def test_what_is_not_linked_waits_while_the_rest_counts(self):
        assert outcome(self.RATES, Inputs({"持证率": figure("85", unit="%")})) == ("10", "awaiting")

    def test_words(self):
        assert words(self.RATES, self.rates("86.20", "14")) == (
            "持证率 ≥ 85%（实际 86.2%）得 10 分；中级以上持证率 ≥ 15%（实际 14%）得 0 分；上限 10 分"
        )

    def test_words_for_what_is_missing(self):
        assert words(self.RATES, Inputs({"持证率": figure(None, "85", unit="%")})) == (
            "持证率：目标 85%，尚无审核通过的填报；中级以上持证率：未关联指标；上限 10 分"
        )

    def test_parts_are_named_once(self):
        rule = Threshold((Condition(D(1), D(1), part="甲"), Condition(D(2), D(1), part="甲"), Condition(D(1), D(1))))
        assert rule.parts == ("甲", "")


class TestBands:
    BEDS = Bands(
        (
            Band(D(0), D(100), D(2), False, True),
            Band(D(100), D(300), D(3), False, False),
            Band(D(300), None, D(5), True),
        )
    )

    @pytest.mark.parametrize(
        ("beds", "points"),
        [
            ("0", "0"),
            ("0.01", "2"),
            ("99", "2"),
            ("100", "2"),
            ("100.01", "3"),
            ("299.99", "3"),
            ("300", "5"),
            ("100000", "5"),
        ],
    )
    def test_beds_around_each_bound(self, beds, points):
        assert outcome(self.BEDS, sees(beds), "5") == (points, "computed")

    def test_no_band_gives_more_than_the_weight(self):
        assert outcome(self.BEDS, sees("300"), "4") == ("4", "computed")

    def test_the_best_of_overlapping_bands_counts(self):
        rule = Bands((Band(None, D(100), D(2), False, True), Band(D(100), D(200), D(3), True)))
        assert outcome(rule, sees("100")) == ("3", "computed")

    def test_band_open_below_holds_zero(self):
        assert outcome(Bands((Band(None, D(5), D(5), False, True),)), sees("0")) == ("5", "computed")

    def test_nothing_reported_waits_where_something_is_owed(self):
        assert outcome(self.BEDS, sees(None, "100")) == ("0", "awaiting")
        assert outcome(self.BEDS, sees(None, text="应建尽建")) == ("0", "awaiting")

    def test_nothing_reported_and_nothing_owed_has_no_target(self):
        assert outcome(self.BEDS, sees()) == ("0", "no_target")

    @pytest.mark.parametrize("policy", ["by_text", "full", "exclude"])
    def test_the_policy_for_no_target_does_not_touch_bands(self, policy):
        assert outcome(self.BEDS, sees("300"), "5", policy) == ("5", "computed")

    def test_not_linked_waits(self):
        assert (outcome(self.BEDS, NOTHING), words(self.BEDS, NOTHING)) == (("0", "awaiting"), "未关联指标")

    @pytest.mark.parametrize(
        ("beds", "expected"),
        [
            ("0", "实际 0张，不在任何一档内，得 0 分"),
            ("100", "实际 100张，属于“0 < x ≤ 100”一档，得 2 分；上限 5 分"),
            ("120", "实际 120张，属于“100 < x < 300”一档，得 3 分；上限 5 分"),
            ("300", "实际 300张，属于“x ≥ 300”一档，得 5 分；上限 5 分"),
            (None, "无目标，尚无审核通过的填报"),
        ],
    )
    def test_words(self, beds, expected):
        assert words(self.BEDS, sees(beds, unit="张"), "5") == expected

    @pytest.mark.parametrize(
        ("band", "expected"),
        [
            (Band(None, D(5), D(1), False, True), "x ≤ 5"),
            (Band(D("2.50"), D(5), D(1), True, False), "2.5 ≤ x < 5"),
            (Band(D(5), None, D(1)), "x > 5"),
            (Band(None, None, D(1)), "x"),
        ],
    )
    def test_bands_are_written_as_inequalities(self, band, expected):
        assert str(band) == expected


class TestCompletion:
    RULE = Completion()

    @pytest.mark.parametrize(
        ("actual", "points"), [("0", "0"), ("6", "1.8"), ("9.99", "2.997"), ("10", "3"), ("10.01", "3"), ("1E+30", "3")]
    )
    def test_share_of_the_target_up_to_the_weight(self, actual, points):
        assert outcome(self.RULE, sees(actual, "10"), "3") == (points, "computed")

    @pytest.mark.parametrize(("actual", "points"), [("0", "3"), ("4", "3"), ("4.3", "3"), ("8.6", "1.5")])
    def test_lower_is_better_is_target_over_actual(self, actual, points):
        assert outcome(self.RULE, sees(actual, "4.3", comparator="le"), "3") == (points, "computed")

    @pytest.mark.parametrize(
        ("comparator", "actual", "points"), [("ge", "0", "3"), ("ge", "5", "3"), ("le", "0", "3"), ("le", "1", "0")]
    )
    def test_a_target_of_zero_never_divides(self, comparator, actual, points):
        assert outcome(self.RULE, sees(actual, "0", comparator=comparator), "3") == (points, "computed")

    @pytest.mark.parametrize("target", ["0", "10"])
    def test_less_than_nothing_earns_nothing(self, target):
        assert outcome(self.RULE, sees("-1", target), "3") == ("0", "computed")

    @pytest.mark.parametrize(("actual", "points"), [("9.99", "0"), ("10", "3")])
    def test_all_or_nothing(self, actual, points):
        assert outcome(Completion(all_or_nothing=True), sees(actual, "10"), "3") == (points, "computed")

    def test_an_exact_half_cent_stays_exact(self):
        assert self.RULE.evaluate(sees("1", "8"), D(1)).points == D("0.125")
        assert self.RULE.evaluate(sees("5", "24"), D(3)).points == D("0.625")

    def test_a_target_without_a_report_waits(self):
        assert outcome(self.RULE, sees(None, "10")) == ("0", "awaiting")
        assert words(self.RULE, sees(None, "10")) == "目标 10家，尚无审核通过的填报"

    @pytest.mark.parametrize("policy", ["by_text", "full", "exclude"])
    def test_a_target_in_words_waits_under_every_policy(self, policy):
        assert outcome(self.RULE, sees("5", text="应补尽补"), no_target=policy) == ("0", "awaiting")

    def test_not_linked_waits(self):
        assert (outcome(self.RULE, NOTHING), words(self.RULE, NOTHING)) == (("0", "awaiting"), "未关联指标")

    @pytest.mark.parametrize(
        ("policy", "actual", "points", "status"),
        [
            ("by_text", None, "0", "no_target"),
            ("by_text", "0", "0", "no_target"),
            ("by_text", "0.00", "0", "no_target"),
            ("by_text", "1", "3", "no_target"),
            ("full", None, "3", "no_target"),
            ("full", "0", "3", "no_target"),
            ("exclude", None, "0", "excluded"),
            ("exclude", "5", "0", "excluded"),
        ],
    )
    def test_no_target(self, policy, actual, points, status):
        assert outcome(self.RULE, sees(actual), "3", policy) == (points, status)

    @pytest.mark.parametrize(
        ("inputs", "policy", "expected"),
        [
            (sees("6", "10"), "by_text", "完成 6家 ÷ 目标 10家 × 权重 3.00 = 1.80"),
            (sees("12.0", "10"), "by_text", "实际 12家，达到目标 10家，得满分 3.00"),
            (sees("5", "4", comparator="le"), "by_text", "目标 4家 ÷ 实际 5家 × 权重 3.00 = 2.40"),
            (sees("5", text="应补尽补"), "by_text", "目标为文字“应补尽补”，不参与计算，实际 5家"),
            (sees("1"), "by_text", "无目标，实际 1家，有完成即得满分：3.00"),
            (sees(), "by_text", "无目标，尚无审核通过的填报，得 0.00"),
            (sees(), "full", "无目标，按满分计 3.00"),
            (sees(), "exclude", "无目标，不计入；权重 3.00 由本组其他评分项分摊"),
        ],
    )
    def test_words(self, inputs, policy, expected):
        assert words(self.RULE, inputs, "3", policy) == expected

    def test_words_for_all_or_nothing(self):
        assert words(Completion(all_or_nothing=True), sees("9", "10"), "3") == "实际 9家，未达到目标 10家，得 0 分"


class TestPerUnit:
    MEALS = PerUnit((Unit("社区长者食堂", D(5)), Unit("助餐点", D(2))))

    def built(self, canteens, points, target=None):
        return Inputs({"社区长者食堂": figure(canteens, target), "助餐点": figure(points)})

    @pytest.mark.parametrize(
        ("canteens", "places", "points"),
        [("0", "0", "0"), ("0", "1", "2"), ("0", "2", "4"), ("0", "3", "5"), ("1", "0", "5"), ("1", "1", "5")],
    )
    def test_points_for_each_up_to_the_weight(self, canteens, places, points):
        assert outcome(self.MEALS, self.built(canteens, places), "5") == (points, "computed")

    def test_one_of_several_that_is_missing_counts_as_nothing(self):
        assert outcome(self.MEALS, self.built(None, "1"), "5") == ("2", "computed")

    def test_nothing_reported_at_all(self):
        assert outcome(self.MEALS, self.built(None, None, target="1"), "5") == ("0", "awaiting")
        assert outcome(self.MEALS, self.built(None, None), "5") == ("0", "no_target")

    def test_not_linked_waits_while_the_rest_counts(self):
        assert outcome(self.MEALS, Inputs({"助餐点": figure("1")}), "5") == ("2", "awaiting")

    def test_words(self):
        assert words(self.MEALS, self.built("1", "2"), "5") == (
            "社区长者食堂 1家 × 5 分 = 5 分；助餐点 2家 × 2 分 = 4 分；上限 5 分"
        )

    def test_words_for_what_is_missing(self):
        assert words(self.MEALS, Inputs({"助餐点": figure()}), "5") == (
            "社区长者食堂：未关联指标；助餐点：无目标，尚无审核通过的填报；上限 5 分"
        )

    def test_a_single_unit_goes_by_the_indicators_name(self):
        rule = PerUnit((Unit("", D(2)),))
        assert words(rule, sees("2"), "5") == "睦邻点 2家 × 2 分 = 4 分；上限 5 分"


class TestAverage:
    @pytest.mark.parametrize(
        ("scores", "points"),
        [(("0",), "0"), (("86.5",), "4.325"), (("100",), "5"), (("120",), "5"), (("80", "90", "100"), "4.5")],
    )
    def test_mean_as_a_share_of_the_weight(self, scores, points):
        assert outcome(Average(), given_by_people(*scores), "5") == (points, "computed")

    def test_none_waits(self):
        assert (outcome(Average(), NOTHING), words(Average(), NOTHING)) == (("0", "awaiting"), "尚未评分")

    def test_words(self):
        assert words(Average(), given_by_people("80", "93"), "5") == ("2 次外部评分平均 86.5 ÷ 100 × 权重 5.00 = 4.33")


class TestGraded:
    RULE = Graded({"优秀": D(10), "良好": D(8), "差": D(0)})

    @pytest.mark.parametrize(("grade", "points"), [("优秀", "10"), ("良好", "8"), ("差", "0")])
    def test_points_of_the_grade(self, grade, points):
        assert outcome(self.RULE, given_by_people("0", grade=grade)) == (points, "computed")

    def test_the_latest_grade_counts(self):
        inputs = Inputs(awards=(Award(D(0), "一", grade="优秀"), Award(D(0), "二", grade="良好")))
        assert outcome(self.RULE, inputs) == ("8", "computed")

    def test_a_grade_outside_the_table_waits(self):
        inputs = given_by_people("9", grade="一般")
        assert outcome(self.RULE, inputs) == ("0", "awaiting")
        assert words(self.RULE, inputs) == "等级“一般”不在评分表内"

    def test_no_grade_waits(self):
        assert outcome(self.RULE, NOTHING) == ("0", "awaiting")

    def test_words(self):
        assert words(self.RULE, given_by_people("0", grade="良好")) == "等级“良好”，得 8 分；上限 10 分"


class TestManual:
    @pytest.mark.parametrize(("mark", "points"), [("0", "0"), ("9.99", "9.99"), ("10", "10"), ("10.01", "10")])
    def test_a_mark_up_to_the_weight(self, mark, points):
        assert outcome(Manual(), given_by_people(mark)) == (points, "computed")

    def test_the_latest_mark_counts(self):
        assert outcome(Manual(), given_by_people("9", "4")) == ("4", "computed")

    def test_no_mark_waits(self):
        assert outcome(Manual(), NOTHING) == ("0", "awaiting")

    def test_words(self):
        inputs = Inputs(awards=(Award(D("8.50"), "消防检查", "宝民发〔2024〕1号"),))
        assert words(Manual(), inputs) == "消防检查，宝民发〔2024〕1号：评 8.5 分；上限 10 分"


class TestBonus:
    @pytest.mark.parametrize(
        ("awards", "points"),
        [((), "0"), (("3",), "3"), (("3", "6.99"), "9.99"), (("3", "7"), "10"), (("3", "8"), "10")],
    )
    def test_sum_up_to_the_weight(self, awards, points):
        assert outcome(Bonus(), given_by_people(*awards)) == (points, "computed")

    def test_words(self):
        assert words(Bonus(), given_by_people("3", "2")) == "事由1：加 3 分；事由2：加 2 分；上限 10 分"
        assert words(Bonus(), NOTHING) == "无加分"


class TestPenalty:
    @pytest.mark.parametrize("weight", ["-10", "10"])
    @pytest.mark.parametrize(
        ("awards", "points"), [((), "0"), (("0",), "0"), (("5",), "-5"), (("5", "5"), "-10"), (("5", "5.01"), "-10")]
    )
    def test_minus_the_sum_down_to_the_weight_however_it_is_printed(self, weight, awards, points):
        assert outcome(Penalty(), given_by_people(*awards), weight) == (points, "computed")

    def test_words(self):
        assert words(Penalty(), given_by_people("5"), "-10") == "事由1：扣 5 分；上限 10 分"
        assert words(Penalty(), NOTHING, "-10") == "无扣分"


JSON = [
    {"kind": "threshold", "conditions": [{"value": "85", "points": "10", "comparator": "gt", "part": "持证率"}]},
    {
        "kind": "bands",
        "bands": [
            {"low": None, "high": "100", "points": "2.5", "low_included": False, "high_included": True},
            {"low": "100", "high": None, "points": "3", "low_included": False, "high_included": False},
        ],
        "part": "",
    },
    {"kind": "completion", "part": "", "all_or_nothing": True},
    {"kind": "per_unit", "units": [{"part": "食堂", "points": "5"}, {"part": "助餐点", "points": "2"}]},
    {"kind": "average"},
    {"kind": "graded", "grades": {"优秀": "10", "良好": "8"}},
    {"kind": "manual"},
    {"kind": "bonus"},
    {"kind": "penalty"},
]


class TestJson:
    @pytest.mark.parametrize("data", JSON, ids=lambda data: data["kind"])
    def test_a_rule_comes_back_as_it_went(self, data):
        assert load_rule(data).to_dict() == data

    def test_what_has_a_default_may_be_left_out(self):
        assert load_rule({"kind": "completion"}) == Completion("", False)
        assert load_rule({"kind": "threshold", "conditions": [{"value": "1", "points": "2"}]}) == Threshold(
            (Condition(D(1), D(2), "ge", ""),)
        )

    @pytest.mark.parametrize(("number", "text"), [("10.50", "10.5"), ("1E+2", "100"), ("100", "100"), ("0.00", "0")])
    def test_numbers_are_written_plainly(self, number, text):
        assert PerUnit((Unit("", D(number)),)).to_dict()["units"][0]["points"] == text

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ([], "rule"),
            ({}, "kind"),
            ({"kind": "magic"}, "kind"),
            ({"kind": ["manual"]}, "kind"),
            ({"kind": "threshold"}, "conditions"),
            ({"kind": "threshold", "conditions": []}, "conditions"),
            ({"kind": "threshold", "conditions": {}}, "conditions"),
            ({"kind": "threshold", "conditions": [1]}, "conditions[0]"),
            ({"kind": "threshold", "conditions": [{"value": "1"}]}, "conditions[0].points"),
            (
                {"kind": "threshold", "conditions": [{"value": "1", "points": "1", "comparator": "eq"}]},
                "conditions[0].comparator",
            ),
            (
                {"kind": "bands", "bands": [{"low": "2", "high": "1", "points": "1"}]},
                "bands[0].high",
            ),
            (
                {"kind": "bands", "bands": [{"low": "1", "high": None, "points": "1", "low_included": 1}]},
                "bands[0].low_included",
            ),
            ({"kind": "completion", "part": None}, "part"),
            ({"kind": "completion", "all_or_nothing": "false"}, "all_or_nothing"),
            ({"kind": "completion", "all": True}, "all"),
            ({"kind": "per_unit", "units": [{"part": "a", "points": 5}]}, "units[0].points"),
            ({"kind": "per_unit", "units": [{"part": "a", "points": "五"}]}, "units[0].points"),
            ({"kind": "per_unit", "units": [{"part": "a", "points": "NaN"}]}, "units[0].points"),
            ({"kind": "per_unit", "units": [{"part": "a", "points": "-1"}]}, "units[0].points"),
            ({"kind": "per_unit", "units": [{"part": "a", "points": None}]}, "units[0].points"),
            ({"kind": "graded", "grades": {}}, "grades"),
            ({"kind": "graded", "grades": {"优秀": "x"}}, "grades.优秀"),
        ],
    )
    def test_the_wrong_field_is_named(self, data, field):
        with pytest.raises(ValueError, match="规则的字段") as error:
            load_rule(data)
        assert str(error.value).startswith(f"规则的字段 {field} 不正确：")
