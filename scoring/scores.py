"""From the database to the engine: what each criterion sees of each town at a date, and the scores that follow."""

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from districts.models import Town
from scoring import engine
from scoring.awarding import GIVEN, NOTHING, GivenMark, Marks, assembled
from scoring.models import Criterion, CriterionLink, LineSetting, Mark, Rubric, Section
from scoring.rules import Figure, Inputs, load_rule
from tasks.as_known import as_known
from tasks.board import Board, Moment
from tasks.figures import Owed, lower_is_better
from tasks.models import Indicator, Programme

NOTHING_OWED = Owed("ge", None, "")
NOTHING_RULED: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True)
class Ranked:
    """One town's score and its place (shared places: 1, 2, 2, 4)."""

    town: Town
    score: engine.TownScore
    rank: int


class Scores:
    """A programme's rubric and its towns' scores at a moment, in a fixed number of queries.

    `user` narrows the towns, figures and marks to what that user may see. A `board` that is loaded already is used again.
    `rubric`: the version to score by, else the one known at the moment.
    """

    def __init__(
        self,
        programme: Programme,
        moment: Moment,
        *,
        user=None,
        no_target: str = "",
        board: Board | None = None,
        rubric: Rubric | None = None,
    ):
        self.programme, self.moment, self.user = programme, moment, user
        self.rubric = copy(rubric) or Rubric.objects.filter(programme=programme).known(moment.known_on).first()
        if self.rubric:
            as_known([self.rubric], ["no_target", "notes"], moment.known_on)
        self.no_target = no_target or (self.rubric.no_target if self.rubric else engine.BY_TEXT)
        self._board = board

    def again(self, as_of: dt.date, *, user=None, town=None) -> "Scores":
        """The same rubric and plan as known then, at another day or for other towns: neither is read again."""
        self.engine_rubric, self.links, self.settings  # noqa: B018 (read once for both)
        other = copy(self)
        for name in ("board", "standing", "marks", "indicators"):
            vars(other).pop(name, None)
        other._board, other.user = self.board.again(as_of, user=user, town=town), user
        other.moment = other._board.moment
        return other

    @cached_property
    def board(self) -> Board:
        return self._board or Board(self.programme, self.moment, user=self.user)

    @cached_property
    def towns(self) -> list[Town]:
        """All towns of the district."""
        return list(Town.objects.filter(district=self.programme.district_id))

    @cached_property
    def sections(self) -> list[Section]:
        if self.rubric is None:
            return []
        return list(self.rubric.sections.prefetch_related("criteria"))

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """The lines by key, in order."""
        return {c.key: c for section in self.sections for c in section.criteria.all()}

    @cached_property
    def links(self) -> dict[str, list[tuple[str, int]]]:
        """By a line's key: the parts of its rule, each with the primary key of the indicator that it reads."""
        found: dict[str, list[tuple[str, int]]] = {key: [] for key in self.criteria}
        for key, part, indicator in CriterionLink.objects.known(self.rubric, self.moment.known_on):
            found[key].append((part, indicator))
        return found

    @cached_property
    def engine_rubric(self) -> engine.Rubric:
        return engine.Rubric(tuple(_section(section) for section in self.sections))

    @cached_property
    def marks(self) -> dict[tuple[str, int], Marks]:
        """What people gave by the line's title and town: it outlives a version of the rubric (3 queries)."""
        kinds = {criterion.title: criterion.rule["kind"] for criterion in self.criteria.values()}
        return {
            (title, town): assembled(marks, self.settings.get(title), kinds.get(title, ""))
            for (title, town), marks in self.standing.items()
        }

    @cached_property
    def settings(self) -> dict[str, LineSetting]:
        """How people give points on a line, by the line's title."""
        standing = LineSetting.objects.filter(programme=self.programme).standing(known_on=self.moment.known_on)
        return {one.title: one for one in standing.prefetch_related("assessors__user")}

    @cached_property
    def standing(self) -> dict[tuple[str, int], list[GivenMark]]:
        """The marks that stand, the latest last, by the line's title and town."""
        of_programme = {"criterion__section__rubric__programme": self.programme}
        marks = Mark.objects.filter(district=self.programme.district_id, **of_programme)
        if self.user:
            marks = marks.visible_to(self.user)
        standing = marks.standing(**self.moment._asdict()).order_by("given_on", "pk")
        found: dict[tuple[str, int], list[GivenMark]] = {}
        for mark in map(GivenMark._make, standing.values_list(*GIVEN)):
            found.setdefault((mark.title, mark.town_id), []).append(mark)
        return found

    def of(self, town: Town, ruled: Mapping[str, Decimal] = NOTHING_RULED) -> engine.TownScore:
        """A town's score; `ruled` are points that were ruled on, by the criterion's key."""
        return engine.score(self.engine_rubric, self.inputs(town), self.no_target, ruled)

    def inputs(self, town: Town) -> dict[str, Inputs]:
        """What each line sees of the town, by the line's key."""
        return {key: self._inputs(criterion, town) for key, criterion in self.criteria.items()}

    def ranked(self, towns: Iterable[Town]) -> list[Ranked]:
        """The towns' scores with their places, in the towns' order."""
        scored = [(town, self.of(town)) for town in towns]
        ranks = engine.rank([score.total for _town, score in scored])
        return [Ranked(town, score, rank) for (town, score), rank in zip(scored, ranks, strict=True)]

    def _inputs(self, criterion: Criterion, town: Town) -> Inputs:
        links = self.links[criterion.key]
        figures = {part: self._figure(self.indicators[indicator], town) for part, indicator in links}
        return Inputs(figures, self.given(criterion, town).awards)

    def given(self, criterion: Criterion, town: Town) -> Marks:
        """What people gave one town on one line."""
        return self.marks.get((criterion.title, town.pk), NOTHING)

    @cached_property
    def indicators(self) -> dict[int, Indicator]:
        return {indicator.pk: indicator for indicator in self.board.indicators}

    def _figure(self, indicator: Indicator, town: Town) -> Figure:
        line = (indicator.pk, town.pk)
        standings = self.board.figures.get(line)
        owed = self.board.targets.get(line, NOTHING_OWED)
        return Figure(
            name=indicator.name,
            unit=indicator.unit,
            value=standings[-1].value if standings else None,
            target=owed.value,
            comparator="le" if lower_is_better(indicator, owed) else "ge",
            text_target=owed.text if owed.value is None else "",
        )


def _section(section: Section) -> engine.Section:
    lines = tuple(
        engine.Criterion(c.key, section.title, c.title, c.weight, load_rule(c.rule), c.pending)
        for c in section.criteria.all()
    )
    return engine.Section(str(section.number), section.title, section.weight, lines)
