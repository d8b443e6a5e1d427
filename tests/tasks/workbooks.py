"""The official allocation of 2024 with some cells changed."""

import io

from django.conf import settings
from openpyxl import load_workbook

TABLE = settings.BASE_DIR / "fixtures" / "baoshan-2024" / "annex2_allocation.xlsx"


def table(**cells) -> bytes:
    """The workbook's bytes; `cells` maps references such as B5 to values."""
    book = load_workbook(TABLE)
    for ref, value in cells.items():
        book.active[ref] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def both_annexes(*, number: int) -> bytes:
    """The allocation with one target changed, and on a second sheet a list of one task."""
    book = load_workbook(io.BytesIO(table(E5=3)))
    tasks = book.create_sheet("清单")
    tasks.append(["序号", "任务名称", "工作要求", "进度安排", "项目类别"])
    tasks.append([number, "新增任务", "12月底前完成", "一季度：启动", "重点项目"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
