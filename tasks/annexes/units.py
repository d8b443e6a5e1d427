"""Units of measure: which words are units, which of them count the same thing, and how a scaled one converts."""

import re
from decimal import Decimal

# Each group counts the same thing in other words. A unit that stands in no group is only the same as itself.
_GROUPS = (
    ("人", "名", "位"),
    ("张", "床"),
    ("个", "家", "所", "处", "座", "间", "点", "站", "机构", "件", "台", "套", "项", "项目"),
    ("平方米", "平米", "平", "㎡", "m²", "m2"),
    ("次", "场", "场次", "期", "批", "班"),
)
_OTHERS = (
    *(
        "课时",
        "小时",
        "分钟",
        "季度",
        "街镇",
        "街道",
        "人次",
        "户次",
        "项次",
        "公里",
        "户",
        "辆",
        "份",
        "例",
        "对",
        "元",
    ),
    *("岁", "天", "日", "月", "年", "季", "分", "吨", "镇", "村", "支", "条", "篇", "册", "片", "米", "单", "组"),
)
MEASURES = tuple(sorted({*_OTHERS, *(word for group in _GROUPS for word in group)}, key=len, reverse=True))
_SAME = {word: group[0] for group in _GROUPS for word in group}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_UNIT = rf"[十百千万亿]*(?:{'|'.join(map(re.escape, MEASURES))})|[万亿]"
PATTERN = rf"(?:{_UNIT})(?:/(?:{_UNIT}))*"
_SCALED = re.compile(r"([十百千万亿]*)(.*)", re.DOTALL)


def is_measure(text: str) -> bool:
    """Tell whether a bare text is nothing but a unit: 张, 万人次, 人/年, %."""
    return text in {"%", "‰"} or bool(re.fullmatch(PATTERN, text))


def is_scaled(unit: str) -> bool:
    """Tell whether a unit counts in tens or more: 万人次, 千元."""
    return _split(unit)[0] > 1


def factor(unit: str, wanted: str) -> Decimal | None:
    """Give the number by which a figure in one unit becomes one in the other; None when they count other things.

    A scale alone (1.2万) counts whatever is wanted; 年 may be left unsaid (人 for 人/年).
    """
    if unit == wanted:
        return Decimal(1)
    (scale, base), (wanted_scale, wanted_base) = _split(unit), _split(wanted)
    if base and _plain(base) != _plain(wanted_base):
        return None
    return Decimal(scale) / Decimal(wanted_scale)


def _split(unit: str) -> tuple[int, str]:
    match = _SCALED.fullmatch(unit)
    scale = 1
    for power in match[1]:
        scale *= _POWERS[power]
    return scale, match[2]


def _plain(base: str) -> str:
    """Give a unit by the first word of its group, without a yearly or per-town rest."""
    first, *rest = base.split("/")
    rest = [part for part in rest if part not in {"年", "街镇"}]
    return "/".join([_SAME.get(first, first), *rest])
