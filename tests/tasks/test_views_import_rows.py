"""The rows of an import: narrowed, in pages, and as a file."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.views import imports
from tests.tasks.test_views_imports import post_file
from tests.tasks.workbooks import both_annexes, table

pytestmark = pytest.mark.django_db


def lines(response):
    """A file of comma-separated values, sent whole or line by line."""
    content = b"".join(response) if response.streaming else response.content
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_an_import_exports_what_it_shows(baoshan, admin, sign_in):
    client = sign_in(admin)
    address = post_file(client, table(E5=3, B8="-")).url

    rows = lines(client.get(f"{address}?show=update&export=csv"))

    assert rows == [
        ["类别", "工作表", "单元格", "内容", "原来", "表中", "编成的规则"],
        ["变更", "任务指标分解表", "E5", "新增“养老院+互联网医院” · 友谊路街道", "1", "3", ""],
    ]
    assert len(lines(client.get(f"{address}?export=csv"))) == 1 + 168 + 1  # and the warning about the total


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_a_long_import_is_sent_line_by_line(baoshan, admin, sign_in, monkeypatch, fmt):
    client = sign_in(admin)
    address = post_file(client, table(E5="=1+1 个")).url
    whole = lines(client.get(f"{address}?export=csv"))
    monkeypatch.setattr(imports, "LONG", 0)

    response = client.get(f"{address}?export={fmt}")

    assert (response.streaming, response["Content-Type"]) == (True, "text/csv; charset=utf-8")
    assert lines(response) == whole
    assert "导出 Excel" not in client.get(address).content.decode().partition('id="rows"')[2]


def test_the_records_are_exported(baoshan, admin, sign_in):
    client = sign_in(admin)
    post_file(client, table(B5="12a"))
    post_file(client, both_annexes(number=57))

    rows = lines(client.get(reverse("imports", args=["baoshan-2024"]), {"export": "csv"}))

    assert [row[:7] for row in rows] == [
        ["文件", "类型", "填报期", "新增", "变更", "错误", "状态"],
        ["表.xlsx", "重点工作清单、指标分解表", "", "1", "1", "0", "待确认"],
        ["表.xlsx", "指标分解表", "", "0", "0", "1", "有错误"],
    ]


def test_rows_can_be_narrowed_by_sheet(baoshan, admin, sign_in):
    client = sign_in(admin)
    address = post_file(client, both_annexes(number=57)).url

    page = client.get(address, {"sheet": "清单"})
    assert [(row.kind, row.sheet) for row in page.context["page"]] == [("new", "清单")]
    assert page.context["kinds"] == [("new", 1)]
    assert page.context["sheets"] == [("", 1), ("任务指标分解表", 168), ("清单", 1)]
    assert [row.code for row in client.get(address, {"sheet": ""}).context["page"]] == ["lacking_tasks"]


@pytest.mark.parametrize("query", [{"sheet": "没有"}, {"show": "nonsense"}, {"page": "x"}])
def test_a_filter_that_does_not_exist_narrows_nothing(baoshan, admin, sign_in, query):
    client = sign_in(admin)
    address = post_file(client, table(E5=3)).url

    assert client.get(address, query).context["page"].paginator.count == 168


def test_a_long_list_comes_in_pages(baoshan, admin, sign_in):
    client = sign_in(admin)
    address = post_file(client, table(E5=3)).url

    last = client.get(address, {"page": 2}).context["page"]

    assert (len(last.object_list), last.paginator.num_pages) == (68, 2)


def test_a_page_of_an_import_takes_no_query_for_its_rows(baoshan, admin, sign_in):
    client = sign_in(admin)
    few = post_file(client, b"\xef\xbb\xbf" + "街镇,新增养老床位（张）\n月浦镇,60\n".encode()).url
    many = post_file(client, table(E5=3)).url

    taken = []
    for address in (few, many):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        taken.append(len(captured))

    assert taken == [7, 7]


def test_document_and_reason_are_asked_only_where_a_target_changes(baoshan, admin, sign_in):
    client = sign_in(admin)

    asked = [
        'name="reason"' in client.get(post_file(client, data).url).content.decode()
        for data in (table(E5=3), table(B5=30), table())
    ]

    assert asked == [True, False, False]
