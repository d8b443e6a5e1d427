"""The 12 × 21 targets of 2024, printed in the shapes that bureaux use: all of them are the same plan."""

import io
from collections import Counter
from decimal import Decimal

import pytest
import xlsxwriter
from openpyxl.utils import get_column_letter

from tasks.annexes.allocation import read_allocation
from tasks.annexes.cells import in_unit, read_target
from tasks.annexes.files import read_grids
from tasks.annexes.names import TownNames, indicator_key
from tasks.annexes.problems import ERROR
from tasks.annexes.recognise import recognise
from tasks.annexes.rubric import read_rubric
from tasks.annexes.tasklist import read_tasks
from tests.tasks.tables import FIXTURES, Sheet, comma_separated, fixture, word, xls, xlsx

OFFICIAL = read_allocation(fixture("baoshan-2024/annex2_allocation.xlsx"))
COLUMNS = [(column.name, column.unit, column.group) for column in OFFICIAL.columns]
FIRST, SECOND = COLUMNS[:11], COLUMNS[11:]
NAMES = list(dict.fromkeys(row.name for row in OFFICIAL.rows))
WORDS = {(row.name, column.name): cell.text for row in OFFICIAL.rows for column, cell in row.cells.items()}
TOTALS = {column.name: cell.text for row in OFFICIAL.totals for column, cell in row.cells.items()}
TOWNS = TownNames([(name, name) for name in NAMES])
UNITS = {indicator_key(name): unit for name, unit, _group in COLUMNS}
SHORT = {name: name.removesuffix("街道").removesuffix("镇") for name in NAMES}


def value(town, indicator):
    """A cell as a clerk types it: figures as numbers."""
    words = WORDS[town, indicator]
    return int(words) if words.isdecimal() else words


def header(column):
    name, unit, _group = column
    return f"{name}（{unit}）" if unit else name


def town_row(town, columns, shown=value, label=None):
    return [label or town, *(shown(town, name) for name, *_rest in columns)]


def total_row(columns, label="合计"):
    return [label, *(int(TOTALS[name]) if TOTALS[name].isdecimal() else TOTALS[name] for name, *_rest in columns)]


def wide(columns=COLUMNS, towns=NAMES, corner="街镇", shown=value, heads=header):
    return [[corner, *map(heads, columns)], *(town_row(town, columns, shown) for town in towns)]


def across(columns=COLUMNS, heads=NAMES):
    rows = [["序号", "类别", "指标名称", "计量单位", *heads, "合  计", "备注"]]
    for number, (name, unit, group) in enumerate(columns, 1):
        rows.append([number, group, name, unit or None, *(value(town, name) for town in NAMES), TOTALS[name], None])
    return rows


def pairs(columns=COLUMNS):
    return [[town, name, unit, value(town, name)] for town in NAMES for name, unit, _group in columns]


def essence(grids, known=TOWNS):
    """Every target as (town, indicator) → comparator, value and, for words, the words; errors are none."""
    found = {}
    table = read_allocation(grids, known)
    assert [problem for problem in table.problems if problem.level == ERROR] == []
    for row in table.rows:
        towns = NAMES if row.every else [known.match(row.name)]
        for column, cell in row.cells.items():
            key = indicator_key(column.name)
            reading = in_unit(read_target(cell, rate=column.rate), column.unit, UNITS[key])
            if reading.kind != "none":
                words = "" if reading.value is not None else reading.text
                for town in towns:
                    assert found.setdefault((town, key), (reading.comparator, reading.value, words)) is not None
    return found


PLAN = essence(fixture("baoshan-2024/annex2_allocation.xlsx"))


def test_the_plan_is_the_printed_one():
    assert Counter(comparator for comparator, _value, _words in PLAN.values()) == {"ge": len(PLAN)}
    assert len(PLAN) == sum(words != "-" for words in WORDS.values()) == 167
    assert PLAN["庙行镇", "新增家门口养老服务服务站"] == ("ge", Decimal(10), "")


def one_block():
    return xlsx(Sheet([*wide(), total_row(COLUMNS)]))


def total_first():
    rows = wide()
    return xlsx(Sheet([rows[0], total_row(COLUMNS, "合    计"), *rows[1:]]))


def towns_across():
    return xlsx(Sheet(across()))


def towns_across_by_short_names():
    return xlsx(Sheet(across(heads=[f"{SHORT[name][0]} {SHORT[name][1:]}" for name in NAMES])))


def towns_across_under_a_title_and_groups_merged():
    rows = across()
    rows.insert(0, ["2024年指标分解表（截至2024年5月7日）"])
    for row in (*range(3, 13), *range(14, 23)):
        rows[row][1] = None
    return xlsx(Sheet(rows, ["A1:R1", "B3:B13", "B14:B23"]))


def a_row_for_each_pair():
    return xlsx(Sheet([["街镇", "指标", "单位", "目标值"], *pairs()]))


def a_row_for_each_pair_with_towns_named_once():
    rows = [[row[0] if row[1] == COLUMNS[0][0] else None, *row[1:]] for row in pairs()]
    return xlsx(Sheet([["街道（镇）", "指标名称", "计量单位", "2024年目标数"], *rows, ["注：按年度考核"]]))


def a_row_for_each_pair_with_towns_merged():
    rows = [[row[1], row[3], row[2], row[0]] for row in pairs()]
    merge = [f"D{2 + 21 * index}:D{22 + 21 * index}" for index in range(12)]
    return xlsx(Sheet([["项目名称", "任务数", "计量单位", "责任街镇"], *rows], merge))


def two_tables_side_by_side():
    left, right = wide(towns=NAMES[:6]), wide(towns=NAMES[6:])
    rows = [[*one, None, *other] for one, other in zip(left, right, strict=True)]
    return xlsx(Sheet([*rows, ["备注：左右两栏"]], ["A8:AS8"]))


def two_sheets():
    return xlsx(Sheet(wide(FIRST)), Sheet([["填表说明"], ["请如实填写"]]), Sheet(wide(SECOND)))


def four_header_rows_units_and_offices():
    rows = [
        ["年度任务", *["2024年任务"] * 21],
        ["街镇", *(f"{group}（20分）" for *_rest, group in COLUMNS)],
        [None, *(f"{name}（5分）" for name, *_rest in COLUMNS)],
        [None, *(unit or "个" for _name, unit, _group in COLUMNS)],
        [None, *["养老服务科、社区科"] * 21],
        *wide()[1:],
    ]
    rows[0][0] = "街镇"
    rows[1][0] = None
    return xlsx(Sheet(rows, ["A1:A5", "B1:V1", "B2:L2", "M2:V2"]))


def a_named_row_of_offices_below_the_header():
    rows = wide()
    return xlsx(Sheet([rows[0], ["责任单位", *["养老科"] * 21], *rows[1:]]))


def subtotals_in_the_middle():
    rows = wide()

    def subtotal(label, towns):
        cells = [[WORDS[town, name] for town in towns] for name, *_rest in COLUMNS]
        return [label, *(sum(int(one) for one in column if one.isdecimal()) or "-" for column in cells)]

    streets, others = subtotal("小  计", NAMES[:3]), subtotal("小  计", NAMES[3:])
    return xlsx(Sheet([*rows[:4], streets, *rows[4:], others, total_row(COLUMNS, "总 计")]))


def numbers_as_text():
    def shown(town, name):
        words = WORDS[town, name]
        if words == "-":
            return ["—", "/", "无", None][len(town + name) % 4]
        return f" {int(words):,} ".translate(str.maketrans("1", "１")) if words.isdecimal() else words

    return xlsx(Sheet(wide(shown=shown)))


def rates(town, name):
    words = WORDS[town, name]
    return int(words.split("%")[0]) / 100 if "%" in words else value(town, name)


def percent_formats():
    return xlsx(Sheet(wide(shown=rates)))


def percent_formats_in_an_old_workbook():
    return xls(Sheet(wide(shown=rates), fractions="0.00%"))


def other_words_for_thresholds():
    spelled = {"%以上": "不低于{}%", "人/年": "{}名/年以上"}

    def shown(town, name):
        words = WORDS[town, name]
        for part, form in spelled.items():
            if part in words:
                return form.format("".join(filter(str.isdecimal, words)))
        return value(town, name)

    return xlsx(Sheet(wide(shown=shown)))


def marks_numbers_and_line_breaks():
    rows = wide()
    for number, row in enumerate(rows[1:], 1):
        row[0] = f"{number}.{row[0][:2]}\n{row[0][2:]}"
    rows[0][1:] = [f"★{head[:3]}\n {head[3:]}" for head in rows[0][1:]]
    return xlsx(Sheet(rows))


def scaled_units():
    def heads(column):
        name, unit, _group = column
        return f"{name}（百{unit}）" if unit == "户" else header(column)

    def shown(town, name):
        found = value(town, name)
        return f"{found / 100:.4f}" if UNITS[indicator_key(name)] == "户" and found != "-" else found

    return xlsx(Sheet(wide(shown=shown, heads=heads)))


def one_unit_above_the_table():
    counted = [column for column in COLUMNS if column[1] == "个"]
    others = [column for column in COLUMNS if column[1] != "个"]
    first = [["2024年分解表", None, "单位：个"], *wide(counted, heads=lambda column: column[0])]
    return xlsx(Sheet(first), Sheet(wide(others)))


def a_row_for_all_towns():
    alike = [column for column in COLUMNS if len({WORDS[town, column[0]] for town in NAMES}) == 1]
    others = [column for column in COLUMNS if column not in alike]
    common = [["街镇", *map(header, alike)], ["各街镇", *(value(NAMES[0], name) for name, *_rest in alike)]]
    return xlsx(Sheet([*wide(others), [], *common]))


def two_towns_in_a_cell():
    alike = [column for column in COLUMNS if len({WORDS[town, column[0]] for town in NAMES}) == 1]
    others = [column for column in COLUMNS if column not in alike]
    common = [["街镇", *map(header, alike)]]
    for one, other in zip(NAMES[::2], NAMES[1::2], strict=True):
        common.append([f"{one}、{other}", *(value(one, name) for name, *_rest in alike)])
    return xlsx(Sheet(wide(others)), Sheet(common))


def an_empty_corner():
    return xlsx(Sheet([["2024年养老服务任务"], *wide(corner=None)], ["A1:V1"]))


def an_empty_corner_with_towns_across():
    rows = [[None, *NAMES]]
    rows += [[header(column), *(value(town, column[0]) for town in NAMES)] for column in COLUMNS]
    return xlsx(Sheet(rows))


def goals_beside_results():
    names = [header(column) for column in COLUMNS]
    rows = [["街镇", *(cell for name in names for cell in (name, None, None))]]
    rows.append([None, *["目标数", "完成数", "完成率"] * 21])
    for town in NAMES:
        rows.append([town, *(cell for name, *_rest in COLUMNS for cell in (value(town, name), 7, "10%"))])
    merge = [f"{first}1:{last}1" for first, last in _thirds(21)]
    return xlsx(Sheet(rows, ["A1:A2", *merge]))


def _thirds(count):
    return [(get_column_letter(2 + 3 * index), get_column_letter(4 + 3 * index)) for index in range(count)]


def hidden_rows_and_totals_as_formulas():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("指标")
        for number, row in enumerate(wide()):
            sheet.write_row(number, 0, row)
        sheet.write(13, 0, "合计")
        sheet.write_formula(13, 1, "=SUM(B2:B13)", None, 948)
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_column(3, 4, None, None, {"hidden": True})
    return target.getvalue()


def an_old_workbook():
    return xls(Sheet([*wide(FIRST), total_row(FIRST)]), Sheet([*wide(SECOND), total_row(SECOND)]))


def a_word_file_with_the_notice_around():
    first = [["街镇", FIRST[0][2], *[None] * 10], [None, *map(header, FIRST)], *wide(FIRST)[1:], total_row(FIRST)]
    second = [["街镇", SECOND[0][2], *[None] * 9], [None, *map(header, SECOND)], *wide(SECOND)[1:]]
    return word(
        Sheet([["联系人", "电话"], ["张三", "021-5"]]),
        Sheet(first, ["A1:A2", "B1:L1"]),
        Sheet(second, ["A1:A2", "B1:K1"]),
        above=[["关于下达2024年任务的通知", "各街镇："], ["附件2", "分解表"], []],
        below=[[], [], ["备注：1.以上为任务要求", "2.尽可能多建"]],
    )


def a_word_table_with_towns_across():
    return word(Sheet(across()))


def a_text_file():
    return comma_separated(Sheet([["分解表"], *wide(), ["备注：无"]]), "utf-8-sig")


def a_text_file_with_tabs():
    return comma_separated(Sheet(wide()), "gb18030", "\t")


SHAPES = [
    one_block,
    total_first,
    towns_across,
    towns_across_by_short_names,
    towns_across_under_a_title_and_groups_merged,
    a_row_for_each_pair,
    a_row_for_each_pair_with_towns_named_once,
    a_row_for_each_pair_with_towns_merged,
    two_tables_side_by_side,
    two_sheets,
    four_header_rows_units_and_offices,
    a_named_row_of_offices_below_the_header,
    subtotals_in_the_middle,
    numbers_as_text,
    percent_formats,
    percent_formats_in_an_old_workbook,
    other_words_for_thresholds,
    marks_numbers_and_line_breaks,
    scaled_units,
    one_unit_above_the_table,
    a_row_for_all_towns,
    two_towns_in_a_cell,
    an_empty_corner,
    an_empty_corner_with_towns_across,
    goals_beside_results,
    hidden_rows_and_totals_as_formulas,
    an_old_workbook,
    a_word_file_with_the_notice_around,
    a_word_table_with_towns_across,
    a_text_file,
    a_text_file_with_tabs,
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_plan(shape):
    grids = read_grids(shape())

    assert essence(grids) == PLAN
    assert list(recognise(grids, TOWNS)) == ["allocation"]


def sheet_of(grid):
    """The rows of a grid and its merged ranges, to be written in another format."""
    places = [[(row, col) for col in range(1, grid.columns[-1] + 1)] for row in range(1, grid.rows[-1] + 1)]
    cells = [[grid.at(*place) for place in line] for line in places]
    rows = [
        [cell.text if cell.place == place else None for cell, place in zip(line, own, strict=True)]
        for line, own in zip(cells, places, strict=True)
    ]
    merge = {
        f"{cell.ref}:{get_column_letter(cell.last_col)}{cell.last_row}"
        for line in cells
        for cell in line
        if (cell.height, cell.width) != (1, 1)
    }
    return Sheet(rows, sorted(merge))


@pytest.mark.parametrize("write", [word, xls])
@pytest.mark.parametrize("plan", ["baoshan-2024", "changning-2023"])
def test_a_whole_notice_in_another_format_holds_the_same_annexes(write, plan):
    files = sorted((FIXTURES / plan).glob("annex*.xlsx"))
    originals = [grid for file in files for grid in read_grids(file)]

    found = recognise(read_grids(write(*map(sheet_of, originals))), TOWNS)
    expected = recognise(originals, TOWNS)

    def essence(kinds):
        tasks = read_tasks(kinds["tasks"])
        table = read_allocation(kinds["allocation"], TOWNS)
        rubric = read_rubric(kinds.get("rubric", []))
        return (
            [(row.number, row.title, row.deadline_text, row.milestones, row.category) for row in tasks.rows],
            [(column.name, column.unit, column.group, column.rate) for column in table.columns],
            [(row.block, row.name, [cell.text for cell in row.cells.values()]) for row in table.rows],
            table.remarks,
            [(row.section_number, row.section_title, row.clause, row.weight) for row in rubric.rows],
            rubric.notes,
            [problem.code for one in (tasks, table) for problem in one.problems],
        )

    assert list(found) == list(expected)
    assert essence(found) == essence(expected)
