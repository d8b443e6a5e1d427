"""Comparing the words of official tables, where print breaks lines, widens digits and forgets brackets."""

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tasks.annexes import units

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_MARKS = "★☆◆◇●○■□▲△※*"
_DECORATION = re.compile(rf"[“”\"'‘’《》〈〉「」『』{_MARKS}]")
# From the last opening bracket to the end, closed or not: print forgets and doubles brackets.
_OPEN, _CLOSE = "(（[［【〔", ")）]］】〕"
_LAST_BRACKET = re.compile(rf"[{re.escape(_OPEN)}]([^{re.escape(_OPEN + _CLOSE)}]*)[{re.escape(_CLOSE)}]*$")
_FOOTNOTE = re.compile(r"(?<=.)[①-⒛❶-➓⓪†‡#]+$")
_UNIT_BEHIND = re.compile(rf"(?<=..)[/／:：]((?!年|季|月|日|天){units.PATTERN})$")  # 床位/张, 床位：张
_UNIT_WORDS = re.compile(rf"(?<![{re.escape(_OPEN)}])[,，]?(?:计量)?单位[:：]([^{re.escape(_OPEN + _CLOSE)}]+)$")
_TOWN_SUFFIX = re.compile(r"(街道|镇|乡)$")
_TOWN = re.compile(r"(?!各|全|所有)[\u4e00-\u9fff]{1,8}(街道|镇|乡)")
_TOWN_OFFICE = re.compile(r"(?<=街道)办(?:事处)?$|(?<=[镇乡])(?:人民)?政府$")
_SHORTEST_NAME = 2
_COUNTERS = (
    r"[(（]\d{1,3}[)）][.、]?|\d{1,3}(?:[.．](?!\d)|[、)）])|[①-⒛❶-➓]|[(（]?[一二三四五六七八九十]{1,3}(?:[)）][.、]?|[.．、])"
    r"|[A-Za-z][.．、)）]|\d{1,2}(?:[.．]\d{1,2})+[.．、]?(?=[\u4e00-\u9fff])(?![十百千万亿])|第[\d一二三四五六七八九十]{1,3}[项条][:：、.．]?"
)
_NUMBERING = re.compile(rf"^(?:{_COUNTERS}|\d{{1,3}}[-—]?(?=\D)|\d{{9,12}}(?=\D)|[Ⅰ-ⅿ]+)")  # 3大场镇, 310113102大场镇
_LEADING = re.compile(rf"^(?:{_COUNTERS})?(?:其中[:：,，]?)?(?=.)")  # a number without a sign counts: 60岁以上老人
_SEPARATORS = re.compile(r"[、，,;；]")
_EVERY_TOWN = re.compile(r"(各|全部|所有|全体|每个)(街镇|镇街|街道|乡镇|镇乡|镇|街道[(、/]?(办事处|乡?镇|镇乡)\)?)")
_TOTAL = re.compile(
    r"\(?(全区|全市|全县|[\u4e00-\u9fff]{1,3}[区市县]|区级?|市级?|各?街镇|街道|乡?镇|乡|本[页表])?"
    r"(合计|总计|小计|汇总|共计|总数|平均)[数值]?([/(]平均值?\)?)?\)?:?"
    r"|(全区|全市|全县|区级|总)(任务|目标|指标)总?[数量值]?|(任务|目标|指标)总[数量值]|全区|全市|全县"
)
_NO_TOWN = re.compile(
    r"[\u4e00-\u9fff]{0,6}(本级|园区|开发区|高新区)|[市区县]级|[市区县]直(属|单位|属单位)?|区属(单位|机构)?|其他|其它|区?级?(机动|预留|备用)(指标|任务|数)?"
)
_NOTE = re.compile(
    r"[(\[]?(备注|附注|附:|填表说明|填报说明|说明|注[:\d])|(填表|填报|制表|审核|经办|复核|统计|编制)(负责)?(人|单位|部门|日期|时间)?:"
    r"|(联系|负责)(人|电话):|(单位|部门|科室|分管)?(负责人|领导|经办人)\(签[字章名]\)|\((盖章|公章|签[字章名])\)|(数据|资料)来源:"
)
_UNIT_PART = re.compile(r"[\u4e00-\u9fff㎡]{1,4}|m²|m2")
_NOT_A_UNIT = re.compile(r"占|含|试点|其中|不|以|按|为|新|的|累计|年度|全|各|级|类|项目|指标|任务")


def half_width(text: str) -> str:
    """Turn full-width letters, digits and signs into their ordinary forms."""
    return text.translate(_HALF_WIDTH)


def bare(text: str) -> str:
    """Turn a text to half width and remove every blank and line break."""
    return _INVISIBLE.sub("", half_width(text))


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """Give the form in which two printed names are compared: bare, without quotes and marks such as ★."""
    return _DECORATION.sub("", bare(text))


def join_lines(text: str) -> str:
    """Remove the line breaks of the print. Words of letters or digits keep a space between them; Chinese needs none."""
    joined = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        joined += " " + line if joined and (joined[-1] + line[0]).isascii() else line
    return joined


def split_brackets(text: str) -> tuple[str, list[str]]:
    """Split the brackets off the end of a text: "床位（张）【新】" gives ("床位", ["张", "新"]).

    A bracket that is the whole text stays; a footnote's mark at the end goes.
    """
    brackets = []
    text = _FOOTNOTE.sub("", text.rstrip())
    while (match := _LAST_BRACKET.search(text)) and text[: match.start()].strip(_OPEN + " "):
        if match[1].strip():
            brackets.insert(0, match[1].strip())
        text = text[: match.start()].rstrip()
    return text, brackets


def indicator_key(text: str) -> str:
    """Give the form in which indicator names are compared: squashed, without a number before or brackets behind."""
    return split_brackets(_LEADING.sub("", squash(text)))[0]


def plain_name(text: str) -> str:
    """Give an indicator's name without a number that no sign divides from it, and without 目标数 and the like behind."""
    return re.sub(r"^\d{1,2}(?=[\u4e00-\u9fff])|(目标|任务|指标|计划)[数值量]?$", "", squash(text))


def is_unit(text: str) -> bool:
    """Tell whether the words of a header's bracket are a unit (张, 人/年, %) rather than a note (占床位数)."""
    text = bare(text)
    if text in {"%", "‰"}:
        return True
    return all(_UNIT_PART.fullmatch(part) for part in text.split("/")) and not _NOT_A_UNIT.search(text)


def unit_word(text: str) -> str:
    """Give the words of a cell that may hold nothing but a unit, without the brackets around them: （张）."""
    return bare(text).strip(half_width(_OPEN + _CLOSE))


def split_unit(text: str) -> tuple[str, str]:
    """Split a printed header into the indicator's name and its unit, "" where it has none.

    The name keeps its quotes and loses its line breaks, blanks, marks, number and the brackets at its end.
    """
    name, brackets = split_brackets(_UNIT_BEHIND.sub(r"(\1)", _UNIT_WORDS.sub(r"(\1)", _INVISIBLE.sub("", text))))
    candidates = [re.sub(r"^(计量)?单位[:：]", "", bracket) for bracket in brackets]
    unit = next((bare(candidate) for candidate in candidates if is_unit(candidate)), "")
    return _LEADING.sub("", name.strip(_MARKS)).strip(_MARKS), unit


class TownNames:
    """The towns of a district by every name that print gives them: 友谊路街道, 友谊路, 友谊街道, 友谊.

    街道 or 镇 may be missing, but not be another; a shorter name must begin only one town's. The district's own name
    may stand before (宝山区大场镇), the town's office for the town (大场镇人民政府), a note behind (大场镇（试点）).
    `towns` holds (code, full name).
    """

    def __init__(self, towns: Iterable[tuple[str, str]], *, district: str = ""):
        self.names = dict(towns)
        self._district = re.compile(rf"^(?:[\u4e00-\u9fff]{{2,4}}市)?{re.escape(district)}(?=.)" if district else r"^")
        self._codes: list[dict[str, set[str]]] = [{}, {}, {}]  # by full name, by stem, by the stem's beginning
        for code, name in self.names.items():
            full = squash(name)
            stem = _TOWN_SUFFIX.sub("", full)
            suffix = full[len(stem) :]
            for codes, word in ((self._codes[0], full), (self._codes[1], stem)):
                codes.setdefault(word, set()).add(code)
            for length in range(_SHORTEST_NAME, len(stem)):
                for word in (stem[:length], stem[:length] + suffix):
                    self._codes[2].setdefault(word, set()).add(code)

    def match(self, text: str) -> str | None:
        """Give the code of the town that a printed name means, or None when it is none of them or could be two."""
        printed = split_brackets(_NUMBERING.sub("", squash(text)))[0]
        printed = _TOWN_OFFICE.sub("", self._district.sub("", printed))
        found = next((codes[printed] for codes in self._codes if printed in codes), set())
        return next(iter(found)) if len(found) == 1 else None

    def named(self, text: str) -> str | None:
        """Give the code of the one town that a title names: 大场镇任务书, 街镇：大场."""
        printed = squash(text)
        found = {code for code, name in self.names.items() if squash(name) in printed and "各" not in printed}
        return self.match(printed.split(":")[-1]) or (found.pop() if len(found) == 1 else None)

    def is_town(self, text: str) -> bool:
        """Tell whether a printed name is one of the towns, or ends as the full names of towns do."""
        return looks_like_town(text) or self.match(text) is not None


def match_town(text: str, towns: Sequence[tuple[str, str]]) -> str | None:
    """Match a single name; for many names keep a `TownNames`."""
    return TownNames(towns).match(text)


def looks_like_town(text: str) -> bool:
    """Tell whether a printed name ends as the full names of streets and towns do."""
    return bool(_TOWN.fullmatch(_NUMBERING.sub("", squash(text))))


def split_towns(text: str) -> list[str]:
    """Split a cell that names several towns (友谊路街道、吴淞街道); any other text stays whole."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(map(looks_like_town, lines)):
        return lines
    text = _NUMBERING.sub("", text)
    parts = [part for part in _SEPARATORS.split(text) if part.strip()]
    return parts if len(parts) > 1 and any(map(looks_like_town, parts)) else [text]


def is_every_town(text: str) -> bool:
    """Tell whether a row's name means every town: 各街镇, 全部街道、镇."""
    return bool(_EVERY_TOWN.fullmatch(squash(text)))


def is_beside_towns(text: str) -> bool:
    """Tell whether a row stands beside the towns' rows without being a town: 市本级, 区属单位, 工业园区."""
    return bool(_NO_TOWN.fullmatch(squash(text)))


def is_total(text: str) -> bool:
    """Tell whether a row's name says that it adds up the others."""
    return bool(_TOTAL.fullmatch(squash(text)))


def is_part(text: str) -> bool:
    """Tell whether a heading says that it is a part of another: 其中：困难老人."""
    return squash(text).startswith("其中")


def is_note(text: str) -> bool:
    """Tell whether a text begins as a remark below a table does."""
    return bool(_NOTE.match(squash(text)))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Give the name most like this one, to suggest it in a message; None when nothing is near."""
    by_key = {squash(other): other for other in names}
    found = difflib.get_close_matches(squash(name), by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else None
