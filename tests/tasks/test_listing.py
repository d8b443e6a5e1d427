"""A list as a file: its name, which of a page's lists it is, and a sheet that can be read and printed."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks import listing
from tasks.board import Moment

MOMENT = Moment(dt.date(2024, 9, 30))
TABLES = {
    "late": ("逾期", lambda: (["街镇"], [["庙行镇"]])),
    "all": ("全部", lambda: (["街镇", "数字"], [["庙行镇", 1]])),
}


def sheet_of(head, rows):
    return load_workbook(BytesIO(listing.export("表", head, rows, "xlsx").content)).active


def asked(rf, query, method="get"):
    response = listing.one_of(TABLES, getattr(rf, method)(f"/?{query}"), "方案", MOMENT)
    return response and response.content.decode("utf-8-sig").split("\r\n")[0]


@pytest.mark.parametrize(
    ("query", "head"),
    [
        ("export=csv&list=all", "街镇,数字"),
        ("export=csv&list=late", "街镇"),
        ("export=csv", "街镇"),
        ("export=csv&list=", "街镇"),
        ("export=csv&list=secrets", None),
        ("export=pdf&list=all", None),
        ("list=all", None),
    ],
)
def test_the_address_says_which_list_else_it_is_the_first(rf, query, head):
    assert asked(rf, query) == head


def test_only_a_get_is_answered_with_a_file(rf):
    assert asked(rf, "export=csv&list=all", method="post") is None


@pytest.mark.usefixtures("october")
@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (MOMENT, "方案 逾期 2024-09-30"),
        (MOMENT._replace(known_on=dt.date(2024, 10, 8)), "方案 逾期 2024-09-30 当时已知 2024-10-08"),
        (None, "方案 逾期 2024-10-15"),
    ],
)
def test_a_file_is_named_by_owner_list_and_dates(moment, name):
    assert listing.named("逾期", "方案", moment) == name


@pytest.mark.parametrize("text", ["=1+1", "-1", "＝1+1", "@SUM(A1)", "\t=1"])
def test_a_text_that_would_run_stays_a_text_when_its_cell_is_edited(text):
    sheet = sheet_of(["列"], [[text], ["字"], [Decimal(-1)]])

    assert [bool(sheet.cell(row, 1).quotePrefix) for row in (2, 3, 4)] == [True, False, False]


def test_a_long_head_is_broken_into_lines_over_short_figures():
    sheet = sheet_of(["新增家门口养老服务站（个）实际"], [[4]])

    assert sheet.column_dimensions["A"].width == pytest.approx(14, abs=1)
    assert sheet.row_dimensions[1].height > sheet.row_dimensions[2].height


def test_a_wide_list_is_printed_on_several_pages_with_its_names_on_each():
    sheet = sheet_of(["名次", "街镇", *map(str, range(40))], [[1, "庙行镇", *range(40)]])

    assert (sheet.page_setup.fitToWidth, sheet.print_title_cols, sheet.freeze_panes) == (2, "$A:$B", "C2")


def test_a_narrow_list_fits_one_page():
    sheet = sheet_of(["街镇", "数字"], [["庙行镇", 1]])

    assert (sheet.page_setup.fitToWidth or 1, sheet.print_title_cols, sheet.freeze_panes) == (1, None, "A2")


def test_an_empty_wide_list_is_a_head_alone():
    assert sheet_of(list(map(str, range(40))), []).max_row == 1
