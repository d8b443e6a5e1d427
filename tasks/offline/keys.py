"""What a row of a workbook knew of its line when it was downloaded, sealed so that nobody can alter it by hand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing

from districts.models import Town
from tasks.models import Period
from tasks.offline.columns import fields_of
from tasks.sheet_lines import SheetLine

SALT = "tasks.offline"


@dataclass(frozen=True)
class Known:
    """A line as it stood at the download: the ledger's revision, and what was typed, as digests by field."""

    place: str
    line: int
    revision: int
    typed: Mapping[str, str]

    def typed_was(self, name: str, text: str) -> bool:
        """Whether this field held these words."""
        return self.typed.get(name, "") == digest(text)


def place_of(period: Period, town: Town) -> str:
    """Which sheet a row belongs to, in words that a message can show."""
    return f"{period.programme.slug} {period.label} {town.name}"


def seal(line: SheetLine, town: Town) -> str:
    """The key of a line's row."""
    typed = {name: digest(line.typed.get(name, "")) for name in fields_of(line.subject)}
    known = {"place": place_of(line.period, town), "line": line.number, "revision": line.revision, "typed": typed}
    return signing.dumps(known, salt=SALT, compress=True)


def unseal(key: str) -> Known:
    """Raises django.core.signing.BadSignature for a key that is not ours."""
    return Known(**signing.loads(key, salt=SALT))


def digest(text: str) -> str:
    """Nothing for nothing, else a mark of the words; how a spreadsheet breaks lines makes no difference."""
    words = normal(text)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def normal(text: str) -> str:
    return "\n".join(text.splitlines()).strip()
