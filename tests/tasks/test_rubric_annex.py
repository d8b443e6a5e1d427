"""Reading the scoring rubric."""

from collections import Counter
from decimal import Decimal

from tasks.annexes.rubric import read_rubric
from tests.tasks.tables import as_csv, fixture, problems, sheets

HEAD = ["序号", "考核内容", "评分办法", "权\n重"]


def essence(rubric):
    return [(row.section_number, row.section_title, row.section_weight, row.clause, row.weight) for row in rubric.rows]


def test_all_of_2024_is_read_without_a_problem():
    rubric = read_rubric(fixture("baoshan-2024/annex3_rubric.xlsx"))
    sections = Counter((row.section_number, row.section_title, row.section_weight) for row in rubric.rows)

    assert sections == {
        (1, "基础工作", 15): 2,
        (2, "民心工程和政府实事项目", 39): 11,
        (3, "重点项目", 36): 7,
        (4, "加分项", 10): 1,
        (5, "扣分项", None): 2,
    }
    assert [row.weight for row in rubric.rows] == [
        5,
        10,
        5,
        *[3] * 4,
        5,
        5,
        *[3] * 4,
        5,
        2,
        10,
        5,
        2,
        2,
        10,
        10,
        -10,
        -5,
    ]
    assert rubric.problems == []


def test_a_clause_keeps_its_words_without_line_breaks():
    clauses = [row.clause for row in read_rubric(fixture("baoshan-2024/annex3_rubric.xlsx")).rows]

    assert clauses[2] == "新建养老床位 （100张以内加2分；100-300张加3分；300张以上加5分）"
    assert clauses[15] == "养老护理员技能等级证书持证率（达85%以上加10分；中级以上持证率达15%以上加5分）"


def test_the_remark_below_is_a_note():
    rubric = read_rubric(fixture("baoshan-2024/annex3_rubric.xlsx"))

    assert [note[:8] for note in rubric.notes] == ["（说明：养老床位"[:8]]


def test_a_csv_file_gives_the_same_rubric():
    grids = fixture("baoshan-2024/annex3_rubric.xlsx")

    assert essence(read_rubric(as_csv(grids))) == essence(read_rubric(grids))


def test_a_section_is_merged_blank_below_or_repeated():
    merged = [HEAD, [1, "基础（3分）", "甲", 1], [None, None, "乙", 2]]
    repeated = [HEAD, [1, "基础（3分）", "甲", 1], [1, "基础（3分）", "乙", 2]]
    expected = [(1, "基础", 3, "甲", 1), (1, "基础", 3, "乙", 2)]

    assert essence(read_rubric(sheets(merged, merge=["A2:A3", "B2:B3"]))) == expected
    assert essence(read_rubric(sheets(merged))) == expected
    assert essence(read_rubric(sheets(repeated))) == expected


def test_sections_without_numbers_are_counted():
    rubric = read_rubric(sheets([HEAD[1:], ["基础（1.5分）", "甲", "1.5分"], ["重点", "乙", 2], ["合计", None, "3.5"]]))

    assert essence(rubric) == [
        (1, "基础", Decimal("1.5"), "甲", Decimal("1.5")),
        (2, "重点", None, "乙", Decimal(2)),
    ]
    assert rubric.problems == []


def test_lines_that_do_not_add_up_to_their_section_are_a_warning_with_both_figures():
    rubric = read_rubric(sheets([HEAD, [1, "基础（15分）", "甲", 5], [None, None, "乙", 9]]))

    assert problems(rubric) == [("warning", "表1", "B2", "weight_mismatch")]
    assert "15" in rubric.problems[0].message and "14" in rubric.problems[0].message
    assert len(rubric.rows) == 2


def test_all_mistakes_are_reported_at_once_and_no_sum_is_told_of_an_unread_section():
    rows = [
        HEAD,
        [None, None, "无主", 1],
        [1, "基础（15分）", "甲", "5a"],
        [None, None, "乙", None],
        [None, None, None, 3],
        [None, None, "丙", "至少3"],
    ]

    assert problems(read_rubric(sheets(rows))) == [
        ("error", "表1", "B2", "missing_section"),
        ("error", "表1", "D3", "unreadable"),
        ("error", "表1", "D4", "missing_weight"),
        ("error", "表1", "C5", "missing_clause"),
        ("error", "表1", "D6", "not_a_number"),
    ]


def test_no_rubric_at_all_is_a_problem():
    assert problems(read_rubric(sheets([["街镇", "床位"]]))) == [("error", "", "", "no_rows")]
