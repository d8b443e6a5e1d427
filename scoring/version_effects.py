"""What another version of the rubric would do to every town: total, place and line by line. Nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from districts.models import Town
from scoring.engine import CriterionScore
from scoring.facts import ZERO
from scoring.models import Rubric
from scoring.scores import Ranked, Scores
from tasks.board import Board, Moment
from tasks.listing import Table
from tasks.models import Programme


@dataclass(frozen=True)
class LineEffect:
    """One town's points on one line under both versions; None where a version does not have the line."""

    title: str
    before: CriterionScore | None
    after: CriterionScore | None

    @property
    def change(self) -> Decimal:
        return _points(self.after) - _points(self.before)


@dataclass(frozen=True)
class TownEffect:
    """One town under both versions; `before` is None where no version is in force."""

    town: Town
    before: Ranked | None
    after: Ranked
    lines: list[LineEffect]

    @property
    def change(self) -> Decimal:
        return self.after.score.total - (self.before.score.total if self.before else ZERO)

    @property
    def changed(self) -> list[LineEffect]:
        return [line for line in self.lines if line.change]


class Effects:
    """Both versions scored from one board, in a number of queries that does not grow with the towns."""

    def __init__(self, programme: Programme, draft: Rubric, moment: Moment, user):
        board = Board(programme, moment, user=user)
        self.before = Scores(programme, moment, user=user, board=board)
        self.after = Scores(programme, moment, user=user, board=board, rubric=draft)
        self.towns = list(Town.objects.visible_to(user).filter(district=programme.district_id))

    def of_towns(self) -> list[TownEffect]:
        """Every town, by its place under the draft."""
        after = self.after.ranked(self.towns)
        before = self.before.ranked(self.towns) if self.before.rubric else [None] * len(after)
        rows = [self._town(*pair) for pair in zip(before, after, strict=True)]
        return sorted(rows, key=lambda row: row.after.rank)

    def of_line(self, key: str) -> list[tuple[Town, LineEffect]]:
        """Every town's points on one of the draft's lines."""
        rows = [(row.town, row.lines) for row in self.of_towns()]
        title = self.after.criteria[key].title
        return [(town, next(line for line in lines if line.title == title)) for town, lines in rows]

    def _town(self, before: Ranked | None, after: Ranked) -> TownEffect:
        standing = {line.key: line for line in before.score.criteria} if before else {}
        lines = []
        for line in after.score.criteria:
            lines.append(LineEffect(line.title, standing.pop(self._same.get(line.key), None), line))
        gone = [LineEffect(line.title, line, None) for line in standing.values()]
        return TownEffect(after.town, before, after, lines + gone)

    @property
    def _same(self) -> Mapping[str, str]:
        """The line in force that each of the draft's lines goes on from: the one of its name, else of its number."""
        by_title = {line.title: key for key, line in self.before.criteria.items()}
        kept = {line.title for line in self.after.criteria.values()}
        free = {key for key, line in self.before.criteria.items() if line.title not in kept}
        found = {}
        for key, line in self.after.criteria.items():
            if line.title in by_title:
                found[key] = by_title[line.title]
            elif key in free:
                found[key] = key
        return found


def by_line(rows: Iterable[TownEffect]) -> list[tuple[str, list[tuple[Town, LineEffect]]]]:
    """The lines on which some town's points change, with those towns."""
    found: dict[str, list[tuple[Town, LineEffect]]] = {}
    for row in rows:
        for line in row.changed:
            found.setdefault(line.title, []).append((row.town, line))
    return list(found.items())


def table(rows: Iterable[TownEffect]) -> Table:
    """Totals, places, and every line of every town under both versions."""
    head = [_("街镇"), _("评分项"), _("现行得分"), _("新版得分"), _("变化"), _("现行名次"), _("新版名次")]
    return head, [line for row in rows for line in _table_rows(row)]


def _table_rows(row: TownEffect) -> list[list]:
    before = row.before
    total = [before.score.total if before else None, row.after.score.total, row.change]
    places = [before.rank if before else None, row.after.rank]
    lines = [
        [row.town.name, one.title, one.before and one.before.points, one.after and one.after.points, one.change]
        for one in row.lines
    ]
    return [[row.town.name, _("总分"), *total, *places], *([*line, None, None] for line in lines)]


def _points(line: CriterionScore | None) -> Decimal:
    return line.points if line else ZERO
