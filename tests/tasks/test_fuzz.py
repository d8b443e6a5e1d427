"""Damaged files and senseless tables: one refusal or a list of problems, never anything else."""

import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.annexes import large_excel
from tasks.annexes.allocation import read_allocation
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Grid, GridError
from tasks.annexes.names import TownNames
from tasks.annexes.recognise import recognise
from tasks.annexes.rubric import read_rubric
from tasks.annexes.tasklist import read_tasks
from tests.tasks.tables import FIXTURES, Sheet, comma_separated, fixture, repacked, word, xls

ROUNDS = 40  # for each file; ten thousand in all have been run by hand


def printed(name):
    """A fixture's first rows as a plain table, to be written in any format."""
    (grid,) = fixture(name)
    rows = [[grid.at(row, col).text for col in range(1, grid.columns[-1] + 1)] for row in range(1, grid.rows[-1] + 1)]
    return Sheet(rows, ["A1:C1"])


def originals():
    names = ["baoshan-2024/annex1_tasks.xlsx", "baoshan-2024/annex2_allocation.xlsx", "baoshan-2024/annex3_rubric.xlsx"]
    yield from ((FIXTURES / name).read_bytes() for name in names)
    table = printed(names[1])
    yield from (
        xls(table),
        word(table, below=[["备注：1.以上"]]),
        comma_separated(table),
        comma_separated(table, "utf-8"),
    )


def damaged(data, dice):
    """The file, or one part of an archive, cut short or with a few bytes changed, put in or taken out."""
    if data.startswith(b"PK") and dice.random() < 0.7:
        chosen = dice.choice(zipfile.ZipFile(io.BytesIO(data)).namelist())
        return repacked(data, lambda name, part: damaged(part, dice) if name == chosen and part else part)
    if dice.random() < 0.2:
        return data[: dice.randrange(len(data))]
    found = bytearray(data)
    for _change in range(dice.choice([1, 1, 2, 5, 20])):
        place = dice.randrange(len(found))
        kind = dice.random()
        if kind < 0.7:
            found[place] ^= 1 << dice.randrange(8)
        elif kind < 0.85:
            found[place : place + dice.randrange(1, 9)] = dice.randbytes(dice.randrange(9))
        else:
            found[place] = dice.choice([0, 0xFF])
    return bytes(found)


def read_all(grids):
    towns = TownNames([("1", "大场镇"), ("2", "吴淞街道")])
    recognise(grids, towns)
    return [read_tasks(grids), read_allocation(grids, towns), read_allocation(grids, progress=True), read_rubric(grids)]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("number", range(7))
def test_a_damaged_file_is_read_or_refused(number, large, monkeypatch):
    monkeypatch.setattr(large_excel, "LARGE", 0 if large else large_excel.LARGE)
    data = list(originals())[number]
    dice = random.Random(number)

    for _round in range(ROUNDS // 2):
        try:
            grids = read_grids(damaged(data, dice))
        except GridError as refused:
            assert refused.problems[0].message
        else:
            read_all(grids)


WORDS = [
    *("街镇", "单位", "各街镇", "指标", "项目", "目标值", "完成数", "类别", "计量单位", "责任单位", "序号", "任务名称"),
    *(
        "进度安排",
        "考核内容",
        "评分办法",
        "权重",
        "备注：",
        "合计",
        "小计",
        "大场镇",
        "吴淞",
        "大场镇、吴淞街道",
        "张",
        "局",
    ),
    *(
        "床位（张）",
        "持证率",
        "一季度：甲",
        "基础（5分）",
        "单位：个",
        "85%以上",
        "1.2万",
        "-",
        "",
        "\n",
        "（",
        3,
        -1,
        0.5,
    ),
    *(float("nan"), 1e300, True, None),
]
SPANS = st.tuples(st.integers(1, 9), st.integers(1, 7), st.integers(0, 3), st.integers(0, 3))


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=1, max_size=9),
    st.lists(SPANS, max_size=3),
)
def test_any_table_is_read_or_has_problems(rows, spans):
    values = {row: dict(enumerate(line, 1)) for row, line in enumerate(rows, 1)}
    grid = Grid("表", values, merged=[(top, left, top + down, left + right) for top, left, down, right in spans])

    for table in read_all([grid]):
        assert table.rows or table.problems
