"""Reading one cell: what a street owes, or what it has done, from the words that the bureau printed.

The rules stand in the design under "Reading cells". A cell is never guessed: what is no number, no requirement and no
words without digits is an error that says what was found.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from tasks.annexes import units
from tasks.annexes.grid import Cell, Uncomputed
from tasks.annexes.names import bare
from tasks.annexes.rows import SAME_AS_ABOVE, no_result
from tasks.annexes.words import text as _

NONE = "none"
NUMBER = "number"
TEXT = "text"

LIMIT = Decimal(10) ** 10
MAX_DIGITS = 15
_STEP = Decimal(1).scaleb(-10)
# A float's last two digits are noise: spreadsheets themselves keep fifteen.
_FLOAT = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_UP)

_DASHES = dict.fromkeys(map(ord, "—–―−‐‑‒⸺⸻﹘﹣─━ーｰ"), "-")
_NO_TARGET = re.compile(r"-*|[/\\]|暂?无(?:任务|指标|目标|要求)?|不涉及|不作要求|[不未]下达|不分解")
_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)", re.ASCII)
# Two figures in a cell are not one: blanks may only part thousands.
_TWO_FIGURES = re.compile(r"\d\s*\n\s*\d|\d\s(?!\s*\d{3}(?!\d))\s*\d")
_NO_WORDS = re.compile(r"[\x00-\x7f…·。、]+")  # NaN, N/A, ?: nothing that a notice asks for
_ERROR_VALUES = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
# What a number format shows without counting with it: "…" and \x are literal, […] a colour or condition.
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

_AT_LEAST = ["大于等于", "大于或等于", "不低于", "不少于", "不小于", "至少", "达到", "达", "≥", "≧", ">="]
_AT_LEAST += ["不得低于", "不得少于", "不得小于"]
_AT_MOST = ["小于等于", "小于或等于", "不超过", "不高于", "不大于", "不多于", "控制在", "至多", "≤", "≦", "<="]
_AT_MOST += ["不得超过", "不得高于", "不得大于", "不得多于"]
_ABOVE = ["超过", "大于", "高于", "多于", ">"]
_BELOW = ["小于", "低于", "少于", "<"]


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
# What a cell may say before its figure without asking for anything else: 新建8个, 持证率达85%以上, 每年不低于2000人.
_LEAD = (
    r"(?:新增|新建|新设|建设|建成|改建|改造|完成|实现|确保|开展|培训|发展|每年|全年|年内"
    r"|[\u4e00-\u9fff]{0,12}(?:率|占比|比例))?"
)
_REQUIREMENT = (
    rf"{_LEAD}(?P<before>{_any_of(_AT_LEAST + _AT_MOST + _ABOVE + _BELOW)})?"
    rf"(?P<sign>-?)(?P<number>{_DIGITS})(?:(?P<percent>%)|(?P<unit>{units.PATTERN}))?"
    r"(?P<after>(?:及|\(含\))?(?:以上|以下|以内)(?:\(含(?:本数|[0-9.]+%?)?\))?|之内)?(?:\(含(?:本数)?\))?[。;,、]?"
)
_REQUIREMENT_CELL = re.compile(_REQUIREMENT)
_RANGE_CELL = re.compile(rf"(?:{_DIGITS})(?:%|{units.PATTERN})?[-~至到](?:{_DIGITS})(?:%|{units.PATTERN})?")
_CHINESE_CELL = re.compile(rf"[〇零一二两三四五六七八九十百千万]+(?:{units.PATTERN})?(?:及?以[上下内])?")
_VAGUE_CELL = re.compile(rf"(?:约|大约|近|增长|增加|提高|下降|降低|减少)?{_REQUIREMENT}(?:左右|上下)?")


class CellError(Exception):
    """A cell that cannot be read. `code` is for programs, `message` says what was found and what is expected."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


class Caution(NamedTuple):
    """Something that was read but should be looked at."""

    code: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What a cell says.

    kind        "none" (no target), "number", or "text" (words that nobody can compute with)
    value       a Decimal; a rate is held as a percent number, 85 and not 0.85
    comparator  "ge", "le", or "" for an actual figure
    unit        the cell's own unit as printed (人/年), "" when it has none
    percent     whether the cell itself says that it is a percentage
    text        the words as printed
    """

    kind: str
    value: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    percent: bool = False
    text: str = ""
    cautions: tuple[Caution, ...] = ()


def read_target(cell: Cell, *, rate: bool | None = None) -> Reading:
    """Read what is owed: a number (at least, unless the words say at most), words, or nothing.

    `rate` tells whether the column holds percentages; None when that is not known. Raises CellError.
    """
    reading = _read(cell)
    if reading.kind != NUMBER:
        return reading
    return _check_rate(replace(reading, comparator=reading.comparator or "ge"), rate)


def read_number(cell: Cell, *, rate: bool | None = None, signed: bool = False) -> Reading:
    """Read a figure that was reached, or a weight: a plain number or nothing. Raises CellError for any words."""
    reading = _read(cell, signed=signed)
    if reading.kind == TEXT or reading.comparator:
        raise CellError(
            "not_a_number", _("“%(found)s”不是数值，此处应填写一个数字，没有则填“-”") % {"found": reading.text}
        )
    return _check_rate(reading, rate)


def in_unit(reading: Reading, printed: str, wanted: str) -> Reading:
    """Give a reading in the indicator's unit: 1.2万人 is 12000 人. Raises CellError where a scaled unit can't be.

    `printed` is the unit that the table prints for the column, which holds where the cell has none of its own.
    """
    unit = reading.unit or printed
    if reading.kind != NUMBER or reading.percent or wanted == "%" or not unit:
        return reading
    factor = units.factor(unit, wanted)
    if factor is not None:
        return replace(reading, value=_tidy(reading.value * factor, reading.text, signed=True))
    message = _("“%(found)s”的单位是“%(unit)s”，此处应以“%(expected)s”为单位")
    message %= {"found": reading.text, "unit": unit, "expected": wanted or _("个")}
    if units.is_scaled(unit) or units.is_scaled(wanted):
        raise CellError("unit", message)
    return (
        replace(reading, cautions=(*reading.cautions, Caution("unit", message))) if reading.unit and wanted else reading
    )


def same_unit(one: str, other: str) -> bool:
    """Tell whether two spellings of one requirement (5, 5个; 85%以上, ≥85%) count the same, or one leaves it unsaid."""
    found = [match["unit"] for text in (one, other) if (match := _REQUIREMENT_CELL.fullmatch(bare(text)))]
    return len(found) < 2 or None in found or units.factor(*found) is not None


class CellReader:
    """Reads with `read_target` or `read_number`, each distinct value once: a large table repeats few."""

    def __init__(self, read: Callable[..., Reading]):
        self._read = read
        self._known: dict[tuple, Reading | CellError] = {}

    def __call__(self, cell: Cell, *, rate: bool | None = None) -> Reading:
        key = (type(cell.value), cell.value, cell.number_format, rate)
        found = self._known.get(key)
        if found is None:
            try:
                found = self._read(cell, rate=rate)
            except CellError as error:
                found = error
            self._known[key] = found
        if isinstance(found, CellError):
            raise found.with_traceback(None)
        return found


def _read(cell: Cell, *, signed: bool = False) -> Reading:
    value = cell.value
    if value is None:
        return Reading(NONE)
    if isinstance(value, Uncomputed):
        raise CellError("uncomputed_formula", no_result(cell))
    if isinstance(value, str):
        return _read_words(value.strip(), signed)
    if isinstance(value, bool):
        raise CellError("boolean", _("此处是逻辑值“%(found)s”，应为数字") % {"found": cell.text})
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        raise CellError(
            "date", _("此处是日期“%(found)s”，应为数字；请把单元格格式改为文本或数值") % {"found": cell.text}
        )
    return _read_native(value, cell.number_format, signed)


def _read_native(number: int | float | Decimal, number_format: str, signed: bool) -> Reading:
    value = _FLOAT.create_decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not value.is_finite():
        raise _unreadable(str(number))
    percent = "%" in number_format
    if "%" in _FORMAT_LITERALS.sub("", number_format):
        value *= 100
    value = _tidy(value, str(number), signed)
    return Reading(NUMBER, value, percent=percent, text=f"{value:f}{'%' if percent else ''}")


def _read_words(printed: str, signed: bool) -> Reading:
    text = _PERCENT.sub(r"\1%", bare(printed).translate(_DASHES).lstrip("'"))  # ' marks text, also in our own exports
    if _NO_TARGET.fullmatch(text):
        return Reading(NONE, text=printed)
    if text.upper() in _ERROR_VALUES:
        raise CellError("formula_error", _("公式结果出错“%(found)s”，请改正后再导入") % {"found": printed})
    if printed in SAME_AS_ABOVE:
        raise CellError("nothing_above", _("“%(found)s”上面没有可以沿用的内容") % {"found": printed})
    if _TWO_FIGURES.search(printed):
        raise _unreadable(printed)
    if not re.search(r"\d", text):
        if _NO_WORDS.fullmatch(text):
            raise _unreadable(printed)
        return Reading(TEXT, text=printed, cautions=_caution_words(printed) if _CHINESE_CELL.fullmatch(text) else ())
    if match := _REQUIREMENT_CELL.fullmatch(text):
        return _read_requirement(match, printed, signed)
    if _RANGE_CELL.fullmatch(text):
        return Reading(TEXT, text=printed, cautions=(_caution_range(printed),))
    if _VAGUE_CELL.fullmatch(text):
        return Reading(TEXT, text=printed, cautions=(_caution_vague(printed),))
    raise _unreadable(printed)


def _read_requirement(match: re.Match, printed: str, signed: bool) -> Reading:
    before, after = match["before"] or "", match["after"] or ""
    comparators = set()
    if before:
        comparators.add("ge" if before in _AT_LEAST + _ABOVE else "le")
    if after:
        comparators.add("ge" if "以上" in after else "le")
    if len(comparators) == 2:
        raise _unreadable(printed)
    number = Decimal(match["sign"] + match["number"].replace(",", ""))
    return Reading(
        NUMBER,
        _tidy(number, printed, signed),
        comparator="".join(comparators),
        unit=match["unit"] or "",
        percent=bool(match["percent"]),
        text=printed,
        cautions=(_caution_strict(printed),) if before in _ABOVE + _BELOW else (),
    )


def _tidy(value: Decimal, printed: str, signed: bool) -> Decimal:
    """Check the size of a number and round it half up to ten decimals, without trailing zeros."""
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    if abs(value) >= LIMIT or len(digits) > MAX_DIGITS:
        raise CellError(
            "too_large", _("“%(found)s”数值过大：须小于 100 亿，且不超过 15 位有效数字") % {"found": printed}
        )
    if value < 0 and not signed:
        raise CellError("negative", _("“%(found)s”不能为负") % {"found": printed})
    value = value.quantize(_STEP, ROUND_HALF_UP).normalize()
    return value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value + 0


def _check_rate(reading: Reading, rate: bool | None) -> Reading:
    caution = None
    if reading.kind != NUMBER or rate is None:
        return reading
    if rate and not reading.percent and 0 < reading.value < 1:
        caution = _("比率列中的“%(found)s”没有百分号，按 %(value)s%% 读取")
    elif rate and reading.value > 100:
        caution = _("比率“%(found)s”超过 100%%，请核对")
    elif not rate and reading.percent:
        caution = _("数量列中的“%(found)s”是百分数，按 %(value)s%% 读取")
    if caution is None:
        return reading
    message = caution % {"found": reading.text, "value": f"{reading.value:f}"}
    return replace(reading, cautions=(*reading.cautions, Caution("rate_scale", message)))


def _unreadable(printed: str) -> CellError:
    message = _("“%(found)s”无法识别，应为数字、“85%%以上”一类的要求、不含数字的文字，没有任务则填“-”")
    return CellError("unreadable", message % {"found": printed})


def _caution_range(printed: str) -> Caution:
    return Caution("range", _("“%(found)s”是一个范围，按文字保留，不参与计算") % {"found": printed})


def _caution_words(printed: str) -> tuple[Caution]:
    message = _("“%(found)s”没有用阿拉伯数字书写，按文字保留，不参与计算")
    return (Caution("chinese_number", message % {"found": printed}),)


def _caution_vague(printed: str) -> Caution:
    return Caution("approximate", _("“%(found)s”不是确切的数值，按文字保留，不参与计算") % {"found": printed})


def _caution_strict(printed: str) -> Caution:
    return Caution("strict_bound", _("“%(found)s”按包含本数读取") % {"found": printed})
