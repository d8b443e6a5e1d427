"""Telling from its headers which official table each sheet holds."""

from collections.abc import Mapping, Sequence

from tasks.annexes import monitoring, rubric, tasklist
from tasks.annexes.blocks import has_blocks
from tasks.annexes.grid import Grid
from tasks.annexes.names import TownNames
from tasks.annexes.problems import Problem, warning
from tasks.annexes.rows import header_columns
from tasks.annexes.words import text as _

TASKS = "tasks"
ALLOCATION = "allocation"
RUBRIC = "rubric"
MONITORING = "monitoring"


def recognise(grids: Sequence[Grid], towns: TownNames) -> dict[str, list[Grid]]:
    """Give the sheets of each kind, in the order in which the kinds depend on one another: the tasks, the allocation
    that makes the indicators, the rubric that names them, the scores that count on its lines. What is none of them
    is left out, and a hidden sheet beside one of its kind that is seen: it holds last year's table, or half a draft.

    A progress table has an allocation's shape: only the user can say that it is one.
    """
    kinds: dict[str, list[Grid]] = {TASKS: [], ALLOCATION: [], RUBRIC: [], MONITORING: []}
    for grid in grids:
        if kind := _kind(grid, towns):
            kinds[kind].append(grid)
    return {kind: [grid for grid in found if not grid.hidden] or found for kind, found in kinds.items() if found}


def unseen(grids: Sequence[Grid], kinds: Mapping[str, Sequence[Grid]], towns: TownNames) -> list[Problem]:
    """A warning for each hidden sheet that holds an official table and is not read. `kinds` has those that are."""
    read = {id(grid) for found in kinds.values() for grid in found}
    left = [grid for grid in grids if grid.hidden and id(grid) not in read and _kind(grid, towns)]
    return [warning(next(grid.iter_row(grid.rows[0])), "hidden_sheet", _("隐藏的工作表没有读取")) for grid in left]


def joined(grids: Sequence[Grid], towns: TownNames) -> list[Grid]:
    """Give the sheets with each Word table that goes on in the next one, without a header there, as one."""
    found: list[Grid] = []
    for grid in grids:
        if found and grid.continues and _kind(found[-1], towns) and not _kind(grid, towns):
            found[-1] = found[-1].extended(grid)
        else:
            found.append(grid)
    return found


def _kind(grid: Grid, towns: TownNames) -> str | None:
    for kind, table in ((TASKS, tasklist), (RUBRIC, rubric), (MONITORING, monitoring)):
        if any(header_columns(grid, row, table.HEADS).keys() >= table.NEEDED for row in grid.rows):
            return kind
    return ALLOCATION if has_blocks(grid, towns) else None
