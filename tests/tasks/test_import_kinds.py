"""A file with several annexes is imported whole: all of it or nothing."""

from datetime import date

import pytest

from tasks.importing import Context, import_annex
from tasks.models import Indicator, Milestone, Target, Task
from tests.factories import ProgrammeFactory, TownFactory
from tests.tasks.tables import Sheet, word, xlsx

TASKS = Sheet([["序号", "任务名称", "工作要求", "进度安排"], [1, "新增床位", "10月底前完成", "一季度：选址"]])
TARGETS = Sheet(
    [["街镇", "新增养老床位（张）", "登记人数（人）"], ["大场镇", 900, "1.2万人"], ["月浦镇", "-", "800名"]]
)
RUBRIC = Sheet([["考核内容", "评分办法", "权重"], ["重点（5分）", "新建养老床位", 5]])


@pytest.fixture
def programme(db):
    programme = ProgrammeFactory()
    for name in ("大场镇", "月浦镇"):
        TownFactory(district=programme.district, name=name)
    return programme


@pytest.mark.parametrize("file", [xlsx(RUBRIC, Sheet([["说明"]]), TARGETS, TASKS), word(TASKS, TARGETS, RUBRIC)])
def test_all_annexes_of_a_file_are_imported_as_one(programme, file):
    outcome = import_annex(file, Context(programme))
    again = import_annex(file, Context(programme))

    assert (outcome.kind, outcome.problems, outcome.applied) == ("tasks+allocation+rubric", [], True)
    assert (outcome.created, again.created, again.updated, again.unchanged) == (5, 0, 0, 5)
    values = Target.objects.values_list("indicator__name", "town__name", "value")
    assert sorted(values) == [
        ("新增养老床位", "大场镇", 900),
        ("登记人数", "大场镇", 12000),
        ("登记人数", "月浦镇", 800),
    ]


def test_a_fault_in_one_annex_leaves_all_unwritten_and_all_faults_are_told(programme):
    tasks, targets = Sheet([*TASKS.rows, ["x", "甲", "", ""]]), Sheet([*TARGETS.rows, ["某某镇", 1, 2]])

    outcome = import_annex(xlsx(tasks, targets), Context(programme))

    assert [(fault.sheet, fault.cell, fault.code) for fault in outcome.errors] == [
        ("表1", "A3", "bad_number"),
        ("表2", "A4", "unknown_town"),
    ]
    assert [model.objects.count() for model in (Task, Target, Indicator)] == [0, 0, 0]


def test_a_kind_that_is_asked_for_leaves_the_others(programme):
    outcome = import_annex(xlsx(TASKS, TARGETS), Context(programme), kind="tasks")

    assert (outcome.kind, outcome.created, Target.objects.count()) == ("tasks", 1, 0)


def test_one_row_for_all_towns_gives_each_its_target(programme):
    import_annex(xlsx(Sheet([["街镇", "持证率"], ["各街镇", "85%以上"]])), Context(programme))

    assert sorted(Target.objects.values_list("town__name", "value")) == [("大场镇", 85), ("月浦镇", 85)]


def test_a_plans_first_table_that_leaves_a_town_out_is_a_warning(programme):
    part = Sheet([row for row in TARGETS.rows if row[0] != "月浦镇"])

    first = import_annex(xlsx(part), Context(programme))
    again = import_annex(xlsx(part), Context(programme))

    assert [(fault.level, fault.value, fault.code) for fault in first.problems] == [
        ("warning", "月浦镇", "missing_towns")
    ]
    assert (first.applied, again.problems) == (True, [])


def test_a_date_that_may_be_meant_to_be_earlier_is_a_warning_and_keeps_its_words(programme):
    heads = ["序号", "任务名称", "工作要求", "进度安排"]
    rows = [[1, "新增床位", "四季度前完成", "10月前：选址"], [2, "新增食堂", "明年3月底前", "国庆前：选址"]]

    outcome = import_annex(xlsx(Sheet([heads, *rows])), Context(programme))

    assert [(fault.level, fault.cell, fault.code) for fault in outcome.problems] == [
        ("warning", "C2", "uncertain_date"),
        ("warning", "D2", "uncertain_date"),
    ]
    year = programme.year
    assert list(Task.objects.values_list("deadline_text", "due_on")) == [
        ("四季度前完成", date(year, 12, 31)),
        ("明年3月底前", date(year + 1, 3, 31)),
    ]
    assert list(Milestone.objects.order_by("task").values_list("label", "due_on")) == [
        ("10月前", date(year, 10, 31)),
        ("国庆前", date(year, 9, 30)),
    ]


def test_goals_of_two_years_for_one_pair_are_a_fault_and_no_guess(programme):
    rows = [["街镇", "指标", "2023年目标值", "2024年目标值"], ["大场镇", "床位", 3, 5]]

    outcome = import_annex(xlsx(Sheet(rows)), Context(programme))

    assert [(fault.cell, fault.code) for fault in outcome.errors] == [("D2", "duplicate_cell")]
