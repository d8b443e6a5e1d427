"""What holds for every kind of rule, whatever it says and sees."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import engine
from scoring.rules import (
    Average,
    Award,
    Band,
    Bands,
    Bonus,
    Completion,
    Condition,
    Deduct,
    Figure,
    Graded,
    Inputs,
    Manual,
    Penalty,
    PerUnit,
    Threshold,
    Unit,
    Veto,
    load_rule,
)

D = Decimal
POLICIES = ["by_text", "full", "exclude"]
NUMBERS = st.integers(0, 100_000).map(lambda cents: D(cents) / 100)
PARTS = st.sampled_from(["", "甲", "乙"])
COMPARATORS = ["ge", "gt", "le", "lt"]
CONDITIONS = st.builds(Condition, NUMBERS, NUMBERS, st.sampled_from(COMPARATORS), PARTS)


@st.composite
def bands(draw):
    low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
    low, high = draw(st.sampled_from([(low, high), (None, high), (low, None)]))
    return Band(low, high, draw(NUMBERS), draw(st.booleans()), draw(st.booleans()))


def deducting(bounds, sides=("above", "below")):
    remainders = st.sampled_from(["dropped", "started", "shared"])
    steps = st.integers(1, 500).map(lambda cents: D(cents) / 100)
    return st.builds(Deduct, NUMBERS, steps, st.sampled_from(sides), bounds, remainders)


RULES = st.one_of(
    st.builds(Threshold, st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple)),
    st.builds(Bands, st.lists(bands(), min_size=1, max_size=3).map(tuple), PARTS),
    st.builds(Completion, PARTS, st.booleans()),
    st.builds(PerUnit, st.lists(st.builds(Unit, PARTS, NUMBERS), min_size=1, max_size=3).map(tuple)),
    deducting(st.none() | NUMBERS),
    st.builds(
        Veto,
        st.sampled_from(["total", "section", "grade"]),
        st.booleans(),
        st.sampled_from(COMPARATORS),
        NUMBERS,
        PARTS,
    ),
    st.builds(Graded, st.dictionaries(st.sampled_from("优良差"), NUMBERS, min_size=1)),
    st.sampled_from([Average(), Manual(), Bonus(), Penalty()]),
)
FIGURES = st.builds(
    Figure,
    st.just("指标"),
    st.just("家"),
    st.none() | NUMBERS,
    st.none() | NUMBERS,
    st.sampled_from(["ge", "le"]),
    st.sampled_from(["", "应补尽补"]),
)
AWARDS = st.lists(st.builds(Award, NUMBERS, st.just("事由"), grade=st.sampled_from("优良差？")), max_size=3).map(tuple)
SEEN = st.builds(Inputs, st.dictionaries(PARTS, FIGURES), AWARDS)
WEIGHTS = st.integers(-10_000, 10_000).map(lambda cents: D(cents) / 100)


@st.composite
def rubrics(draw):
    """Sections of any lines, and what a town's facts are on each of them."""
    sections, seen = [], {}
    for number in range(1, draw(st.integers(1, 3)) + 1):
        lines = []
        for at in range(1, draw(st.integers(1, 3)) + 1):
            lines.append(engine.Criterion(f"{number}.{at}", "部分", f"第{number}.{at}项", draw(WEIGHTS), draw(RULES)))
            seen[lines[-1].key] = draw(SEEN)
        sections.append(engine.Section(str(number), "部分", draw(st.none() | WEIGHTS), tuple(lines)))
    return engine.Rubric(tuple(sections)), seen


@settings(deadline=None)
@given(RULES)
def test_every_rule_survives_json(rule):
    assert load_rule(rule.to_dict()) == rule


@settings(deadline=None)
@given(RULES, SEEN, WEIGHTS, st.sampled_from(POLICIES))
def test_points_never_leave_the_weight_and_can_always_be_explained(rule, inputs, weight, policy):
    bound = -abs(weight) if rule.kind == "penalty" else weight

    points = rule.evaluate(inputs, weight, policy).points

    assert min(bound, D(0)) <= points <= max(bound, D(0))
    assert rule.explain(inputs, weight, policy)


RISING_BANDS = st.lists(NUMBERS, min_size=1, max_size=4, unique=True).map(
    lambda edges: Bands(tuple(Band(edge, None, D(at), True) for at, edge in enumerate(sorted(edges), 1)))
)
RISING = st.one_of(  # the more the better
    st.builds(Threshold, st.tuples(st.builds(Condition, NUMBERS, NUMBERS, st.sampled_from(["ge", "gt"])))),
    RISING_BANDS,
    st.builds(Completion, st.just(""), st.booleans()),
    st.builds(PerUnit, st.tuples(st.builds(Unit, st.just(""), NUMBERS))),
    deducting(st.none() | NUMBERS, ["below"]),
    st.just(Veto(by_people=False, comparator="lt", value=D(5))),
)
FALLING = st.one_of(  # the fewer the better
    st.builds(Threshold, st.tuples(st.builds(Condition, NUMBERS, NUMBERS, st.sampled_from(["le", "lt"])))),
    st.builds(Completion, st.just(""), st.booleans()),
    deducting(st.none() | NUMBERS, ["above"]),
    st.just(Veto(by_people=False, comparator="gt", value=D(5))),
)


@settings(deadline=None)
@given(RISING, NUMBERS, NUMBERS, st.none() | NUMBERS, st.sampled_from(POLICIES))
def test_more_is_never_worse_where_more_is_better(rule, one, other, target, policy):
    less, more = (_points(rule, value, target, "ge", policy) for value in sorted([one, other]))

    assert less <= more


@settings(deadline=None)
@given(FALLING, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(POLICIES))
def test_more_is_never_better_where_less_is_better(rule, one, other, target, policy):
    less, more = (_points(rule, value, target, "le", policy) for value in sorted([one, other]))

    assert less >= more


def _points(rule, value, target, comparator, policy):
    return rule.evaluate(Inputs({"": Figure("指标", "家", value, target, comparator)}), D(10), policy).points


@settings(deadline=None)
@given(AWARDS, NUMBERS, st.sampled_from([Average(), Bonus(), Manual()]))
def test_a_higher_mark_is_never_worse(awards, more, rule):
    raised = tuple(one._replace(points=one.points + more) for one in awards)

    assert rule.evaluate(Inputs(awards=awards), D(10)).points <= rule.evaluate(Inputs(awards=raised), D(10)).points


@settings(deadline=None)
@given(AWARDS, st.randoms(use_true_random=False), st.sampled_from([Average(), Bonus(), Penalty()]))
def test_the_order_of_what_adds_up_does_not_matter(awards, rng: Random, rule):
    shuffled = list(awards)
    rng.shuffle(shuffled)

    assert rule.evaluate(Inputs(awards=tuple(shuffled)), D(10)) == rule.evaluate(Inputs(awards=awards), D(10))


@settings(deadline=None)
@given(rubrics(), st.sampled_from(POLICIES), st.randoms(use_true_random=False))
def test_a_score_keeps_its_bounds_and_does_not_depend_on_order_or_on_being_made_again(case, policy, rng: Random):
    rubric, seen = case
    score = engine.score(rubric, seen, policy)

    assert score.total >= 0
    assert score.earned >= 0
    for section, line in zip(rubric.sections, score.sections, strict=True):
        assert line.points <= max(section.weight, D(0))
    assert score.to_dict() == engine.score(rubric, seen, policy).to_dict()
    assert _told(engine.score(_turned(rubric, rng), dict(reversed(seen.items())), policy)) == _told(score)


def _turned(rubric, rng: Random):
    """The same sections with the same lines in another order."""
    sections = [
        replace(section, criteria=tuple(rng.sample(section.criteria, len(section.criteria))))
        for section in rubric.sections
    ]
    return engine.Rubric(tuple(rng.sample(sections, len(sections))))


def _told(score):
    lines = {line.key: (line.points, line.status, line.veto) for line in score.criteria}
    return score.total, score.earned, score.attainable, lines, sorted(section.points for section in score.sections)
