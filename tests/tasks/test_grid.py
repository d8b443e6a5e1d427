"""Opening files: what they hold decides, and what cannot be opened is one clear problem."""

import csv
import datetime
import io
import warnings
import zipfile

import docx
import pytest
import xlwt
from openpyxl import Workbook

from tasks.annexes import files, grid, large_excel
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell, GridError, rows_under
from tests.tasks.tables import Sheet, repacked, word, xls

ROWS = [["街镇", "新增养老床位（张）"], ["大场镇", "1,948"], ["月浦镇", "-"]]


def book(*sheets):
    """Give the bytes of a workbook; a sheet is a list of rows, or a function that fills it."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, content in enumerate(sheets, 1):
        sheet = workbook.create_sheet(f"表{number}")
        if callable(content):
            content(sheet)
        else:
            for row in content:
                sheet.append(row)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def comma_separated(encoding):
    target = io.StringIO()
    csv.writer(target).writerows(ROWS)
    return target.getvalue().encode(encoding)


def values(grid):
    return [[grid.at(row, col).text for col in grid.columns] for row in grid.rows]


def problem(source, **kwargs):
    with pytest.raises(GridError) as caught:
        read_grids(source, **kwargs)
    (found,) = caught.value.problems
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_each_encoding_whatever_its_name(encoding):
    (grid,) = read_grids(comma_separated(encoding), name="指标.xlsx")

    assert (grid.sheet, values(grid)) == ("指标", ROWS)


def test_tabs_may_separate_a_csv_file():
    (grid,) = read_grids("街镇\t床位\n大场镇\t8\n".encode())

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
    found = problem(book([["合计", "=1+2"]]))

    assert found.code == "uncomputed_formula"
    assert "B1" in found.message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"%PDF-1.7\n\x00\x01\x02", "unsupported"),
        (b"\x89PNG\r\n\x1a\n", "unsupported"),
        ("街镇".encode("utf-16"), "unsupported"),
        (b"\xff\xfe\xff", "unsupported"),
        (b"PK\x03\x04 no archive", "damaged"),
    ],
)
def test_what_is_no_table_file_is_one_problem(data, code):
    assert problem(data, name="坏.xlsx").code == code


def test_the_problem_names_the_file():
    assert problem(b"", name="坏.xlsx").as_json() == {
        "sheet": "",
        "cell": "",
        "value": "坏.xlsx",
        "code": "empty",
        "message": "文件是空的，没有任何内容",
    }


def test_an_empty_workbook_is_empty():
    assert problem(book([])).code == "empty"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(share):
    data = book(ROWS)

    assert problem(data[: int(len(data) * share)]).code == "damaged"


def test_a_workbook_with_a_broken_part_is_damaged():
    broken = repacked(book(ROWS), lambda name, part: part[:40] if name.startswith("xl/worksheets") else part)

    assert problem(broken).code == "damaged"


def test_another_archive_is_unsupported():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("ppt/presentation.xml", "<p/>")

    assert problem(target.getvalue()).code == "unsupported"


def test_a_missing_file_is_a_problem(tmp_path):
    assert problem(tmp_path / "没有.xlsx").code == "unreadable"


def test_a_file_over_the_limit_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "大.csv"
    path.write_bytes(comma_separated("utf-8"))
    monkeypatch.setattr(files, "MAX_BYTES", path.stat().st_size - 1)

    assert [problem(path).code, problem(path.read_bytes()).code] == ["too_large", "too_large"]


def test_an_archive_that_unpacks_too_large_is_refused_before_it_is_unpacked():
    bomb = repacked(book(ROWS), lambda name, part: part + b" " * (210 * 1024**2) * (name == "xl/workbook.xml"))

    assert len(bomb) < 1024**2
    assert problem(bomb).code == "too_large"


def test_a_merged_range_over_the_whole_sheet_is_refused():
    def fill(sheet):
        sheet["A1"] = "街镇"
        sheet.merge_cells("A1:B2")

    data = repacked(book(fill), lambda name, part: part.replace(b"A1:B2", b"A1:XFD1048576"))

    assert problem(data).code == "too_large"


@pytest.mark.parametrize("file", [xls, word])
def test_merged_ranges_in_any_format_are_limited(file, monkeypatch):
    data = file(Sheet([["街镇", "床位", None], ["大场镇", 1, 2]], ["B1:C1"]))
    monkeypatch.setattr(grid, "MAX_MERGED", 1)

    assert problem(data).code == "too_large"


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


def test_an_old_workbook_gives_values_formats_dates_and_merged_ranges():
    book = xlwt.Workbook()
    sheet = book.add_sheet("指标")
    sheet.write_merge(0, 0, 0, 1, "街镇")
    sheet.write(1, 0, 0.85, xlwt.easyxf(num_format_str="0%"))
    sheet.write(1, 1, datetime.datetime(2024, 5, 7), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(2, 0, True)
    target = io.BytesIO()
    book.save(target)

    (grid,) = read_grids(target.getvalue(), name="指标.et")

    assert (grid.sheet, grid.at(1, 2)) == ("指标", Cell("指标", 1, 1, "街镇", width=2))
    assert grid.at(2, 1) == Cell("指标", 2, 1, 0.85, "0%")
    assert [grid.at(2, 2).value, grid.at(3, 1).value] == [datetime.datetime(2024, 5, 7), True]


def test_word_tables_are_grids_with_rows_and_columns_for_references():
    first = Sheet(
        [["街镇", "实事项目", None], [None, "床位", "站点"], ["大场镇", 948, "两行\n文字"]], ["A1:A2", "B1:C1"]
    )

    one, other = read_grids(
        word(first, Sheet(ROWS), above=[["通知", "单位：张"], []], below=[["说明：甲", "乙", "附件2", "丙"], ["丁"]])
    )

    assert [one.sheet, one.caption, other.sheet] == ["表1", "通知\n单位：张", "表2"]
    assert values(one) == [
        ["街镇", "实事项目", "实事项目"],
        ["街镇", "床位", "站点"],
        ["大场镇", "948", "两行\n文字"],
        ["说明：甲"] * 3,
        ["乙"] * 3,
    ]
    assert (one.at(2, 1).ref, one.at(3, 3).ref) == ("第1行第1列", "第3行第3列")
    assert values(other) == ROWS


def test_word_gives_the_words_as_they_stand_after_corrections():
    plain = word(Sheet([["街镇", "甲乙"]]))
    corrected = repacked(
        plain,
        lambda name, part: part.replace(
            "<w:r><w:t>甲乙</w:t></w:r>".encode(),
            "<w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
            "<w:r><w:t>词</w:t></w:r>".encode(),
        ),
    )

    assert read_grids(corrected)[0].at(1, 2).text == "新词"


def test_rows_and_words_inside_content_controls_of_word_are_read():
    plain = word(Sheet([["街镇", "床位"], ["大场镇", "948"]]))

    def wrap(name, part):
        row = part.replace(b"<w:tr>", b"<w:sdt><w:sdtContent><w:tr>", 1).replace(
            b"</w:tr>", b"</w:tr></w:sdtContent></w:sdt>", 1
        )
        return row if name == "word/document.xml" else part

    assert values(read_grids(repacked(plain, wrap))[0]) == [["街镇", "床位"], ["大场镇", "948"]]


def test_a_table_inside_a_table_is_a_grid_of_its_own():
    document = docx.Document()
    outer = document.add_table(1, 1)
    inner = outer.cell(0, 0).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "街镇", "床位"
    target = io.BytesIO()
    document.save(target)

    assert [values(grid) for grid in read_grids(target.getvalue())] == [[["街镇", "床位"]]]


def test_a_word_file_without_a_table_is_empty():
    assert problem(word()).code == "empty"


def test_macros_are_left_alone():
    data = repacked(book(ROWS), lambda name, part: part)
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")

    assert values(read_grids(target.getvalue(), name="指标.xlsm")[0]) == ROWS


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "unsupported"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "unsupported"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "unsupported"),
    ],
)
def test_encrypted_files_older_word_files_and_web_pages_are_refused(data, code):
    assert problem(data, name="指标.xls").code == code


def test_an_encrypted_old_workbook_is_refused():
    whole = xls(Sheet(ROWS))
    begin = whole.index(
        b"\x09\x08\x10\x00"
    )  # the record that begins a workbook; a FILEPASS record follows when encrypted
    end = begin + 4 + 16
    locked = whole[:end] + b"\x2f\x00\x06\x00" + b"\1\0\1\0\1\0" + whole[end + 10 :]

    assert problem(locked).code == "encrypted"


def test_an_encrypted_archive_is_refused():
    data = bytearray(book(ROWS))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1

    assert problem(bytes(data)).code == "encrypted"


def large(data, monkeypatch):
    """Read a workbook as if it were a large one."""
    monkeypatch.setattr(large_excel, "LARGE", 0)
    return read_grids(data)


def test_a_large_workbook_reads_the_same_by_the_faster_way(monkeypatch):
    def fill(sheet):
        sheet.append(["街镇", "持证率", None, "日期"])
        sheet.append([None, 0.85, 0.5, datetime.datetime(2024, 5, 7, 12, 30)])
        sheet.append([None, 12, " ", "85%以上"])
        sheet["B2"].number_format = "0.0%"
        sheet["C2"].number_format = '0"%"'
        sheet["D2"].number_format = "yyyy-mm-dd hh:mm"
        sheet.merge_cells("B1:C1")

    data = book([["别的"]], fill)
    ordinary = read_grids(data)
    read = large(data, monkeypatch)

    assert [grid.sheet for grid in read] == [grid.sheet for grid in ordinary]
    assert [[grid.row_cells(row) for row in grid.rows] for grid in read] == [
        [grid.row_cells(row) for row in grid.rows] for grid in ordinary
    ]
    assert read[1].at(2, 2) == Cell("表2", 2, 2, 0.85, "0.0%")


def test_a_large_workbook_with_a_cell_far_away_is_read_the_slower_way(monkeypatch):
    def fill(sheet):
        sheet["A1"] = "街镇"
        sheet["XFD1048576"] = "远"

    assert large(book(fill), monkeypatch)[0].columns == [1, 16384]


def test_a_panic_of_the_faster_reader_is_a_damaged_file(monkeypatch):
    class PanicException(BaseException):
        """What a Rust library raises: no Exception."""

    def panic(*args):
        raise PanicException

    monkeypatch.setattr(large_excel, "read", panic)

    with pytest.raises(GridError) as caught:
        large(book(ROWS), monkeypatch)
    assert caught.value.code == "damaged"
