"""Whether the audit chain still holds: the first thing about it that does not, in words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import District
from tasks.audit import CHUNK, linked
from tasks.audited import KINDS, Content, contents, digest
from tasks.models import AuditEntry, AuditHead


@dataclass(frozen=True)
class Broken:
    """What does not hold: a stable code, the entry's number and its row (where there are such), and words."""

    code: str
    message: str
    number: int | None = None
    kind: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Verdict:
    """How far a district's chain was followed, and the first broken one: None when it is intact."""

    district: str
    number: int
    hash: str
    broken: Broken | None

    @property
    def intact(self) -> bool:
        return self.broken is None

    def as_json(self) -> dict:
        return asdict(self) | {"intact": self.intact}


def verify(district: District, *, expect: str = "") -> Verdict:
    """Follow a district's chain, 1,000 entries at a time, while people go on working.

    `expect` is a head's hash that was noted earlier: the chain must still hold it. Writes nothing.
    """
    walk = _Walk(district, expect)
    broken = next(walk.entries(), None)
    if broken is None:
        with transaction.atomic():  # the head is locked: what is added meanwhile comes after this
            broken = next(walk.rest(), None)
    return Verdict(district.code, walk.number, walk.hash, broken)


class _Walk:
    """Where the walk along a chain stands; its methods yield what is broken."""

    def __init__(self, district: District, expect: str):
        self.district, self.expect = district, expect
        self.number, self.hash = 0, ""

    def rest(self) -> Iterator[Broken]:
        head = AuditHead.objects.select_for_update().filter(district=self.district).first()
        yield from self.entries()
        yield from self._head(head)
        yield from self._rows_without_entry()

    def entries(self) -> Iterator[Broken]:
        """Each entry that follows: its number, its link, its row."""
        chain = AuditEntry.objects.filter(district=self.district).order_by("number")
        while chunk := list(chain.filter(number__gt=self.number)[:CHUNK]):
            found = _contents(chunk)
            for entry in chunk:
                yield from self._entry(entry, found.get((entry.kind, entry.row)))
                self.number, self.hash = entry.number, entry.hash
                if entry.hash == self.expect:
                    self.expect = ""

    def _entry(self, entry: AuditEntry, content: Content | None) -> Iterator[Broken]:
        if entry.number != self.number + 1:
            missing = {"number": self.number + 1}
            yield Broken("missing_entry", _("第 %(number)s 号审计记录缺失。") % missing, self.number + 1)
        if entry.hash != linked(self.hash, entry):
            found = {"number": entry.number}
            yield Broken("changed_entry", _("第 %(number)s 号审计记录被改动，或与前一号不相连。") % found, entry.number)
        if content is None:
            words = _("第 %(number)s 号审计记录（%(at)s）所记的%(row)s已不存在。")
            yield Broken("removed_row", words % _told(entry), entry.number, entry.kind, entry.row)
        elif digest(content) != entry.digest:
            words = _("第 %(number)s 号审计记录（%(at)s）所记的%(row)s与当时所记不符，已被改动。")
            yield Broken("changed_row", words % _told(entry), entry.number, entry.kind, entry.row)

    def _head(self, head: AuditHead | None) -> Iterator[Broken]:
        """The chain's end is where the head says, and holds the hash that was noted."""
        if head is None and self.number:
            yield Broken("missing_head", _("审计链的链尾记录缺失。"))
        elif head and (head.number, head.hash) != (self.number, self.hash):
            found = {"head": head.number, "number": self.number}
            words = (
                _("链尾记录为第 %(head)s 号，审计记录到第 %(number)s 号，两者不符：末尾的记录被删除或改动。") % found
            )
            yield Broken("wrong_head", words, head.number)
        if self.expect:
            words = _("此前记下的哈希 %(hash)s 不在审计链上：末尾的记录被删除，或整条链被重写。") % {
                "hash": self.expect
            }
            yield Broken("unexpected_head", words)

    def _rows_without_entry(self) -> Iterator[Broken]:
        for kind, (model, *_rest) in sorted(KINDS.items()):
            entries = AuditEntry.objects.filter(district=self.district, kind=kind, row=OuterRef("pk"))
            rows = model._base_manager.filter(~Exists(entries), district=self.district)
            for row in rows.order_by("pk").values_list("pk", flat=True)[:1]:
                words = (
                    _("%(row)s没有审计记录：不是由平台写入。")
                    if self.number
                    else _("%(row)s早于审计链：审计链尚未建立。")
                )
                yield Broken("row_without_entry", words % {"row": _named(kind, row)}, None, kind, row)


def _contents(entries: list[AuditEntry]) -> dict[tuple[str, int], Content]:
    """The rows of the entries, by kind and primary key (a fixed number of queries)."""
    keys: dict[str, list[int]] = {}
    for entry in entries:
        keys.setdefault(entry.kind, []).append(entry.row)
    known = {kind: _readable(kind, rows) for kind, rows in keys.items() if kind in KINDS}
    return {(kind, row): content for kind, rows in known.items() for row, content in rows.items()}


def _readable(kind: str, keys: list[int]) -> dict[int, Content]:
    """The contents; a row that cannot even be read (a figure changed to a word) counts as one that differs."""
    try:
        return contents(kind, keys)
    except (ArithmeticError, TypeError, ValueError):
        if len(keys) == 1:
            return {keys[0]: {}}
        middle = len(keys) // 2
        return _readable(kind, keys[:middle]) | _readable(kind, keys[middle:])


def _told(entry: AuditEntry) -> dict[str, object]:
    at = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}"
    return {"number": entry.number, "at": at, "row": _named(entry.kind, entry.row)}


def _named(kind: str, row: int) -> str:
    """`审核 12（庙行镇 2024Q3 新增养老床位 r1）`."""
    if kind not in KINDS:
        return f"{kind} {row}"
    model, _join, told = KINDS[kind]
    words = told(row)
    return f"{model._meta.verbose_name} {row}" + (_("（%(words)s）") % {"words": words} if words else "")
