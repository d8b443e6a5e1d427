"""Reading a notice's own words: its title, document number, issuer, date and year. What is not there stays empty."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

_ANNEX = re.compile(r"附\s*[件表]\s*[一二三四五六七八九十\d]*\s*[:：]?")
_SALUTATION = re.compile(r".*[:：]")
_NUMBER = re.compile(
    r"[（(]?(?P<body>[\u4e00-\u9fff]{1,15})[〔［\[(（【](?P<year>\d{4})[〕］\])）】](?P<number>\d{1,4})号[）)]?(?:签发人.*)?"
)
_SMALL = r"\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_DATE = re.compile(rf"(?P<year>\d{{4}}|[〇○零Oo一二三四五六七八九]{{4}})年(?P<month>{_SMALL})月(?P<day>{_SMALL})日")
_ISSUER = re.compile(r"[\u4e00-\u9fff（）()]{3,40}(?:局|委|委员会|政府|办公室|办|厅|部|处|会|中心|院|署)")
_YEAR = re.compile(r"(?<!\d)20\d{2}(?!\d)")
_NAME = re.compile(r"关于(?:下达|印发|开展|做好|公布|实施)?(?P<name>.+?)的?通知")
_DIGITS = {char: str(digit) for digits in ("〇一二三四五六七八九", "零") for digit, char in enumerate(digits)} | {
    "○": "0",
    "O": "0",
    "o": "0",
}
_TITLE_LINES = 5


@dataclass(frozen=True)
class NoticeDraft:
    """What a notice tells about the programme that it begins; "" or None: not told. `text` ends before the annexes."""

    title: str = ""
    document_number: str = ""
    issuer: str = ""
    issued_on: dt.date | None = None
    year: int | None = None
    text: str = ""

    @property
    def name(self) -> str:
        """What the notice is about, without 关于…的通知: a name to begin with."""
        found = _NAME.search(self.title)
        return found["name"].strip("《》") if found else ""


def read_notice(paragraphs: Sequence[str]) -> NoticeDraft:
    """Read a notice's paragraphs outside its tables, in order."""
    lines = [line.strip() for paragraph in paragraphs for line in paragraph.splitlines() if line.strip()]
    lines = lines[: next((at for at, line in enumerate(lines) if _ANNEX.fullmatch(line)), len(lines))]
    head = lines[: next((at for at, line in enumerate(lines) if _SALUTATION.fullmatch(line)), len(lines))]
    title, after = _title(head)
    issuer, issued_on = _signature(lines[after:])
    years = set(_YEAR.findall(title))
    return NoticeDraft(
        title=title,
        document_number=_document_number(head),
        issuer=issuer,
        issued_on=issued_on,
        year=int(years.pop()) if len(years) == 1 else None,
        text="\n".join(lines),
    )


def _title(head: list[str]) -> tuple[str, int]:
    """The lines from the one with 关于 to the one that ends in 通知, joined; and how many lines come before their end."""
    for first in (at for at, line in enumerate(head) if "关于" in line):
        for last in range(first, min(first + _TITLE_LINES, len(head))):
            if head[last].endswith("通知"):
                return _closed("".join(head[first : last + 1])), last + 1
    return "", 0


def _document_number(head: list[str]) -> str:
    found = {
        f"{number['body']}〔{number['year']}〕{number['number']}号"
        for line in head
        if (number := _NUMBER.fullmatch(_closed(line)))
    }
    return found.pop() if len(found) == 1 else ""


def _signature(lines: list[str]) -> tuple[str, dt.date | None]:
    """The first line that is a date and nothing else, and those above it that name who signed."""
    for at, line in enumerate(lines):
        if date := _DATE.fullmatch(_closed(line)):
            issuers: list[str] = []
            while at and _ISSUER.fullmatch(_closed(lines[at - 1])):
                at -= 1
                issuers.insert(0, _closed(lines[at]))
            return "、".join(issuers), _date(date)
    return "", None


def _date(found: re.Match) -> dt.date | None:
    year = int("".join(_DIGITS.get(char, char) for char in found["year"]))
    try:
        return dt.date(year, _small(found["month"]), _small(found["day"]))
    except ValueError:
        return None


def _small(text: str) -> int:
    """A number below 100: 28, 二十八, 十."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return 10 * (int(_DIGITS[tens]) if tens else 1) * bool(ten) + (int(_DIGITS[ones]) if ones else 0)


def _closed(text: str) -> str:
    """Chinese has no blanks: those inside are for looks."""
    return "".join(text.split())
