"""The same plan in the less tidy shapes: numbers and offices around names, lost merges, signatures, bare formulas."""

import io
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tasks.annexes.allocation import read_allocation
from tasks.annexes.files import read_grids
from tasks.annexes.names import TownNames
from tests.tasks.tables import Sheet, comma_separated, xlsx
from tests.tasks.test_shapes import (
    COLUMNS,
    FIRST,
    NAMES,
    PLAN,
    SECOND,
    across,
    essence,
    header,
    pairs,
    total_row,
    value,
    wide,
)

HAN = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


def renamed(rows, name):
    """The table with each town's name, in its first column, passed through name(number, town)."""
    return [[name(NAMES.index(row[0]), row[0]) if row[0] in NAMES else row[0], *row[1:]] for row in rows]


def numbered_towns_with_their_district_and_office():
    offices = {"街道": "办事处", "镇": "人民政府"}

    def name(number, town):
        office = next(word for end, word in offices.items() if town.endswith(end))
        return f"{HAN[number]}、上海市宝山区{town}{office}" if number % 2 else f"{chr(ord('①') + number)}{town}（试点）"

    return xlsx(Sheet(renamed(wide(), name)))


def indicators_with_numbers_and_other_brackets():
    signs = ["1.{}", "（2）{}", "3、{}", "④{}", "（五）{}", "其中：{}", "★{}*", "{}\r\n"]
    brackets = ["【{}】", "[{}]", "〔{}〕", "，单位：{}", "\n计量单位:{}", "（单位：{}）"]

    def heads(column):
        name, unit, _group = column
        place = COLUMNS.index(column)
        unit = unit and brackets[place % len(brackets)].format(unit)
        return signs[place % len(signs)].format(name) + unit

    return xlsx(Sheet(wide(heads=heads)))


def groups_with_subtotals_and_a_total_under_the_serial_number():
    heads, *rows = wide()
    groups = ["序号", heads[0], FIRST[0][2], *[None] * 11, SECOND[0][2], *[None] * 10, "联系方式"]
    names = [None, None, "小计", *heads[1:12], "合 计", *heads[12:], None]
    body = [[number, row[0], 7, *row[1:12], 8, *row[12:], "021-5"] for number, row in enumerate(rows, 1)]
    total = total_row(COLUMNS)
    total = ["合计：", None, 84, *total[1:12], 96, *total[12:], None]
    signature = [[], ["填表人：张三", None, None, "审核人：李四"]]
    return comma_separated(Sheet([["2024年分解表"], groups, names, *body, total, *signature]), delimiter=";")


def four_header_rows_and_units_without_merges():
    rows = wide()[1:]
    titles = [
        ["街镇", "2024年任务", *[None] * 20],
        [None, FIRST[0][2], *[None] * 10, SECOND[0][2], *[None] * 9],
        [None, *["甲类", *[None] * 10], *["乙类", *[None] * 9]],
        [None, *(name for name, *_rest in COLUMNS)],
        ["计量单位", *(unit or "个" for _name, unit, _group in COLUMNS)],
    ]
    return comma_separated(Sheet([*titles, *rows]), "utf-8")


def totals_as_formulas_without_results():
    formulas = ["合计", *[f"=SUM(R[-12]C{col}:R[-1]C{col})" for col in range(2, 23)]]
    return xlsx(Sheet([*wide(), formulas]))


def blocks_across_with_titles_between():
    title = [["附件2"], ["2024年任务分解表"], ["填报单位：民政局", None, None, None, "单位：个、%、张"]]
    return comma_separated(Sheet([*title, *across(FIRST), [], *title, *across(SECOND), ["备注：无"]]))


def a_row_for_each_pair_between_titles_and_signatures():
    towns = [[town, name, unit, said] for town, name, unit, said in pairs()]
    head = ["街镇", "指标", "单位", "目标值"]
    return xlsx(Sheet([["附件"], head, *towns[:126], ["制表人：张三"]]), Sheet([head, *towns[126:]]))


def two_tables_across_side_by_side():
    left, right = (
        [
            ["指标名称", "计量单位", *NAMES],
            *[[name, unit, *(value(town, name) for town in NAMES)] for name, unit, _g in part],
        ]
        for part in (FIRST, SECOND)
    )
    right += [[None] * len(left[0])] * (len(left) - len(right))
    return xlsx(Sheet([[*one, None, *other] for one, other in zip(left, right, strict=True)]))


def two_tables_of_pairs_side_by_side():
    head, half = ["序号", "街镇", "指标", "单位", "目标值"], 21 * 5
    rows = [[number, *row] for number, row in enumerate(pairs(), 1)]
    left, right = rows[:half], rows[half:]
    left += [[None] * 5] * (len(right) - len(left))
    return xlsx(Sheet([head + head, *[[*one, *other] for one, other in zip(left, right, strict=True)]]))


def two_towns_with_their_targets_beside_each_indicator():
    rows = [
        [name, unit, *(part for town in both for part in (town, value(town, name)))]
        for name, unit, _group in COLUMNS
        for both in zip(NAMES[:6], NAMES[6:], strict=True)
    ]
    return xlsx(Sheet([["工作指标", "计量单位", "街镇", "目标值", "街镇", "目标值"], *rows]))


def a_row_for_each_pair_under_other_heads():
    rows = [[name, "养老科", town, goal, unit] for town, name, unit, goal in pairs()]
    return xlsx(Sheet([["考核项目", "牵头科室", "承办街镇", "指标值", "计量单位"], *rows]))


def units_in_brackets_in_a_row_of_their_own():
    units = [f"（{unit}）" if unit else None for _name, unit, _group in COLUMNS]
    units[11] = "%"
    rows = wide(heads=lambda column: column[0])
    merge = ["A1:A3", "B1:V1"]
    return xlsx(Sheet([["街镇", "2024年目标"], [None, *rows[0][1:]], [None, *units], *rows[1:]], merge))


def points_beside_each_target():
    heads = [part for column in COLUMNS for part in (header(column), None, None)]
    sides = ["2023年完成", "2024年目标", "分值"] * len(COLUMNS)
    rows = [[town, *(part for name, _unit, _group in COLUMNS for part in (5, value(town, name), 2))] for town in NAMES]
    merge = [f"{get_column_letter(col)}1:{get_column_letter(col + 2)}1" for col in range(2, 65, 3)]
    return xlsx(Sheet([["街镇", *heads], [None, *sides], *rows], ["A1:A2", *merge]))


def a_sheet_for_each_town():
    book = Workbook()
    book.remove(book.active)
    for town in NAMES:
        sheet = book.create_sheet(town)
        sheet.append(["序号", "指标名称", "单位", "目标值", "备注"])
        for number, (name, unit, _group) in enumerate(COLUMNS, 1):
            sheet.append([number, name, unit, value(town, name)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "shape",
    [
        numbered_towns_with_their_district_and_office,
        indicators_with_numbers_and_other_brackets,
        groups_with_subtotals_and_a_total_under_the_serial_number,
        four_header_rows_and_units_without_merges,
        totals_as_formulas_without_results,
        blocks_across_with_titles_between,
        a_row_for_each_pair_between_titles_and_signatures,
        two_tables_across_side_by_side,
        two_tables_of_pairs_side_by_side,
        two_towns_with_their_targets_beside_each_indicator,
        a_row_for_each_pair_under_other_heads,
        units_in_brackets_in_a_row_of_their_own,
        points_beside_each_target,
        a_sheet_for_each_town,
    ],
)
def test_an_odd_shape_is_the_same_plan(shape):
    assert essence(read_grids(shape()), TownNames([(name, name) for name in NAMES], district="宝山区")) == PLAN


def codes(*rows):
    table = read_allocation(read_grids(xlsx(Sheet(list(rows)))), TownNames([(name, name) for name in NAMES]))
    return [(problem.cell, problem.code) for problem in table.problems]


def test_a_formula_without_a_result_is_no_name():
    assert codes(["街镇", "床位（张）", "=B1"], ["大场镇", 3, 4], ["=A2", 1, 2]) == [
        ("C1", "uncomputed_formula"),
        ("A3", "uncomputed_formula"),
    ]


def test_a_number_before_a_town_is_not_two_towns():
    assert codes(["街镇", header(COLUMNS[0])], ["1、大场镇", 3], ["二、罗店镇", 4]) == []


def test_columns_of_dates_and_of_people_are_no_indicators():
    heads = ["街镇", "床位（张）", "完成时限", "报送时间", "分管领导", "联系方式"]

    assert codes(heads, ["大场镇", 3, date(2024, 10, 31), date(2024, 5, 1), "张三", 56780001]) == []


def test_the_unit_of_the_table_above_is_not_this_ones():
    above = [["指标", "大场镇", "罗店镇"], ["改造（计量单位：户）", 3, 4]]
    below = [["指标", "大场镇", "罗店镇"], ["食堂", 1, 2]]

    table = read_allocation(read_grids(xlsx(Sheet([*above, *below]))))

    assert [(column.name, column.unit) for column in table.columns] == [("改造", "户"), ("食堂", "")]
