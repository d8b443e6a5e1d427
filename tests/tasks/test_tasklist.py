"""Reading the list of key tasks."""

from collections import Counter

import pytest

from tasks.annexes.tasklist import MilestoneRow, read_milestones, read_tasks
from tests.tasks.tables import as_csv, fixture, problems, sheets

HEAD = ["序号", "任务名称", "工作\n\n要求", "进度安排", "项目\n类别"]
FIRST = [1, "新增床位（大场镇）", "10月底前完成", "一季度：选址", "实事项目"]
SECOND = [2, "为老送餐", "全年", "按月安排", "重点项目"]


def essence(tasks):
    return [(row.number, row.title, row.deadline_text, row.schedule_text, row.category) for row in tasks.rows]


@pytest.fixture(scope="module")
def baoshan():
    return read_tasks(fixture("baoshan-2024/annex1_tasks.xlsx"))


def test_all_of_2024_is_read_without_a_problem(baoshan):
    assert [row.number for row in baoshan.rows] == list(range(1, 57))
    assert Counter(row.category for row in baoshan.rows) == {
        "实事项目": 6,
        "民心工程": 5,
        "重点项目": 25,
        "常规工作": 20,
    }
    assert baoshan.problems == []


def test_the_quarters_of_2024(baoshan):
    quarters = ["一季度", "二季度", "三季度", "四季度"]
    irregular = {29: [0, 1], 32: [0, 1, 2], 36: [0, 3], 46: [], 51: [], 53: [0, 2], 55: []}

    assert {row.number: [stone.label for stone in row.milestones] for row in baoshan.rows} == {
        number: [quarters[index] for index in irregular.get(number, range(4))] for number in range(1, 57)
    }


def test_a_schedule_without_quarters_keeps_its_words(baoshan):
    assert baoshan.rows[45].schedule_text == "按照区创全办和局办要求提供相关照片和材料"


def test_no_work_in_a_quarter_is_kept_as_its_word(baoshan):
    assert baoshan.rows[40].milestones[0] == MilestoneRow("一季度", "无")


def test_titles_lose_line_breaks_and_tell_their_towns(baoshan):
    fifth, seventh, tenth = (baoshan.rows[index] for index in (4, 6, 9))

    assert fifth.title == "为1000户特殊困难老年人家庭提供智能水表安全监测服务（各街镇）"
    assert (fifth.town_wide, seventh.town_wide) == (True, False)
    assert seventh.towns_text == "友谊路街道1家、高境镇1家、罗店镇1家"
    assert tenth.towns_text == "各街镇"


def test_the_months_and_phases_of_2023():
    tasks = read_tasks(fixture("changning-2023/annex1_tasks.xlsx"))

    assert tasks.problems == []
    assert [stone.label for stone in tasks.rows[0].milestones] == [
        "4月中旬",
        "4月底前",
        "5月",
        "6月",
        "7月-9月",
        "10月",
    ]


@pytest.mark.parametrize("name", ["baoshan-2024", "changning-2023"])
def test_a_csv_file_gives_the_same_tasks(name):
    grids = fixture(f"{name}/annex1_tasks.xlsx")

    assert essence(read_tasks(as_csv(grids))) == essence(read_tasks(grids))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("", []),
        ("每月按实结算", []),
        ("4月：甲", [("4月", "甲")]),
        ("一季度： 甲\n乙\n二季度 ：丙", [("一季度", "甲乙"), ("二季度", "丙")]),
        ("一季度：甲；二季度：乙。三季度：丙", [("一季度", "甲；"), ("二季度", "乙。"), ("三季度", "丙")]),
        ("第一季度:甲\n上半年:乙", [("第一季度", "甲"), ("上半年", "乙")]),
        ("4 月底前：甲\n７月-９月：乙\n11月上旬：丙", [("4月底前", "甲"), ("7月-9月", "乙"), ("11月上旬", "丙")]),
        ("7-9月：甲\n2025年3月：乙\n组织实施阶段：丙", [("7-9月", "甲"), ("2025年3月", "乙"), ("组织实施阶段", "丙")]),
        (
            "9月至次年2月：甲\n年底前：乙\n明年3月底前：丙",
            [("9月至次年2月", "甲"), ("年底前", "乙"), ("明年3月底前", "丙")],
        ),
        ("国庆前：甲\n10月前：乙\n2024年底：丙", [("国庆前", "甲"), ("10月前", "乙"), ("2024年底", "丙")]),
        ("一季度：完成4月：乙", [("一季度", "完成4月：乙")]),
        ("总体：先行\n一季度：甲", [("一季度", "甲")]),
    ],
)
def test_a_schedule_splits_at_its_labels(schedule, expected):
    assert [(stone.label, stone.text) for stone in read_milestones(schedule)] == expected


def test_titles_above_extra_columns_remarks_and_a_second_sheet_are_no_trouble():
    first = [
        ["附件1"],
        ["2024年清单"],
        ["负责科室", *HEAD],
        ["养老科", *FIRST],
        ["备注：以上为年度任务"],
        [None, "2.另行通知"],
    ]
    second = [HEAD, SECOND]

    tasks = read_tasks(sheets(first, second, [["无关"]], merge=["A1:F1", "A2:F2"]))

    assert [(row.number, row.title, row.cells["title"].ref) for row in tasks.rows] == [
        (1, "新增床位（大场镇）", "C4"),
        (2, "为老送餐", "B2"),
    ]
    assert tasks.problems == []


def test_a_header_repeated_on_the_next_page_is_no_task():
    tasks = read_tasks(sheets([HEAD, FIRST, HEAD, SECOND]))

    assert essence(tasks) == [
        (1, "新增床位（大场镇）", "10月底前完成", "一季度：选址", "实事项目"),
        (2, "为老送餐", "全年", "按月安排", "重点项目"),
    ]


@pytest.mark.parametrize("merge", [[], ["A2:A3", "B2:B3"]])
def test_a_schedule_may_take_several_rows(merge):
    rows = [HEAD, FIRST, [None, None, None, "二季度：施工", None], SECOND]

    tasks = read_tasks(sheets(rows, merge=merge))

    assert [row.schedule_text for row in tasks.rows] == ["一季度：选址\n二季度：施工", "按月安排"]
    assert tasks.problems == []


def test_a_group_title_across_the_table_is_no_task():
    tasks = read_tasks(sheets([HEAD, ["一、实事项目"], FIRST], merge=["A2:E2"]))

    assert [row.number for row in tasks.rows] == [1]
    assert tasks.problems == []


def test_all_mistakes_are_reported_at_once():
    rows = [
        HEAD,
        ["1a", *FIRST[1:]],
        [None, *FIRST[1:]],
        [3, None, *FIRST[2:]],
        [4, *FIRST[1:4], None],
        [4, *FIRST[1:]],
    ]

    tasks = read_tasks(sheets(rows))

    assert [row.number for row in tasks.rows] == [4]
    assert problems(tasks) == [
        ("error", "表1", "A2", "bad_number"),
        ("error", "表1", "A3", "bad_number"),
        ("error", "表1", "B4", "missing_title"),
        ("warning", "表1", "E5", "missing_category"),
        ("error", "表1", "A6", "duplicate_number"),
    ]


def test_no_list_at_all_is_a_problem():
    assert problems(read_tasks(sheets([["街镇", "床位"]]))) == [("error", "", "", "no_rows")]


QUARTERLY = [
    [1, "甲", "10月底前", "选址", "进场", None, "验收"],
    ["二、", "重点项目", None, None, None, None, None],
    [2, "乙", "年底前", "签约", None, "开工\n过半", None],
]
TOP = ["序号", "任务名称", "完成时限", "进度安排", None, None, None]
BELOW = [None, None, None, "一季度", "第二季度", "3季度", "四季度"]


@pytest.mark.parametrize(
    ("heads", "merge"),
    [
        ([TOP, BELOW], ["A1:A2", "B1:B2", "C1:C2", "D1:G1"]),
        ([TOP, BELOW], []),
        ([[*TOP[:3], *BELOW[3:]]], []),
    ],
)
def test_each_quarter_may_have_a_column(heads, merge):
    tasks = read_tasks(sheets([*heads, *QUARTERLY], merge=merge))

    assert tasks.problems == []
    assert [(row.number, [(stone.label, stone.text) for stone in row.milestones]) for row in tasks.rows] == [
        (1, [("一季度", "选址"), ("二季度", "进场"), ("四季度", "验收")]),
        (2, [("一季度", "签约"), ("三季度", "开工过半")]),
    ]


def test_words_over_some_quarters_are_due_at_the_last_and_over_all_have_no_date():
    heads = [*TOP[:3], *BELOW[3:]]
    rows = [[1, "甲", "全年", "推进", None, None, "总结"], [2, "乙", "全年", "每月检查", None, None, None]]

    tasks = read_tasks(sheets([heads, *rows], merge=["D2:F2", "D3:G3"]))

    assert [(row.schedule_text, len(row.milestones)) for row in tasks.rows] == [
        ("三季度：推进\n四季度：总结", 2),
        ("每月检查", 0),
    ]
