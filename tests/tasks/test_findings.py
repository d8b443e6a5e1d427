"""What an import found, as it is kept: read by the page, narrowed by kind and sheet, free of language."""

from io import BytesIO

import pytest
from django.utils import translation

from tasks.annexes.drawing import DrawnCell, DrawnColumn, DrawnSheet
from tasks.annexes.problems import ERROR, WARNING, Problem
from tasks.annexes.words import text as _
from tasks.changes import NEW, SKIP, UPDATE, Change
from tasks.findings import Findings, Found, pack

WRONG = Problem("分解表", "B5", "12a", "not_understood", "看不懂", ERROR)
LACKING = Problem("", "", "", "lacking_tasks", "少了一项", WARNING)
SHEET = DrawnSheet(
    "分解表",
    "allocation",
    [(3, 4), (18, 19)],
    [DrawnColumn("分解表", "B4", "床位", "张", False)],
    [[DrawnCell("A1", "附件2", "", 1, 12)], [DrawnCell("B5", "12a", "value", 1, 1)]],
    7,
)


def changed(kind, row, sheet="分解表"):
    return Change(kind, sheet, f"B{row}", f"床位 · 第{row}镇", "1", str(row))


def found(problems=(), changes=(), sheets=()):
    archive, _digest = pack(problems, changes, sheets)
    return Findings(lambda: BytesIO(archive))


def digest(problems=(), changes=()):
    return pack(problems, changes, [])[1]


@pytest.fixture
def many():
    """2,500 new rows on one sheet, two of each other kind, on two sheets, between them."""
    changes = [changed(NEW, row) for row in range(2500)]
    changes[700:700] = [changed(UPDATE, 9001), changed(SKIP, 9002, "二表"), changed(UPDATE, 9003), changed(SKIP, 9004)]
    return found([LACKING, WRONG], changes, [SHEET])


def test_problems_stand_before_changes_and_kinds_in_their_order(many):
    assert many.counts("kind") == {"error": 1, "warning": 1, "new": 2500, "update": 2, "skip": 2}
    assert [row.kind for row in many.rows()[:3]] == ["error", "warning", "new"]
    assert [(row.kind, row.sheet, row.cell) for row in many.rows()[2502:]] == [
        ("update", "分解表", "B9001"),
        ("update", "分解表", "B9003"),
        ("skip", "分解表", "B9004"),
        ("skip", "二表", "B9002"),
    ]


def test_a_row_comes_back_as_it_was(many):
    assert many.rows()[:3] == [
        Found("error", "分解表", "B5", "看不懂", "", "12a", "", "not_understood"),
        Found("warning", "", "", "少了一项", "", "", "", "lacking_tasks"),
        Found("new", "分解表", "B0", "床位 · 第0镇", "1", "0"),
    ]


@pytest.mark.parametrize(("first", "last"), [(0, 100), (950, 1050), (999, 1001), (2400, 2600), (0, 2500), (2500, 2600)])
def test_a_page_holds_its_rows_wherever_the_parts_begin(many, first, last):
    rows = many.rows(kind="new")

    assert [row.after for row in rows[first:last]] == [str(row) for row in range(first, min(last, 2500))]
    assert (len(rows), [row.after for row in rows]) == (2500, [str(row) for row in range(2500)])


def test_a_page_reads_no_part_but_its_own(many, monkeypatch):
    rows, read = many.rows(kind="new"), []
    monkeypatch.setattr(Findings, "read", lambda self, name: read.append(name) or [])

    rows[1500:1600]

    assert read == [many.rows(kind="new").parts[1].name]


@pytest.mark.parametrize(
    ("narrowed", "cells"),
    [
        ({"kind": "update"}, ["B9001", "B9003"]),
        ({"sheet": "二表"}, ["B9002"]),
        ({"sheet": ""}, [""]),
        ({"kind": "skip", "sheet": "分解表"}, ["B9004"]),
        ({"kind": "removed"}, []),
    ],
)
def test_rows_are_narrowed_by_kind_and_by_sheet(many, narrowed, cells):
    assert [row.cell for row in many.rows(**narrowed)] == cells


def test_sheets_are_named_in_the_files_order_and_counted(many):
    assert many.names == ["", "分解表", "二表"]
    assert many.counts("sheet", kind="skip") == {"分解表": 1, "二表": 1}


def test_the_sheets_come_back_as_they_were_drawn(many):
    assert many.sheets == [SHEET]


def test_where_nothing_is_kept_there_is_nothing():
    nothing = Findings(None)

    assert (nothing.sheets, nothing.names, list(nothing.rows()), nothing.rows()[:100]) == ([], [], [], [])


def test_words_are_read_in_the_readers_language():
    where = _("第%(row)s行第%(col)s列") % {"row": 1, "col": 2}
    sheet = DrawnSheet(_("表%(number)s") % {"number": 1}, "", [], [], [[DrawnCell(where, "x", "", 1, 1)]], 0)
    kept = found([Problem(sheet.name, where, "", "missing_title", _("任务名称为空"))], sheets=[sheet])

    with translation.override("en"):
        [row] = kept.rows()
        assert (row.sheet, row.cell, row.about) == ("Table 1", "row 1, column 2", "The task has no name")
        assert (kept.sheets[0].name, kept.sheets[0].rows[0][0].ref) == (row.sheet, row.cell)


def test_the_digest_tells_what_was_found_and_not_the_language():
    def told():
        problems = [Problem("", "", "", "missing_title", _("任务名称为空"))]
        return digest(problems, [changed(NEW, 1)._replace(note=_("按完成率"))])

    chinese = told()
    with translation.override("en"):
        assert told() == chinese


@pytest.mark.parametrize(
    "other",
    [
        ([WRONG], [changed(NEW, 2)]),
        ([WRONG], [changed(UPDATE, 1)]),
        ([WRONG], [changed(NEW, 1, "二表")]),
        ([WRONG], [changed(NEW, 1)._replace(before="2")]),
        ([WRONG], [changed(NEW, 1)._replace(note="按数量计分")]),
        ([WRONG], [changed(NEW, 1)] * 2),
        ([], [changed(NEW, 1)]),
        ([LACKING], [changed(NEW, 1)]),
    ],
)
def test_the_digest_differs_where_anything_differs(other):
    assert digest(*other) != digest([WRONG], [changed(NEW, 1)])
