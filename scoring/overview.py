"""The district's pages as templates show them: texts, classes and addresses, computed before the template."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from districts.models import Town
from scoring.scores import Ranked, Scores
from tasks.board import Board, Entry, TaskEntry
from tasks.formats import number
from tasks.light_life import LightLife
from tasks.lights import LAGGING, Light
from tasks.models import Indicator, Programme
from tasks.supervision_links import SheetLink, SheetLinks


class Cell(NamedTuple):
    """One indicator in one town: the light's code as class, `actual / target`, and the light's word."""

    light: str
    text: str
    word: str


@dataclass(frozen=True)
class MatrixRow:
    town: Town | None  # None: the district
    name: str
    url: str
    cells: list[Cell]
    entries: list[Entry]


@dataclass(frozen=True)
class Matrix:
    indicators: list[tuple[Indicator, str]]
    rows: list[MatrixRow]


def lights_by_category(tasks: list[TaskEntry]) -> list[tuple[str, list[tuple[Light, int]], int]]:
    """For each category in the notice's order its lights with their counts, and how many tasks it has."""
    counts: dict[str, Counter] = {}
    for entry in tasks:
        counts.setdefault(entry.task.category, Counter())[entry.light] += 1
    lights = [light for light in Light if light != Light.NO_TARGET]
    return [(name, [(light, count[light]) for light in lights], count.total()) for name, count in counts.items()]


def matrix(board: Board, towns: list[Town]) -> Matrix:
    """Towns × indicators that are owed; the district's own row first where the notice sets targets for it alone."""
    owed = {indicator for indicator, _town in board.targets}
    indicators = [indicator for indicator in board.indicators if indicator.pk in owed]
    words = {light: str(light.label) for light in Light}
    slug = board.programme.slug
    places = [(town, town.name, reverse("town", args=[slug, town.code])) for town in towns]
    if not any(town for _indicator, town in board.targets):
        places = [(None, board.programme.district.name, reverse("indicator-list", args=[slug]))]
    rows = []
    for town, name, url in places:
        entries = [board.entry(indicator, town.pk if town else None) for indicator in indicators]
        cells = [Cell(e.light.value, _figures(e, i), words[e.light]) for e, i in zip(entries, indicators, strict=True)]
        rows.append(MatrixRow(town, name, url, cells, entries))
    heads = [(indicator, reverse("indicator", args=[slug, indicator.code])) for indicator in indicators]
    return Matrix(heads, rows)


def _figures(entry: Entry, indicator: Indicator) -> str:
    if entry.owed is None:
        return number(entry.actual) if entry.standings else "—"
    if entry.owed.value is None:
        return entry.owed.text
    unit = "%" if indicator.is_rate else ""
    return f"{number(entry.actual)}{unit} / {number(entry.owed.value)}{unit}"


@dataclass(frozen=True)
class Segment:
    """A section's part of a bar that is 100 wide."""

    offset: str
    width: str
    title: str
    text: str


@dataclass(frozen=True)
class RankingRow:
    ranked: Ranked
    url: str
    share: str
    segments: list[Segment]
    text: str


def ranking(scores: Scores, towns: list[Town]) -> list[RankingRow]:
    """The towns from first to last, each with its total cut into sections; nothing without a rubric."""
    if scores.rubric is None:
        return []
    ranked = sorted(scores.ranked(towns), key=lambda row: row.rank)
    return [_ranking_row(row, scores.programme) for row in ranked]


def _ranking_row(row: Ranked, programme: Programme) -> RankingRow:
    segments, offset = [], 0
    for section in row.score.sections:
        if section.points > 0:
            text = f"{section.points} / {number(section.weight)}"
            segments.append(Segment(str(offset), str(section.points), section.title, text))
            offset += section.points
    share = "—" if row.score.share is None else number(row.score.share, 1)
    words = _("，").join(f"{section.title} {section.points}" for section in row.score.sections)
    return RankingRow(row, reverse("town", args=[programme.slug, row.town.code]), share, segments, words)


@dataclass(frozen=True)
class LateLine:
    entry: TaskEntry | Entry
    name: str
    unit: str
    place: str
    detail: str
    url: str
    since: dt.date | None = None
    since_told: str = ""
    sheet: SheetLink | None = None

    @property
    def light(self) -> Light:
        return self.entry.light


def late_lines(
    tasks: list[TaskEntry], cells: Matrix, programme: Programme, life: LightLife, sheets: SheetLinks
) -> list[LateLine]:
    """Tasks and towns' indicators that are overdue or behind, the worst light first; of indicators also since when.

    Each has its open supervision sheet beside it, or the way to issue one.
    """
    lines = [
        LateLine(
            entry,
            str(entry.task),
            "%",
            str(programme.district),
            _("完成 %(done)s%%，计划 %(planned)s%%")
            % {"done": number(entry.percent), "planned": number(entry.planned_percent)},
            reverse("task", args=[programme.slug, entry.task.number]),
            sheet=sheets.of(entry.task, None, entry.light),
        )
        for entry in tasks
        if entry.light in LAGGING
    ]
    for row in cells.rows:
        for (indicator, url), cell, entry in zip(cells.indicators, row.cells, row.entries, strict=True):
            if entry.light in LAGGING:
                line = (indicator.pk, row.town.pk if row.town else None)
                since = (life.red_since(line, entry.light), life.told(line, entry.light))
                sheet = sheets.of(indicator, row.town, entry.light) if row.town else None
                told = (indicator.name, indicator.shown_unit, row.name, cell.text, url, *since)
                lines.append(LateLine(entry, *told, sheet))
    order = [Light.OVERDUE, Light.FAR_BEHIND, Light.BEHIND]
    return sorted(lines, key=lambda line: order.index(line.light))


class ChangedLight(NamedTuple):
    """A light that changed in the week: where, of what, from which to which."""

    on: dt.date
    place: str
    name: str
    url: str
    before: Light
    light: Light


def changed_lights(life: LightLife, board: Board, towns: list[Town]) -> list[ChangedLight]:
    """What changed in the week up to the day, the newest first."""
    slug, names = board.programme.slug, {town.pk: town.name for town in towns}
    indicators = {indicator.pk: indicator for indicator in board.indicators}
    rows = []
    for change in life.of_the_week():
        indicator = indicators[change.indicator]
        place = names.get(change.town, str(board.programme.district))
        url = reverse("indicator", args=[slug, indicator.code])
        rows.append(ChangedLight(change.on, place, indicator.name, url, change.before, change.light))
    return rows
