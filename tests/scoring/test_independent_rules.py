"""The engine against the independent scorer of every kind of rule, under every policy, to the cent. No database."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from scoring import engine
from scoring.rules import KINDS, Award, Figure, Inputs, load_rule
from tests.scoring import independent_rules as independent
from tests.scoring import rule_cases

POLICIES = (independent.BY_TEXT, independent.FULL, independent.EXCLUDE)
RUBRICS, TOWNS = 250, 4  # for each policy: 3,000 towns in all


def number(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / value.denominator


def engines(sections) -> engine.Rubric:
    made = []
    for at, section in enumerate(sections, 1):
        lines = [
            engine.Criterion(one.key, "", one.key, number(one.weight), load_rule(one.rule)) for one in section.lines
        ]
        made.append(engine.Section(str(at), "", number(section.weight), tuple(lines)))
    return engine.Rubric(tuple(made))


def inputs(facts) -> dict[str, Inputs]:
    return {
        key: Inputs(
            {
                part: Figure("", "", number(value), number(target), "le" if lower else "ge", words)
                for part, (value, target, lower, words) in one.figures.items()
            },
            tuple(Award(number(points), "", grade=grade) for points, grade in one.given),
        )
        for key, one in facts.items()
    }


def portal(score: engine.TownScore):
    lines = {line.key: str(line.points) for line in score.criteria}
    return lines, [str(section.points) for section in score.sections], str(score.total), score.barred


def expected(scored: independent.Scored):
    lines = {key: printed(points) for key, points in scored.lines.items()}
    return lines, [printed(points) for points in scored.sections], printed(scored.total), scored.barred


def printed(points: Fraction) -> str:
    return f"{number(points):.2f}"


@pytest.mark.parametrize("policy", POLICIES)
def test_thousands_of_towns_at_the_boundaries_of_every_kind_of_rule(policy):
    rng = Random(policy)
    for _rubric in range(RUBRICS):
        sections = rule_cases.rubric(rng)
        rubric = engines(sections)
        for _town in range(TOWNS):
            facts = rule_cases.town(rng, sections)
            scored = portal(engine.score(rubric, inputs(facts), policy))
            assert scored == expected(independent.score(sections, facts, policy)), (sections, facts)


def test_the_cases_hold_every_kind_of_rule():
    rng = Random(1)
    kinds = {line.rule["kind"] for _rubric in range(50) for section in rule_cases.rubric(rng) for line in section.lines}

    assert kinds == set(rule_cases.KINDS) == set(KINDS)
