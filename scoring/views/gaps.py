"""One town's score taken apart, beside the district and its own last quarter, and what would bring it more."""

from dataclasses import dataclass
from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import analysis_lists, charts
from scoring.comparison import (
    Standing,
    at_quarter,
    by_sections,
    last_quarter,
    may_see_medians,
    may_see_places,
    standing,
)
from scoring.engine import CriterionScore, TownScore
from scoring.freezing import waiting
from scoring.gap_words import amount, in_heads, step_words
from scoring.gaps import Gap, Search
from scoring.scores import Ranked, Scores
from scoring.views.common import town_or_404
from scoring.waterfall import Step, waterfall
from scoring.whatif import case_of
from tasks import listing
from tasks.board import Board, Plan
from tasks.models import Indicator
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

UP = "up"


@dataclass(frozen=True)
class Row:
    """One step of the waterfall; the line's median and its points a quarter ago where there are such."""

    step: Step
    median: Decimal | None
    before: Decimal | None

    @property
    def weight(self) -> Decimal | None:
        return self.step.line.weight if self.step.line else None

    @property
    def points(self) -> Decimal | None:
        return self.step.line.points if self.step.line else None

    @property
    def since(self) -> Decimal | None:
        """What has come since that quarter."""
        return None if self.before is None else self.points - self.before


@dataclass(frozen=True)
class GapRow:
    """One indicator's steps in words, with the lines that they move and the day by which it is due."""

    indicator: Indicator
    gap: Gap
    now: str
    target: str
    due_on: object
    is_late: bool
    lines: str
    steps: list[tuple[str, str]]


@allowed(see=Permission.SEE_TOWN)
def gaps_page(request, slug, code):
    """The waterfall with its comparison, and each indicator that could bring points, the most a unit first."""
    programme = programme_or_404(request, slug)
    town, moment = town_or_404(request, programme, code), moment_of(request)
    board = Board(programme, moment, user=request.user, town=town)
    scores = Scores(programme, moment, user=request.user, board=board)
    context = {"programme": programme, "town": town, "rubric": scores.rubric} | dates_context(programme, moment)
    if scores.rubric is None:
        return render(request, "scoring/gaps.html", context)
    facts = _facts(request, programme, moment, town, scores)
    tables = {
        "lines": (_("失分明细"), lambda: analysis_lists.waterfall(facts)),
        "gaps": (_("提分空间"), lambda: analysis_lists.gaps(facts)),
    }
    if file := listing.one_of(tables, request, f"{programme} {town}", moment):
        return file
    return render(request, "scoring/gaps.html", context | facts)


def _facts(request, programme, moment, town, scores: Scores) -> dict:
    down = request.GET.get("from") != UP
    case, district = case_of(scores, town), standing(programme, moment, request.user, scores)
    score = case.score()
    search = _search(request, programme, town, case, district)
    quarter = last_quarter(programme, moment.as_of)
    before = at_quarter(scores, quarter, request.user, town) if quarter else None
    medians = district if may_see_medians(request.user, district) else None
    found = waterfall(case.rubric, score, down=down)
    gaps, plan = search.gaps(), scores.board.plan
    return {
        "score": score,
        "waiting": waiting([Ranked(town, score, 1)]),
        "rank": search.rank,
        "of": len(district.totals),
        "median": medians and medians.median,
        "quarter": quarter,
        "before": before,
        "down": down,
        "found": found,
        "rows": _rows(found.steps, medians, before),
        "chart": charts.falls(found, down=down),
        "gaps": [_gap_row(scores, town, gap, search.rank, plan) for gap in gaps],
        "others": _without_gap(case, score, gaps),
        "trace": reverse("town", args=[programme.slug, town.code]),
    }


def _search(request, programme, town, case, district: Standing) -> Search:
    """With the other towns' places for those who may see them."""
    if not may_see_places(request.user, programme):
        return Search(case)
    rule = by_sections(programme)
    return Search(case, district.others(town, by_sections=rule), rule)


def _rows(steps: list[Step], medians: Standing | None, before: TownScore | None) -> list[Row]:
    then = {line.key: line.points for line in before.criteria} if before else {}
    return [
        Row(
            step,
            medians.median_of(step.line.key) if medians and step.line else None,
            step.line and then.get(step.line.key),
        )
        for step in steps
    ]


def _gap_row(scores: Scores, town, gap: Gap, rank: int | None, plan: Plan) -> GapRow:
    indicator = scores.indicators[gap.indicator]
    standings = scores.board.figures.get((gap.indicator, town.pk))
    due_on = plan.of_indicator(indicator).due_on
    latest = standings[-1] if standings else None
    owed = scores.board.targets.get((gap.indicator, town.pk))
    titles = [
        scores.criteria[key].title
        for key, links in scores.links.items()
        if any(indicator == gap.indicator for _part, indicator in links)
    ]
    return GapRow(
        indicator=indicator,
        gap=gap,
        now=amount(indicator, gap.figure.value),
        target=owed.text if owed else "—",
        due_on=due_on,
        is_late=due_on < scores.moment.as_of,
        lines=_("、").join(titles),
        steps=[(step_words(indicator, step, rank), in_heads(step, latest)) for step in gap.steps],
    )


def _without_gap(case, score: TownScore, gaps: list[Gap]) -> list[CriterionScore]:
    """Lines that lack points which no figure of the town would bring: given by people, excluded, or not linked."""
    moved = {key for gap in gaps for key, _part in case.readers[gap.indicator]}
    return [
        line
        for line in score.criteria
        if line.key not in moved and line.points < (0 if line.criterion.is_penalty else line.weight)
    ]
