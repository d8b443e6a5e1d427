"""Annex 3 into a rubric: a changed table is a new version, and nothing that was settled by hand is lost."""

import datetime as dt
from decimal import Decimal

import pytest
from openpyxl import Workbook

from eldercare.demo import FIXTURES
from scoring.marking import give
from scoring.models import Criterion, Rubric
from scoring.scores import Scores
from tasks.board import Moment
from tasks.importing import Context, import_annex
from tasks.models import Indicator
from tests.factories import ProgrammeFactory, TownFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

HEAD = ["序号", "考核内容", "评分办法", "权重"]
LINES = [
    [1, "基础工作\n（15分）", "每千人拥有养老床位数不低于35张", 5],
    [None, None, "综合监管水平（落实安全工作）", 10],
    [2, "扣分项", "被区级通报批评", -5],
]


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district)


@pytest.fixture
def send(programme, tmp_path):
    def send(lines, notes=()):
        book = Workbook()
        for row in (["评分细则"], HEAD, *lines, *([note] for note in notes)):
            book.active.append(row)
        book.save(tmp_path / "rubric.xlsx")
        return import_annex(tmp_path / "rubric.xlsx", Context(programme), kind="rubric")

    return send


def in_force(programme):
    return Rubric.objects.filter(programme=programme).in_force().get()


def line(programme, key):
    return Criterion.objects.get(section__rubric=in_force(programme), key=key)


def test_lines_keep_their_words_weights_and_compiled_rules(programme, send):
    outcome = send(LINES, notes=["（说明：计算方式另行告知）"])

    assert (outcome.created, outcome.errors) == (3, [])
    assert list(in_force(programme).sections.values_list("number", "title", "weight")) == [
        (1, "基础工作", Decimal(15)),
        (2, "扣分项", Decimal(-5)),
    ]
    criteria = Criterion.objects.filter(section__rubric=in_force(programme))
    assert [(c.key, c.clause, c.weight, c.rule["kind"]) for c in criteria] == [
        ("1.1", "每千人拥有养老床位数不低于35张", 5, "threshold"),
        ("1.2", "综合监管水平（落实安全工作）", 10, "manual"),
        ("2.1", "被区级通报批评", -5, "penalty"),
    ]
    assert "计算方式另行告知" in in_force(programme).notes


def test_lines_with_one_title_are_told_apart_so_that_a_mark_counts_once(programme, send, miaohang):
    send([[1, "扣分项", "被通报批评（市级）", -10], [None, None, "被通报批评（区级）", -5], [2, "基础", "评议", 10]])
    fields = {"reason": "通报", "document": "通报1", "given_on": dt.date(2024, 9, 1), "by": None, "key": "a"}
    give(criterion=line(programme, "1.2"), town=miaohang, points=Decimal(3), **fields)

    scored = Scores(programme, Moment(dt.date(2024, 9, 30))).of(miaohang)

    assert [(c.title, c.points) for c in scored.criteria] == [
        ("被通报批评（市级）", 0),
        ("被通报批评（区级）", -3),
        ("评议", 0),
    ]


def test_lines_with_the_same_words_or_with_very_long_ones_have_titles_of_their_own(programme, send):
    long = "综合监管水平" * 20
    send([[1, "基础", "评议", 5], [2, "重点", "评议", 5], [None, None, f"{long}甲", 5], [None, None, f"{long}乙", 5]])

    titles = [line(programme, key).title for key in ("1.1", "2.1", "2.2", "2.3")]
    assert titles == ["1.1 评议", "2.1 评议", f"2.2 {long}"[:99] + "…", f"2.3 {long}"[:99] + "…"]


@pytest.mark.parametrize(
    ("title", "stored"), [("基础工作（12分）", ("基础工作", 12)), ("日常工作（15分）", ("日常工作", 15))]
)
def test_a_section_with_another_title_or_weight_is_a_new_version(programme, send, title, stored):
    send(LINES)

    outcome = send([[1, title, *LINES[0][2:]], *LINES[1:]])

    assert (outcome.updated, outcome.unchanged, in_force(programme).version) == (2, 1, 2)
    assert in_force(programme).sections.values_list("title", "weight")[0] == stored


def test_a_change_of_the_section_alone_is_told_in_its_words(send):
    send(LINES)

    outcome = send([[1, "日常工作\n（20分）", *LINES[0][2:]], *LINES[1:]])

    told = [(change.before, change.after) for change in outcome.changes if change.cell == "C3"]
    clause = "每千人拥有养老床位数不低于35张（5）"
    assert told == [(f"基础工作（15） · {clause}", f"日常工作（20） · {clause}")]


def test_a_clause_that_is_not_understood_is_manual_with_a_warning_at_its_cell(send):
    outcome = send(LINES)

    assert [(problem.cell, problem.code) for problem in outcome.warnings] == [("C4", "not_understood")]


def test_the_rule_that_will_hold_is_told_beside_its_clause(programme, send):
    first = send(LINES)
    Criterion.objects.filter(key="1.2").update(rule={"kind": "average"})
    again = send(LINES)

    notes = [(change.kind, change.note) for change in [*first.changes, *again.changes] if change.cell == "C4"]
    assert notes == [
        ("new", "人工评分\n由民政局评定，0 至 10 分"),
        ("skip", "监测平均分\n各次监测得分（百分制）的平均 ÷ 100 × 10 分"),
    ]


def test_a_clause_about_a_figure_of_its_own_brings_the_indicator(programme, send):
    send(LINES)

    indicator = Indicator.objects.get(programme=programme)
    assert (indicator.name, indicator.unit, indicator.aggregation) == ("每千人拥有养老床位数", "张", "latest")
    assert [link.indicator for link in line(programme, "1.1").links.all()] == [indicator]
    assert not indicator.targets.exists()


def test_the_same_rubric_again_is_no_new_version(programme, send):
    send(LINES)
    send(LINES)

    assert Rubric.objects.filter(programme=programme).count() == 1


@pytest.mark.parametrize(
    "lines",
    [LINES[:2], [*LINES, [None, None, "被市级通报批评", -10]], [*LINES[:2], [2, "扣分项", "被区级通报批评", -4]]],
    ids=["one fewer", "one more", "another weight"],
)
def test_any_difference_is_a_new_version_of_the_whole(programme, send, lines):
    send(LINES)
    send(lines)

    versions = Rubric.objects.filter(programme=programme).order_by("version")
    assert [(rubric.version, rubric.state) for rubric in versions] == [(1, "retired"), (2, "in_force")]
    assert Criterion.objects.filter(section__rubric=versions[0]).count() == 3
    assert Criterion.objects.filter(section__rubric=versions[1]).count() == len(lines)


def test_a_line_that_stays_keeps_its_links_its_mark_as_pending_and_a_rule_set_by_hand(programme, send):
    send(LINES)
    settled = {"kind": "average"}
    Criterion.objects.filter(key="1.2").update(rule=settled)
    Criterion.objects.filter(key="1.1").update(pending=True)
    send([*LINES, [None, None, "被市级通报批评", -10]])

    assert line(programme, "1.2").rule == settled
    assert line(programme, "1.1").pending is True
    assert [link.indicator.name for link in line(programme, "1.1").links.all()] == ["每千人拥有养老床位数"]


def test_marks_outlive_a_version(programme, send, district, miaohang, staff):
    send(LINES)
    given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, 10, 1), "by": staff, "key": "one"}
    give(criterion=line(programme, "1.2"), town=miaohang, points=Decimal(7), **given)
    send([*LINES, [None, None, "被市级通报批评", -10]])

    scores = Scores(programme, Moment(in_force(programme).created_at.date()))
    assert scores.rubric.version == 2
    assert scores.of(miaohang).total == Decimal("7.00")
    assert scores.of(TownFactory(district=district)).total == 0


def test_the_rubric_of_2024_has_five_sections_and_23_lines(programme):
    file = FIXTURES / "baoshan-2024" / "annex3_rubric.xlsx"
    import_annex(file, Context(programme), kind="rubric")

    sections = in_force(programme).sections.prefetch_related("criteria")
    assert [(section.weight, len(section.criteria.all())) for section in sections] == [
        *((15, 2), (39, 11), (36, 7), (10, 1), (-15, 2)),
    ]


def test_a_line_that_the_table_lacks_is_warned_of_before_it_goes(programme, send):
    send(LINES)

    outcome = send(LINES[:1])

    assert [problem.value for problem in outcome.warnings if problem.code == "removed_line"] == [
        "综合监管水平",
        "被区级通报批评",
    ]


@pytest.mark.parametrize(
    ("words", "pending"),
    [("计算方式另行通知", True), ("分数待市局明确", True), ("计算方式确定后告知", True), ("不低于35张", False)],
)
def test_a_clause_that_leaves_its_calculation_open_is_pending(programme, send, words, pending):
    outcome = send([[1, "基础工作", f"每千人拥有养老床位数（{words}）", 5]])

    assert line(programme, "1.1").pending is pending
    assert [problem.cell for problem in outcome.warnings if problem.code == "pending"] == (["C3"] if pending else [])


def test_a_note_that_leaves_a_calculation_open_is_pointed_out(programme, send):
    note = "说明：千人指标的计算方式根据市局最新要求确定后告知"

    outcome = send(LINES, notes=[note])

    assert [problem.value for problem in outcome.warnings if problem.code == "pending_note"] == [note]
    assert line(programme, "1.1").pending is False
