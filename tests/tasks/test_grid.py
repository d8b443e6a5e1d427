"""Opening files: what they hold decides, and what cannot be opened is one clear problem."""

import csv
import io
import warnings
import zipfile

import pytest

from tasks.annexes import files, grid
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell
from tasks.annexes.rows import rows_under, uncomputed
from tests.tasks.tables import Sheet, book, refusal, repacked, values, word, xls

ROWS = [["街镇", "新增养老床位（张）"], ["大场镇", "1,948"], ["月浦镇", "-"]]


def comma_separated(encoding):
    target = io.StringIO()
    csv.writer(target).writerows(ROWS)
    return target.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_each_encoding_whatever_its_name(encoding):
    (grid,) = read_grids(comma_separated(encoding), name="指标.xlsx")

    assert (grid.sheet, values(grid)) == ("指标", ROWS)


def test_tabs_may_separate_a_csv_file():
    (grid,) = read_grids("街镇\t床位\n大场镇\t8\n".encode())

    assert values(grid) == [["街镇", "床位"], ["大场镇", "8"]]


def test_a_value_that_a_csv_file_marks_as_text_is_that_value():
    (grid,) = read_grids('街镇,="床位"\n大场镇,="8"\n'.encode())

    assert values(grid) == [["街镇", "床位"], ["大场镇", "8"]]


def test_a_workbook_is_read_whatever_its_name():
    (grid,) = read_grids(book(ROWS), name="指标.csv")

    assert (grid.sheet, values(grid)) == ("表1", ROWS)


def test_a_path_is_read(tmp_path):
    path = tmp_path / "指标.xlsx"
    path.write_bytes(book(ROWS, [], [["另一张"]]))

    assert [grid.sheet for grid in read_grids(path)] == ["表1", "表3"]


def test_a_cell_knows_its_place_value_and_format():
    def fill(sheet):
        sheet["B7"] = 0.85
        sheet["B7"].number_format = "0%"

    (grid,) = read_grids(book(fill))

    assert grid.at(7, 2) == Cell("表1", 7, 2, 0.85, "0%")
    assert grid.at(7, 2).ref == "B7"


def test_every_place_under_a_merged_range_is_its_first_cell():
    def fill(sheet):
        sheet["A1"] = "基础工作"
        sheet["C1"] = "权重"
        sheet.merge_cells("A1:B3")

    (grid,) = read_grids(book(fill))
    origin = grid.at(3, 2)

    assert (origin.ref, origin.last_row, origin.last_col) == ("A1", 3, 2)
    assert [cell.ref for cell in grid.row_cells(1)] == ["A1", "C1"]


def test_an_empty_place_is_an_empty_cell():
    (grid,) = read_grids(book(ROWS))

    assert (grid.at(9, 9).blank, grid.at(9, 9).ref) == (True, "I9")


def test_hidden_rows_and_columns_are_read():
    def fill(sheet):
        for row in ROWS:
            sheet.append(row)
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    (grid,) = read_grids(book(fill))

    assert values(grid) == ROWS


def test_a_cell_far_away_costs_nothing():
    def fill(sheet):
        sheet["A1"] = "街镇"
        sheet["XFD1048576"] = "远"

    (grid,) = read_grids(book(fill))

    assert (grid.rows, grid.columns) == ([1, 1048576], [1, 16384])


def test_formulas_give_their_saved_values():
    data = book([["合计", "=1+2"]])

    computed = repacked(data, lambda name, part: part.replace(b"<v></v>", b"<v>3</v>").replace(b"<v />", b"<v>3</v>"))

    assert read_grids(computed)[0].at(1, 2).value == 3


def test_a_formula_that_nobody_computed_is_never_read_as_empty():
    (sheet,) = read_grids(book([["合计", "=1+2"]]))

    (found,) = uncomputed(sheet.row_cells(1))

    assert (found.cell, found.value, found.code) == ("B1", "=1+2", "uncomputed_formula")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"%PDF-1.7\n\x00\x01\x02", "unsupported"),
        (b"\x89PNG\r\n\x1a\n", "unsupported"),
        (b"\xff\xfe\xff", "unsupported"),
        (b"PK\x03\x04 no archive", "damaged"),
    ],
)
def test_what_is_no_table_file_is_one_problem(data, code):
    assert refusal(data, name="坏.xlsx").code == code


def test_the_problem_names_the_file():
    assert refusal(b"", name="坏.xlsx").as_json() == {
        "sheet": "",
        "cell": "",
        "value": "坏.xlsx",
        "code": "empty",
        "message": "文件是空的，没有任何内容",
    }


def test_an_empty_workbook_is_empty():
    assert refusal(book([])).code == "empty"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(share):
    data = book(ROWS)

    assert refusal(data[: int(len(data) * share)]).code == "damaged"


def test_a_workbook_with_a_broken_part_is_damaged():
    broken = repacked(book(ROWS), lambda name, part: part[:40] if name.startswith("xl/worksheets") else part)

    assert refusal(broken).code == "damaged"


def test_another_archive_is_unsupported():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("ppt/presentation.xml", "<p/>")

    assert refusal(target.getvalue()).code == "unsupported"


def test_a_missing_file_is_a_problem(tmp_path):
    assert refusal(tmp_path / "没有.xlsx").code == "unreadable"


def test_a_file_over_the_limit_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "大.csv"
    path.write_bytes(comma_separated("utf-8"))
    monkeypatch.setattr(files, "MAX_BYTES", path.stat().st_size - 1)

    assert [refusal(path).code, refusal(path.read_bytes()).code] == ["too_large", "too_large"]


def test_an_archive_that_unpacks_too_large_is_refused_before_it_is_unpacked():
    bomb = repacked(book(ROWS), lambda name, part: part + b" " * (210 * 1024**2) * (name == "xl/workbook.xml"))

    assert len(bomb) < 1024**2
    assert refusal(bomb).code == "too_large"


def test_a_merged_range_over_the_whole_sheet_is_refused():
    def fill(sheet):
        sheet["A1"] = "街镇"
        sheet.merge_cells("A1:B2")

    data = repacked(book(fill), lambda name, part: part.replace(b"A1:B2", b"A1:XFD1048576"))

    assert refusal(data).code == "too_large"


@pytest.mark.parametrize("file", [xls, word])
def test_merged_ranges_in_any_format_are_limited(file, monkeypatch):
    data = file(Sheet([["街镇", "床位", None], ["大场镇", 1, 2]], ["B1:C1"]))
    monkeypatch.setattr(grid, "MAX_MERGED", 1)

    assert refusal(data).code == "too_large"


def test_no_warning_of_the_reader_reaches_the_user():
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    data = repacked(book(ROWS), lambda name, part: part.replace(b"</worksheet>", extension))

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        read_grids(data)

    assert seen == []


HEADS = {"name": frozenset({"名称"}), "weight": frozenset({"权重", "分值"})}


def test_rows_stand_below_their_header_and_a_header_may_return():
    (grid,) = read_grids(
        book([["名称"], ["名 称", "权\n重"], ["甲", 1], [None, None, "旁"], ["分值", "名称"], [2, "乙"]])
    )

    rows = rows_under(grid, HEADS, frozenset(HEADS))

    assert [(cells["name"].text, cells["weight"].text) for cells in rows] == [("甲", "1"), ("", ""), ("乙", "2")]
