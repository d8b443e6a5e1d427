"""Clause text compiled to rules: the 2024 rubric's own 23 lines, then the spellings seen elsewhere."""

from decimal import Decimal

import pytest

from scoring.clauses import compile_clause
from scoring.rules import (
    Average,
    Band,
    Bands,
    Bonus,
    Completion,
    Condition,
    Deduct,
    Graded,
    Manual,
    Penalty,
    PerUnit,
    Threshold,
    Unit,
    Veto,
)

D = Decimal


def compiled(text, weight="10", section_title="重点项目"):
    return compile_clause(text, D(weight), section_title=section_title)


def rule(text, weight="10"):
    return compiled(text, weight).rule


def codes(text, weight="10"):
    return [warning.code for warning in compiled(text, weight).warnings]


def ge(value, points, part=""):
    return Condition(D(value), D(points), "ge", part)


def above(low, points, *, included=True):
    return Band(D(low), None, D(points), included)


LIVELIHOOD = "民心工程和政府实事项目\n\n（39分）"
COMPLETION_LINES = [
    "新建困难重残养护床位 ",
    "新建“养老院+互联网医院”",
    "新建乡村长者照护之家",
    "新建社区综合为老服务中心",
    "新建家门口养老服务站",
    "完成居家环境适老化改造",
    "新增为老服务“一键通”用户",
    "新增智能水表安全监测用户",
    "新建智慧养老院",
    "新建睦邻点",
]


class TestTheRubricOf2024:
    def test_beds_per_thousand_bring_their_own_indicator(self):
        line = compiled("每千人拥有养老床位数不低于35张", "5", "基础工作\n\n（15分）")

        assert line.rule == Threshold((ge("35", "5"),))
        assert (line.title, line.parts) == ("每千人拥有养老床位数不低于35张", ("",))
        assert (line.indicator, line.unit) == ("每千人拥有养老床位数", "张")
        assert line.warnings == ()

    def test_floor_area_per_thousand_brings_its_own_indicator(self):
        line = compiled("每千名常住人口社区养老服务设施面积达60平方米以上", "10", "基础工作\n\n（15分）")

        assert line.rule == Threshold((ge("60", "10"),))
        assert (line.indicator, line.unit) == ("每千名常住人口社区养老服务设施面积", "平方米")
        assert line.warnings == ()

    def test_new_beds_are_banded(self):
        line = compiled("新建养老床位 （100张以内加2分；100-300张加3分；300张以上加5分）", "5", LIVELIHOOD)

        assert line.rule == Bands(
            (
                Band(D(0), D(100), D(2), False, True),
                Band(D(100), D(300), D(3), False, False),
                Band(D(300), None, D(5), True),
            )
        )
        assert (line.title, line.parts, line.indicator, line.warnings) == ("新建养老床位", ("",), None, ())

    def test_new_dementia_beds_are_banded(self):
        line = compiled("新建认知障碍照护床位 （30张以内加1分；30-100张加2分；100张以上加3分）", "3", LIVELIHOOD)

        assert line.rule == Bands(
            (
                Band(D(0), D(30), D(1), False, True),
                Band(D(30), D(100), D(2), False, False),
                Band(D(100), None, D(3), True),
            )
        )
        assert (line.title, line.warnings) == ("新建认知障碍照护床位", ())

    @pytest.mark.parametrize("text", COMPLETION_LINES)
    def test_plain_names_are_completed(self, text):
        line = compiled(text, "3", LIVELIHOOD)

        assert line.rule == Completion()
        assert (line.title, line.parts, line.indicator, line.warnings) == (text.strip(), ("",), None, ())

    def test_meal_places_earn_points_each(self):
        line = compiled("新建老年助餐服务场所（社区长者食堂加5分；助餐点加2分）", "5", LIVELIHOOD)

        assert line.rule == PerUnit((Unit("社区长者食堂", D(5)), Unit("助餐点", D(2))))
        assert (line.title, line.parts) == ("新建老年助餐服务场所", ("社区长者食堂", "助餐点"))
        assert line.warnings == ()

    def test_certificate_rates_add_up_and_offer_more_than_the_weight(self):
        text = "养老护理员技能等级证书持证率\n\n（达85%以上加10分；中级以上持证率达15%以上加5分）"

        line = compiled(text, "10")

        assert line.rule == Threshold((ge("85", "10", "养老护理员技能等级证书持证率"), ge("15", "5", "中级以上持证率")))
        assert (line.title, line.indicator) == ("养老护理员技能等级证书持证率", None)
        assert [warning.code for warning in line.warnings] == ["over_weight"]
        assert line.warnings[0].message == "条文共给出 15 分，超过权重 10 分，按权重封顶"

    @pytest.mark.parametrize("subject", ["养老机构", "社区长者食堂", "综合为老服务中心"])
    def test_monitored_quality_is_an_average(self, subject):
        line = compiled(f"{subject}服务质量监测情况", "2")

        assert (line.rule, line.parts, line.warnings) == (Average(), (), ())

    def test_supervision_is_left_to_people_with_a_warning(self):
        line = compiled("养老服务综合监管水平（落实消防安全、食品安全、燃气安全、建筑安全等安全工作）")

        assert (line.rule, line.title) == (Manual(), "养老服务综合监管水平")
        assert [warning.code for warning in line.warnings] == ["not_understood"]

    def test_bonus_section(self):
        line = compiled("试点、承担、承办当年度重点工作", "10", "加分项\n\n（10分）")

        assert (line.rule, line.warnings) == (Bonus(), ())

    @pytest.mark.parametrize(("text", "weight"), [("被市级以上通报批评", "-10"), ("被区级通报批评", "-5")])
    def test_penalties(self, text, weight):
        line = compiled(text, weight, "扣分项")

        assert (line.rule, line.title, line.warnings) == (Penalty(), text, ())


class TestSections:
    def test_negative_weight_is_a_penalty_in_any_section(self):
        assert compiled("被区级通报批评", "-5", "其他").rule == Penalty()

    def test_section_of_deductions_is_a_penalty_whatever_the_sign(self):
        assert compiled("被区级通报批评", "5", "扣分项").rule == Penalty()

    def test_section_of_bonuses_and_deductions_together_goes_by_the_sign(self):
        assert compiled("被区级通报批评", "-5", "加扣分项").rule == Penalty()
        assert compiled("市级推广经验", "5", "加扣分项").rule == Manual()


class TestTiers:
    TIERS = Bands(
        (
            Band(D(65), D(70), D(1), True, False),
            Band(D(70), D(75), D(3), True, False),
            above(75, 5),
        )
    )

    @pytest.mark.parametrize(
        "text",
        [
            "签约率（≥75%得5分；≥70%得3分；≥65%得1分）",
            "签约率（≥75％得5分，≥70％得3分，≥65％得1分）",
            "签约率（75%以上得5分；70%及以上得3分；65%或以上得1分；其余不得分）",
            "签约率（达75%以上计5分；达70%以上计3分；达65%以上计1分；否则得0分）",
            "签约率（签约率不低于７５%，得５分；不低于７０%，得３分；不低于６５%，得１分。）",
            "签约率\n（大于等于75%记5分\n大于等于70%记3分\n大于等于65%记1分）",
            "签约率（≥ 75% 得满分；>= 70% 可得 3 分；≥65.0%得1.0分",
        ],
    )
    def test_only_the_best_tier_counts(self, text):
        assert rule(text, "5") == self.TIERS

    def test_tiers_without_brackets_bring_their_indicator(self):
        line = compiled("家庭医生签约率≥75%得5分；≥70%得3分；≥65%得1分", "5")

        assert line.rule == self.TIERS
        assert (line.indicator, line.unit, line.warnings) == ("家庭医生签约率", "%", ())

    def test_tiers_that_exclude_their_number(self):
        assert rule("签约率（超过75%得5分；超过70%得3分）") == Bands(
            (Band(D(70), D(75), D(3), False, True), above(75, 5, included=False))
        )

    def test_lower_tiers_reach_down_to_nothing(self):
        assert rule("投诉率（5%以内得5分；8%以内得3分）") == Bands(
            (Band(None, D(5), D(5), False, True), Band(D(5), D(8), D(3), False, True))
        )

    def test_lower_tiers_that_exclude_their_number(self):
        assert rule("投诉率（不足5%得5分；不足8%得3分）") == Bands(
            (Band(None, D(5), D(5), False, False), Band(D(5), D(8), D(3), True, False))
        )

    def test_lower_is_better_bands_reach_down_to_nothing(self):
        assert rule("投诉率（5%以内得5分；5%-8%得3分；8%以上不得分）") == Bands(
            (
                Band(None, D(5), D(5), False, True),
                Band(D(5), D(8), D(3), False, False),
                above(8, 0),
            )
        )

    def test_tiers_of_another_figure_keep_its_name(self):
        text = "持证率（中级以上持证率达15%以上得5分；达10%以上得3分）"
        assert compiled(text).parts == ("中级以上持证率",)

    @pytest.mark.parametrize("text", ["签约率（≥75%得1分；≥70%得5分）", "投诉率（≤5%得1分；≤8%得5分）"])
    def test_tiers_that_contradict_each_other_are_left_to_people(self, text):
        assert (rule(text), codes(text)) == (Manual(), ["not_understood"])


class TestBands:
    @pytest.mark.parametrize("sign", ["-", "－", "—", "——", "–", "～", "~", "至", "到"])
    def test_every_range_sign(self, sign):
        text = f"新建养老床位（100张以内加2分；100{sign}300张加3分；300张以上加5分）"
        assert rule(text, "5").bands[1] == Band(D(100), D(300), D(3), False, False)

    def test_range_with_the_unit_at_both_ends(self):
        assert rule("新建养老床位（100张至300张加3分）", "3") == Bands((Band(D(100), D(300), D(3), True, True),))

    def test_range_takes_the_ends_that_nobody_claims(self):
        text = "新建养老床位（不足100张加2分；100-300张加3分；超过300张加5分）"
        assert rule(text, "5").bands == (
            Band(D(0), D(100), D(2), False, False),
            Band(D(100), D(300), D(3), True, True),
            above(300, 5, included=False),
        )
        assert codes(text, "5") == []

    def test_marked_ends(self):
        text = "新建养老床位（100张（不含）以内加2分；100（含）-300张（不含）加3分；300张以上（含300张）加5分）"
        assert rule(text, "5").bands == (
            Band(D(0), D(100), D(2), False, False),
            Band(D(100), D(300), D(3), True, False),
            above(300, 5),
        )

    def test_decimals_and_thousands(self):
        assert rule("助餐人次（1,000-2,500.5人次得0.5分）") == Bands(
            (Band(D(1000), D("2500.5"), D("0.5"), True, True),)
        )

    def test_ranges_that_share_a_number_overlap(self):
        assert codes("新建养老床位（100-300张加3分；300-500张加5分）") == ["bands_overlap"]

    def test_bounds_that_both_include_a_number_overlap(self):
        assert codes("新建养老床位（100张以内加2分；100张以上加5分）") == ["bands_overlap"]

    def test_bands_with_numbers_between_them_leave_a_gap(self):
        line = compiled("新建养老床位（100张以内加2分；200张以上加5分）", "5")
        assert [tuple(warning) for warning in line.warnings] == [
            ("bands_gap", "分档之间有空档：0 < x ≤ 100 与 x ≥ 200")
        ]

    def test_a_number_that_belongs_to_neither_band_is_a_gap(self):
        assert codes("新建养老床位（不足100张加2分；超过100张加5分）") == ["bands_gap"]

    def test_bands_that_offer_more_than_the_weight(self):
        assert codes("新建养老床位（100张以内加2分；超过100张加5分）", "3") == ["over_weight"]

    def test_a_range_that_runs_backwards_is_not_understood(self):
        assert codes("新建养老床位（300-100张加3分）") == ["not_understood"]


class TestThresholds:
    @pytest.mark.parametrize(
        ("words", "comparator"),
        [
            ("不低于85%", "ge"),
            ("达到85%", "ge"),
            ("85%以上", "ge"),
            ("≧85%", "ge"),
            ("超过85%", "gt"),
            ("＞85％", "gt"),
            ("不超过85%", "le"),
            ("控制在85%以内", "le"),
            ("控制在85%", "le"),
            ("≤85%", "le"),
            ("85%以下", "le"),
            ("低于85%", "lt"),
            ("85%（不含）以下", "lt"),
        ],
    )
    def test_every_comparator(self, words, comparator):
        assert rule(f"空置率（{words}）") == Threshold((Condition(D(85), D(10), comparator),))

    def test_a_single_condition_in_brackets_takes_the_weight(self):
        line = compiled("持证率（不低于85%）", "4")
        assert (line.rule, line.indicator) == (Threshold((ge("85", "4"),)), None)

    def test_square_metres_in_one_character(self):
        assert compiled("人均设施面积达60㎡以上").unit == "平方米"

    def test_scaled_unit_stays_with_its_own_indicator(self):
        line = compiled("服务人次不少于1.5万人次")
        assert (line.rule, line.unit) == (Threshold((ge("1.5", "10"),)), "万人次")


class TestUnits:
    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("新建睦邻点（每新增1家加2分）", ""),
            ("新建助餐场所（每建成一家食堂得2分）", "食堂"),
            ("助餐（食堂每家加2分）", "食堂"),
        ],
    )
    def test_points_for_each(self, text, part):
        assert rule(text) == PerUnit((Unit(part, D(2)),))

    @pytest.mark.parametrize("cap", ["，最高10分", "；累计不超过10分", "，封顶10分"])
    def test_a_cap_at_the_weight_says_nothing_new(self, cap):
        assert rule(f"新建睦邻点（每１个加2分{cap}）") == PerUnit((Unit("", D(2)),))

    @pytest.mark.parametrize("cap", ["，最高8分", "，最高12分", "，最高不超过10分的一半"])
    def test_any_other_cap_is_left_to_people(self, cap):
        assert rule(f"新建睦邻点（每1个加2分{cap}）") == Manual()


class TestGrades:
    def test_grades_are_a_table(self):
        assert rule("日常监测（优秀得10分；良好得８分、一般得5.5分；较差不得分）") == Graded(
            {"优秀": D(10), "良好": D(8), "一般": D("5.5"), "较差": D(0)}
        )

    def test_grades_are_no_units_even_where_something_is_built(self):
        assert rule("新建示范点（优秀加5分；良好加3分）").kind == "graded"


class TestNeverAGuess:
    @pytest.mark.parametrize(
        "text",
        [
            "台账管理（制度健全得3分；台账完整得2分）",
            "持证率（每低于1个百分点扣0.5分）",
            "持证率（85%以上得5分，每低1个百分点扣0.5分）",
            "持证率（85%以上得满分，每低1个百分点扣0.5分，每高1个百分点加1分）",
            "持证率（85%至90%得满分，每低1个百分点扣0.5分）",
            "持证率达85%以上（每高1个百分点扣0.5分）",
            "投诉5件以内发生1起扣2分",
            "安全管理（每发生0起扣2分，扣完为止）",
            "新建养老床位（完成率低于60%不得分）",
            "新建养老床位（完成率100%得5分，60%以上按比例得分，低于60%不得分）",
            "新建养老床位（不足100张不得分）",
            "新建助餐点（每2个加1分）",
            "新建助餐点（每建成一个得1分，不足不得分）",
            "持证率（每超过1个百分点加1分）",
            "持证率（较上年提高5个百分点以上得5分）",
            "持证率（未超过85%得5分）",
            "持证率（超过85%以上得5分）",
            "持证率（85%得5分）",
            "持证率（85%左右得5分）",
            "持证率（80%以上得3分；100张以上得5分）",
            "持证率（80%以上得5分；90%以上）",
            "持证率（85%以下不得分）",
            "持证率（80%以上得5分；70%以上得3分；中级以上持证率达15%以上得2分）",
            "新建养老床位（100%-300张加3分）",
            "新建助餐场所（食堂加5分；食堂加2分）",
            "新建助餐场所（每家加5分；食堂每家加2分）",
            "新建睦邻点（最高不超过5分）",
            "新建睦邻点（每100人加1分）",
            "服务人次（达1万人次以上得5分）",
            "新建睦邻点（罗店镇）",
            "新建3家社区综合为老服务中心",
            "完成上级交办的各项工作",
            "领导重视程度",
            "",
            "（",
        ],
    )
    def test_what_is_not_understood_is_left_to_people_with_a_warning(self, text):
        assert (rule(text), codes(text)) == (Manual(), ["not_understood"])

    def test_it_brings_no_indicator(self):
        line = compiled("完成率低于60%不得分")

        assert (line.rule, line.indicator, line.unit) == (Manual(), None, "")


class TestPointsTakenAway:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("安全管理（每发现1起扣1分，扣完为止）", Deduct(D(1), bound=D(0))),
            ("安全责任事故（每发生一起扣除2分，直至扣完为止）", Deduct(D(2), bound=D(0))),
            ("每出现1例责任事故扣2.5分", Deduct(D("2.5"), bound=D(0))),
            ("投诉件数控制在5件以内（每超1件扣1分）", Deduct(D(1), bound=D(5))),
            ("死亡人数（不超过控制目标得满分，每超过控制目标1人扣5分，扣完为止）", Deduct(D(5))),
        ],
    )
    def test_what_happens_too_often_costs_points(self, text, expected):
        assert (rule(text), codes(text)) == (expected, [])

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("持证率（85%以上得满分，每低１个百分点扣0.5分，扣完为止）", Deduct(D("0.5"), D(1), "below", D(85))),
            ("持证率达85%以上，每低1个百分点扣0.5分，扣完为止", Deduct(D("0.5"), D(1), "below", D(85))),
            ("持证率达85%以上（每低1个百分点扣0.5分）", Deduct(D("0.5"), D(1), "below", D(85))),
            ("持证率（达到目标得满分，每低2个百分点扣1分）", Deduct(D(1), D(2), "below")),
            ("投诉（每超控制数2起扣1分，扣完为止）", Deduct(D(1), D(2))),
            ("持证率（每低于目标值1个百分点扣1分）", Deduct(D(1), D(1), "below")),
        ],
    )
    def test_where_part_of_a_step_is_possible_what_it_costs_is_asked_about(self, text, expected):
        assert (rule(text), codes(text)) == (expected, ["remainder"])

    @pytest.mark.parametrize(
        ("words", "remainder"),
        [
            ("不足1个百分点的按1个百分点计算", "started"),
            ("不足1个百分点不扣分", "dropped"),
            ("不足1个百分点的按比例扣分", "shared"),
        ],
    )
    def test_a_clause_that_says_what_less_than_a_step_costs(self, words, remainder):
        text = f"持证率（达到目标得满分，每低1个百分点扣0.5分，{words}，扣完为止）"

        assert (rule(text), codes(text)) == (Deduct(D("0.5"), D(1), "below", None, remainder), [])

    def test_in_a_section_of_penalties_people_take_the_points_away(self):
        assert compiled("每发生1起扣2分，扣完为止", "-10", "扣分项").rule == Penalty()

    @pytest.mark.parametrize(
        ("text", "effect", "warned"),
        [
            ("发生重大责任事故（一票否决，总分计0分）", "total", []),
            ("发生重大责任事故，一票否决，考核结果为不合格", "total", []),
            ("发生欺老虐老事件，一票否决，不得评为优秀", "grade", []),
            ("瞒报漏报（一票否决，本部分不得分）", "section", []),
            ("发生重大责任事故的，一票否决", "total", ["veto_effect"]),
        ],
    )
    def test_a_veto_is_put_on_record_by_people(self, text, effect, warned):
        assert (rule(text, "0"), codes(text, "0")) == (Veto(effect), warned)

    def test_a_section_of_vetoes_needs_no_word_in_its_lines(self):
        assert compiled("发生重大责任事故", "0", "一票否决项").rule == Veto()
