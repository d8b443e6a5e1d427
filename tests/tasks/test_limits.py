"""Words that no column of the database can hold are told at their cell; nothing is written, on either database."""

import pytest

from tasks.importing import Context, import_annex
from tasks.models import Indicator
from tests.factories import ProgrammeFactory
from tests.tasks.tables import Sheet, xlsx

LONG = "很长的话" * 30
ALLOCATION = {"A1": "街镇", "B1": "床位（张）", "A2": "庙行镇", "B2": 3, "A3": "友谊路街道", "B3": 5}
TASKS = {"A1": "序号", "B1": "任务名称", "C1": "工作要求", "D1": "项目类别", "E1": "进度安排"} | {
    "A2": 1, "B2": "建站", "C2": "12月底前完成", "D2": "重点项目", "E2": "一季度：完成50%"
}  # fmt: skip
RUBRIC = {"A1": "序号", "B1": "考核内容", "C1": "评分办法", "D1": "权重", "A2": 1, "B2": "基础", "C2": "评议", "D2": 5}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "cells", "cell", "value"),
    [
        ("allocation", ALLOCATION, "B1", f"{LONG}（张）"),
        ("allocation", ALLOCATION, "B2", LONG),
        ("tasks", TASKS, "D2", LONG),
        ("rubric", RUBRIC, "B2", LONG),
        ("rubric", RUBRIC, "C2", f"{LONG}不低于35张"),
        ("rubric", RUBRIC, "D2", 123456),
    ],
)
def test_what_is_too_long_or_too_large_is_told_at_its_cell(miaohang, youyi, kind, cells, cell, value):
    programme = ProgrammeFactory(district=miaohang.district)
    rows = [[(cells | {cell: value}).get(f"{c}{r}") for c in "ABCDE"] for r in (1, 2, 3)]

    outcome = import_annex(xlsx(Sheet(rows)), Context(programme), kind=kind)

    assert [(problem.cell, problem.code) for problem in outcome.errors] == [(cell, "beyond_limits")]
    assert not Indicator.objects.exists()
