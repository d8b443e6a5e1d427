"""Taking a filled workbook, or a zip with its evidence, into the drafts of a town's sheet: all of it or nothing."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.signing import BadSignature
from django.db import transaction

from districts.models import Town
from tasks import drafts
from tasks.models import Evidence, Period
from tasks.offline import archive
from tasks.offline.columns import fields_of
from tasks.offline.keys import place_of, unseal
from tasks.offline.merging import Merge, Question, check, merge, take
from tasks.offline.reading import Filled, OfflineError, read_workbook
from tasks.sheet import sheet
from tasks.sheet_lines import SheetLine


@dataclass
class Taken:
    """What was filled in, and the cells to ask about."""

    lines: int = 0
    cells: int = 0
    files: int = 0
    questions: list[Question] = field(default_factory=list)


class Answer(NamedTuple):
    """The answer to a question: the key it came with, the field, the workbook's words."""

    key: str
    name: str
    mine: str


@transaction.atomic
def take_file(data: bytes, *, period: Period, town: Town, by) -> Taken:
    """Fill the drafts with what the workbook changes; cells that both sides changed come back as questions.

    Raises OfflineError with every fault; then nothing is changed.
    """
    lines = _lines(period, town)
    packed = archive.unpack(data, lines) if archive.is_archive(data) else archive.Packed(data, [])
    rows, problems = read_workbook(packed.workbook, lines, place_of(period, town))
    found = merge(rows, town)
    told = {problem.cell for problem in problems}
    if problems := [*problems, *(problem for problem in check(found) if problem.cell not in told)]:
        raise OfflineError(problems)
    taken = _take(found, town, by)
    taken.files = _attach(packed.files, period, town, by)
    return taken


@transaction.atomic
def take_answers(answers: Iterable[Answer], *, period: Period, town: Town, by) -> Taken:
    """Fill in the cells for which the workbook was chosen; what changed again meanwhile is asked again.

    An answer whose key is not of this sheet is passed over: it was altered by hand.
    """
    lines = _lines(period, town)
    rows: dict[int, Filled] = {}
    for answer in answers:
        try:
            known = unseal(answer.key)
        except BadSignature:
            continue
        line = lines.get(known.line)
        if known.place != place_of(period, town) or not line or answer.name not in fields_of(line.subject):
            continue
        row = rows.setdefault(known.line, Filled(line, known, {}, {}))
        rows[known.line] = Filled(line, row.known, {**row.typed, answer.name: answer.mine}, {})
    return _take(merge(rows.values(), town), town, by)


def _lines(period: Period, town: Town) -> dict[int, SheetLine]:
    return {line.number: line for line in sheet(period, town)}


def _take(found: Merge, town: Town, by) -> Taken:
    take(found, town=town, by=by)
    return Taken(lines=len(found.changes), cells=found.cells, questions=found.questions)


def _attach(files: Iterable[tuple[int, object]], period: Period, town: Town, by) -> int:
    """Hang the files on their lines; one that hangs there already is not hung twice. Returns how many were new."""
    new = 0
    lines: Mapping[int, SheetLine] = _lines(period, town)  # again: the changes may have made drafts
    for number, file in files:
        sha256 = hashlib.sha256(file.read()).hexdigest()
        file.seek(0)
        if not Evidence.objects.filter(draft=lines[number].draft, draft__isnull=False, sha256=sha256).exists():
            drafts.attach(file, line=lines[number], town=town, by=by)
            new += 1
    return new
