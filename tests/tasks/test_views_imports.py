"""The pages of the wizard and of the notice's check."""

import pytest
from django.urls import reverse

from tasks.models import ImportRecord, Target
from tests.factories import a_file
from tests.tasks.workbooks import both_annexes, table

pytestmark = pytest.mark.django_db


def post_file(client, data, **fields):
    return client.post(
        reverse("imports", args=["baoshan-2024"]), {"file": a_file("表.xlsx", data), "kind": "", "period": ""} | fields
    )


def test_the_preview_shows_counts_changes_and_the_table(baoshan, admin, sign_in):
    response = post_file(sign_in(admin), table(E5=3))

    record = ImportRecord.objects.get()
    assert response.url == reverse("import", args=["baoshan-2024", record.pk])
    page = sign_in(admin).get(response.url)
    assert [sheet.name for sheet, *_rest in page.context["recognised"].sheets] == ["任务指标分解表"]
    assert page.context["kinds"] == [("warning", 1), ("update", 1), ("skip", 166)]
    assert page.context["outcome"]["needs_reason"]


def test_faults_are_marked_in_the_drawn_table(baoshan, admin, sign_in):
    response = post_file(sign_in(admin), table(B5="12a"))

    [(_sheet, rows, _columns)] = sign_in(admin).get(response.url).context["recognised"].sheets
    faults = {cell.ref: fault for row in rows for cell, fault in row if fault}
    assert faults["B5"] == "error"
    roles = {cell.ref: cell.role for row in rows for cell, _fault in row}
    assert (roles["A5"], roles["B4"], roles["C5"], roles["C17"]) == ("name", "head", "value", "total")


def test_every_sheet_of_several_annexes_is_drawn_as_its_kind(baoshan, admin, sign_in):
    response = post_file(sign_in(admin), both_annexes(number=57))

    roles = {
        sheet.name: {cell.role for row in rows for cell, _fault in row}
        for sheet, rows, _columns in sign_in(admin).get(response.url).context["recognised"].sheets
    }
    assert roles == {"任务指标分解表": {"", "head", "name", "value", "total"}, "清单": {"", "name", "value"}}


def test_what_was_recognised_is_told_of_every_sheet_and_column(baoshan, admin, sign_in):
    response = post_file(sign_in(admin), both_annexes(number=57))

    targets, tasks = sign_in(admin).get(response.url).context["recognised"].sheets
    assert [(sheet.kind, sheet.heads) for sheet, *_rest in (targets, tasks)] == [
        ("allocation", [(3, 4), (18, 19)]),
        ("tasks", [(1, 1)]),
    ]
    columns = [(column.ref, column.unit, column.rate, str(indicator)) for column, indicator in targets[2]]
    assert (len(columns), columns[0], columns[11]) == (
        21,
        ("B4", "张", False, "新增养老床位"),
        ("B19", "", True, "养老护理员技能等级持证率"),
    )


def test_an_unknown_column_is_a_question_that_offers_the_likeliest_indicator(baoshan, admin, sign_in):
    client = sign_in(admin)
    address = post_file(client, table(B4="新增养老院床位（张）", M4="适老公园（个）", M5=1)).url

    asked = client.get(address).context["recognised"].questions
    assert [(one.column.name, str(one.near), one.chosen) for one in asked] == [
        ("新增养老院床位", "新增养老床位", ""),
        ("适老公园", "None", ""),
    ]
    page = client.post(
        f"{address}again/",
        {"column": ["新增养老院床位", "适老公园"], "choice": [asked[0].near.code, "new"]},
        follow=True,
    )

    assert [one.chosen for one in page.context["recognised"].questions] == [asked[0].near.code, "new"]
    assert (page.context["outcome"]["errors"], page.context["outcome"]["created"]) == (0, 1)
    assert not baoshan.indicators.filter(name="适老公园").exists()


def test_a_column_left_without_an_answer_stays_an_error(baoshan, admin, sign_in):
    client = sign_in(admin)
    address = post_file(client, table(B4="新增养老院床位（张）")).url

    page = client.post(f"{address}again/", {"column": "新增养老院床位", "choice": ""}, follow=True)

    assert [row.code for row in page.context["page"] if row.kind == "error"] == ["unknown_indicator"]


def test_faults_of_a_comma_file_are_marked_in_it(baoshan, admin, sign_in):
    client = sign_in(admin)
    data = "街镇,新增养老床位（张）\n友谊路街道,12a\n".encode()
    file = a_file("分解.csv", data)
    address = client.post(reverse("imports", args=["baoshan-2024"]), {"file": file, "kind": "", "period": ""}).url

    [(_sheet, rows, _columns)] = client.get(address).context["recognised"].sheets
    assert {cell.ref: fault for row in rows for cell, fault in row if fault} == {"B2": "error"}


def test_rows_can_be_narrowed(baoshan, admin, sign_in):
    response = post_file(sign_in(admin), table(E5=3))

    page = sign_in(admin).get(f"{response.url}?show=update")

    assert [row.cell for row in page.context["page"]] == ["E5"]


def test_confirming_writes_and_says_so(baoshan, admin, sign_in):
    client = sign_in(admin)
    record_url = post_file(client, table(E5=3)).url

    page = client.post(f"{record_url}confirm/", {"document": "", "reason": "年中调整"}, follow=True)

    assert "已写入。" in page.content.decode()
    assert Target.objects.filter(revision=2).count() == 1


def test_a_missing_reason_is_asked_for(baoshan, admin, sign_in):
    client = sign_in(admin)
    record_url = post_file(client, table(E5=3)).url

    page = client.post(f"{record_url}confirm/", {"reason": ""}, follow=True)

    assert "调整已下达的指标必须填写原因" in page.content.decode()
    assert not Target.objects.filter(revision=2).exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "progress"}, "导入进展表须选择填报期"),
        ({"kind": "nonsense"}, "nonsense"),
        ({"period": "999999"}, "选择一个有效的选项"),
    ],
)
def test_a_form_at_fault_says_what_is_wrong(baoshan, admin, sign_in, fields, message):
    response = post_file(sign_in(admin), table(), **fields)

    assert response.status_code in (200, 422)
    assert message in response.content.decode()
    assert not ImportRecord.objects.exists()


def test_the_file_comes_back_as_it_was(baoshan, admin, sign_in):
    data = table()
    client = sign_in(admin)
    record_url = post_file(client, data).url

    assert b"".join(client.get(f"{record_url}file/").streaming_content) == data


def test_the_notice_check_lists_every_difference(baoshan, admin, sign_in):
    page = sign_in(admin).get(reverse("reconcile", args=["baoshan-2024"]))

    assert len(page.context["rows"]) == 16


def test_a_ruling_stands_beside_its_difference(baoshan, admin, sign_in):
    client, address = sign_in(admin), reverse("reconcile", args=["baoshan-2024"])
    [difference, _none] = client.get(address).context["rows"][0]

    client.post(address, {"difference": difference.key, "text": "以分解表为准"})
    client.post(address, {"difference": difference.key, "text": "以清单为准"})

    [_difference, ruling] = client.get(address).context["rows"][0]
    assert (ruling.text, ruling.by) == ("以清单为准", admin)
    assert baoshan.rulings.count() == 2


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"text": "以分解表为准", "difference": "没有这处"}, "这处不一致已不存在"),
        ({"text": "", "difference": ""}, "必填"),
    ],
)
def test_a_ruling_at_fault_is_told_and_not_written(baoshan, admin, sign_in, typed, message):
    page = sign_in(admin).post(reverse("reconcile", args=["baoshan-2024"]), typed)

    assert page.status_code == 422
    assert message in page.content.decode()
    assert not baoshan.rulings.exists()


def test_a_leader_reads_rulings_and_writes_none(baoshan, leader, sign_in):
    address = reverse("reconcile", args=["baoshan-2024"])

    assert sign_in(leader).get(address).status_code == 200
    assert sign_in(leader).post(address, {"text": "x"}).status_code == 403
