"""What each file format gives: values, formats, merged ranges and places."""

import datetime
import io
import zipfile

import docx
import pytest
import xlwt

from tasks.annexes import large_excel
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell, GridError
from tests.tasks.tables import Sheet, book, refusal, repacked, values, word, xls

ROWS = [["街镇", "新增养老床位（张）"], ["大场镇", "1,948"], ["月浦镇", "-"]]


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
    assert refusal(word()).code == "empty"


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
    assert refusal(data, name="指标.xls").code == code


def test_an_encrypted_old_workbook_is_refused():
    whole = xls(Sheet(ROWS))
    begin = whole.index(
        b"\x09\x08\x10\x00"
    )  # the record that begins a workbook; a FILEPASS record follows when encrypted
    end = begin + 4 + 16
    locked = whole[:end] + b"\x2f\x00\x06\x00" + b"\1\0\1\0\1\0" + whole[end + 10 :]

    assert refusal(locked).code == "encrypted"


def test_an_encrypted_archive_is_refused():
    data = bytearray(book(ROWS))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1

    assert refusal(bytes(data)).code == "encrypted"


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
