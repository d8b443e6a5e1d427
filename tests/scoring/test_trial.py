"""What may be typed into the boxes of the what-if page, and what is said of the rest."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest

from scoring.engine import Criterion, Rubric, Section
from scoring.facts import Award, Figure, Inputs
from scoring.rules import Average, Bonus, Completion, Graded, Manual, Penalty, PerUnit, Unit
from scoring.trial import Trial, read_awards, read_figure, standing
from scoring.whatif import Case

D = Decimal
STATIONS, MEALS = 1, 2


def count(value=None, target=None, unit="个"):
    return Figure("家门口养老服务站", unit, value and D(value), target and D(target))


def line(rule, key="1.1", weight="10"):
    return Criterion(key, "一", "评分项", D(weight), rule)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("6", "6"), ("０", "0"), ("1,200", "1200"), ("12.5", "12.5"), ("6个", "6"), ("1.2万个", "12000"), ("", None)],
)
def test_a_figure_is_read_as_people_write_it(typed, value):
    assert read_figure(typed, count()) == (None if value is None else D(value))


@pytest.mark.parametrize("typed", ["86.2", "86.2%"])
def test_a_rate_is_read_in_per_cent(typed):
    assert read_figure(typed, count(unit="%")) == D("86.2")


@pytest.mark.parametrize(
    ("typed", "unit", "words"),
    [
        ("8o", "个", "“8o”不是数字，应填写如 12 或 12.5 的数字。"),
        ("-", "个", "“-”不是数字，应填写如 12 或 12.5 的数字。"),
        ("不少于5", "个", "“不少于5”不是数字，应填写如 12 或 12.5 的数字。"),
        ("<script>", "个", "“<script>”不是数字，应填写如 12 或 12.5 的数字。"),
        ("x" * 50, "个", f"“{'x' * 40}…”不是数字，应填写如 12 或 12.5 的数字。"),
        ("-3", "个", "“-3”不能为负"),
        ("12345678901", "个", "“12345678901”数值过大：须小于 100 亿，且不超过 15 位有效数字"),
        ("101", "%", "比率“101”超过 100%，请核对"),
        ("5%", "个", "数量列中的“5%”是百分数，按 5% 读取"),
    ],
)
def test_what_is_no_figure_is_told(typed, unit, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        read_figure(typed, count(unit=unit))


@pytest.mark.parametrize(
    ("rule", "typed", "points"),
    [(Manual(), "10", "10"), (Average(), "100", "100"), (Bonus(), "2.5", "2.5"), (Penalty(), "10", "10")],
)
def test_points_up_to_the_bound_are_taken(rule, typed, points):
    assert [award.points for award in read_awards(typed, line(rule))] == [D(points)]


@pytest.mark.parametrize(
    ("rule", "typed", "words"),
    [
        (Manual(), "10.01", "“10.01”超过上限 10 分。"),
        (Average(), "100.5", "“100.5”超过上限 100 分。"),
        (Penalty(), "11", "“11”超过上限 10 分。"),
        (Bonus(), "-1", "“-1”不能为负"),
        (Manual(), "优秀", "“优秀”不是数字，应填写如 12 或 12.5 的数字。"),
        (Graded({"优秀": D(5), "合格": D(3)}), "良好", "没有等次“良好”，可选：优秀、合格。"),
    ],
)
def test_points_beyond_it_and_unknown_grades_are_told(rule, typed, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        read_awards(typed, line(rule))


def test_a_grade_brings_its_points_and_an_empty_box_nothing():
    graded = line(Graded({"优秀": D(5)}))

    assert read_awards("优秀", graded) == (Award(D(5), "", grade="优秀"),)
    assert read_awards("", graded) == ()


@pytest.mark.parametrize(
    ("rule", "shown"),
    [(Manual(), "6"), (Average(), "5"), (Bonus(), "10"), (Penalty(), "10"), (Graded({"优秀": D(5)}), "优秀")],
)
def test_what_people_gave_is_shown_as_the_one_entry_that_gives_the_same(rule, shown):
    given = (Award(D(4), "事由"), Award(D(6), "事由", grade="优秀"))

    assert standing(line(rule), given) == shown
    assert standing(line(rule), ()) == ""


def tried(**typed):
    """Two lines read the stations, one of them the meals as well; a third is given by people."""
    lines = (
        line(Completion(), "1.1", "3"),
        line(PerUnit((Unit("", D(1)), Unit("助餐点", D(2)))), "1.2", "5"),
        line(Manual(), "1.3"),
    )
    inputs = {
        "1.1": Inputs({"": count("4", "8")}),
        "1.2": Inputs({"": count("4", "8"), "助餐点": count()}),
        "1.3": Inputs(),
    }
    readers = {STATIONS: [("1.1", ""), ("1.2", "")], MEALS: [("1.2", "助餐点")]}
    names = {STATIONS: ("08", "家门口养老服务站"), MEALS: ("09", "助餐点")}
    indicators = {key: SimpleNamespace(code=code, name=name, shown_unit="个") for key, (code, name) in names.items()}
    case = Case(Rubric((Section("1", "一", None, lines),)), inputs, "by_text", readers)
    return Trial(case, SimpleNamespace(indicators=indicators), {name.replace("_", "."): v for name, v in typed.items()})


def test_nothing_typed_is_the_score_as_it_stands():
    trial = tried()

    assert [str(one.points) for one in trial.score.criteria] == ["1.50", "4.00", "0.00"]
    assert (trial.figures, trial.awards, trial.unknown) == ({}, {}, [])


def test_each_figure_has_one_box_under_the_first_line_that_reads_it():
    trial = tried()

    assert {key: [field.name for field in fields] for key, fields in trial.fields.items()} == {
        "1.1": ["f.08"],
        "1.2": ["f.09"],
        "1.3": ["m.1.3"],
    }
    assert [(f.now, f.typed, f.target, f.changed) for f in trial.fields["1.1"]] == [("4", "4", "8", False)]


def test_a_figure_moves_every_line_that_reads_it():
    trial = tried(f_08="5", f_09="1", m_1_3="8")

    assert [str(one.points) for one in trial.score.criteria] == ["1.88", "5.00", "8.00"]
    assert str(trial.score.total) == "14.88"


def test_a_figure_typed_as_it_is_shown_has_not_changed():
    assert tried(f_08=" 4 ").figures == {}


def test_an_emptied_box_is_a_figure_that_is_not_reported():
    assert [str(one.points) for one in tried(f_08="").score.criteria] == ["0.00", "0.00", "0.00"]


def test_a_wrong_figure_is_told_at_its_box_and_leaves_the_score_as_it_was():
    trial = tried(f_08="x", m_1_3="8")

    assert trial.fields["1.1"][0].error == "“x”不是数字，应填写如 12 或 12.5 的数字。"
    assert [str(one.points) for one in trial.score.criteria] == ["1.50", "4.00", "8.00"]


def test_what_no_line_reads_is_named():
    assert tried(f_77="5", m_9_9="1", as_of="2024-09-30").unknown == ["f.77", "m.9.9"]
