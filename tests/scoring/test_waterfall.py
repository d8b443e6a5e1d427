"""A total taken apart line by line: the changes lead from the start to the total, whatever caps and scales do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine import Criterion, Rubric, Section, score
from scoring.rules import Award, Bonus, Completion, Figure, Inputs, Penalty
from scoring.waterfall import waterfall

D = Decimal


def line(key, weight, rule=None):
    return Criterion(key, "一", f"评分项{key}", D(weight), rule or Completion())


def rubric(*sections):
    """Sections of (weight, lines)."""
    made = [Section(str(at), f"第{at}部分", D(weight), lines) for at, (weight, lines) in enumerate(sections, 1)]
    return Rubric(tuple(made))


def done(value, target="10"):
    return Inputs({"": Figure("睦邻点", "家", None if value is None else D(value), target and D(target))})


def awarded(points):
    return Inputs(awards=(Award(D(points), "事由"),))


def steps(rules, inputs, *, down, policy="by_text"):
    found = waterfall(rules, score(rules, inputs, policy), down=down)
    return str(found.start), [(s.title, str(s.change), str(s.after)) for s in found.steps], str(found.end)


TWO = rubric((6, (line("a", 4), line("b", 2))), (-5, (line("p", -5, Penalty()),)))


def test_down_from_the_full_points_each_line_takes_what_it_lacks():
    facts = {"a": done(5), "b": done(10), "p": awarded(1)}

    start, lines, end = steps(TWO, facts, down=True)

    assert (start, end) == ("6", "3.00")
    assert lines == [("评分项a", "-2.00", "4.00"), ("评分项b", "0.00", "4.00"), ("评分项p", "-1.00", "3.00")]


def test_up_from_nothing_each_line_adds_its_points():
    facts = {"a": done(5), "b": done(10), "p": awarded(1)}

    start, lines, end = steps(TWO, facts, down=False)

    assert (start, end) == ("0", "3.00")
    assert lines == [("评分项a", "2.00", "2.00"), ("评分项b", "2.00", "4.00"), ("评分项p", "-1.00", "3.00")]


def test_what_the_sections_weight_cuts_off_is_a_step_of_its_own():
    capped = rubric((5, (line("a", 4), line("b", 4))))
    facts = {"a": done(10), "b": done(5)}

    _start, up, _end = steps(capped, facts, down=False)
    _start, down, _end = steps(capped, facts, down=True)

    assert up[-1] == ("第1部分：封顶或折算", "-1.00", "5.00")
    assert down == [
        ("评分项a", "0.00", "5.00"),
        ("评分项b", "-2.00", "3.00"),
        ("第1部分：封顶或折算", "2.00", "5.00"),
    ]


def test_what_exclude_scales_up_is_a_step_of_its_own():
    one = rubric((6, (line("a", 4), line("b", 2))))

    start, lines, end = steps(one, {"a": done(5), "b": done(None, None)}, down=True, policy="exclude")

    assert (start, end) == ("6", "3.00")
    assert lines[-1] == ("第1部分：封顶或折算", "1.00", "3.00")


def test_a_total_below_zero_is_lifted_in_a_last_step():
    start, lines, end = steps(TWO, {"p": awarded(3)}, down=False)

    assert (start, end) == ("0", "0.00")
    assert lines[-1] == ("总分不低于 0 分", "3.00", "0.00")


POINTS = st.decimals("0", "12", places=1)


@given(
    figures=st.tuples(POINTS, POINTS, st.none() | POINTS),
    given_points=st.tuples(POINTS, POINTS),
    weight=st.integers(1, 12),
    down=st.booleans(),
    policy=st.sampled_from(["by_text", "full", "exclude"]),
)
def test_the_changes_always_add_up_to_the_total(figures, given_points, weight, down, policy):
    rules = rubric(
        (weight, (line("a", 4), line("b", 2), line("c", 3))),
        (3, (line("x", 3, Bonus()),)),
        (-9, (line("p", -9, Penalty()),)),
    )
    facts = {key: done(value) for key, value in zip("ab", figures, strict=False)} | {"c": done(figures[2], None)}
    facts |= {key: awarded(points) for key, points in zip("xp", given_points, strict=True)}
    scored = score(rules, facts, policy)

    found = waterfall(rules, scored, down=down)

    assert found.start == (weight + 3 if down else 0)
    assert found.start + sum(step.change for step in found.steps) == found.end == scored.total
    assert [step.line for step in found.steps if step.line] == list(scored.criteria)


@pytest.mark.parametrize("down", [True, False])
def test_each_steps_after_is_the_one_before_and_its_change(down):
    found = waterfall(TWO, score(TWO, {"a": done(3)}), down=down)

    before = found.start
    for step in found.steps:
        assert step.after == before + step.change
        before = step.after
