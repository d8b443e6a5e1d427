"""How much of a task is planned by a date (序时进度), as far as the notice's own words say."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from itertools import accumulate, pairwise
from typing import NamedTuple

from tasks.deadlines import quarter_end, quarter_of

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
PLACES = Decimal("0.01")


class Total(NamedTuple):
    """What a task's title promises, such as 200 户."""

    value: Decimal
    unit: str


class Figure(NamedTuple):
    """A number in a quarter's words; `running` where they say 累计."""

    value: Decimal
    running: bool


NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
# 个 counts things, but not in 3个月. 岁, 年, 项, 课时 and % count nothing that a task adds up to.
UNIT = r"(?P<unit>人次|[户张家名人处所套台场]|个(?!月|百分点))"
PEOPLE = {"人次": "人", "名": "人"}

BRACKETED = re.compile(r"\([^()]*\)")
PROMISED = re.compile(rf"(?<![\d.,第~—–至到-]){NUMBER}{UNIT}")
PERCENT = re.compile(rf"(?P<verbs>累计完成|累计|完成){NUMBER}%(?!的)")
# The count must end its clause: "完成6家选址" completes no 家.
COUNT = re.compile(
    r"(?P<verbs>(?:累计|完成|施工|培训|安装|新增|新建|改建|改造|建设|建成|竣工|投用)+)"
    rf"{NUMBER}{UNIT}(?=[,;。、()]|$)"
)


def task_total(title: str) -> Total | None:
    """The one number with a unit that a task's title promises outside brackets; None where it has none or several."""
    found = PROMISED.findall(BRACKETED.sub("", _squash(title)))
    return Total(_number(found[0][0]), found[0][1]) if len(found) == 1 else None


def planned_percents(quarters: Mapping[int, str], total: Total | None = None) -> dict[int, Decimal]:
    """The percent (0 to 100) planned by the end of each quarter, for the quarters whose words give one.

    `quarters` maps 1 to 4 to the quarter's words, `total` is `task_total` of the title. Either percents
    (累计完成50%), or counts in the total's unit: parts of it where they add up to it, else running figures where they
    rise. Figures that are neither give nothing: this never guesses. Percents have two places, rounded down, so that
    who does exactly what the words plan is on schedule.
    """
    words = {quarter: _squash(quarters[quarter]) for quarter in sorted(quarters)}
    if percents := _figures(PERCENT, words):
        return _running(percents, HUNDRED)
    if total is None or not total.value:
        return {}
    counts = _figures(COUNT, words, unit=total.unit)
    values = [figure.value for figure in counts.values()]
    if sum(values) == total.value and not any(figure.running for figure in counts.values()):
        sums = zip(counts, accumulate(values), strict=True)
        return {quarter: _percent(done, total.value) for quarter, done in sums}
    return _running(counts, total.value)


def planned_share(
    on: dt.date, *, year: int, due_on: dt.date, checkpoints: Mapping[dt.date, Decimal], flat: bool = False
) -> Decimal:
    """The share (0 to 1) planned by the day `on` of something due on `due_on` (design: "Planned share at a date").

    `checkpoints` maps quarter ends to percents (0 to 100). Quarter ends without one lie on the straight line from
    1 January of `year` to the due date; days between are interpolated. `flat` (rates, upper bounds): always 1.
    """
    starts_on = dt.date(year, 1, 1)
    if flat or on >= due_on:
        return ONE
    if on <= starts_on:
        return ZERO
    span = (due_on - starts_on).days
    low, high = _quarter_ends_around(on)
    low, high = max(low, starts_on), min(high, due_on)

    def share_in_days(day: dt.date) -> Decimal | int:
        if day == due_on or day not in checkpoints:
            return (day - starts_on).days
        return checkpoints[day] * span / HUNDRED

    # Whole days throughout and one division at the end: rounded once, and exactly the straight line where that holds.
    weighed = share_in_days(low) * (high - on).days + share_in_days(high) * (on - low).days
    return Decimal(weighed) / ((high - low).days * span)


def _quarter_ends_around(day: dt.date) -> tuple[dt.date, dt.date]:
    """The last quarter end on or before the day, and the first one after it."""
    tomorrow = day + dt.timedelta(days=1)
    quarter = quarter_of(tomorrow)
    return dt.date(tomorrow.year, 3 * quarter - 2, 1) - dt.timedelta(days=1), quarter_end(tomorrow.year, quarter)


def _figures(pattern: re.Pattern, words: Mapping[int, str], unit: str = "") -> dict[int, Figure]:
    """Each quarter's one figure (in the unit, if one is named); nothing at all where a quarter has different ones."""
    figures = {}
    for quarter, text in words.items():
        found = {
            Figure(_number(match["number"]), "累计" in match["verbs"])
            for match in pattern.finditer(text)
            if not unit or _same_unit(match["unit"], unit)
        }
        if len(found) > 1:
            return {}
        if found:
            figures[quarter] = found.pop()
    return figures


def _running(figures: Mapping[int, Figure], total: Decimal) -> dict[int, Decimal]:
    """The figures as percents of the total where they rise and stay within it; only 累计 may stay where it was."""
    ordered = list(figures.values())
    rising = all(a.value < b.value or (a.value == b.value and b.running) for a, b in pairwise(ordered))
    if not rising or any(figure.value > total for figure in ordered):
        return {}
    return {quarter: _percent(figure.value, total) for quarter, figure in figures.items()}


def _percent(part: Decimal, total: Decimal) -> Decimal:
    return (part * HUNDRED / total).quantize(PLACES, ROUND_DOWN)


def _same_unit(one: str, other: str) -> bool:
    return PEOPLE.get(one, one) == PEOPLE.get(other, other)


def _squash(text: str) -> str:
    """Half-width, without spaces and line breaks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _number(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))
