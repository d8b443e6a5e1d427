"""Reading the table of targets: towns × indicators."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.annexes.allocation import read_allocation
from tests.tasks.tables import as_csv, fixture, problems, sheets

TOWNS = [
    "友谊路街道",
    "吴淞街道",
    "张庙街道",
    "大场镇",
    "高境镇",
    "庙行镇",
    "淞南镇",
    "顾村镇",
    "杨行镇",
    "月浦镇",
    "罗店镇",
    "罗泾镇",
]


def columns(table):
    return [(column.name, column.unit, column.group, column.rate) for column in table.columns]


def figures(table):
    """Give the printed words by (town, indicator), over all blocks."""
    return {(row.name, column.name): cell.text for row in table.rows for column, cell in row.cells.items()}


@pytest.fixture(scope="module")
def baoshan():
    return read_allocation(fixture("baoshan-2024/annex2_allocation.xlsx"))


def test_the_columns_of_2024(baoshan):
    first, second = "政府民心工程和实事项目", "重点项目"

    assert columns(baoshan) == [
        ("新增养老床位", "张", first, False),
        ("新增困难重残养护床位", "张", first, False),
        ("改建认知障碍照护床位", "张", first, False),
        ("新增“养老院+互联网医院”", "家", first, False),
        ("新增乡村长者照护之家", "个", first, False),
        ("新增社区综合为老服务中心", "个", first, False),
        ("新增居家环境适老化改造", "户", first, False),
        ("新增家门口养老服务服务站", "个", first, False),
        ("新增社区长者食堂", "个", first, False),
        ("新增为老服务“一键通”用户", "户", first, False),
        ("智能水表安全监测服务", "户", first, False),
        ("养老护理员技能等级持证率", "", second, True),
        ("养老护理员技能等级证书中级以上持证率", "", second, True),
        ("建设“智慧养老院”", "家", second, False),
        ("发展家庭照护床位机构", "", second, False),
        ("护理型床位", "", second, True),
        ("新增老年助餐场点", "个", second, False),
        ("认知障碍友好社区建设", "", second, False),
        ("建设长者运动健康之家", "家", second, False),
        ("新增示范睦邻点", "家", second, False),
        ("养老机构消防安全行业达标示范单位", "个", second, False),
    ]
    assert [column.order for column in baoshan.columns] == list(range(1, 22))


def test_the_rows_of_2024_stand_in_two_blocks(baoshan):
    assert [(row.block, row.name) for row in baoshan.rows] == [(block, town) for block in (1, 2) for town in TOWNS]
    assert [(row.block, row.name, len(row.cells)) for row in baoshan.totals] == [(1, "合计", 11), (2, "合计", 10)]
    assert [remark[:5] for remark in baoshan.remarks] == ["备注：1.", "2.建议做"]
    assert baoshan.problems == []


def test_cells_of_2024_keep_words_and_place(baoshan):
    words = figures(baoshan)
    cell = baoshan.rows[5].cells[baoshan.columns[7]]

    assert len(words) == 12 * 21
    assert words["大场镇", "新增养老床位"] == "948"
    assert words["罗泾镇", "护理型床位"] == "60%以上"
    assert words["罗泾镇", "认知障碍友好社区建设"] == "不低于2000人/年"
    assert (cell.sheet, cell.ref, cell.text) == ("任务指标分解表", "I10", "10")


def test_a_csv_file_gives_the_same_table(baoshan):
    table = read_allocation(as_csv(fixture("baoshan-2024/annex2_allocation.xlsx")))

    assert columns(table) == columns(baoshan)
    assert figures(table) == figures(baoshan)
    assert table.problems == []


def test_a_table_without_towns_is_about_the_district():
    table = read_allocation(fixture("changning-2023/annex2_allocation.xlsx"))

    assert [(row.name, row.district, len(row.cells)) for row in table.rows] == [("全区", True, 13)]
    rates = [column.name for column in table.columns if column.rate]
    assert rates == [
        *("质量评定良好及以上占比", "质量评定优秀占比", "养老护理员等级证书持证率"),
        *("护理型床位占比", "养老机构入住率", "养老机构满意率"),
    ]
    assert (table.totals, table.problems) == ([], [])


def test_towns_may_stand_in_columns():
    rows = [
        ["序号", "指标名称", "计量单位", "大场镇", "月浦镇", "合 计", "备注"],
        [1, "新增床位", "张", 3, 4, 8, None],
        [2, "持证率", "%", 85, 85, 85, "年底"],
    ]

    table = read_allocation(sheets(rows))

    assert columns(table) == [("新增床位", "张", "", False), ("持证率", "%", "", True)]
    assert figures(table) == {
        ("大场镇", "新增床位"): "3",
        ("大场镇", "持证率"): "85",
        ("月浦镇", "新增床位"): "4",
        ("月浦镇", "持证率"): "85",
    }
    assert problems(table) == [("warning", "表1", "F2", "total_mismatch")]


def test_one_header_row_other_columns_and_blank_towns():
    rows = [["序号", "单 位", "床位（张）", "备注"], [1, "大场镇", 3, "扩建"], [2, "月浦镇", None, None]]

    table = read_allocation(sheets(rows))

    assert figures(table) == {("大场镇", "床位"): "3", ("月浦镇", "床位"): ""}
    assert table.problems == []


def test_four_header_rows_name_columns_by_the_lowest_words_and_a_title_over_all_is_no_group():
    rows = [
        ["街镇", "年度任务", None, None],
        [None, "实事项目", None, "重点项目"],
        [None, "床位", None, "助餐"],
        [None, "新增（张）", "改建（张）", "场点（个）"],
        ["大场镇", 1, 2, 3],
    ]

    table = read_allocation(sheets(rows, merge=["A1:A4", "B1:D1", "B2:C2", "B3:C3"]))

    assert columns(table) == [
        ("新增", "张", "实事项目", False),
        ("改建", "张", "实事项目", False),
        ("场点", "个", "重点项目", False),
    ]


def test_columns_called_alike_take_the_words_above():
    rows = [
        ["街镇", "养老床位", None, "照护床位", None],
        [None, "新增", "改建", "新增", "改建"],
        ["大场镇", 1, 2, 3, 4],
    ]

    table = read_allocation(sheets(rows, merge=["A1:A2", "B1:C1", "D1:E1"]))

    assert [column.name for column in table.columns] == ["养老床位新增", "养老床位改建", "照护床位新增", "照护床位改建"]


def test_blocks_and_sheets_share_their_columns():
    first = [["街镇", "床位（张）", "站点（个）"], ["大场镇", 1, 2]]
    second = [["街镇", "站\n点", "食堂（个）"], ["月浦镇", 3, 4]]

    table = read_allocation(sheets([*first, [], *second], [["街镇", "床位"], ["月浦镇", 5]]))

    assert [column.name for column in table.columns] == ["床位", "站点", "食堂"]
    assert [(row.block, row.cell.sheet, row.name) for row in table.rows] == [
        (1, "表1", "大场镇"),
        (2, "表1", "月浦镇"),
        (3, "表2", "月浦镇"),
    ]
    assert figures(table)["月浦镇", "床位"] == "5"


@pytest.mark.parametrize("first", [True, False])
def test_a_total_that_is_no_sum_is_a_warning_with_both_figures(first):
    total = ["合    计", 12, "85%以上", "-"]
    towns = [["大场镇", "3张", "85%以上", 1], ["月浦镇", "≥7", "85%以上", "-"], ["罗店镇", "-", "85%以上", None]]
    rows = [["街镇", "床位", "持证情况", "站点"], *([total, *towns] if first else [*towns, total])]

    table = read_allocation(sheets(rows))

    assert problems(table) == [("warning", "表1", "B2" if first else "B5", "total_mismatch")]
    assert "12" in table.problems[0].message and "10" in table.problems[0].message


def test_subtotals_add_up_the_towns_above_them_and_the_total_adds_up_all():
    rows = [["街镇", "床位"], ["大场镇", 1], ["月浦镇", 2], ["小计", 3], ["罗店镇", 4], ["小计", 5], ["总计", 7]]

    table = read_allocation(sheets(rows))

    assert problems(table) == [("warning", "表1", "B6", "total_mismatch")]


def test_a_total_may_add_up_the_towns_of_all_pages():
    table = read_allocation(sheets([["街镇", "床位"], ["大场镇", 1]], [["街镇", "床位"], ["月浦镇", 2], ["合计", 3]]))

    assert table.problems == []


@pytest.mark.parametrize("unread", ["3a", "-1"])
def test_no_sum_is_told_of_a_column_with_an_unreadable_cell(unread):
    table = read_allocation(sheets([["街镇", "床位"], ["大场镇", unread], ["合计", 5]]))

    assert table.problems == []


def test_a_number_merged_over_several_towns_is_a_warning():
    rows = [["街镇", "床位", "持证率"], ["大场镇", 3, "85%"], ["月浦镇", None, None]]

    table = read_allocation(sheets(rows, merge=["B2:B3", "C2:C3"]))

    assert figures(table)["月浦镇", "床位"] == "3"
    assert problems(table) == [("warning", "表1", "B2", "merged_value")]


def test_words_below_the_table_are_remarks():
    rows = [["街镇", "床位"], ["大场镇", 3], ["注：按季报送"], ["另行通知"], ["填表人：张三"]]

    table = read_allocation(sheets(rows))

    assert [row.name for row in table.rows] == ["大场镇"]
    assert table.remarks == ["注：按季报送", "另行通知", "填表人：张三"]


def test_all_mistakes_of_the_shape_are_reported_at_once():
    rows = [
        ["街镇", "床位（张）", "“床位”", None],
        [None, 5, None, None],
        ["大场镇", 1, 2, 3],
    ]

    assert problems(read_allocation(sheets(rows))) == [
        ("error", "表1", "B2", "missing_name"),
        ("error", "表1", "D3", "missing_header"),
        ("error", "表1", "C1", "duplicate_column"),
    ]


def test_unknown_and_repeated_towns_are_handed_over_as_printed():
    table = read_allocation(sheets([["街镇", "床位"], ["园区", 1], ["大 场", 2], ["大场镇", 3]]))

    assert [(row.block, row.name, row.cell.ref) for row in table.rows] == [
        (1, "园区", "A2"),
        (1, "大 场", "A3"),
        (1, "大场镇", "A4"),
    ]


def test_no_table_at_all_is_a_problem():
    assert problems(read_allocation(sheets([["通知"], ["各街镇："]]))) == [("error", "", "", "no_rows")]


WORDS = [
    "街镇",
    "指标",
    "单位",
    "大场镇",
    "月浦镇",
    "合计",
    "备注：",
    "床位（张）",
    "持证率",
    "-",
    "85%",
    "3a",
    3,
    -1,
    None,
]


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=9).filter(
        lambda rows: any(map(any, rows))
    )
)
def test_any_table_is_read_or_refused_with_a_problem(rows):
    table = read_allocation(sheets(rows))

    assert table.rows or table.problems
    assert all(set(row.cells) <= set(table.columns) for row in table.rows)
