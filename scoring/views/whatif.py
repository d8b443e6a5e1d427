"""What would the score be if: figures in the address, points and total by the engine, nothing saved."""

from dataclasses import dataclass
from decimal import Decimal

from django.shortcuts import render

from accounts.permissions import Permission
from scoring.comparison import by_sections, may_see_places, standing
from scoring.engine import CriterionScore
from scoring.freezing import waiting
from scoring.grading import decides
from scoring.scores import Ranked, Scores
from scoring.trial import Field, Trial
from scoring.views.common import town_or_404
from scoring.whatif import case_of, place
from tasks.board import Board
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

DATES = ("as_of", "known_on")


@dataclass(frozen=True)
class Line:
    """One line of the rubric as it stands and as tried, with the boxes that belong to it."""

    now: CriterionScore
    then: CriterionScore
    fields: list[Field]

    @property
    def change(self) -> Decimal:
        return self.then.points - self.now.points


@allowed(see=Permission.SEE_TOWN)
def what_if(request, slug, code):
    """The town's lines with every figure in a box; the address holds those that differ from what stands."""
    programme = programme_or_404(request, slug)
    town, moment = town_or_404(request, programme, code), moment_of(request)
    board = Board(programme, moment, user=request.user, town=town)
    scores = Scores(programme, moment, user=request.user, board=board)
    context = {"programme": programme, "town": town, "rubric": scores.rubric} | dates_context(programme, moment)
    if scores.rubric:
        context |= _facts(request, programme, moment, town, scores)
    return render(request, "scoring/whatif.html", context)


def _facts(request, programme, moment, town, scores: Scores) -> dict:
    case = case_of(scores, town)
    now, trial = case.score(), Trial(case, scores, request.GET)
    lines = [Line(*pair, trial.fields[pair[0].key]) for pair in zip(now.criteria, trial.score.criteria, strict=True)]
    return {
        "now": now,
        "waiting": waiting([Ranked(town, now, 1)]),
        "then": trial.score,
        "change": trial.score.total - now.total,
        "places": _places(request, scores, town, now, trial.score),
        "lines": lines,
        "unknown": trial.unknown,
        "dates": [(name, request.GET[name]) for name in DATES if request.GET.get(name)],
    }


def _places(request, scores: Scores, town, *tried) -> list[int] | None:
    """The places of both scores, for those who may see places."""
    if not may_see_places(request.user, scores.programme):
        return None
    rule = by_sections(scores.programme)
    others = standing(scores.programme, scores.moment, request.user, scores).others(town, by_sections=rule)
    return [place(decides(score, by_sections=rule), others) for score in tried]
