"""Telling which table a sheet holds."""

import pytest

from tasks.annexes.names import TownNames
from tasks.annexes.recognise import recognise
from tests.tasks.tables import as_csv, fixture, sheets

NOBODY = TownNames(())
TOWNS = [["街镇", "床位"], ["大场镇", 1]]
TASKS = [["序号", "任务名称", "进度安排"], [1, "新增床位", "按月安排"]]
RUBRIC = [["考核内容", "评分办法", "权重"], ["基础", "完成", 5]]


def kinds(grids, towns=NOBODY):
    return {kind: [grid.sheet for grid in found] for kind, found in recognise(grids, towns).items()}


@pytest.mark.parametrize(
    ("name", "kind"), [("annex1_tasks", "tasks"), ("annex2_allocation", "allocation"), ("annex3_rubric", "rubric")]
)
def test_the_kind_is_recognised_by_the_header(name, kind):
    grids = fixture(f"baoshan-2024/{name}.xlsx")

    assert list(recognise(grids, NOBODY)) == list(recognise(as_csv(grids), NOBODY)) == [kind]


def test_a_file_may_hold_several_kinds_and_other_sheets():
    grids = sheets(RUBRIC, [["填表说明"]], TOWNS, TASKS, TOWNS)

    assert kinds(grids) == {"tasks": ["表4"], "allocation": ["表3", "表5"], "rubric": ["表1"]}


@pytest.mark.parametrize(
    "rows",
    [
        [["通知"], ["各街镇："]],
        [["街镇", "联系人", "联系电话"], ["大场镇", "张三", "021-56500000"]],
        [["项目", "金额"], ["床位", 5]],
    ],
)
def test_what_is_no_official_table_is_left_out(rows):
    assert kinds(sheets(rows)) == {}


def test_short_names_across_the_top_are_towns_where_the_district_has_them():
    grids = sheets([["指标", "大场", "月浦"], ["床位", 1, 2]])

    assert kinds(grids) == {}
    assert kinds(grids, TownNames([("1", "大场镇"), ("2", "月浦镇")])) == {"allocation": ["表1"]}


@pytest.mark.parametrize(
    "corner",
    [
        "街镇",
        "街 道\n（镇）",
        "指标\\街镇",
        "各街镇",
        "乡镇（街道）",
        "单位",
        "单位名称",
        "责任单位",
        "所属街镇",
        "辖区",
    ],
)
def test_the_corner_of_a_table_has_many_names(corner):
    assert kinds(sheets([["分解表"], ["序号", corner, "床位"], [1, "大场镇", 3]])) == {"allocation": ["表1"]}
