"""The admin's other lists go out as they are shown: the same columns, search and scope, and nothing that can be run."""

import csv
from io import BytesIO, StringIO
from urllib.parse import quote

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.admin import ExportAdmin
from tasks.models import Indicator, Programme
from tests.factories import CriterionFactory, IndicatorFactory, ProgrammeFactory, RubricFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

WORKBOOK, COMMAS = "0", "1"
APPS = {"accounts", "districts", "tasks", "scoring"}


@pytest.fixture
def client(admin, sign_in):
    return sign_in(admin)


@pytest.fixture
def plan(district):
    return ProgrammeFactory(slug="plan", title="=方案", year=2024, district=district, document_number="1号")


def export(client, path, fmt=COMMAS):
    return client.post(f"/admin/{path}", {"format": fmt, "resource": "0"})


def rows(response):
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_every_list_of_our_own_has_its_export():
    own = [one for model, one in django_admin.site._registry.items() if model.__module__.split(".")[0] in APPS]

    assert [type(one).__name__ for one in own if not isinstance(one, ExportAdmin)] == []


def test_columns_are_named_and_told_as_in_the_list(client, plan):
    IndicatorFactory(programme=plan, code="01", name="新增养老床位", unit="张")

    assert rows(export(client, "tasks/indicator/export/")) == [
        ["指标名称", "编号", "年度方案", "单位", "类型", "方向", "汇总方式"],
        ["新增养老床位", "01", "'=方案", "张", "数量", "越高越好", "累加"],
    ]


def test_a_number_stays_a_number_and_a_yes_a_word(client, plan):
    section = SectionFactory(rubric=RubricFactory(programme=plan))
    CriterionFactory(section=section, title="+扣分", key="1.1", weight=-5, pending=True)

    sheet = load_workbook(BytesIO(export(client, "scoring/criterion/export/", WORKBOOK).content)).active

    assert [cell.value for cell in sheet[2]][:4] == ["'+扣分", "1.1", -5, "是"]


def test_search_and_filter_hold_for_the_file(client, plan):
    for code, name in (("01", "床位"), ("02", "食堂")):
        IndicatorFactory(programme=plan, code=code, name=name)

    assert [row[0] for row in rows(export(client, "tasks/indicator/export/?q=食堂"))] == ["指标名称", "食堂"]


def test_another_districts_rows_stay_where_they_are(client, plan, stranger):
    ProgrammeFactory(slug="other", title="别区方案", district=stranger.district)

    assert [row[0] for row in rows(export(client, "tasks/programme/export/"))][1:] == ["'=方案"]


def test_the_bureaus_staff_get_no_file(sign_in, staff, plan):
    client, address = sign_in(staff), "/admin/tasks/programme/export/"

    assert client.post(address, {"format": COMMAS, "resource": "0"}, follow=True).status_code == 404


@pytest.mark.parametrize(("fmt", "ending"), [(WORKBOOK, "xlsx"), (COMMAS, "csv")])
def test_the_file_is_named_in_chinese_with_its_day(client, plan, fmt, ending):
    name = quote(f"{Programme._meta.verbose_name_plural}_2024-10-15.{ending}")

    assert export(client, "tasks/programme/export/", fmt)["Content-Disposition"] == (
        f"attachment; filename*=utf-8''{name}"
    )


def test_a_file_costs_the_same_for_one_row_as_for_three(client, plan):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            export(client, "tasks/indicator/export/")
        return len(captured)

    IndicatorFactory(programme=plan, code="01")
    one = queries()
    for code in ("02", "03"):
        IndicatorFactory(programme=ProgrammeFactory(district=plan.district), code=code)

    assert (one, queries()) == (4, 4)
    assert Indicator.objects.count() == 3
