"""Reads the points out of a clause: "达85%以上加10分；100-300张加3分" as items with bounds and points."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

PREFIXES = {
    "ge": "大于或等于|大于等于|不低于|不少于|不小于|达到|达|≥",
    "gt": "超过|大于|高于|多于|>",
    "le": "小于或等于|小于等于|低于或等于|不超过|不高于|不大于|不多于|控制在|≤",
    "lt": "低于|少于|小于|不足|不到|未达到|未达|未满|<",
}
SUFFIXES = {"ge": "及以上|或以上|以上", "le": "及以下|或以下|以下|以内|之内"}
STRICT = {"ge": "gt", "le": "lt"}
LOOSE = {"gt": "ge", "lt": "le"}

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
UNIT = r"%|(?:(?![至到以内的加得计记扣分])[一-鿿/])*?"
MARK = r"(?:\((?P<{}>不?含)[^()]*\))?"
POINTS = r"可?(?:(?:得|加|计|记)(?P<points>\d+(?:\.\d+)?)分|(?P<full>(?:得|计|记)?满分)|(?P<none>不[得加计记]分))"
SEPARATORS = re.compile(r"[;,。、]*")
ELSE = re.compile(r"(?:其余|其他|其它|否则)(?:的|情况|均|一律)*(?:不[得加计记]分|[得计记为]?0分)")


def _choice(words):
    return "|".join(words.values())


ITEM = re.compile(
    r"(?P<subject>[^\d;,。、()≥≤<>%]*?)"
    rf"(?P<prefix>{_choice(PREFIXES)})?"
    rf"(?P<value>{NUMBER})(?P<unit>{UNIT}){MARK.format('mark')}"
    rf"(?:(?:[-~—–―−〜]+|至|到)(?P<high>{NUMBER})(?P<high_unit>{UNIT}){MARK.format('high_mark')})?"
    rf"(?P<suffix>{_choice(SUFFIXES)})?{MARK.format('last_mark')}"
    rf"(?:的?,?{POINTS}|$)"
)
# Subjects that turn the meaning round, speak of increments, or cap the points: not ours to interpret.
STRANGE_SUBJECT = re.compile(r".*[不未没约近每]$|每(?![千百万]).*|.*(?:最高|最多|上限|封顶|累计|扣).*")


@dataclass(frozen=True, slots=True)
class Item:
    """One bound (`comparator` and `value`) or, with `high`, one range; ends marked 含/不含 are True/False, else None."""

    subject: str
    comparator: str | None
    value: Decimal
    high: Decimal | None
    unit: str
    points: Decimal | None
    low_marked: bool | None = None
    high_marked: bool | None = None


def normalise(text):
    """Half-width and without white space, so that one pattern reads every spelling."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    for spelling, ours in ((">=", "≥"), ("<=", "≤"), ("≧", "≥"), ("≦", "≤"), ("m2", "平方米")):
        text = text.replace(spelling, ours)
    return text


def read_items(text, weight):
    """The items of a normalised text, or None when any of it is not understood. "满分" is the weight."""
    items, at = [], 0
    while at < len(text):
        match = ELSE.match(text, at)
        if not match:
            match = ITEM.match(text, at)
            item = match and _item(match, weight)
            if not item:
                return None
            items.append(item)
        at = SEPARATORS.match(text, match.end()).end()
    return _with_subjects(items)


def number(text):
    return Decimal(text.replace(",", ""))


def _item(match, weight):
    comparator = _comparator(match)
    units = {match["unit"], match["high_unit"] or ""} - {""}
    strange = STRANGE_SUBJECT.fullmatch(match["subject"])
    if strange or len(units) > 1 or (comparator is None) == (match["high"] is None):
        return None
    high = number(match["high"]) if match["high"] else None
    if high is not None and high <= number(match["value"]):
        return None
    return Item(
        subject=match["subject"].strip(":的"),
        comparator=comparator,
        value=number(match["value"]),
        high=high,
        unit="".join(units),
        points=_points(match, weight),
        low_marked=_marked(match["mark"]),
        high_marked=_marked(match["high_mark"] or match["last_mark"]),
    )


def _comparator(match):
    """The bound of an item; None for a range and where prefix, suffix and mark don't go together."""
    prefix = _key_of(PREFIXES, match["prefix"])
    suffix = _key_of(SUFFIXES, match["suffix"])
    if prefix and suffix and prefix != suffix:
        return None
    comparator = prefix or suffix
    mark = match["mark"] or match["last_mark"]
    if not comparator or not mark:
        return comparator
    return (STRICT if mark == "不含" else LOOSE).get(comparator, comparator)


def _key_of(words, word):
    return next((key for key, spellings in words.items() if word in spellings.split("|")), None)


def _marked(mark):
    return None if mark is None else mark == "含"


def _points(match, weight):
    if match["points"]:
        return Decimal(match["points"])
    if match["full"]:
        return weight
    return Decimal(0) if match["none"] else None


def _with_subjects(items):
    """An item without a subject speaks of the one before it."""
    subject, named = "", []
    for item in items:
        subject = item.subject or subject
        named.append(replace(item, subject=subject))
    return named
