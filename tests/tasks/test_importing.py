"""Official tables into the plan: all or nothing, nothing twice, and targets revised, never overwritten."""

import io
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from eldercare.demo import FIXTURES
from tasks.importing import Context, import_annex
from tasks.models import Indicator, Milestone, Report, Target, Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
TABLES = {"tasks": "annex1_tasks", "allocation": "annex2_allocation", "rubric": "annex3_rubric"}


def path_of(kind):
    return FIXTURES / "baoshan-2024" / f"{TABLES[kind]}.xlsx"


@pytest.fixture
def changed(tmp_path):
    """The allocation with one cell of 大场镇's 新增养老床位 changed: `changed("70")`."""

    def changed(value, town="大场"):
        book = load_workbook(path_of("allocation"))
        sheet = book.worksheets[0]
        column = next(c.column for row in sheet.iter_rows() for c in row if _squash(c.value).startswith("新增养老床位"))
        row = next(c.row for row in sheet.iter_rows() for c in row if _squash(c.value).startswith(town))
        sheet.cell(row, column).value = value
        book.save(tmp_path / "changed.xlsx")
        return tmp_path / "changed.xlsx"

    return changed


def _squash(value):
    return "".join(str(value or "").split())


@pytest.fixture
def dachang(baoshan):
    return baoshan.district.towns.get(name="大场镇")


def counts(outcome):
    return (outcome.created, outcome.updated, outcome.unchanged)


def revisions(town):
    targets = Target.objects.filter(town=town, indicator__name="新增养老床位").order_by("revision")
    return [(target.revision, target.comparator, target.value) for target in targets]


@pytest.mark.parametrize(("kind", "rows"), [("tasks", 56), ("rubric", 23)])
def test_importing_the_same_table_again_changes_nothing(baoshan, kind, rows):
    outcome = import_annex(path_of(kind), Context(baoshan))

    assert (outcome.kind, counts(outcome), outcome.errors) == (kind, (0, 0, rows), [])


def test_importing_the_same_targets_again_makes_no_revision(baoshan):
    before = Target.objects.count()

    outcome = import_annex(path_of("allocation"), Context(baoshan))

    assert counts(outcome) == (0, 0, before)
    assert set(Target.objects.values_list("revision", flat=True)) == {1}


def test_a_changed_cell_is_a_new_revision_with_its_reason_and_the_old_one_stays(baoshan, dachang, changed, admin):
    ((_revision, comparator, before),) = revisions(dachang)
    context = Context(baoshan, by=admin, document="宝民〔2024〕9号", reason="年中调整")

    outcome = import_annex(changed(7654), context)

    assert counts(outcome)[:2] == (0, 1)
    assert revisions(dachang) == [(1, comparator, before), (2, comparator, 7654)]
    target = Target.objects.get(revision=2)
    assert (target.document, target.reason, target.created_by) == ("宝民〔2024〕9号", "年中调整", admin)


@pytest.mark.parametrize(("value", "updated"), [("≥948", 0), ("９４８张", 0), ("948以内", 1), (949, 1)])
def test_a_target_in_other_words_is_no_change(baoshan, changed, value, updated):
    before = Target.objects.count()

    outcome = import_annex(changed(value), Context(baoshan), dry_run=True)

    assert counts(outcome) == (0, updated, before - updated)


def test_a_dash_takes_a_target_away_and_a_number_brings_it_back(baoshan, dachang, changed):
    import_annex(changed("—"), Context(baoshan))
    import_annex(changed("—"), Context(baoshan))
    assert [(revision, comparator) for revision, comparator, _value in revisions(dachang)] == [(1, "ge"), (2, "none")]
    assert not Target.objects.current().filter(town=dachang, indicator__name="新增养老床位", value__isnull=False)

    import_annex(changed(5), Context(baoshan))

    assert revisions(dachang)[2] == (3, "ge", 5)


@pytest.mark.parametrize(
    ("name", "figure", "warnings"),
    [
        ("市本级", "-", []),
        ("宝山工业园区", None, []),
        ("区属单位", 12, [("B17", "not_a_town", "“区属单位”不是街镇，这一行的数字没有导入")]),
        ("区本级", "很多", [("B17", "not_a_town", "“区本级”不是街镇，这一行的数字没有导入")]),
    ],
)
def test_a_row_beside_the_towns_is_left_out_and_its_figures_are_told(baoshan, tmp_path, name, figure, warnings):
    book = load_workbook(path_of("allocation"))
    sheet = book.worksheets[0]
    sheet.cell(17, 1).value = name  # in the place of the first block's total
    for column in range(2, 13):
        sheet.cell(17, column).value = figure if column == 2 else None
    book.save(tmp_path / "more.xlsx")

    outcome = import_annex(tmp_path / "more.xlsx", Context(baoshan), kind="allocation", dry_run=True)

    assert (outcome.errors, outcome.updated) == ([], 0)
    assert [(w.cell.replace("A", "B"), w.code, str(w.message)) for w in outcome.warnings] == warnings


@pytest.mark.parametrize("value", ["8o张", "-1", "1" + "0" * 30])
def test_a_wrong_cell_is_told_by_its_place_and_nothing_is_written(baoshan, dachang, changed, value):
    before = revisions(dachang)

    outcome = import_annex(changed(value), Context(baoshan))

    assert [(problem.value, bool(problem.cell)) for problem in outcome.errors] == [(value, True)]
    assert (outcome.applied, revisions(dachang)) == (False, before)


def test_a_preview_counts_what_would_change_and_writes_nothing(baoshan, dachang, changed):
    before = revisions(dachang)

    outcome = import_annex(changed(7654), Context(baoshan), dry_run=True)

    assert (counts(outcome)[:2], outcome.applied, revisions(dachang)) == ((0, 1), False, before)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_table_is_told(baoshan, content):
    outcome = import_annex(content, Context(baoshan))

    assert outcome.errors
    assert (outcome.applied, counts(outcome)) == (False, (0, 0, 0))


def test_progress_is_entered_by_the_bureau_as_accepted_and_once(baoshan, staff, dachang):
    context = Context(baoshan, period=baoshan.periods.get(label="2024Q3"), by=staff)

    first = import_annex(_numbers_only(path_of("allocation")), context)
    again = import_annex(_numbers_only(path_of("allocation")), context)

    assert (first.kind, first.errors, again.errors) == ("progress", [], [])
    assert counts(again) == (0, 0, first.created)
    assert set(Report.objects.values_list("submission__source", "decision__outcome", "submission__by", "revision")) == {
        ("imported", "accepted", staff.pk, 1)
    }


def _numbers_only(path):
    """The allocation with its requirements (不低于2000人/年) as the figures that were reached."""
    book, target = load_workbook(path), io.BytesIO()
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and (found := re.search(r"(\d+)%?以上|(?:不低于|≥)(\d+)", cell.value)):
                cell.value = int(found[1] or found[2])
    book.save(target)
    return target.getvalue()


def test_the_plan_holds_what_the_tables_print(baoshan, miaohang):
    assert (Task.objects.count(), Indicator.objects.filter(programme=baoshan).count()) == (56, 23)
    assert Milestone.objects.filter(task__number=46).count() == 0
    assert Target.objects.get(town=miaohang, indicator__name="新增家门口养老服务站").value == Decimal(10)
