"""One way in for official tables: read the grid, run it through a resource, write all or nothing.

The preview is the real run, rolled back. Each kind of table is an `Annex`; an app adds its own with `register`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from django.db import transaction

from districts.models import Town
from tasks.annexes.drawing import DrawnSheet, draw
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell, Grid, GridError
from tasks.annexes.names import TownNames
from tasks.annexes.problems import ERROR, Problem
from tasks.annexes.recognise import ALLOCATION, joined, recognise, unseen
from tasks.annexes.words import text as _
from tasks.changes import NEW, REMOVED, SKIP, UPDATE, AnnexResource, Change
from tasks.models import Period, Programme
from tasks.progress import Phase, Progress


@dataclass(frozen=True)
class Context:
    """What an import is for. `period` is set for progress; `by` is None on the command line.

    A column that the plan does not know is an indicator's other name where `aliases` says so (the table's name → the
    plan's), and a new indicator where it is in `new_indicators`, or with `create_indicators` always.
    """

    programme: Programme
    period: Period | None = None
    by: object = None
    create_indicators: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    new_indicators: frozenset[str] = frozenset()
    document: str = ""
    reason: str = ""
    progress: Progress = field(default_factory=Progress)

    @cached_property
    def town_names(self) -> TownNames:
        """The names by which the district's towns are known."""
        district = self.programme.district
        return TownNames(Town.objects.filter(district=district).values_list("code", "name"), district=district.name)


@dataclass
class Table:
    """A recognised table: rows as its resource knows them, each with the cell it comes from, and all problems found."""

    rows: list = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, cell: Cell, row) -> None:
        self.rows.append(row)
        self.cells.append(cell)


@dataclass(frozen=True)
class Annex:
    """A kind of table: `read` turns grids into a Table, and `resource` writes its rows."""

    read: Callable[[Sequence[Grid], Context], Table]
    resource: type[AnnexResource]


@dataclass
class Outcome:
    """What an import did, or would do: counts of rows, and problems by sheet and cell."""

    programme: str
    kind: str | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    applied: bool = False
    needs_reason: bool = False
    sheets: list[DrawnSheet] = field(default_factory=list, repr=False)
    problems: list[Problem] = field(default_factory=list)
    compared: list[tuple[AnnexResource, Table, list[str | None]]] = field(default_factory=list, repr=False)

    @property
    def changes(self) -> Iterator[Change]:
        """Every change in words, the rows that stay the same among them; made one after the other when asked for."""
        for resource, table, kinds in self.compared:
            rows = resource.context.progress.over(Phase.TELL, table.rows)
            for row, cell, kind in zip(rows, table.cells, kinds, strict=True):
                if kind:
                    yield resource.change(kind, row, cell)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == ERROR]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level != ERROR]

    def as_json(self) -> dict:
        """The JSON of `import_annex` (design, section 5)."""
        return {
            "kind": self.kind,
            "programme": self.programme,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "applied": self.applied,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


KINDS: dict[str, Annex] = {}


def register(kind: str, annex: Annex) -> None:
    KINDS[kind] = annex


def import_annex(
    source: Path | bytes,
    context: Context,
    *,
    kind: str | None = None,
    dry_run: bool = False,
    name: str = "",
    drawn: bool = False,
) -> Outcome:
    """Read official tables and write their rows, unless they have errors or `dry_run` is set; then nothing is written.

    Without a `kind` the headers tell it, and a file with several annexes is imported whole, as one: its kind is then
    such as "tasks+allocation+rubric". With a period an allocation's shape is progress. `name` is the file's, for bytes.
    With `drawn` the outcome has the sheets as they were understood.
    """
    outcome = Outcome(context.programme.slug, kind)
    context.progress.begin(Phase.READ)
    try:
        grids = joined(read_grids(source, name=name), context.town_names)
    except GridError as refused:
        outcome.problems += refused.problems
        return outcome
    kinds = kinds_of(grids, context, kind)
    if drawn:
        outcome.sheets = draw(grids, kinds, context.town_names)
    if not kinds:
        message = _(
            "无法识别这是哪一种表：应为任务清单、指标分解表、评分细则、进展表或监测得分表。请核对表头，或指明类型。"
        )
        outcome.problems.append(Problem("", "", "", "unknown_kind", message))
        return outcome
    outcome.kind = "+".join(kinds)
    outcome.problems += unseen(grids, kinds, context.town_names)
    with transaction.atomic():
        _lock(context.programme)
        del grids  # a large sheet is not held while its rows are written
        while kinds:
            annex = KINDS[next(iter(kinds))]
            table = annex.read(kinds.pop(next(iter(kinds))), context)
            outcome.problems += table.problems
            if not outcome.errors:
                _run(annex, table, context, outcome)
        if outcome.errors or dry_run:
            transaction.set_rollback(True)
    outcome.applied = not (outcome.errors or dry_run)
    return outcome


def kinds_of(grids: list[Grid], context: Context, kind: str | None) -> dict[str, list[Grid]]:
    """The sheets of each kind; a kind that was asked for takes all sheets where none is recognised as that."""
    found = recognise(grids, context.town_names)
    kind = kind or ("progress" if context.period else None)
    if kind is None:
        return found
    return {kind: found.get(ALLOCATION if kind == "progress" else kind, grids)}


def _lock(programme: Programme) -> None:
    """One import of a programme waits for the other, so that each compares with what the other has written."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _run(annex: Annex, table: Table, context: Context, outcome: Outcome) -> None:
    resource = annex.resource(context)
    kinds = [resource.kind(row) for row in context.progress.over(Phase.COMPARE, table.rows)]
    changed = [row for row, kind in zip(table.rows, kinds, strict=True) if kind in (NEW, UPDATE, REMOVED)]
    outcome.problems += resource.warnings(table.rows)
    resource.write(table.rows, changed)
    outcome.compared.append((resource, table, kinds))
    updated = kinds.count(UPDATE) + kinds.count(REMOVED)
    outcome.created += kinds.count(NEW)
    outcome.updated += updated
    outcome.needs_reason |= resource.needs_reason and updated > 0
    outcome.unchanged += kinds.count(SKIP)
