"""A rule in boxes and back, and what is said of boxes that are wrong. No database."""

from decimal import Decimal

import pytest
from django.http import QueryDict

from scoring.rule_form_words import kind_help
from scoring.rule_forms import form_of, kinds, read_form
from scoring.rule_text import kind_name
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
from tasks.models import Indicator

D = Decimal
RATE, SKILLED = Indicator(pk=1, code="01", name="持证率"), Indicator(pk=2, code="02", name="中级持证率")
BOTH = [RATE, SKILLED]

RULES = [
    (Threshold((Condition(D(85), D(10)),)), [("", RATE)]),
    (
        Threshold((Condition(D(85), D(10), "gt", "持证"), Condition(D(15), D(5), "le", "中级"))),
        [("持证", RATE), ("中级", SKILLED)],
    ),
    (Bands((Band(None, D(2), D(1), False, True), Band(D(2), None, D("3.5")))), [("", SKILLED)]),
    (Bands((Band(D(0), D(2), D(1)),), part="床位"), [("床位", RATE)]),
    (Completion(all_or_nothing=True), [("", RATE)]),
    (Completion(), []),
    (PerUnit((Unit("食堂", D(5)), Unit("助餐点", D(2)))), [("食堂", RATE), ("助餐点", SKILLED)]),
    (Deduct(D(2), bound=D(0)), [("", RATE)]),
    (Deduct(D("0.5"), D(2), "below", None, "started"), [("", RATE)]),
    (Veto("grade"), []),
    (Veto("section", by_people=False, comparator="ge", value=D(3)), [("", SKILLED)]),
    (Graded({"优": D(5), "良": D("3.5")}), []),
    *((rule, []) for rule in (Average(), Manual(), Bonus(), Penalty())),
]


def typed(kind, words, **options):
    return read_form(kind, QueryDict(words), BOTH, **options)


@pytest.mark.parametrize(("rule", "links"), RULES)
def test_every_rule_comes_out_of_its_boxes_as_it_went_in(rule, links):
    form = form_of(rule, links, BOTH)

    assert (form.told, form.rule, list(form.links)) == ([], rule, links)


def test_every_kind_has_a_rule_here_a_name_and_a_help():
    assert {rule.kind for rule, _links in RULES} == set(kinds())
    assert all(kind_name(kind) and kind_help(kind) for kind in kinds())


@pytest.mark.parametrize(
    ("kind", "words", "told"),
    [
        ("deduct", "points=", ["每次扣分：请填写。"]),
        ("deduct", "points=两", ["每次扣分：“两”不是数字，应填写如 12 或 12.5 的数字。"]),
        ("deduct", "points=-2", ["每次扣分：“-2”不是数字，应填写如 12 或 12.5 的数字。"]),
        ("deduct", "points=2&step=0", ["规则的字段 step 不正确：0"]),
        ("deduct", "points=2&side=x", ["扣分方向：“x”不在可选项中。"]),
        ("deduct", "points=2&indicator=9", ["对应指标：“9”不是指标。"]),
        ("bands", "low=5&low_included=no&high=2&high_included=no&points=1", ["规则的字段 bands[0].high 不正确：2"]),
        ("bands", "low=&low_included=no&high=&high_included=no&points=", ["至少填写一行。"]),
        ("graded", "grade=优&points=3&grade=优&points=2", ["等次“优”写了两次。"]),
        ("graded", "grade=&points=3", ["等次：请填写。"]),
        ("graded", f"grade={'优' * 51}&points=3", ["等次：不超过 50 字，现有 51 字。"]),
        (
            "per_unit",
            "part=食堂&points=5&indicator=1&part=食堂&points=2&indicator=2",
            ["“食堂”对应了两个指标：持证率、中级持证率。"],
        ),
        (
            "threshold",
            "value=x&points=y&comparator=z",
            [
                "比较：“z”不在可选项中。",
                "数值：“x”不是数字，应填写如 12 或 12.5 的数字。",
                "得分：“y”不是数字，应填写如 12 或 12.5 的数字。",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said_all_at_once_and_makes_no_rule(kind, words, told):
    form = typed(kind, words)

    assert (form.told, form.rule) == (told, None)


def test_full_width_digits_and_a_percent_sign_are_numbers():
    assert typed("deduct", "points=０.５&bound=85%25&side=below").rule == Deduct(D("0.5"), side="below", bound=D(85))


def test_rows_are_added_and_taken_away_and_empty_ones_do_not_count():
    words = "grade=优&points=5&grade=良&points=3"

    assert typed("graded", words, more=1).rule == Graded({"优": D(5), "良": D(3)})
    assert typed("graded", words, less=0).rule == Graded({"良": D(3)})
    assert [len(typed("graded", words, more=more).rows) for more in (0, 1)] == [2, 3]


def test_rows_about_several_figures_are_named_after_their_indicators():
    form = typed(
        "threshold",
        "value=85&points=10&comparator=ge&indicator=1&value=15&points=5&comparator=ge&indicator=2&part=&part=",
    )

    assert form.rule.parts == ("持证率", "中级持证率")
    assert form.links == (("持证率", RATE), ("中级持证率", SKILLED))


def test_a_kind_that_nobody_has_filled_in_begins_with_its_defaults_and_says_nothing():
    form = typed("deduct", "kind=deduct")
    form.hush()

    assert {box.name: box.value for box in form.boxes} == {
        "points": "",
        "step": "1",
        "side": "above",
        "bound": "",
        "remainder": "dropped",
        "part": "",
        "indicator": "",
    }
    assert (form.told, form.rule) == ([], None)


def test_an_unknown_kind_is_left_to_people():
    assert typed("magic", "").rule == Manual()
