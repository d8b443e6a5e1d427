"""The wizard: preview, confirm after checking again, and what a record keeps."""

import hashlib

import pytest
from django.utils import translation

from tasks.findings import Found
from tasks.imports import ImportRefused, confirm, findings_of, preview_again, upload
from tasks.models import ImportRecord, Indicator, Target
from tests.factories import a_file
from tests.tasks.tables import FIXTURES, Sheet, word, xlsx
from tests.tasks.workbooks import both_annexes, table

pytestmark = pytest.mark.django_db

TASKS = Sheet(
    [
        ["序号", "任务名称", "工作要求", "进度安排", "项目类别"],
        [1, "改过的任务", "12月底前", "一季度：启动", "重点项目"],
    ]
)
RUBRIC = (FIXTURES / "baoshan-2024" / "annex3_rubric.xlsx").read_bytes()
WORD = word(TASKS, Sheet([["街镇", "新增养老床位（张）"], ["月浦镇", 61]]))


def notice(tasks, *allocation):
    """A task list and an allocation in one workbook."""
    return xlsx(tasks, Sheet(list(allocation)))


@pytest.fixture
def preview(baoshan, admin):
    def previewed(data: bytes) -> ImportRecord:
        return upload(programme=baoshan, file=a_file("表.xlsx", data), kind="", period=None, by=admin)

    return previewed


def found(record, *kinds):
    """The rows of these kinds that a record keeps; without any, all that change something."""
    return [row for row in findings_of(record).rows() if row.kind in (kinds or ("new", "update", "removed"))]


def test_a_preview_writes_nothing_but_its_record(preview):
    before = list(Target.objects.values_list("pk", flat=True))
    data = table(B5=30)

    record = preview(data)

    assert list(Target.objects.values_list("pk", flat=True)) == before
    assert (record.state, record.outcome["kind"], record.sha256) == (
        "preview",
        "allocation",
        hashlib.sha256(data).hexdigest(),
    )
    assert (record.outcome["created"], record.outcome["updated"], record.outcome["unchanged"]) == (1, 0, 167)


def test_every_change_is_told_with_its_cell_and_both_values(preview):
    record = preview(table(E5=3))

    about = "新增“养老院+互联网医院” · 友谊路街道"
    assert found(record) == [Found("update", "任务指标分解表", "E5", about, "1", "3")]


def test_a_target_taken_away_by_a_dash_is_told_as_removed(preview, admin):
    record = preview(table(E5="-"))

    [change] = found(record)
    assert (change.kind, change.before, change.after) == ("removed", "1", "-")
    with pytest.raises(ImportRefused, match="必须填写原因"):
        confirm(record=record, document="", reason="", by=admin)


def test_changes_of_every_annex_are_told(preview):
    record = preview(both_annexes(number=57))

    assert [(change.kind, change.sheet) for change in found(record)] == [("new", "清单"), ("update", "任务指标分解表")]


def test_tasks_that_the_list_lacks_are_told_and_kept(preview, baoshan):
    record = preview(both_annexes(number=57))

    [lacking] = [problem for problem in found(record, "warning") if problem.code == "lacking_tasks"]
    assert lacking.about.startswith("方案中的第 1、2、3、")
    assert baoshan.tasks.count() == 56


def test_targets_that_the_table_lacks_are_told_and_kept(preview):
    record = preview(table(**{f"{column}{row}": None for column in "ABCDEFGHIJKL" for row in (7, 22)}))

    [lacking] = [problem for problem in found(record, "warning") if problem.code == "lacking_targets"]
    assert lacking.about.startswith("方案中另有 12 个目标不在表中，保留不变，如：新增“养老院+互联网医院” · 张庙街道；")
    assert (record.outcome["errors"], record.outcome["updated"]) == (0, 0)


def test_a_confirmed_change_is_a_new_revision_with_document_and_reason(preview, admin):
    record = preview(table(E5=3))

    done = confirm(record=record, document="宝民〔2024〕9号", reason="年中调整", by=admin)

    revised = Target.objects.get(indicator__name="新增“养老院+互联网医院”", town__name="友谊路街道", revision=2)
    assert done
    assert (revised.value, revised.document, revised.reason, revised.created_by) == (
        3,
        "宝民〔2024〕9号",
        "年中调整",
        admin,
    )
    record.refresh_from_db()
    assert (record.state, record.applied_by) == ("applied", admin)


def test_a_changed_target_needs_a_reason(preview, admin):
    record = preview(table(E5=3))

    with pytest.raises(ImportRefused, match="必须填写原因"):
        confirm(record=record, document="", reason=" ", by=admin)

    assert not Target.objects.filter(revision=2).exists()


def test_new_targets_alone_need_no_reason(preview, admin):
    assert confirm(record=preview(table(B5=30)), document="", reason="", by=admin)


def test_an_import_is_written_once(preview, admin):
    record = preview(table(B5=30))
    confirm(record=record, document="", reason="", by=admin)

    with pytest.raises(ImportRefused, match="已写入"):
        confirm(record=record, document="", reason="", by=admin)


def test_errors_can_not_be_confirmed(preview, admin):
    record = preview(table(B5="12a"))

    with pytest.raises(ImportRefused, match="有错误"):
        confirm(record=record, document="", reason="", by=admin)


def test_a_plan_that_changed_since_shows_the_new_difference_instead_of_writing(preview, admin):
    first, second = preview(table(E5=3)), preview(table(E5=4))
    confirm(record=first, document="", reason="年中调整", by=admin)

    done = confirm(record=second, document="", reason="年中调整", by=admin)

    assert not done
    assert Target.objects.filter(indicator__name="新增“养老院+互联网医院”", town__name="友谊路街道").count() == 2
    second.refresh_from_db()
    [change] = found(second)
    assert (change.before, change.after) == ("3", "4")
    assert confirm(record=second, document="", reason="年中调整", by=admin)


def test_an_unknown_column_becomes_an_indicator_only_when_asked_for(preview, admin, baoshan):
    record = preview(table(M4="新增适老公园（个）", M5=1))
    assert [error.code for error in found(record, "error")] == ["unknown_indicator"]

    preview_again(record=record, choices={"新增适老公园": ""}, by=admin)

    assert record.outcome["errors"] == 0
    assert not Indicator.objects.filter(programme=baoshan, name="新增适老公园").exists()
    confirm(record=record, document="", reason="", by=admin)
    assert Indicator.objects.filter(programme=baoshan, name="新增适老公园", unit="个").exists()


def test_a_near_miss_is_read_as_the_indicator_that_is_chosen_and_kept_as_its_alias(preview, admin, baoshan):
    name = "新增“养老院互联网医院”"
    meant = Indicator.objects.get(programme=baoshan, name="新增“养老院+互联网医院”")
    record = preview(table(E4=name, E5=3))
    assert [error.code for error in found(record, "error")] == ["unknown_indicator"]

    preview_again(record=record, choices={name: meant.name}, by=admin)

    assert (record.outcome["errors"], record.outcome["updated"]) == (0, 1)
    assert "alias" in [problem.code for problem in found(record, "warning")]
    meant.refresh_from_db()
    assert meant.aliases == []
    confirm(record=record, document="", reason="年中调整", by=admin)
    meant.refresh_from_db()
    assert meant.aliases == [name]
    assert preview(table(E4=name)).outcome["errors"] == 0


def test_a_file_with_several_annexes_is_confirmed_whole(preview, admin, baoshan):
    record = preview(both_annexes(number=57))
    assert record.outcome["kind"] == "tasks+allocation"

    assert confirm(record=record, document="", reason="年中调整", by=admin)
    assert baoshan.tasks.filter(number=57).exists()
    assert Target.objects.filter(revision=2).count() == 1


def test_a_file_whose_targets_stay_needs_no_reason(preview, admin, baoshan):
    changed = baoshan.tasks.get(number=1)
    record = preview(notice(TASKS, ["街镇", "新增养老床位（张）"], ["月浦镇", 60]))
    assert (record.outcome["kind"], record.outcome["updated"]) == ("tasks+allocation", 1)

    assert not record.outcome["needs_reason"]
    assert confirm(record=record, document="", reason="", by=admin)
    assert baoshan.tasks.get(number=1).title == "改过的任务" != changed.title


def test_a_file_whose_targets_change_needs_a_reason(preview, admin):
    record = preview(notice(TASKS, ["街镇", "新增“养老院+互联网医院”"], ["友谊路街道", 3]))

    assert record.outcome["needs_reason"]
    with pytest.raises(ImportRefused, match="必须填写原因"):
        confirm(record=record, document="", reason="", by=admin)


@pytest.mark.parametrize("data", [table(B5=30, C17=999), both_annexes(number=57), RUBRIC, WORD], ids=range(4))
def test_what_was_previewed_in_chinese_is_confirmed_in_english(preview, admin, data):
    record = preview(data)
    assert record.outcome["errors"] == 0

    with translation.override("en"):
        assert confirm(record=record, document="", reason="年中调整", by=admin)


def test_what_was_previewed_in_chinese_is_told_in_english(preview):
    record = preview(table(A5="无名镇"))

    with translation.override("en"):
        [row] = found(record, "error")
        assert row.about == "“无名镇” is not a town of this district"


def test_an_applied_import_shows_what_was_written_whatever_came_later(preview, admin):
    record = preview(table(E5=3))
    confirm(record=record, document="", reason="年中调整", by=admin)
    shown = found(record)
    confirm(record=preview(table(E5=4)), document="", reason="再次调整", by=admin)

    record.refresh_from_db()
    assert found(record) == shown
    assert [(row.cell, row.before, row.after) for row in shown] == [("E5", "1", "3")]


def test_a_new_preview_takes_the_place_of_the_old(preview, admin):
    record = preview(table(M4="新增适老公园（个）", M5=1))
    before = record.findings.name

    preview_again(record=record, choices={"新增适老公园": ""}, by=admin)

    assert [row.kind for row in found(record)] == ["new"]
    assert record.findings.storage.exists(before)  # a database that is being backed up may still name it


def test_what_an_earlier_version_previewed_is_compared_again(preview, admin):
    record = preview(table(B5=30))
    ImportRecord.objects.update(findings="", outcome={"kind": "allocation", "created": 1, "errors": 0, "warnings": 0})

    assert not confirm(record=record, document="", reason="", by=admin)
    assert confirm(record=record, document="", reason="", by=admin)


def test_a_file_that_is_no_table_keeps_its_refusal(preview):
    record = preview(b"MZ not a table")

    outcome = record.outcome
    assert (outcome["kind"], outcome["created"], outcome["errors"]) == (None, 0, 1)
    assert [problem.code for problem in found(record, "error")] == ["unknown_kind"]
