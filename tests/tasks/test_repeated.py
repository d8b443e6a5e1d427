"""What a table says once and means twice: 同上, a table that the print broke, a whole beside its part."""

import pytest

from tasks.annexes.allocation import read_allocation
from tasks.annexes.cells import CellError, read_target
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell
from tasks.annexes.names import TownNames
from tasks.annexes.recognise import joined, recognise
from tasks.annexes.rubric import read_rubric
from tasks.annexes.tasklist import read_tasks
from tests.tasks.tables import Sheet, problems, sheets, word
from tests.tasks.test_shapes import COLUMNS, PLAN, TOWNS, essence, total_row, wide

TWO = TownNames([("1", "大场镇"), ("2", "罗店镇"), ("3", "月浦镇")])


def figures(*rows, merge=()):
    table = read_allocation(sheets(list(rows), merge=merge), TWO)
    assert table.problems == []
    return {
        row.name: {column.name: cell.text for column, cell in row.cells.items() if not cell.blank} for row in table.rows
    }


@pytest.mark.parametrize("mark", ["同上", "〃", "″", '"', "同 上"])
def test_the_same_as_above_is_the_town_above_and_never_a_total(mark):
    heads = ["街镇", "床位（张）", "持证率"]

    found = figures(heads, ["大场镇", 3, "85%以上"], ["小计", 3, None], ["罗店镇", mark, mark], ["月浦镇", mark, "-"])

    assert found == {
        "大场镇": {"床位": "3", "持证率": "85%以上"},
        "罗店镇": {"床位": "3", "持证率": "85%以上"},
        "月浦镇": {"床位": "3", "持证率": "-"},
    }


def test_the_same_as_above_is_read_in_every_shape():
    expected = {"大场镇": {"床位": "3", "食堂": "3"}, "罗店镇": {"床位": "4", "食堂": "5"}}

    across = figures(["指标", "大场镇", "罗店镇"], ["床位（张）", 3, 4], ["小计", 3, 4], ["食堂（个）", "同上", 5])
    pairs = figures(
        ["街镇", "指标", "目标值"],
        ["大场镇", "床位", 3],
        ["〃", "食堂", "〃"],
        ["罗店镇", "床位", 4],
        ["同上", "食堂", 5],
    )

    assert (across, pairs) == (expected, expected)


def test_the_same_as_above_is_read_in_lists():
    tasks = read_tasks(
        sheets(
            [
                ["序号", "任务名称", "工作要求", "进度安排", "项目类别"],
                [1, "甲", "10月底前完成", "一季度：选址", "实事项目"],
                [2, "乙", "同上", "〃", "同上"],
            ]
        )
    )
    rubric = read_rubric(
        sheets([["考核内容", "评分办法", "权重"], ["重点", "床位（张）", 5], ["同上", "食堂", "同上"]])
    )

    assert [(row.deadline_text, row.schedule_text, row.category) for row in tasks.rows] == [
        ("10月底前完成", "一季度：选址", "实事项目")
    ] * 2
    assert [(row.section_title, row.clause, row.weight) for row in rubric.rows] == [
        ("重点", "床位（张）", 5),
        ("重点", "食堂", 5),
    ]


def test_the_same_as_nothing_is_an_error():
    with pytest.raises(CellError) as caught:
        read_target(Cell("表", 2, 2, "同上"))

    assert caught.value.code == "nothing_above"


def broken(between, *, merge=()):
    """The plan as a Word table that goes on in the next one, with the paragraphs of `between` between them."""
    rows = [*wide(), total_row(COLUMNS)]
    return word(Sheet(rows[:6]), Sheet(rows[6:], list(merge)), above=[["附件2"], between])


@pytest.mark.parametrize("between", [[], ["续表"], ["（续）"]])
def test_a_word_table_that_goes_on_without_its_header_is_one(between):
    (grid,) = joined(read_grids(broken(between)), TOWNS)

    assert essence([grid]) == PLAN


def test_the_rows_of_the_second_page_count_on_in_the_first_table():
    rows = [["街镇", "床位（张）"], ["大场镇", 3], ["罗店镇", "x1"], ["罗店镇", 4]]
    first, second = joined(read_grids(word(Sheet(rows[:2]), Sheet(rows[2:]), Sheet([["甲", "乙", "丙"]]))), TWO)

    table = read_allocation([first], TWO)

    assert [(row.name, row.cell.sheet, row.cell.ref) for row in table.rows] == [
        ("大场镇", "表1", "第2行第1列"),
        ("罗店镇", "表1", "第3行第1列"),
        ("罗店镇", "表1", "第4行第1列"),
    ]
    assert second.sheet == "表3"


def test_tables_with_words_between_or_headers_of_their_own_stay_apart():
    tasks = [["序号", "任务名称", "进度安排"], [1, "甲", "一季度：乙"]]
    rubric = [["考核内容", "评分办法", "权重"], ["重点", "床位", 5]]

    apart = joined(read_grids(word(Sheet(tasks), Sheet(rubric), Sheet(tasks[1:]), above=[[], [], ["联系表"]])), TWO)

    assert len(apart) == 3
    assert list(recognise(apart, TWO)) == ["tasks", "rubric"]


def test_merged_cells_of_a_broken_table_stay_merged():
    rows = [
        ["序号", "任务名称", "进度安排"],
        [1, "甲", "一季度：乙"],
        [2, "丙", "一季度：丁"],
        [None, None, "二季度：戊"],
    ]
    document = word(Sheet(rows[:2]), Sheet(rows[2:], ["A1:A2", "B1:B2"]))

    tasks = read_tasks(joined(read_grids(document), TWO))

    assert [(row.number, row.schedule_text) for row in tasks.rows] == [(1, "一季度：乙"), (2, "一季度：丁\n二季度：戊")]


def test_a_column_for_the_whole_beside_one_for_a_part_is_the_titles():
    heads = [["街镇", "新增床位（张）", None, "食堂（个）"], [None, "合计", "其中：困难老人床位（张）", None]]

    found = figures(*heads, ["大场镇", 9, 4, 1], ["罗店镇", 8, "-", 2], merge=["A1:A2", "B1:C1", "D1:D2"])

    assert found == {
        "大场镇": {"新增床位": "9", "困难老人床位": "4", "食堂": "1"},
        "罗店镇": {"新增床位": "8", "困难老人床位": "-", "食堂": "2"},
    }


def test_a_table_of_one_town_may_have_it_across():
    heads = ["序号", "指标名称", "计量单位", "大场镇", "备注"]

    assert figures(heads, [1, "床位", "张", 3, None], [2, "食堂", "个", 1, "甲"]) == {
        "大场镇": {"床位": "3", "食堂": "1"}
    }


def test_one_town_among_other_words_across_is_no_table_of_towns():
    table = read_allocation(sheets([["指标名称", "大场镇", "完成情况说明"], ["床位", 3, "甲"]]), TWO)

    assert problems(table) == [("error", "", "", "no_rows")]
