"""A town's score from a rubric, compared to the cent with a second scorer that shares nothing with the first."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.clauses import compile_clause
from scoring.engine import Criterion, Rubric, Section, rank, score
from scoring.rules import Average, Award, Bonus, Completion, Figure, Inputs, Manual, Penalty

D = Decimal
POLICIES = ["by_text", "full", "exclude"]


def line(key, weight, rule=None, *, pending=False):
    return Criterion(key, "一", f"评分项{key}", D(weight), rule or Completion(), pending)


def section(*lines, weight=None):
    return Section("1", "一", None if weight is None else D(weight), lines)


def done(value, target=None, *, text=""):
    decimals = [None if number is None else D(number) for number in (value, target)]
    return Inputs({"": Figure("睦邻点", "家", *decimals, "ge", text)})


def awarded(*points):
    return Inputs(awards=tuple(Award(D(each), "事由") for each in points))


def scored(lines, inputs, policy="by_text", *, weight=None):
    return score(Rubric((section(*lines, weight=weight),)), inputs, policy)


class TestRounding:
    def test_points_are_rounded_half_up_at_the_criterion(self):
        town = scored([line("a", "1"), line("b", "1")], {"a": done("1", "8"), "b": done("1", "8")})

        assert [str(each.points) for each in town.criteria] == ["0.13", "0.13"]
        assert str(town.total) == "0.26"

    def test_under_exclude_points_are_rounded_once_at_the_section(self):
        inputs = {"a": done("1", "8"), "b": done("1", "8")}

        town = scored([line("a", "1"), line("b", "1")], inputs, "exclude")

        assert [str(each.points) for each in town.criteria] == ["0.13", "0.13"]
        assert str(town.total) == "0.25"

    def test_what_exclude_scales_up_is_no_larger_share_of_the_attainable(self):
        town = scored([line("a", "3"), line("b", "6")], {"a": done("2", "4"), "b": done("9")}, "exclude")

        assert (str(town.total), str(town.attainable), town.share) == ("4.50", "3.00", D(50))

    def test_a_half_cent_survives_scaling(self):
        lines = [line("a", "2"), line("b", "2"), line("c", "5")]
        inputs = {"a": done("2", "12"), "b": done("7", "20"), "c": done(None)}

        # (2 × 2 ÷ 12 + 2 × 7 ÷ 20) × 9 ÷ 4 is 2.325 exactly, and 2.32499… in 28 digits.
        assert str(scored(lines, inputs, "exclude").total) == "2.33"

    def test_a_half_cent_survives_a_rate_that_does_not_end(self):
        # 7 ÷ 30 is 23.33…%, a share of 80%: 3 × 23.33… ÷ 80 is 0.875 exactly, and 0.87499… in 28 digits.
        town = scored([line("a", "3")], {"a": done(Decimal(7) * 100 / 30, "80")})

        assert str(town.criteria[0].points) == "0.88"
        assert town.criteria[0].explanation.endswith("= 0.88")

    def test_a_penalty_of_nearly_nothing_is_no_negative_zero(self):
        town = scored([line("a", "-5", Penalty())], {"a": awarded("0.004")})

        assert (str(town.criteria[0].points), str(town.sections[0].points), str(town.total)) == ("0.00",) * 3


class TestCaps:
    def test_a_section_gives_no_more_than_its_weight(self):
        town = scored([line("a", "30"), line("b", "15")], {"a": done("1", "1"), "b": done("1", "1")}, weight="39")
        assert str(town.sections[0].points) == "39.00"

    def test_a_section_without_a_weight_weighs_what_its_gains_do(self):
        assert section(line("a", "30"), line("b", "15"), line("c", "-5", Penalty())).weight == D(45)

    def test_a_section_of_penalties_weighs_what_they_do(self):
        assert section(line("a", "-10", Penalty()), line("b", "-5", Penalty())).weight == D(-15)

    def test_bonuses_are_capped_by_their_section(self):
        lines = [line("a", "10", Bonus()), line("b", "10", Bonus())]
        inputs = {"a": awarded("8"), "b": awarded("7")}

        assert [str(scored(lines, inputs, policy, weight="10").total) for policy in POLICIES] == ["10.00"] * 3

    def test_bonuses_are_never_scaled(self):
        lines = [line("a", "10", Bonus()), line("b", "10", Bonus())]
        assert str(scored(lines, {"a": awarded("8")}, "exclude", weight="10").total) == "8.00"

    def test_penalties_subtract_each_up_to_its_weight(self):
        rubric = Rubric(
            (section(line("a", "50", Manual())), section(line("b", "-10", Penalty()), line("c", "-5", Penalty())))
        )

        town = score(rubric, {"a": awarded("40"), "b": awarded("12"), "c": awarded("2")})

        assert [str(each.points) for each in town.sections] == ["40.00", "-12.00"]
        assert str(town.total) == "28.00"

    def test_a_total_is_never_below_zero(self):
        assert str(scored([line("a", "-10", Penalty())], {"a": awarded("9")}).total) == "0.00"


class TestNoTarget:
    LINES = (line("a", "3"), line("b", "3"), line("c", "6", Manual()))

    def test_by_text_pays_for_anything_built(self):
        town = scored(self.LINES, {"a": done("0"), "b": done("1"), "c": awarded("4")})
        assert ([str(each.points) for each in town.criteria], str(town.total)) == (["0.00", "3.00", "4.00"], "7.00")

    def test_full_pays_anyway(self):
        town = scored(self.LINES, {"a": done(None), "b": done("0"), "c": awarded("4")}, "full")
        assert str(town.total) == "10.00"

    def test_exclude_scales_what_remains_back_to_the_section(self):
        town = scored(self.LINES, {"a": done("5"), "b": done("1", "3"), "c": awarded("4")}, "exclude")

        assert [each.status for each in town.criteria] == ["excluded", "computed", "computed"]
        # (1 + 4) × 12 ÷ 9
        assert str(town.sections[0].points) == "6.67"

    def test_exclude_scales_to_a_weight_that_differs_from_the_sum(self):
        inputs = {"a": done("5"), "b": done("1", "3"), "c": awarded("4")}
        # (1 + 4) × 10 ÷ 9
        assert str(scored(self.LINES, inputs, "exclude", weight="10").total) == "5.56"

    def test_all_excluded_is_nothing(self):
        town = scored(self.LINES[:2], {"a": done("5"), "b": done(None)}, "exclude")
        assert (str(town.total), str(town.attainable)) == ("0.00", "0.00")

    def test_exclude_leaves_penalties_unscaled(self):
        lines = [line("a", "3"), line("b", "3"), line("c", "-5", Penalty())]
        inputs = {"a": done(None), "b": done("3", "3"), "c": awarded("2")}

        assert str(scored(lines, inputs, "exclude").total) == "4.00"

    def test_an_unknown_policy_is_refused(self):
        with pytest.raises(ValueError, match="未知的无目标计分方式：half"):
            scored(self.LINES, {}, "half")


class TestAttainable:
    LINES = (line("a", "3"), line("b", "4"), line("c", "10", Bonus()), line("d", "-5", Penalty()))

    @pytest.mark.parametrize(
        ("policy", "built", "attainable"),
        [
            ("by_text", None, "14.00"),
            ("by_text", "1", "17.00"),
            ("full", None, "17.00"),
            ("exclude", "1", "14.00"),
        ],
    )
    def test_what_could_not_be_earned_is_left_out(self, policy, built, attainable):
        town = scored(self.LINES, {"a": done(built), "b": done("0", "5")}, policy)
        assert str(town.attainable) == attainable

    def test_what_waits_can_still_be_earned(self):
        assert str(scored(self.LINES, {}).attainable) == "17.00"


class TestPending:
    def test_counted_by_its_provisional_rule_and_shown_as_pending(self):
        town = scored([line("a", "10", pending=True)], {"a": done("3", "10")})

        assert (town.criteria[0].status, str(town.total)) == ("pending", "3.00")
        assert town.criteria[0].explanation == ("计算方式待定，暂按现行规则：完成 3家 ÷ 目标 10家 × 权重 10.00 = 3.00")

    def test_pending_even_where_nothing_is_linked(self):
        assert scored([line("a", "10", pending=True)], {}).criteria[0].status == "pending"


class TestTrace:
    def test_json_of_a_town(self):
        lines = [line("1.1", "3"), line("1.2", "5", Average())]
        inputs = {"1.1": done("6", "10"), "1.2": Inputs(awards=(Award(D("86.50"), "三季度监测", "监测报告"),))}

        town = scored(lines, inputs).to_dict()

        assert town == {
            "total": "6.13",
            "attainable": "8.00",
            "sections": [{"title": "一", "weight": "8.00", "points": "6.13"}],
            "criteria": [
                {
                    "key": "1.1",
                    "section": "一",
                    "title": "评分项1.1",
                    "weight": "3.00",
                    "points": "1.80",
                    "status": "computed",
                    "rule": "completion",
                    "inputs": {
                        "figures": {
                            "": {
                                "name": "睦邻点",
                                "unit": "家",
                                "value": "6",
                                "target": "10",
                                "comparator": "ge",
                                "text_target": "",
                            }
                        },
                        "awards": [],
                    },
                    "explanation": "完成 6家 ÷ 目标 10家 × 权重 3.00 = 1.80",
                },
                {
                    "key": "1.2",
                    "section": "一",
                    "title": "评分项1.2",
                    "weight": "5.00",
                    "points": "4.33",
                    "status": "computed",
                    "rule": "average",
                    "inputs": {
                        "figures": {},
                        "awards": [{"points": "86.5", "reason": "三季度监测", "source": "监测报告", "grade": ""}],
                    },
                    "explanation": "1 次外部评分平均 86.5 ÷ 100 × 权重 5.00 = 4.33",
                },
            ],
        }
        assert json.loads(json.dumps(town)) == town

    def test_a_criterion_without_inputs_is_not_linked(self):
        only = scored([line("a", "3")], {}).criteria[0]
        assert (only.status, str(only.points), only.explanation) == ("awaiting", "0.00", "未关联指标")


class TestRank:
    @pytest.mark.parametrize(
        ("totals", "places"),
        [
            ([], []),
            (["80"], [1]),
            (["90", "80", "80", "70"], [1, 2, 2, 4]),
            (["70", "80.0", "90", "80.00"], [4, 2, 1, 2]),
            (["0", "0", "0"], [1, 1, 1]),
            (["99.99", "100.00"], [2, 1]),
        ],
    )
    def test_equal_totals_share_a_place(self, totals, places):
        assert rank([D(total) for total in totals]) == places

    @settings(deadline=None)
    @given(st.data(), st.lists(st.integers(0, 20).map(D), min_size=1, max_size=12))
    def test_the_order_of_towns_does_not_matter(self, data, totals):
        order = data.draw(st.permutations(range(len(totals))))

        shuffled = rank([totals[at] for at in order])

        assert shuffled == [rank(totals)[at] for at in order]


# The rubric of 2024, compiled from its own words, against a scorer written out by hand in fractions.

LINES_2024 = {
    "基础工作": [("每千人拥有养老床位数不低于35张", "5"), ("每千名常住人口社区养老服务设施面积达60平方米以上", "10")],
    "民心工程和政府实事项目": [
        ("新建养老床位 （100张以内加2分；100-300张加3分；300张以上加5分）", "5"),
        ("新建困难重残养护床位 ", "3"),
        ("新建认知障碍照护床位 （30张以内加1分；30-100张加2分；100张以上加3分）", "3"),
        ("新建“养老院+互联网医院”", "3"),
        ("新建乡村长者照护之家", "3"),
        ("新建社区综合为老服务中心", "5"),
        ("新建老年助餐服务场所（社区长者食堂加5分；助餐点加2分）", "5"),
        ("新建家门口养老服务站", "3"),
        ("完成居家环境适老化改造", "3"),
        ("新增为老服务“一键通”用户", "3"),
        ("新增智能水表安全监测用户", "3"),
    ],
    "重点项目": [
        ("新建智慧养老院", "5"),
        ("新建睦邻点", "2"),
        ("养老护理员技能等级证书持证率（达85%以上加10分；中级以上持证率达15%以上加5分）", "10"),
        ("养老机构服务质量监测情况", "5"),
        ("社区长者食堂服务质量监测情况", "2"),
        ("综合为老服务中心服务质量监测情况", "2"),
        ("养老服务综合监管水平（落实消防安全、食品安全、燃气安全、建筑安全等安全工作）", "10"),
    ],
    "加分项": [("试点、承担、承办当年度重点工作", "10")],
    "扣分项": [("被市级以上通报批评", "-10"), ("被区级通报批评", "-5")],
}


def rubric_2024():
    sections, number = [], 0
    for title, lines in LINES_2024.items():
        criteria = []
        for text, weight in lines:
            number += 1
            compiled = compile_clause(text, D(weight), section_title=title)
            criteria.append(Criterion(str(number), title, compiled.title, D(weight), compiled.rule, number < 3))
        sections.append(Section(title, title, None, tuple(criteria)))
    return Rubric(tuple(sections))


RUBRIC_2024 = rubric_2024()
COMPLETION_2024 = {4: 3, 6: 3, 7: 3, 8: 5, 10: 3, 11: 3, 12: 3, 13: 3, 14: 5, 15: 2}
GROUPS_2024 = {"基础": (1, 2), "民心": range(3, 14), "重点": range(14, 21)}
WEIGHTS_2024 = dict(enumerate([5, 10, 5, 3, 3, 3, 3, 5, 5, 3, 3, 3, 3, 5, 2, 10, 5, 2, 2, 10], start=1))
RATES = ("养老护理员技能等级证书持证率", "中级以上持证率")
MEALS = ("社区长者食堂", "助餐点")
PARTS_2024 = {9: MEALS, 16: RATES}

VALUES = (
    st.none()
    | st.sampled_from(
        [
            D(n)
            for n in (
                "0",
                "1",
                "14.99",
                "15",
                "30",
                "34.99",
                "35",
                "60",
                "84.99",
                "85",
                "100",
                "100.01",
                "299.99",
                "300",
            )
        ]
    )
    | st.decimals(0, 400, places=2)
)
TARGETS = st.none() | st.sampled_from([D(0), D(1), D(3), D(7), D(30)]) | st.decimals(0, 400, places=1)
POINTS = st.lists(st.decimals(0, 12, places=2), max_size=3)
SCORES = st.lists(st.decimals(0, 100, places=1), max_size=4)


@st.composite
def facts(draw):
    """Values and targets by (line, part), points given by people by line."""
    parts = [(number, part) for number in range(1, 17) for part in PARTS_2024.get(number, ("",))]
    figures = {each: (draw(VALUES), draw(TARGETS)) for each in parts}
    given_points = {number: draw(SCORES if number in (17, 18, 19) else POINTS) for number in range(17, 24)}
    return figures, given_points


def inputs_of(figures, given_points):
    seen = {}
    for (number, part), (value, target) in figures.items():
        seen.setdefault(str(number), Inputs({}, ())).figures[part] = Figure(part or "指标", "个", value, target)
    for number, points in given_points.items():
        seen[str(number)] = awarded(*points)
    return seen


def half_up(points):
    hundredths = abs(points) * 100 + Fraction(1, 2)
    return Fraction(hundredths.numerator // hundredths.denominator, 100) * (-1 if points < 0 else 1)


def by_hand(figures, given_points, policy):
    """The total of the 2024 rubric from the notice's own words; None stands for a line that is left out."""

    def actual(number, part=""):
        return Fraction(figures[number, part][0] or 0)

    def tiers(x, low, high, points):
        return points[2] if x >= high else points[1] if x > low else points[0] if x > 0 else 0

    def completion(number):
        value, target = figures[number, ""]
        if target is None:
            return {"exclude": None, "full": Fraction(1), "by_text": Fraction(int(bool(value)))}[policy]
        if value is None:
            return Fraction(0)
        return Fraction(1) if value >= target else Fraction(value) / Fraction(target)

    points = {
        1: 5 if actual(1) >= 35 else 0,
        2: 10 if actual(2) >= 60 else 0,
        3: tiers(actual(3), 100, 300, (2, 3, 5)),
        5: tiers(actual(5), 30, 100, (1, 2, 3)),
        9: min(5, 5 * actual(9, MEALS[0]) + 2 * actual(9, MEALS[1])),
        16: min(10, 10 * (actual(16, RATES[0]) >= 85) + 5 * (actual(16, RATES[1]) >= 15)),
        20: min(10, Fraction(given_points[20][-1])) if given_points[20] else 0,
    }
    for number, weight in COMPLETION_2024.items():
        share = completion(number)
        points[number] = None if share is None else share * weight
    for number, weight in {17: 5, 18: 2, 19: 2}.items():
        scores = [Fraction(each) for each in given_points[number]]
        points[number] = sum(scores) / len(scores) / 100 * weight if scores else 0

    sums = []
    for numbers in GROUPS_2024.values():
        counted = [number for number in numbers if points[number] is not None]
        if policy == "exclude":
            weight = sum(WEIGHTS_2024[number] for number in numbers)
            share = Fraction(weight, sum(WEIGHTS_2024[number] for number in counted))
            sums.append(half_up(Fraction(sum(points[number] for number in counted)) * share))
        else:
            sums.append(sum(half_up(Fraction(points[number])) for number in counted))
    sums.append(min(10, Fraction(sum(given_points[21]))))
    sums.append(-min(10, Fraction(sum(given_points[22]))) - min(5, Fraction(sum(given_points[23]))))
    return max(Fraction(0), Fraction(sum(sums)))


class TestTheRubricOf2024:
    def test_weights_of_the_sections(self):
        assert [each.weight for each in RUBRIC_2024.sections] == [15, 39, 36, 10, -15]

    @pytest.mark.parametrize("policy", POLICIES)
    @settings(deadline=None, max_examples=100)
    @given(facts())
    def test_equals_the_scorer_by_hand_to_the_cent(self, policy, known):
        town = score(RUBRIC_2024, inputs_of(*known), policy)
        assert Fraction(town.total) == by_hand(*known, policy)

    @pytest.mark.parametrize("policy", POLICIES)
    @settings(deadline=None)
    @given(facts())
    def test_stays_within_its_bounds_and_within_cents(self, policy, known):
        town = score(RUBRIC_2024, inputs_of(*known), policy)

        assert D(0) <= town.total <= D(100)
        assert town.total == max(D(0), sum(each.points for each in town.sections))
        assert all(each.points.as_tuple().exponent == -2 for each in (*town.sections, *town.criteria))
        assert all(each.points <= each.weight for each in town.sections if each.weight > 0)

    @pytest.mark.parametrize("policy", POLICIES)
    def test_a_town_that_did_everything_has_all_hundred(self, policy):
        figures = {(number, part): (D(300), D(3)) for number in range(1, 17) for part in PARTS_2024.get(number, ("",))}
        people = {17: [100], 18: [100], 19: [100], 20: [10], 21: [10], 22: [], 23: []}

        town = score(RUBRIC_2024, inputs_of(figures, people), policy)

        assert (str(town.total), str(town.attainable)) == ("100.00", "100.00")

    def test_a_town_of_which_nothing_is_known_has_nothing(self):
        town = score(RUBRIC_2024, {})

        assert str(town.total) == "0.00"
        assert {each.status for each in town.criteria} == {"pending", "awaiting", "computed"}
