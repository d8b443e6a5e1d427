"""Points lost step by step, and vetoes: at their boundaries, in points and in words, and in a whole rubric."""

from decimal import Decimal

import pytest

from scoring import engine
from scoring.grading import DEFAULT_BANDS, grade
from scoring.rule_text import rule_lines
from scoring.rules import Award, Completion, Deduct, Figure, Inputs, Manual, Penalty, Veto, load_rule
from scoring.thresholds import thresholds
from scoring.waterfall import waterfall

D = Decimal


def sees(value=None, target=None, *, comparator="ge", unit="起", text=""):
    number = [None if one is None else D(one) for one in (value, target)]
    return Inputs({"": Figure("事故", unit, *number, comparator, text)})


def outcome(rule, inputs, weight="10", no_target="by_text"):
    points, status = rule.evaluate(inputs, D(weight), no_target)
    return str(points.normalize() + 0), status


EACH = Deduct(D(2), bound=D(0))
SHORT = Deduct(D("0.5"), D(1), "below", D(85))


class TestDeduct:
    @pytest.mark.parametrize(("happened", "points"), [("0", "10"), ("1", "8"), ("4", "2"), ("5", "0"), ("9", "0")])
    def test_each_event_costs_points_until_they_are_used_up(self, happened, points):
        assert outcome(EACH, sees(happened)) == (points, "computed")

    @pytest.mark.parametrize(
        ("rate", "points"),
        [("90", "10"), ("85", "10"), ("84.01", "10"), ("84", "9.5"), ("83.5", "9.5"), ("65", "0"), ("10", "0")],
    )
    def test_a_part_of_a_step_costs_nothing(self, rate, points):
        assert outcome(SHORT, sees(rate, unit="%")) == (points, "computed")

    @pytest.mark.parametrize(("remainder", "points"), [("dropped", "9.5"), ("started", "9"), ("shared", "9.25")])
    def test_a_part_of_a_step_counts_as_the_rule_says(self, remainder, points):
        rule = Deduct(D("0.5"), D(1), "below", D(85), remainder)

        assert outcome(rule, sees("83.5", unit="%")) == (points, "computed")

    @pytest.mark.parametrize(("deaths", "points"), [("0", "10"), ("1", "5"), ("2", "0")])
    def test_a_control_target_of_nought_never_divides(self, deaths, points):
        assert outcome(Deduct(D(5)), sees(deaths, "0", comparator="le")) == (points, "computed")

    @pytest.mark.parametrize(("deaths", "points"), [("0", "10"), ("1", "0")])
    def test_a_completion_of_a_control_target_of_nought_is_all_or_nothing(self, deaths, points):
        assert outcome(Completion(), sees(deaths, "0", comparator="le")) == (points, "computed")

    @pytest.mark.parametrize(
        ("side", "value", "policy", "points"),
        [
            ("above", "3", "by_text", "10"),
            ("above", None, "by_text", "10"),
            ("below", "3", "by_text", "10"),
            ("below", "0", "by_text", "0"),
            ("below", None, "by_text", "0"),
            ("below", None, "full", "10"),
        ],
    )
    def test_without_a_target_the_policy_decides(self, side, value, policy, points):
        assert outcome(Deduct(D(5), side=side), sees(value), no_target=policy) == (points, "no_target")

    def test_without_a_target_it_can_be_left_out(self):
        assert outcome(Deduct(D(5)), sees("3"), no_target="exclude") == ("0", "excluded")

    @pytest.mark.parametrize(
        ("rule", "inputs"),
        [
            (EACH, Inputs()),
            (EACH, sees(None)),
            (Deduct(D(2)), sees(None, "3")),
            (Deduct(D(2)), sees("3", text="应补尽补")),
        ],
    )
    def test_what_is_not_known_waits(self, rule, inputs):
        assert outcome(rule, inputs) == ("0", "awaiting")

    @pytest.mark.parametrize(("happened", "points"), [("0", "0"), ("2", "-4"), ("9", "-10")])
    def test_on_a_line_that_weighs_less_than_nothing_it_takes_away(self, happened, points):
        assert outcome(EACH, sees(happened), weight="-10") == (points, "computed")

    @pytest.mark.parametrize(
        ("rule", "inputs", "words"),
        [
            (EACH, sees("3"), "实际 3起 超出标准 0起，3 次 × 扣 2 分，扣完为止，得 4.00"),
            (SHORT, sees("83.5", unit="%"), "实际 83.5% 低于标准 85%，1 次 × 扣 0.5 分，扣完为止，得 9.50"),
            (EACH, sees("0"), "实际 0起，标准 0起，不扣分，得 10.00"),
            (Deduct(D(2)), sees("1"), "无目标，实际 1起，得 10.00"),
            (Deduct(D(2)), sees(None), "无目标，尚无审核通过的填报，得 10.00"),
            (Deduct(D(2)), sees("1", text="应保尽保"), "目标为文字“应保尽保”，不参与计算，实际 1起"),
            (EACH, Inputs(), "未关联指标"),
            (EACH, sees(None, "3"), "目标 3起，尚无审核通过的填报"),
        ],
    )
    def test_its_words(self, rule, inputs, words):
        assert rule.explain(inputs, D(10)) == words

    def test_a_step_of_nothing_is_refused(self):
        with pytest.raises(ValueError, match="step"):
            load_rule(EACH.to_dict() | {"step": "0"})

    @pytest.mark.parametrize(
        ("rule", "value", "expected"),
        [
            (EACH, "3", ["0", "2"]),
            (EACH, "9", ["0", "4"]),  # five cost all that there is: the fifth must not happen
            (EACH, "0", ["0"]),
            (SHORT, "83.5", ["85", "84.01"]),
            (Deduct(D("0.5"), D(1), "below", D(85), "started"), "83.5", ["85", "84"]),
            (Deduct(D("0.5"), D(1), "below", D(85), "shared"), "83.5", ["85"]),
        ],
    )
    def test_the_figures_from_which_fewer_steps_are_lost(self, rule, value, expected):
        unit = "%" if rule.side == "below" else "起"

        assert [str(one) for one in thresholds(rule, "", sees(value, unit=unit), D(10))] == expected


HAPPENED = Inputs(awards=(Award(D(0), "发生火灾", "通报1号"),))


class TestVeto:
    @pytest.mark.parametrize(("inputs", "points"), [(Inputs(), "5"), (HAPPENED, "0")])
    def test_what_people_put_on_record_costs_the_line_its_weight(self, inputs, points):
        assert outcome(Veto(), inputs, weight="5") == (points, "computed")

    @pytest.mark.parametrize(("value", "met"), [("0", False), ("1", True), (None, False)])
    def test_a_figure_vetoes_beyond_its_bound(self, value, met):
        assert Veto(by_people=False).met(sees(value)) is met

    def test_a_figure_that_is_not_reported_waits(self):
        assert outcome(Veto(by_people=False), sees(None), weight="5") == ("0", "awaiting")

    @pytest.mark.parametrize(
        ("rule", "inputs", "words"),
        [
            (Veto(), Inputs(), "未发生一票否决情形"),
            (Veto(), HAPPENED, "一票否决：发生火灾，通报1号，总分计 0 分"),
            (Veto("grade", by_people=False), sees("2"), "一票否决：实际 2起 > 0起，不得评为最高等次"),
            (Veto("section", by_people=False), sees(None), "无目标，尚无审核通过的填报"),
        ],
    )
    def test_its_words(self, rule, inputs, words):
        assert rule.explain(inputs, D(0)) == words

    def test_its_rule_in_words(self):
        assert list(map(str, rule_lines(Veto("grade", by_people=False, comparator="ge", value=D(2)), D(0)))) == [
            "实际 ≥ 2 时，不得评为最高等次"
        ]

    @pytest.mark.parametrize(("comparator", "nearest"), [("gt", "3"), ("ge", "2"), ("lt", "3"), ("le", "4")])
    def test_the_nearest_figure_that_denies_nothing(self, comparator, nearest):
        rule = Veto(by_people=False, comparator=comparator, value=D(3))

        assert [str(one) for one in thresholds(rule, "", sees("9"), D(0))] == [nearest]


def rubric(effect):
    lines = (
        engine.Criterion("1.1", "工作", "巡查", D(60), Manual()),
        engine.Criterion("1.2", "工作", "事故", D(0), Veto(effect)),
    )
    other = engine.Criterion("2.1", "创新", "创新", D(40), Manual())
    loss = engine.Criterion("3.1", "扣分", "通报", D(-5), Penalty())
    sections = [
        engine.Section("1", "工作", D(60), lines),
        engine.Section("2", "创新", D(40), (other,)),
        engine.Section("3", "扣分", D(-5), (loss,)),
    ]
    return engine.Rubric(tuple(sections))


GIVEN = {key: Inputs(awards=(Award(D(points), "评"),)) for key, points in (("1.1", 60), ("2.1", 38), ("3.1", 2))}


class TestAVetoInARubric:
    @pytest.mark.parametrize(
        ("effect", "sections", "total", "barred"),
        [
            ("total", ["60.00", "38.00", "-2.00"], "0.00", False),
            ("section", ["0.00", "38.00", "-2.00"], "36.00", False),
            ("grade", ["60.00", "38.00", "-2.00"], "96.00", True),
        ],
    )
    def test_denies_what_it_says(self, effect, sections, total, barred):
        score = engine.score(rubric(effect), GIVEN | {"1.2": HAPPENED})

        assert [str(section.points) for section in score.sections] == sections
        assert (str(score.total), score.barred, [line.key for line in score.vetoes]) == (total, barred, ["1.2"])

    @pytest.mark.parametrize("effect", ["total", "section", "grade"])
    def test_denies_nothing_while_nothing_happened(self, effect):
        score = engine.score(rubric(effect), GIVEN)

        assert (str(score.total), score.barred, score.vetoes) == ("96.00", False, ())

    @pytest.mark.parametrize("effect", ["total", "section"])
    def test_is_lifted_by_a_ruling(self, effect):
        score = engine.score(rubric(effect), GIVEN | {"1.2": HAPPENED}, ruled={"1.2": D(0)})

        assert str(score.total) == "96.00"

    @pytest.mark.parametrize(("total", "grades"), [("96", ["优秀", "良好"]), ("59.99", ["不合格", "不合格"])])
    def test_bars_the_best_grade_only(self, total, grades):
        assert [grade(D(total), DEFAULT_BANDS, barred=barred) for barred in (False, True)] == grades

    @pytest.mark.parametrize(("effect", "step"), [("total", (-96, 0)), ("section", (-60, 0))])
    def test_is_a_step_of_the_waterfall_by_its_name(self, effect, step):
        score = engine.score(rubric(effect), GIVEN | {"1.2": HAPPENED})
        found = waterfall(rubric(effect), score, down=False)

        assert [(one.change, one.after) for one in found.steps if one.title == "一票否决：事故"] == [step]
        assert found.end == score.total == found.steps[-1].after
