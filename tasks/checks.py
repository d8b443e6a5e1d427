"""Checks that ask for a word of reason: pure functions over a line's facts; the limits are the bureau's rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tasks.formats import number
from tasks.models.check_rule import CheckRule

Kind = CheckRule.Kind
Limits = Mapping[str, Decimal | None]  # the limit of each rule that is in force, by its kind
Warned = Mapping[str, str]  # a rule's kind, the unit, and the numbers that it speaks of: as a report keeps it

HUNDRED = Decimal(100)
PLACES = 10
ENOUGH = 2  # earlier periods from which a town's own pace can be told
DIFFERS = "differs"  # from what the facilities' figures give: always asked about, no row of the bureau's


@dataclass(frozen=True)
class Facts:
    """What the checks look at: a figure in its unit, or a task's percent.

    `last` was accepted last; `earlier` stood at the end of each earlier period; `known` is what the facilities give.
    """

    now: Decimal
    unit: str = ""
    last: Decimal | None = None
    earlier: Sequence[Decimal] = ()
    target: Decimal | None = None
    known: Decimal | None = None
    is_rate: bool = False
    is_task: bool = False
    silent: bool = False  # done, and nothing said of it


def warnings(facts: Facts, limits: Limits) -> list[Warned]:
    """What asks for a reason. A rule that is not in force finds nothing."""
    found = [(kind, _RULES[kind](facts, limit)) for kind, limit in limits.items()]
    if facts.known is not None and facts.known != facts.now:
        found.append((DIFFERS, {"now": facts.now, "known": facts.known}))
    return [
        {"kind": str(kind), "unit": facts.unit} | {name: _plain(value) for name, value in numbers.items()}
        for kind, numbers in found
        if numbers is not None
    ]


def told(warning: Warned) -> str:
    """A warning in words that name its numbers: `本期 30 户，为以往每期平均 6 户的 5 倍，超过界限 3 倍`."""
    values = {name: Decimal(value) for name, value in warning.items() if name not in ("kind", "unit")}
    alike = len(set(map(number, values.values()))) < len(set(values.values()))  # 5.999 below 6 is not “6 below 6”
    numbers = {name: number(value, PLACES if alike else 2) for name, value in values.items()}
    counted = {name: _counted(numbers[name], warning["unit"]) for name in _COUNTED if name in numbers}
    words = _WORDS[warning["kind"]]
    return _(words) % (numbers | counted)


_COUNTED = ("now", "last", "target", "increase", "average", "known")  # these have the line's unit
_WORDS = {
    Kind.DECREASE: gettext_noop("累计 %(now)s，低于上次通过的 %(last)s"),
    Kind.OVER_TARGET: gettext_noop("累计 %(now)s，为目标 %(target)s的 %(share)s%%，超过界限 %(limit)s%%"),
    Kind.JUMP: gettext_noop("本期 %(increase)s，为以往每期平均 %(average)s的 %(times)s 倍，超过界限 %(limit)s 倍"),
    Kind.OVER_RATE: gettext_noop("比率为 %(now)s，超过界限 %(limit)s%%"),
    Kind.DONE_WITHOUT_WORDS: gettext_noop("状态为“已完成”而没有情况说明"),
    DIFFERS: gettext_noop("填报 %(now)s，与机构数据 %(known)s不同"),
}


def _counted(shown: str, unit: str) -> str:
    return f"{shown}%" if unit == "%" else f"{shown} {unit}".strip()


def _plain(value: Decimal) -> str:
    return f"{round(value, PLACES).normalize():f}"


def _decrease(facts: Facts, _limit) -> dict | None:
    """Counts and percents of work are cumulative; a rate may fall."""
    if facts.is_rate or facts.last is None or facts.now >= facts.last:
        return None
    return {"now": facts.now, "last": facts.last}


def _over_target(facts: Facts, limit: Decimal) -> dict | None:
    """A target of 0 has no share."""
    if not facts.target or facts.now * HUNDRED <= facts.target * limit:
        return None
    share = facts.now * HUNDRED / facts.target
    return {"now": facts.now, "target": facts.target, "share": share, "limit": limit}


def _jump(facts: Facts, limit: Decimal) -> dict | None:
    """More in this period than the limit times the average of the earlier ones, where these tell of a pace."""
    if facts.is_rate or facts.is_task or len(facts.earlier) < ENOUGH or not facts.earlier[-1]:
        return None
    before, periods = facts.earlier[-1], len(facts.earlier)
    increase = facts.now - before
    if increase * periods <= limit * before:
        return None
    return {"increase": increase, "average": before / periods, "times": increase * periods / before, "limit": limit}


def _over_rate(facts: Facts, limit: Decimal) -> dict | None:
    return {"now": facts.now, "limit": limit} if facts.is_rate and facts.now > limit else None


def _done_without_words(facts: Facts, _limit) -> dict | None:
    return {} if facts.silent else None


_RULES: Mapping[str, Callable[[Facts, Decimal | None], dict | None]] = {
    Kind.DECREASE: _decrease,
    Kind.OVER_TARGET: _over_target,
    Kind.JUMP: _jump,
    Kind.OVER_RATE: _over_rate,
    Kind.DONE_WITHOUT_WORDS: _done_without_words,
}
