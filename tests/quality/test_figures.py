"""What is typed of a facility: numbers in any digits, grades by their words, parts within their wholes, every fault named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.figures import LIMIT, complete, read, stated
from quality.measures import LEVELS, TYPED, Measure

LEVELS_OF_TEN = {"level_5": "4", "level_4": "3", "level_3": "2", "level_2": "1", "level_1": "0"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("120", 120), ("0", 0), (" 120 ", 120), ("１２０", 120), ("120张", 120), ("1,200", 1200), ("1，200", 1200)],
)
def test_a_whole_number_is_read_as_people_type_it(text, value):
    assert read({"beds": text}) == ({Measure.BEDS: value}, {})


@pytest.mark.parametrize("text", ["-1", "12.5", "8o", "一百", "120人", "1e3", "½", "张", "²", "1,2"])
def test_anything_else_is_named_with_its_unit(text):
    assert read({"beds": text}) == ({}, {"beds": f"“{text}”不是整数：应填不小于 0 的整数，单位张。"})


@pytest.mark.parametrize("text", ["1000000", "9" * 5000])
def test_what_no_facility_counts_is_too_large(text):
    assert read({"beds": text}) == ({}, {"beds": f"“{text[:40]}”过大：应小于 100 万，单位张。"})
    assert read({"beds": "999999"}) == ({Measure.BEDS: LIMIT - 1}, {})


def test_what_is_empty_is_not_stated():
    assert read({"beds": "", "residents": " ", "nonsense": "1"}) == ({}, {})


def test_a_part_is_at_most_its_whole():
    assert read({"beds": "10", "nursing_beds": "10"})[1] == {}
    assert read({"beds": "10", "nursing_beds": "11"})[1] == {"nursing_beds": "护理型床位 11 多于核定床位 10，请核对。"}


def test_a_part_without_its_whole_asks_for_it():
    assert read({"nursing_beds": "0"})[1] == {"beds": "填写了护理型床位 0，请同时填写核定床位。"}


def test_a_whole_that_cannot_be_read_is_told_once():
    assert list(read({"beds": "x", "nursing_beds": "5"})[1]) == ["beds"]


class TestLevels:
    def test_certificates_are_added_up_and_intermediate_begins_at_level_four(self):
        values, errors = read({"carers": "12", **LEVELS_OF_TEN})

        assert errors == {}
        assert (values[Measure.CERTIFIED_CARERS], values[Measure.INTERMEDIATE_CARERS]) == (10, 6)

    def test_more_certificates_than_carers_are_told_at_the_first_level(self):
        assert read({"carers": "9", **LEVELS_OF_TEN})[1] == {"level_5": "持证护理员 10 多于养老护理员 9，请核对。"}
        assert read({"carers": "10", **LEVELS_OF_TEN})[1] == {}

    def test_carers_are_asked_for(self):
        assert read(LEVELS_OF_TEN)[1] == {"carers": "填写了持证护理员 10，请同时填写养老护理员。"}

    def test_some_levels_alone_would_pass_for_all(self):
        errors = read({"carers": "9", "level_5": "4", "level_4": "3"})[1]

        assert errors == dict.fromkeys(
            ("level_3", "level_2", "level_1"), "各等级须一并填写，没有的填 0：持证人数由各等级相加。"
        )

    def test_a_sum_is_not_typed(self):
        assert read({"carers": "9", "certified_carers": "8"}) == ({Measure.CARERS: 9}, {})

    def test_a_sum_that_was_stated_without_levels_stands(self):
        assert complete({Measure.CERTIFIED_CARERS: 8}) == {Measure.CERTIFIED_CARERS: 8}

    def test_a_sum_is_not_written_beside_its_levels(self):
        values = complete(dict.fromkeys(LEVELS, 1) | {Measure.CERTIFIED_CARERS: 99})

        assert (values[Measure.CERTIFIED_CARERS], list(stated(values))) == (5, list(LEVELS))


class TestGrades:
    @pytest.mark.parametrize("text", ["优秀", "4", " 优秀 "])
    def test_a_grade_is_told_by_its_word_or_its_rank(self, text):
        assert read({"monitoring": text}) == ({Measure.MONITORING: 4}, {})

    @pytest.mark.parametrize("text", ["0", "5", "好", "4.0"])
    def test_another_word_names_those_there_are(self, text):
        told = f"没有“{text}”这一项：应为较差、一般、良好、优秀。"

        assert read({"monitoring": text}) == ({}, {"monitoring": told})

    def test_a_grade_is_shown_by_its_word(self):
        shown = [Measure.FIRE_SAFETY.shown(rank) for rank in (0, 1, 2, None)]

        assert shown == ["不达标", "达标", "示范", None]

    def test_a_better_grade_has_a_higher_rank(self):
        assert [word for _rank, word in sorted(Measure.MONITORING.grades.items())] == ["较差", "一般", "良好", "优秀"]
        assert list(Measure.STAR_LEVEL.grades) == [0, 1, 2, 3, 4, 5]


class TestScores:
    @pytest.mark.parametrize(("text", "value"), [("92.35", 9235), ("100", 10000), ("0", 0), ("９２．５分", 9250)])
    def test_points_are_held_in_hundredths(self, text, value):
        assert read({"satisfaction": text}) == ({Measure.SATISFACTION: value}, {})

    @pytest.mark.parametrize("text", ["100.01", "101", "9.123", "-1", "九十"])
    def test_what_is_no_score_is_named(self, text):
        told = f"“{text}”不是得分：应填 0 至 100，最多两位小数。"

        assert read({"satisfaction": text}) == ({}, {"satisfaction": told})

    def test_points_are_shown_exactly(self):
        assert str(Measure.SATISFACTION.shown(9235)) == "92.35"


@given(st.dictionaries(st.sampled_from(Measure.values), st.text(max_size=12)))
def test_whatever_is_typed_is_a_number_or_has_a_message(typed):
    values, errors = read(typed)

    assert all(0 <= value < LIMIT for value in values.values())
    asked = [name for name in typed if typed[name].strip() and Measure(name) in TYPED]
    assert [name for name in asked if name not in errors and Measure(name) not in values] == []


def test_each_measure_has_a_group_and_a_unit_or_grades_and_stands_behind_its_whole():
    order = list(Measure)

    assert [measure for measure in order if not (measure.group and (measure.unit or measure.grades))] == []
    assert [measure for measure in order if measure.whole and order.index(measure.whole) > order.index(measure)] == []
    assert [part for measure in order for part in measure.parts if order.index(part) > order.index(measure)] == []
