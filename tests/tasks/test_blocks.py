"""What a table's shape can get wrong, and what is told of it: sheet and cell of every fault."""

from tasks.annexes.allocation import read_allocation
from tasks.annexes.files import read_grids
from tasks.annexes.names import TownNames
from tests.tasks.tables import Sheet, problems, word, xlsx

TOWNS = TownNames([("1", "大场镇"), ("2", "月浦镇")])


def faults(*tables, towns=TOWNS):
    return problems(read_allocation(read_grids(xlsx(*map(Sheet, tables))), towns))


def test_every_fault_of_every_block_is_told_with_its_sheet_and_cell():
    down = [["街镇", "床位", "床位（张）", None], [None, 5, None, None], ["大场镇", 1, 2, 3], ["合计", 9, 2, None]]
    across = [["指标", "大场镇", "月浦镇"], ["站点", 1, 2], [None, 3, None], ["站 点", 4, 5]]
    paired = [["街镇", "指标", "目标值"], [None, "食堂", 1], ["大场镇", "食堂", 2], ["大场", "食堂（家）", 3]]

    assert faults(down, across, paired) == [
        ("error", "表1", "B2", "missing_name"),
        ("error", "表1", "D3", "missing_header"),
        ("error", "表1", "C1", "duplicate_column"),
        ("error", "表2", "B3", "missing_name"),
        ("error", "表2", "A4", "duplicate_column"),
        ("error", "表3", "C2", "missing_name"),
        ("error", "表3", "C4", "duplicate_cell"),
    ]


def test_a_fault_in_a_word_table_is_told_by_row_and_column():
    table = read_allocation(read_grids(word(Sheet([["街镇", "床位"], [None, 5], ["大场镇", 1]]))))

    assert problems(table) == [("error", "表1", "第2行第2列", "missing_name")]


def test_a_column_across_that_is_no_town_is_handed_over_to_be_told():
    rows = [["指标", "备注", "大场镇", "月浦镇", "园区", "责任单位"], ["床位", "甲", 1, 2, 3, "养老科"]]

    assert [row.name for row in read_allocation(read_grids(xlsx(Sheet(rows))), TOWNS).rows] == [
        "大场镇",
        "月浦镇",
        "园区",
    ]


def test_progress_takes_the_results_where_goals_stand_beside_them():
    sides = [["街镇", "床位", None], [None, "目标", "累计完成"], ["大场镇", 10, 7]]
    paired = [["街镇", "指标", "目标值", "实际完成"], ["大场镇", "站点", 3, 2]]
    grids = read_grids(xlsx(Sheet(sides, ["B1:C1"]), Sheet(paired)))

    def figures(*, progress):
        table = read_allocation(grids, TOWNS, progress=progress)
        return {column.name: cell.text for row in table.rows for column, cell in row.cells.items()}

    assert figures(progress=False) == {"床位": "10", "站点": "3"}
    assert figures(progress=True) == {"床位": "7", "站点": "2"}


def test_one_figure_for_several_towns_is_a_warning_and_no_sum_is_told():
    shared = [["街镇", "床位", "持证率"], ["大场镇、月浦镇", 3, "85%"], ["合计", 6, "85%"]]
    every = [["街镇", "站点"], ["各街镇", 2], ["合计", 24]]

    assert faults(shared, every) == [
        ("warning", "表1", "B2", "merged_value"),
        ("warning", "表2", "B2", "merged_value"),
    ]


def test_a_total_in_mixed_scales_is_not_compared():
    assert faults([["街镇", "人数"], ["大场镇", "1.2万人"], ["月浦镇", "800人"], ["合计", 12800]]) == []


def test_an_average_instead_of_a_sum_is_a_warning():
    rows = [["街镇", "床位"], ["大场镇", 10], ["月浦镇", 20], ["平均", 15], ["合计", 15]]

    assert faults(rows) == [("warning", "表1", "B5", "total_mismatch")]


def test_titles_above_the_table_with_a_unit_of_the_reporter_are_no_unit():
    rows = [["填报单位：大场镇"], ["街镇", "床位"], ["大场镇", 3]]

    assert [column.unit for column in read_allocation(read_grids(xlsx(Sheet(rows)))).columns] == [""]


def test_the_unit_above_two_tables_side_by_side_is_that_of_both():
    rows = [["单位：百户"], ["街镇", "改造", "街镇", "安装"], ["大场镇", 3, "大场镇", 4]]

    assert [column.unit for column in read_allocation(read_grids(xlsx(Sheet(rows)))).columns] == ["百户", "百户"]
