"""Dates in the notice's own words (工作要求, 进度安排)."""

import calendar
import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from tasks.annexes.words import text as _


class Recurrence(TextChoices):
    ONCE = "once", gettext_lazy("一次")
    CONTINUOUS = "continuous", gettext_lazy("持续")
    MONTHLY = "monthly", gettext_lazy("每月")
    QUARTERLY = "quarterly", gettext_lazy("每季度")


class Deadline(NamedTuple):
    due_on: dt.date
    recurrence: Recurrence


NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
    "两": 2,
}

YEAR = r"(?:(20\d\d|2\d)年度?|[今本当]年度?|(明|次|来|翌|下一?)年度?)"
MONTH = r"(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
AFTER_TO = re.compile(r"^[到至于]")
# 前 is the day itself behind a word that names the day. Behind a period's name it may mean before the period or within
# it: "10月前" is read as at the latest, its last day, and is not certain.
UNCERTAIN = re.compile(r"(?<=[月度年])(?:之前|以前|前)$")
DONE_BY = re.compile(r"(?:(?<=[底末终日号旬])(?:之前|以前|前))?(?:完成|建成|竣工|办结)?$")

WHOLE_YEAR = re.compile(rf"{YEAR}(?:年?[底末终内])?|年[底末终内]")
LEADING_YEAR = re.compile(YEAR)
HALF_YEAR = re.compile(r"([上下])半年[底末]?")
QUARTER = re.compile(r"第?([1-4一二三四])季度[底末]?")
MONTH_PART = re.compile(rf"{MONTH}月份?(?:[底末内]|([上中下])旬|(\d{{1,2}})[日号])?")
RANGE = re.compile(r"([^-~—–至到]+)[-~—–至到]+([^-~—–至到]+)")
FEAST = re.compile(r"(元旦|五一|劳动|七一|国庆)节?(?:之前|以前|前)")
EVES = {"元旦": (12, 31), "五一": (4, 30), "劳动": (4, 30), "七一": (6, 30), "国庆": (9, 30)}
DAYS_OF_PART = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}

RECURRING = {
    re.compile(r"全年(?:持续)?(?:推进|开展)?|常年|长期|持续(?:推进|开展)"): Recurrence.CONTINUOUS,
    re.compile(r"(?:每个?|按)月[底末]?"): Recurrence.MONTHLY,
    re.compile(r"(?:每个?|按)季度?[底末]?"): Recurrence.QUARTERLY,
}
YEARS = re.compile(r"(?:试点)?-?(?:周期|为期)?([1-9一二三四五六七八九十两])年(?:为一周期|周期|内)?")
WINTER = re.compile(r"冬季(?:\d{1,2}个月|[一二三四五六]个月)?")


def parse_deadline(text: str, year: int) -> Deadline:
    """The last day and the recurrence that a deadline's words mean in the programme of `year`.

    Raises ValueError, with a message for people, for words it cannot read (design: "Due dates").
    """
    words = _clean(text)
    for pattern, recurrence in RECURRING.items():
        if pattern.fullmatch(words):
            return Deadline(quarter_end(year, 4), recurrence)
    if years := YEARS.fullmatch(words):
        return Deadline(quarter_end(year + _number(years[1]) - 1, 4), Recurrence.ONCE)
    if WINTER.fullmatch(words):
        return Deadline(quarter_end(year, 4), Recurrence.ONCE)
    return Deadline(parse_span(text, year)[1], Recurrence.ONCE)


def parse_span(label: str, year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a milestone's label such as 一季度, 4月中旬, 4月底前 or 7月-9月.

    Raises ValueError, with a message for people, for words it cannot read.
    """
    try:
        starts_on, due_on = _span(_clean(label), year)
        if due_on < starts_on:
            raise ValueError("ends before it starts")
    except ValueError as error:
        raise ValueError(
            _("无法识别的时间“%(text)s”，请写成“10月底前完成”“三季度”这样的形式") % {"text": label}
        ) from error
    return starts_on, due_on


def is_certain(text: str) -> bool:
    """False for words whose date may also be meant to be earlier: 10月前, 四季度前."""
    return not UNCERTAIN.search(_clean(text))


def quarter_of(day: dt.date) -> int:
    """1 to 4."""
    return (day.month + 2) // 3


def quarter_end(year: int, quarter: int) -> dt.date:
    """The quarter's last day."""
    return _month_end(year, 3 * quarter)


def _clean(text: str) -> str:
    """Half-width, without spaces and without the words that only say "done by"."""
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return DONE_BY.sub("", AFTER_TO.sub("", words), count=1)


def _span(words: str, year: int) -> tuple[dt.date, dt.date]:
    words = UNCERTAIN.sub("", words)
    if match := WHOLE_YEAR.fullmatch(words):
        year = _year(match, year)
        return dt.date(year, 1, 1), quarter_end(year, 4)
    if match := LEADING_YEAR.match(words):
        year, words = _year(match, year), words[match.end() :]
    if match := FEAST.fullmatch(words):
        month, day = EVES[match[1]]
        return dt.date(year, month, 1), dt.date(year, month, day)
    if match := HALF_YEAR.fullmatch(words):
        first = 1 if match[1] == "上" else 7
        return dt.date(year, first, 1), _month_end(year, first + 5)
    if match := QUARTER.fullmatch(words):
        quarter = _number(match[1])
        return dt.date(year, 3 * quarter - 2, 1), quarter_end(year, quarter)
    if match := MONTH_PART.fullmatch(words):
        return _part_of_month(match, year)
    if match := RANGE.fullmatch(words):
        first, last = match.groups()
        first = first if re.search(r"\D$", first) else f"{first}月"
        return _span(first, year)[0], _span(last, year)[1]
    raise ValueError("no date")


def _part_of_month(match: re.Match, year: int) -> tuple[dt.date, dt.date]:
    month, part, day = _number(match[1]), match[2], match[3]
    if day:
        return dt.date(year, month, 1), dt.date(year, month, int(day))
    first, last = DAYS_OF_PART.get(part, (1, 31))
    return dt.date(year, month, first), min(dt.date(year, month, 1) + dt.timedelta(last - 1), _month_end(year, month))


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _year(match: re.Match, default: int) -> int:
    return 2000 + int(match[1]) % 100 if match[1] else default + bool(match[2])


def _number(word: str) -> int:
    return NUMERALS.get(word) or int(word)
