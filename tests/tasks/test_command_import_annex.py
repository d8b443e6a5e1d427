"""`manage.py import_annex`: its JSON, its exit codes, and that it writes all or nothing."""

import csv
import io
import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from eldercare.demo import FIXTURES
from scoring.models import Rubric
from tasks.models import Report, Target
from tests.tasks.workbooks import table

pytestmark = pytest.mark.django_db

SLUG = "baoshan-2024"
FOLDER = FIXTURES / SLUG
ANNEXES = {"tasks": "annex1_tasks", "allocation": "annex2_allocation", "rubric": "annex3_rubric"}


def run(file, *options):
    """The printed JSON and the exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_annex", str(file), "--programme", SLUG, *options, "--json", stdout=out)
    except SystemExit as stopped:
        code = stopped.code
    return json.loads(out.getvalue()), code


def counts(answer):
    return {name: answer[name] for name in ("kind", "created", "updated", "unchanged", "applied")}


def rows():
    """How many rows every table of ours holds."""
    return {model: model._default_manager.count() for model in apps.get_models() if "django" not in model.__module__}


def progress(folder, *lines, head=("街镇", "新增家门口养老服务站", "养老护理员技能等级持证率")):
    file = folder / "progress.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([head, *lines])
    return file


def changed(annex, folder, cell, value):
    """An official table with one cell changed."""
    book = load_workbook(FOLDER / f"{annex}.xlsx")
    book.active[cell] = value
    book.save(folder / "changed.xlsx")
    return folder / "changed.xlsx"


def test_the_json_has_the_promised_keys(baoshan, tmp_path):
    answer, code = run(progress(tmp_path, ("庙行镇", 6, "86.2%")), "--quarter", "2024Q3")

    assert code == 0
    assert answer == {
        "kind": "progress",
        "programme": SLUG,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "applied": True,
        "errors": [],
        "warnings": [],
    }


def test_a_problem_has_the_promised_keys_and_its_cell(baoshan, tmp_path):
    answer, code = run(progress(tmp_path, ("庙行镇", "8o", "86.2%")), "--quarter", "2024Q3")

    assert (code, answer["applied"]) == (1, False)
    (problem,) = answer["errors"]
    assert list(problem) == ["sheet", "cell", "value", "code", "message"]
    assert (problem["sheet"], problem["cell"], problem["value"], problem["code"]) == (
        "progress",
        "B2",
        "8o",
        "unreadable",
    )
    assert "“8o”" in problem["message"]


@pytest.mark.parametrize(("kind", "lines"), [("tasks", 56), ("allocation", 167), ("rubric", 23)])
def test_the_same_official_table_again_changes_nothing(baoshan, kind, lines):
    before = rows()

    answer, code = run(FOLDER / f"{ANNEXES[kind]}.xlsx")

    assert (code, answer["errors"]) == (0, [])
    assert counts(answer) == {"kind": kind, "created": 0, "updated": 0, "unchanged": lines, "applied": True}
    assert rows() == before


def test_the_same_progress_again_changes_nothing(baoshan, tmp_path):
    file = progress(tmp_path, ("庙行镇", 6, "86.2%"), ("大场镇", "-", "85.3333333333%"))
    first, _ = run(file, "--quarter", "2024Q3")
    before = rows()

    again, _ = run(file, "--quarter", "2024Q3")

    assert (first["created"], again["created"], again["updated"], again["unchanged"]) == (3, 0, 0, 3)
    assert rows() == before


def test_a_changed_figure_is_a_new_accepted_revision(baoshan, tmp_path):
    run(progress(tmp_path, ("庙行镇", 6, "86%")), "--quarter", "2024Q3")

    answer, _ = run(progress(tmp_path, ("庙行镇", 7, "86%")), "--quarter", "2024Q3")

    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 1, 1)
    reports = Report.objects.filter(indicator__name="新增家门口养老服务站").order_by("revision")
    assert [(r.revision, r.value, r.decision.outcome) for r in reports] == [(1, 6, "accepted"), (2, 7, "accepted")]


def test_a_changed_target_is_a_new_revision(baoshan, tmp_path):
    answer, _ = run(changed("annex2_allocation", tmp_path, "I10", 12))

    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 1, 166)
    assert [problem["code"] for problem in answer["warnings"]] == ["total_mismatch"]
    targets = Target.objects.filter(indicator__name="新增家门口养老服务站", town__name="庙行镇")
    assert list(targets.values_list("revision", "value")) == [(1, 10), (2, 12)]


def test_a_changed_target_keeps_the_document_and_the_reason_that_were_named(baoshan, tmp_path):
    file = changed("annex2_allocation", tmp_path, "E5", 3)

    run(file, "--document", "宝民〔2024〕9号", "--reason", "年中调整")

    target = Target.objects.get(revision=2)
    assert (target.document, target.reason) == ("宝民〔2024〕9号", "年中调整")


def test_a_dash_takes_a_target_away(baoshan, tmp_path):
    answer, _ = run(changed("annex2_allocation", tmp_path, "I10", "-"))

    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 1, 166)
    targets = Target.objects.filter(indicator__name="新增家门口养老服务站", town__name="庙行镇")
    assert list(targets.values_list("revision", "comparator", "value")) == [(1, "ge", 10), (2, "none", None)]


def test_a_changed_line_of_the_rubric_is_a_new_version_with_its_links(baoshan, tmp_path):
    answer, _ = run(changed("annex3_rubric", tmp_path, "D27", -8))

    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 1, 22)
    old, new = Rubric.objects.filter(programme=baoshan).order_by("version")
    assert (old.state, new.state) == ("retired", "in_force")
    links = ("criteria__key", "criteria__pending", "criteria__links__part", "criteria__links__indicator")
    assert set(new.sections.values_list(*links)) == set(old.sections.values_list(*links))


CHANGES = {
    "tasks": ("annex1_tasks", "B6", "另一项任务"),
    "allocation": ("annex2_allocation", "I10", 12),
    "rubric": ("annex3_rubric", "D27", -8),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_dry_run_tells_the_changes_and_writes_nothing(baoshan, tmp_path, kind):
    before = rows()

    answer, code = run(changed(CHANGES[kind][0], tmp_path, *CHANGES[kind][1:]), "--dry-run")

    assert (code, answer["updated"], answer["applied"]) == (0, 1, False)
    assert rows() == before


def test_a_dry_run_of_progress_writes_nothing(baoshan, tmp_path):
    before = rows()

    answer, code = run(progress(tmp_path, ("庙行镇", 6, "86%")), "--quarter", "2024Q3", "--dry-run")

    assert (code, answer["created"], answer["applied"]) == (0, 2, False)
    assert rows() == before


def test_all_errors_are_told_at_once_and_nothing_is_written(baoshan, tmp_path):
    before = rows()
    head = ("街镇", "新增家门口养老服务站", "没有的指标")
    lines = [
        ("庙行镇", 6, 1),
        ("月亮镇", "3x", 1),
        ("大场镇", "-1", 1),
        ("罗店镇", "1" + "0" * 30, "#N/A"),
        ("庙行", "?", 1),
    ]

    answer, code = run(progress(tmp_path, *lines, head=head), "--quarter", "2024Q3")

    assert (code, answer["created"], answer["applied"]) == (1, 0, False)
    assert sorted((problem["cell"], problem["code"]) for problem in answer["errors"]) == [
        ("A3", "unknown_town"),
        ("A6", "duplicate_town"),
        ("B3", "unreadable"),
        ("B4", "negative"),
        ("B5", "too_large"),
        ("B6", "unreadable"),
        ("C1", "unknown_indicator"),
        ("C5", "formula_error"),
    ]
    assert rows() == before


def test_a_file_that_is_no_table_is_an_error(baoshan, tmp_path):
    (tmp_path / "notes.xlsx").write_bytes(b"MZ not a workbook")

    answer, code = run(tmp_path / "notes.xlsx")

    assert (code, answer["kind"], answer["applied"], len(answer["errors"])) == (1, None, False, 1)


def test_a_table_of_no_known_kind_is_an_error(baoshan, tmp_path):
    answer, code = run(progress(tmp_path, (1, 2, 3), head=("甲", "乙", "丙")))

    assert (code, [problem["code"] for problem in answer["errors"]]) == (1, ["unknown_kind"])


@pytest.mark.parametrize(
    "options",
    [
        ("--programme", "no-such-plan"),
        ("--programme", SLUG, "--quarter", "2024Q5"),
        ("--programme", SLUG, "--kind", "progress"),
    ],
    ids=["unknown programme", "unknown quarter", "progress of no quarter"],
)
def test_wrong_usage_is_exit_2(baoshan, options):
    with pytest.raises(CommandError) as refused:
        call_command("import_annex", str(FOLDER / "annex1_tasks.xlsx"), *options)

    assert refused.value.returncode == 2


def test_a_missing_file_is_exit_2(baoshan, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_annex", str(tmp_path / "none.xlsx"), "--programme", SLUG)

    assert refused.value.returncode == 2


def test_without_json_people_read_where_and_what(baoshan, tmp_path):
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(SystemExit):
        file = progress(tmp_path, ("庙行镇", "8o", 85))
        call_command("import_annex", str(file), "--programme", SLUG, "--quarter", "2024Q3", stdout=out, stderr=err)

    assert out.getvalue() == f"{SLUG} progress: 新增 0，变更 0，不变 0（未写入）\n"
    assert err.getvalue().startswith("error progress B2: “8o”无法识别")


def test_an_alias_names_the_indicator_that_a_column_means(baoshan, tmp_path):
    file = tmp_path / "表.xlsx"
    file.write_bytes(table(B4="新增养老院床位（张）"))
    assert [error["code"] for error in run(file)[0]["errors"]] == ["unknown_indicator"]

    answer, code = run(file, "--alias", "新增养老院床位=新增养老床位")

    assert (code, answer["errors"], answer["unchanged"]) == (0, [], 167)
    assert baoshan.indicators.get(name="新增养老床位").aliases == ["新增养老院床位"]


@pytest.mark.parametrize("alias", ["新增养老院床位", "=新增养老床位", "新增养老院床位=没有这个指标"])
def test_an_alias_without_an_indicator_of_the_plan_is_wrong_usage(baoshan, tmp_path, alias):
    file = tmp_path / "表.xlsx"
    file.write_bytes(table())

    with pytest.raises(CommandError, match="--alias") as refused:
        run(file, "--alias", alias)

    assert refused.value.returncode == 2
