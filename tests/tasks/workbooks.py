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
