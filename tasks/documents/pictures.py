"""Charts for documents: lying bars as a PNG, drawn without a browser, in letters that the portal brings along."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import NamedTuple

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

WIDTH, ROW, BAR, EDGE = 1560, 58, 34, 16  # pixels: ten a millimetre of the text's width
LETTER = 32  # as high as 小四 beside the text
DPI = 254
WHITE, INK, FAINT, FILL, LESS = "#ffffff", "#1f2937", "#9ca3af", "#4a7fc1", "#c8553d"
LONGEST = 15  # characters of a name; a longer one is cut


class Bar(NamedTuple):
    """One bar: whose, how long, and the number that stands behind it."""

    name: str
    value: Decimal
    label: str


def bars(rows: Sequence[Bar], *, mark: tuple[str, Decimal] | None = None) -> bytes:
    """One lying bar a row, from the top, the longest as wide as there is room; `mark` is a named line across them.

    Values below 0 are drawn by their size in another colour: the number says the sign.
    """
    letters = _letters()
    names = [_cut(row.name) for row in rows]
    left = 2 * EDGE + max(map(letters.getlength, names), default=0)
    room = WIDTH - left - 2 * EDGE - max((letters.getlength(row.label) for row in rows), default=0)
    most = max([abs(row.value) for row in rows] + ([mark[1]] if mark else []), default=Decimal(0)) or Decimal(1)
    height = EDGE * 2 + ROW * len(rows) + (ROW if mark else 0)
    picture = Image.new("RGB", (WIDTH, height), WHITE)
    pen = ImageDraw.Draw(picture)
    for number, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = EDGE + ROW * number + ROW // 2
        end = left + room * float(abs(row.value) / most)
        pen.text((left - EDGE, middle), name, INK, letters, anchor="rm")
        pen.rectangle((left, middle - BAR // 2, max(end, left + 1), middle + BAR // 2), LESS if row.value < 0 else FILL)
        pen.text((end + EDGE, middle), row.label, INK, letters, anchor="lm")
    pen.line((left, EDGE, left, EDGE + ROW * len(rows)), FAINT, 2)
    if mark:
        _mark(pen, letters, mark[0], left + room * float(mark[1] / most), EDGE + ROW * len(rows))
    file = BytesIO()
    picture.save(file, "PNG", dpi=(DPI, DPI))
    return file.getvalue()


def _mark(pen, letters, name: str, at: float, bottom: int) -> None:
    """A broken line over all bars with its name below."""
    for top in range(EDGE, bottom, 16):
        pen.line((at, top, at, top + 8), INK, 2)
    half = letters.getlength(name) / 2
    pen.text((min(max(at, half), WIDTH - half), bottom + ROW // 2), name, INK, letters, anchor="mm")


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


@cache
def _letters() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(pylopdf_fonts_zh_cn.sans_path(), LETTER)
