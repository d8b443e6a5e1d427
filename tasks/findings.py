"""What an import found, kept beside its file: every problem, every change, and the sheets as they were understood.

A zip archive, so that a page reads only the rows it shows: `index.json` tells the kind, the sheet and the number of the
rows in each of the parts `0`, `1`, …; `sheets.json` has the sheets as drawn. Nothing in it depends on a language.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from tasks.annexes.drawing import DrawnCell, DrawnColumn, DrawnSheet
from tasks.annexes.problems import Problem
from tasks.annexes.words import Kept, kept, said
from tasks.changes import Change

KINDS = ("error", "warning", "new", "update", "removed", "skip")  # in the order in which they are shown
_PART = 1000  # rows
_FAST = 1  # zlib's level


class Found(NamedTuple):
    """A problem or a change: what it is, where it stands, what it is about, and the cell's words before and now.

    `note` is what people should also know of a change, `code` is a problem's.
    """

    kind: str
    sheet: str
    cell: str
    about: str
    before: str
    after: str
    note: str = ""
    code: str = ""


class Part(NamedTuple):
    """Some rows of one kind on one sheet; `name` is the archive's."""

    name: str
    kind: str
    sheet: str
    count: int


def pack(problems: Iterable[Problem], changes: Iterable[Change], sheets: Sequence[DrawnSheet]) -> tuple[bytes, str]:
    """The archive, and a digest of its rows: equal where the same was found, whoever looked, in whatever language."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_FAST) as archive:
        parts = _Parts(archive)
        for one in problems:
            parts.add(one.level, one.sheet, (kept(one.cell), kept(one.message), "", one.value, "", one.code))
        for kind, sheet, cell, subject, before, after, note in changes:
            parts.add(kind, sheet, (kept(cell), subject, before, after, kept(note), ""))
        parts.finish()
        archive.writestr("sheets.json", _json([_kept_sheet(sheet) for sheet in sheets]))
    return out.getvalue(), parts.digest.hexdigest()


class _Parts:
    """Rows on their way into an archive: gathered by kind and sheet, written a thousand at a time."""

    def __init__(self, archive: ZipFile):
        self.digest = hashlib.sha256()
        self._archive = archive
        self._waiting: dict[tuple[str, str], list[tuple]] = {}
        self._index: list[tuple[str, Kept, int]] = []

    def add(self, kind: str, sheet: str, row: tuple) -> None:
        waiting = self._waiting.setdefault((kind, sheet), [])
        waiting.append(row)
        if len(waiting) == _PART:
            self._write(kind, sheet)

    def finish(self) -> None:
        for kind, sheet in list(self._waiting):
            self._write(kind, sheet)
        self._archive.writestr("index.json", _json(self._index))

    def _write(self, kind: str, sheet: str) -> None:
        rows = self._waiting[kind, sheet]
        if rows:
            entry, content = (kind, kept(sheet), len(rows)), _json(rows)
            self._archive.writestr(str(len(self._index)), content)
            self.digest.update(_json(entry) + content)
            self._index.append(entry)
            self._waiting[kind, sheet] = []


class Findings:
    """An import's findings as they are kept. `open_file` gives the archive's file, None where nothing is kept."""

    def __init__(self, open_file: Callable[[], object] | None):
        self._open_file = open_file

    @cached_property
    def parts(self) -> list[Part]:
        """All parts in the order in which they are shown."""
        index = self.read("index.json")
        parts = [Part(str(number), kind, said(sheet), count) for number, (kind, sheet, count) in enumerate(index)]
        return sorted(parts, key=lambda part: (KINDS.index(part.kind), self._order[part.sheet]))

    @cached_property
    def _order(self) -> dict[str, int]:
        """The place of each sheet: the file's own order, what is about the whole file before all."""
        named = [said(sheet) for _kind, sheet, _count in self.read("index.json")]
        names = dict.fromkeys(["", *(sheet.name for sheet in self.sheets), *named])
        return {name: number for number, name in enumerate(names)}

    @property
    def names(self) -> list[str]:
        """The sheets that rows stand on; "" where some are about the whole file."""
        return list(dict.fromkeys(sorted((part.sheet for part in self.parts), key=self._order.__getitem__)))

    @cached_property
    def sheets(self) -> list[DrawnSheet]:
        """The sheets as they were understood."""
        return [_sheet(*sheet) for sheet in self.read("sheets.json")]

    def rows(self, *, kind: str | None = None, sheet: str | None = None) -> "Rows":
        """The rows of this kind and on this sheet ("" for those about the whole file); all without either."""
        return Rows(self, [p for p in self.parts if kind in (None, p.kind) and sheet in (None, p.sheet)])

    def counts(self, by: str, *, kind: str | None = None, sheet: str | None = None) -> Counter:
        """How many rows there are by "kind" or by "sheet", among those of a kind and on a sheet."""
        counts: Counter = Counter()
        for part in self.rows(kind=kind, sheet=sheet).parts:
            counts[getattr(part, by)] += part.count
        return counts

    def read(self, name: str) -> list:
        if self._open_file is None:
            return []
        with self._archive() as archive:
            return json.loads(archive.read(name))

    @contextmanager
    def _archive(self) -> Iterator[ZipFile]:
        with self._open_file() as file, ZipFile(file) as archive:
            yield archive


class Rows(Sequence):
    """Rows of some parts, for a paginator: a slice reads the parts it touches, and iterating one after the other."""

    def __init__(self, findings: Findings, parts: list[Part]):
        self.parts = parts
        self._findings = findings

    def __len__(self) -> int:
        return sum(part.count for part in self.parts)

    def __getitem__(self, wanted: slice) -> list[Found]:
        first, last, _step = wanted.indices(len(self))
        found, before = [], 0
        for part in self.parts:
            begin, end = max(first - before, 0), min(last - before, part.count)
            if begin < end:
                found += self._rows(part)[begin:end]
            before += part.count
        return found

    def __iter__(self) -> Iterator[Found]:
        for part in self.parts:
            yield from self._rows(part)

    def _rows(self, part: Part) -> list[Found]:
        return [
            Found(part.kind, part.sheet, said(cell), said(about), before, after, said(note), code)
            for cell, about, before, after, note, code in self._findings.read(part.name)
        ]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _kept_sheet(sheet: DrawnSheet) -> list:
    columns = [[kept(c.sheet), kept(c.ref), c.name, c.unit, c.rate] for c in sheet.columns]
    rows = [[[kept(cell.ref), *cell[1:]] for cell in row] for row in sheet.rows]
    return [kept(sheet.name), sheet.kind, sheet.heads, columns, rows, sheet.more]


def _sheet(name: Kept, kind: str, heads: list, columns: list, rows: list, more: int) -> DrawnSheet:
    return DrawnSheet(
        said(name),
        kind,
        [tuple(head) for head in heads],
        [DrawnColumn(said(sheet), said(ref), *others) for sheet, ref, *others in columns],
        [[DrawnCell(said(ref), *others) for ref, *others in row] for row in rows],
        more,
    )
