"""The same plan where names, towns and units stand elsewhere: in titles, above one another, numbered, or repeated."""

import io

import docx
import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tasks.annexes.allocation import read_allocation
from tasks.annexes.files import read_grids
from tasks.annexes.names import TownNames
from tasks.annexes.problems import ERROR
from tasks.annexes.recognise import recognise, unseen
from tests.tasks.tables import Sheet, comma_separated, problems, sheets, xlsx
from tests.tasks.test_shapes import COLUMNS, FIRST, NAMES, PLAN, SECOND, SHORT, TOWNS, essence, value, wide

HEADS, *ROWS = wide()
FEW = TownNames([("1", "大场镇"), ("2", "罗店镇")])


def one_town(town, heads=("序号", "指标名称", "单位", "目标值", "备注")):
    rows = [[number, name, unit, value(town, name)] for number, (name, unit, _group) in enumerate(COLUMNS, 1)]
    return [list(heads), *rows]


def a_sheet_for_each_town_named_in_its_title():
    return xlsx(*[Sheet([[f"{town}2024年养老服务任务书"], *one_town(town)], ["A1:E1"]) for town in NAMES])


def a_sheet_for_each_town_named_beside_the_word_for_it():
    return xlsx(*[Sheet([["任务书"], ["街镇：", SHORT[town]], *one_town(town)]) for town in NAMES])


def a_table_for_each_town_below_one_another():
    rows = [[[f"（{number}）{town}"], *one_town(town), []] for number, town in enumerate(NAMES, 1)]
    return xlsx(Sheet([row for part in rows for row in part]))


def two_tables_for_each_town_under_one_title():
    def tables(town):
        first, *rows = one_town(town, ("序号", "工作内容", "单位", "2024年"))
        return [[f"填报单位：{town}"], first, *rows[:11], ["二、重点项目"], first, *rows[11:]]

    return xlsx(*[Sheet(tables(town)) for town in NAMES])


def a_word_table_for_each_town():
    document = docx.Document()
    for town in NAMES:
        document.add_paragraph(f"{town}任务书")
        rows = one_town(town)
        table = document.add_table(len(rows), 5)
        for line, row in zip(table.rows, rows, strict=True):
            for cell, shown in zip(line.cells, row, strict=False):
                cell.text = str(shown)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def a_sheet_for_each_town_called_by_number():
    book = Workbook()
    book.remove(book.active)
    for number, town in enumerate(NAMES, 1):
        sheet = book.create_sheet(f"{number}.{SHORT[town]}")
        for row in one_town(town):
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def columns_numbered_without_a_name():
    return xlsx(Sheet([HEADS, [None, *range(1, 22)], *ROWS]))


def columns_numbered_in_brackets():
    return xlsx(Sheet([HEADS, [f"（{number}）" for number in range(1, 23)], *ROWS]))


def points_under_the_header():
    return xlsx(Sheet([HEADS, ["分值", *[5] * 21], *ROWS]))


def units_with_dashes_for_those_that_have_none():
    units = ["计量单位", *(unit or "—" for _name, unit, _group in COLUMNS)]
    return xlsx(Sheet([["街镇", *(name for name, *_rest in COLUMNS)], units, *ROWS]))


def units_behind_a_stroke_or_colon():
    heads = [name + (f"{'/：'[place % 2]}{unit}" if unit else "") for place, (name, unit, _g) in enumerate(FIRST)]
    return xlsx(Sheet([["街镇", *heads, *HEADS[12:]], *ROWS]))


def indicators_numbered_in_other_ways_with_footnotes():
    signs = ["1.{} {}", "第{}项：{}", "{}）{}"]
    heads = [signs[number % 3].format(number + 1, head) + "①" for number, head in enumerate(HEADS[1:])]
    return xlsx(Sheet([["街镇", *heads], *ROWS, ["①以验收为准"]]))


def checkpoints_beside_each_target():
    heads = [part for head in HEADS[1:] for part in (head, None, None)]
    rows = [[row[0], *(part for said in row[1:] for part in (said, 1, 2))] for row in ROWS]
    merge = [f"{get_column_letter(col)}1:{get_column_letter(col + 2)}1" for col in range(2, 65, 3)]
    return xlsx(Sheet([["街镇", *heads], [None, *["全年目标", "一季度", "上半年"] * 21], *rows], ["A1:A2", *merge]))


def a_corner_over_number_and_name():
    return xlsx(Sheet([["街镇", None, *HEADS[1:]], *([number, *row] for number, row in enumerate(ROWS, 1))], ["A1:B1"]))


def two_rows_merged_for_each_town():
    rows = [line for row in ROWS for line in (row, [])]
    places = [(col, row) for col in range(1, 23) for row in range(2, 26, 2)]
    merge = [f"{get_column_letter(col)}{row}:{get_column_letter(col)}{row + 1}" for col, row in places]
    return xlsx(Sheet([HEADS, *rows], merge))


def titles_of_groups_between_the_indicators():
    rows = []
    for sign, columns in (("一", FIRST), ("二", SECOND)):
        rows.append([sign, columns[0][2]])
        rows += [[n, c[0], c[1], *(value(town, c[0]) for town in NAMES)] for n, c in enumerate(columns, 1)]
    return xlsx(Sheet([["序号", "指标", "单位", *NAMES], *rows]))


def a_sheet_for_each_indicator_named_in_its_title():
    def sheet(name, unit):
        rows = [[number, town, value(town, name), 1, "5%"] for number, town in enumerate(NAMES, 1)]
        head = ["序号", "街镇", f"目标数（{unit}）" if unit else "目标数", "完成数", "完成率"]
        return Sheet([[f"2024年{name}任务分解表"], ["单位：个"], head, *rows], ["A1:E1"])

    return xlsx(*[sheet(name, unit) for name, unit, _group in COLUMNS])


def a_row_for_the_goal_and_one_for_the_result_of_each_town():
    rows = [line for town, *said in ROWS for line in ([town, "目标", *said], [None, "完成", *[1] * 21])]
    merge = [f"A{row}:A{row + 1}" for row in range(2, 26, 2)]
    return xlsx(Sheet([["街镇", "类别", *HEADS[1:]], *rows], merge))


def towns_between_their_indicators():
    rows = [[number, *row[1:4], row[0], *row[4:]] for number, row in enumerate(ROWS, 1)]
    return xlsx(Sheet([["No.", *HEADS[1:4], "街镇", *HEADS[4:]], *rows]))


def towns_across_with_codes_and_results_before_them():
    rows = [[name, unit, 5, 9, *(value(town, name) for town in NAMES)] for name, unit, _group in COLUMNS]
    codes = ["区划代码", None, None, None, *range(310113001, 310113013)]
    return xlsx(Sheet([["指标", "单位", "2023年完成数", "2024年目标", *NAMES], codes, *rows]))


def rows_beside_the_towns_and_signatures():
    total = ["合计/平均", *["-"] * 21]
    signed = ["单位负责人（签字）：", None, None, "（盖章）"]
    return xlsx(Sheet([[*HEADS, "备注（2023年数）"], *([*row, 5] for row in ROWS), ["区级机动"], total, signed]))


def the_unicode_text_of_a_spreadsheet():
    return comma_separated(Sheet([HEADS, *ROWS]), "utf-16", "\t")


@pytest.mark.parametrize(
    "shape",
    [
        a_sheet_for_each_town_named_in_its_title,
        a_sheet_for_each_town_named_beside_the_word_for_it,
        a_table_for_each_town_below_one_another,
        two_tables_for_each_town_under_one_title,
        a_word_table_for_each_town,
        a_sheet_for_each_town_called_by_number,
        columns_numbered_without_a_name,
        columns_numbered_in_brackets,
        points_under_the_header,
        units_with_dashes_for_those_that_have_none,
        units_behind_a_stroke_or_colon,
        indicators_numbered_in_other_ways_with_footnotes,
        checkpoints_beside_each_target,
        a_corner_over_number_and_name,
        two_rows_merged_for_each_town,
        titles_of_groups_between_the_indicators,
        a_sheet_for_each_indicator_named_in_its_title,
        a_row_for_the_goal_and_one_for_the_result_of_each_town,
        towns_between_their_indicators,
        towns_across_with_codes_and_results_before_them,
        rows_beside_the_towns_and_signatures,
        the_unicode_text_of_a_spreadsheet,
    ],
)
def test_one_more_shape_is_the_same_plan(shape):
    assert essence(read_grids(shape())) == PLAN


def names(rows, **kwargs):
    table = read_allocation(sheets(rows, **kwargs), FEW)
    assert [problem for problem in table.problems if problem.level == ERROR] == []
    return [(column.name, column.unit, column.names[1:]) for column in table.columns]


def test_an_indicator_may_be_called_with_its_titles_or_without_what_print_adds():
    rows = [["街镇", "养老床位", None], [None, "新增（张）", "1改建目标数"], ["大场镇", 1, 2], ["罗店镇", 3, 4]]

    assert names(rows, merge=["A1:A2", "B1:C1"]) == [
        ("新增", "张", ["养老床位新增", "新增"]),
        ("1改建目标数", "", ["养老床位1改建目标数", "改建"]),
    ]


def test_the_units_of_one_towns_table_are_units():
    assert names([["大场镇"], ["指标", "单位", "目标值"], ["床位", "张", 3]]) == [("床位", "张", ["床位", "床位"])]


@pytest.mark.parametrize("title", ["各街道、大场镇：", "大场镇、罗店镇任务", "2024年任务"])
def test_a_title_that_names_several_towns_names_none(title):
    grids = sheets([[title], ["指标", "责任单位", "目标值"], ["床位", "罗店", 3]])

    assert [row.name for row in read_allocation(grids, FEW).rows] == ["罗店"]


def test_titles_between_rows_are_no_remarks():
    rows = [["街镇", "床位"], ["一、镇"], ["大场镇", 1], ["注：含改建"], ["二、其他"], ["罗店镇", 2], ["另行通知"]]

    assert read_allocation(sheets(rows), FEW).remarks == ["注：含改建", "另行通知"]


def test_a_number_merged_over_several_indicators_is_an_error_and_over_rows_of_one_town_is_its_own():
    rows = [["街镇", "床位", "食堂"], ["大场镇", 3, None], ["罗店镇", 4, 5], [None, None, None]]

    table = read_allocation(sheets(rows, merge=["B2:C2", "A3:A4", "B3:B4", "C3:C4"]), FEW)

    assert problems(table) == [("error", "表1", "B2", "merged_value")]


@pytest.mark.parametrize("rows", [[], [["大场镇"], ["罗店镇", None]]])
def test_a_table_in_which_nothing_is_filled_is_an_error_at_its_header(rows):
    assert problems(read_allocation(sheets([["街镇", "床位"], *rows]), FEW)) == [("error", "表1", "B1", "no_rows")]


def test_a_hidden_sheet_beside_one_that_is_seen_is_told_and_not_read():
    book = Workbook()
    for sheet, state in ((book.active, "visible"), (book.create_sheet("2023"), "hidden")):
        sheet.sheet_state = state
        sheet.append(["街镇", "床位"])
        sheet.append(["大场镇", 3])
    target = io.BytesIO()
    book.save(target)
    grids = read_grids(target.getvalue())

    kinds = recognise(grids, TOWNS)

    assert [grid.sheet for grid in kinds["allocation"]] == ["Sheet"]
    assert [(one.sheet, one.cell, one.code) for one in unseen(grids, kinds, TOWNS)] == [("2023", "A1", "hidden_sheet")]
    assert recognise(grids[1:], TOWNS) == {"allocation": grids[1:]}
