"""What the notice's own words promise: numbers in its text, in the titles of its list, and towns' shares in brackets."""

import difflib
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from tasks.annexes.names import bare, match_town, split_brackets, squash

_UNIT = r"人次|[张家个户名人处所台套场]"
_COUNT = re.compile(rf"(?<![\d.,~至到-])(?P<number>\d[\d,]*)(?P<unit>{_UNIT})")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]?")
_SHARE = re.compile(rf"(?P<town>[^\d]+?)(?P<number>\d+)(?:{_UNIT})?")
_PIECES = re.compile(r"[、，,；;。:：\n]")
LIKE = 0.6  # two names at least as alike as this may mean the same thing


class Claim(NamedTuple):
    """A count and what it counts: 60, 个, 新建家门口服务站."""

    value: Decimal
    unit: str
    name: str


def claims(text: str) -> list[Claim]:
    """Every piece of a text that has exactly one count, with the words around it; brackets do not count."""
    return list(_claims(_BRACKETS.sub("", bare(text))))


def _claims(text: str) -> Iterator[Claim]:
    for piece in _PIECES.split(text):
        counts = list(_COUNT.finditer(piece))
        if len(counts) == 1:
            count = counts[0]
            name = squash(piece[: count.start()] + piece[count.end() :])
            yield Claim(Decimal(count["number"].replace(",", "")), count["unit"], name)


def town_shares(title: str, towns: Sequence[tuple[str, str]]) -> dict[str, Decimal]:
    """Each town's share in the title's last bracket (友谊路街道8个、…) by code; nothing unless every piece is one."""
    brackets = split_brackets(bare(title))[1]
    shares: dict[str, Decimal] = {}
    for piece in filter(None, _PIECES.split(brackets[-1] if brackets else "")):
        share = _SHARE.fullmatch(piece)
        code = match_town(share["town"], towns) if share else None
        if code is None or code in shares:
            return {}
        shares[code] = Decimal(share["number"])
    return shares


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1."""
    return difflib.SequenceMatcher(None, squash(one), squash(other), autojunk=False).ratio()


def most_like(name: str, names: Sequence[str], *, at_least: float = LIKE) -> int | None:
    """The index of the one name that is most like this one; None where none is, or two are equally so."""
    ranked = sorted(((likeness(name, other), index) for index, other in enumerate(names)), reverse=True)
    if not ranked or ranked[0][0] < at_least or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]
