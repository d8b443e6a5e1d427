"""A plan's targets under the tasks that carry them out: what is owed, what was reached, and the light, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from districts.models import Town
from tasks.board import Board, Entry, TaskEntry, district_actual
from tasks.formats import number
from tasks.lights import Light
from tasks.models import Indicator, Task


@dataclass(frozen=True)
class TargetLine:
    """One indicator: the district's own target, or what its towns owe together.

    `lights` are the district's one light, or each light with the number of towns that show it; a target `in_words` has
    none. `own` is what a town's reader has reached alone.
    """

    indicator: Indicator
    owed: str
    actual: Decimal | None
    lights: list[tuple[Light, int | None]]
    own: Decimal | None = None
    in_words: bool = False

    @property
    def rolls_up(self) -> bool:
        return self.indicator.source == Indicator.Source.FACILITIES


@dataclass(frozen=True)
class TaskTargets:
    """A task at the date, with its indicators; without a task those that no task is linked to."""

    entry: TaskEntry | None
    lines: list[TargetLine]


Category = tuple[str, list[TaskTargets]]


def has_towns_targets(board: Board) -> bool:
    return any(town for _indicator, town in board.targets)


def district_targets(board: Board, entries: Sequence[TaskEntry], towns: Sequence[Town]) -> list[Category]:
    """Category by category, in the notice's order, every task with its targets (1 query); then what no task carries out."""
    lines = {one.pk: line for one in board.indicators if (line := _line(board, one, towns))}
    linked: dict[int, list[int]] = {}
    links = Task.indicators.through.objects.filter(task__programme=board.programme).order_by("indicator__order")
    for task, indicator in links.values_list("task_id", "indicator_id"):
        linked.setdefault(task, []).append(indicator)
    found: dict[str, list[TaskTargets]] = {}
    for entry in entries:
        own = [lines[key] for key in linked.get(entry.task.pk, []) if key in lines]
        found.setdefault(entry.task.category, []).append(TaskTargets(entry, own))
    carried = {key for keys in linked.values() for key in keys}
    if rest := [line for key, line in lines.items() if key not in carried]:
        found[_("其他指标")] = [TaskTargets(None, rest)]
    return list(found.items())


def _line(board: Board, indicator: Indicator, towns: Sequence[Town]) -> TargetLine | None:
    """None for what nobody owes."""
    district = board.entry(indicator, None)
    entries = [board.entry(indicator, town.pk) for town in towns]
    own = entries[0].actual if len(entries) == 1 else None
    if district.owed:
        in_words = district.owed.value is None
        lights = [] if in_words else [(district.light, None)]
        return TargetLine(indicator, district.owed.text, district.actual, lights, own, in_words)
    if not any(entry.owed for entry in entries):
        return None
    counts = [(light, sum(entry.light == light for entry in entries)) for light in Light if light != Light.NO_TARGET]
    latest = [entry.standings[-1] for entry in entries if entry.standings]
    lights = [(light, count) for light, count in counts if count]
    return TargetLine(indicator, _together(indicator, entries), district_actual(indicator, latest), lights, own)


def _together(indicator: Indicator, entries: list[Entry]) -> str:
    """A sum for counts; for the rest the words that all towns have alike."""
    owed = [entry.owed for entry in entries if entry.owed]
    values = [one.value for one in owed if one.value is not None]
    if values and indicator.aggregation == Indicator.Aggregation.SUM:
        return number(sum(values))
    words = {one.text for one in owed}
    return words.pop() if len(words) == 1 else "—"
