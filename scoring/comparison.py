"""One town beside its district: the medians, the place that a total would take, and its own last quarter."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from accounts.permissions import Permission
from districts.models import Town
from scoring.facts import round_points
from scoring.models import Assessment, AssessmentAct, Ties, Visibility
from scoring.remembered import remembered
from scoring.scores import Scores
from tasks.board import Moment
from tasks.models import Period, Programme

ENOUGH = 5  # of fewer towns a median would tell one of them what another has


@dataclass(frozen=True)
class Standing:
    """Every town's total and its points on each line and in each section, by the town's primary key."""

    totals: Mapping[int, Decimal]
    lines: Mapping[str, Mapping[int, Decimal]]
    sections: Mapping[int, Sequence[Decimal]] = field(default_factory=dict)

    def others(self, town: Town, *, by_sections: bool = False) -> list[Decimal | tuple]:
        """What decides the other towns' places (`grading.decides`)."""
        others = {key: total for key, total in self.totals.items() if key != town.pk}
        return [(total, *self.sections[key]) if by_sections else total for key, total in others.items()]

    @property
    def median(self) -> Decimal | None:
        return middle(list(self.totals.values()))

    def median_of(self, key: str) -> Decimal | None:
        return middle(list(self.lines.get(key, {}).values()))


def middle(points: Sequence[Decimal]) -> Decimal | None:
    """The median, rounded like points; None of nothing."""
    return round_points(median(points)) if points else None


def may_see_places(user, programme: Programme) -> bool:
    """Places tell of other towns: they are the district's, and its towns' where the last publication opened all points.

    Where a town may know its own rank alone, trying figures out would tell it the others' points.
    """
    if user.may(Permission.SEE_DISTRICT):
        return True
    published = AssessmentAct.objects.filter(assessment__programme=programme, kind=AssessmentAct.Kind.PUBLISHED)
    last = published.order_by("-pk").values_list("visibility", flat=True).first()
    return bool(user.town_id) and last == Visibility.FULL


def may_see_medians(user, standing: Standing) -> bool:
    return user.may(Permission.SEE_DISTRICT) or len(standing.totals) >= ENOUGH


def standing(programme: Programme, moment: Moment, user, own: Scores | None = None) -> Standing:
    """All towns' points, computed once and remembered until something behind them changes.

    `own`: scores of the moment that are loaded already; their rubric and plan are used again. It holds more than a town may see: pages show of it what `may_see_places` and `may_see_medians` allow.
    """
    told = json.loads(
        remembered("standing", programme, moment, user, lambda: json.dumps(_points(programme, moment, own)))
    )
    lines = {key: _decimals(points) for key, points in told["lines"].items()}
    sections = {int(town): [Decimal(number) for number in points] for town, points in told["sections"].items()}
    return Standing(_decimals(told["totals"]), lines, sections)


def by_sections(programme: Programme) -> bool:
    """Are equal totals told apart by their sections? As the programme's latest assessment says; without one they share."""
    latest = Assessment.objects.filter(programme=programme).exclude(acts__kind=AssessmentAct.Kind.DISCARDED)
    return latest.order_by("-pk").values_list("ties", flat=True).first() == Ties.BY_SECTIONS


def last_quarter(programme: Programme, before: dt.date) -> Period | None:
    """The latest quarter of the programme that was over before the day."""
    return programme.periods.quarters().filter(ends_on__lt=before).order_by("-ends_on").first()


def at_quarter(own: Scores, quarter: Period, user, town: Town):
    """The town's score at that quarter's end, as known on the same day, by the rubric and plan of `own`."""
    return own.again(quarter.ends_on, user=user, town=town).of(town)


def _points(programme: Programme, moment: Moment, own: Scores | None) -> dict:
    scores = own.again(moment.as_of) if own else Scores(programme, moment)
    totals, lines, sections = {}, {}, {}
    for row in scores.ranked(Town.objects.filter(district=programme.district_id)):
        totals[row.town.pk] = str(row.score.total)
        sections[row.town.pk] = [str(section.points) for section in row.score.sections]
        for line in row.score.criteria:
            lines.setdefault(line.key, {})[row.town.pk] = str(line.points)
    return {"totals": totals, "lines": lines, "sections": sections}


def _decimals(points: Mapping[str, str]) -> dict[int, Decimal]:
    return {int(town): Decimal(number) for town, number in points.items()}
