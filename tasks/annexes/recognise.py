"""Telling from its headers which official table a file holds."""

from collections.abc import Sequence

from tasks.annexes import rubric, tasklist
from tasks.annexes.blocks import has_blocks
from tasks.annexes.grid import Grid, header_columns

TASKS = "tasks"
ALLOCATION = "allocation"
RUBRIC = "rubric"


def recognise(grids: Sequence[Grid]) -> str | None:
    """Give "tasks", "rubric" or "allocation"; None when no sheet is one of them, or sheets are of different kinds.

    A progress table has an allocation's shape: only the user can say that it is one.
    """
    kinds = {kind for kind in map(_kind, grids) if kind}
    return kinds.pop() if len(kinds) == 1 else None


def _kind(grid: Grid) -> str | None:
    for kind, table in ((TASKS, tasklist), (RUBRIC, rubric)):
        if any(header_columns(grid, row, table.HEADS).keys() >= table.NEEDED for row in grid.rows):
            return kind
    return ALLOCATION if has_blocks(grid) else None
