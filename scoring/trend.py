"""How towns stood from one assessment to the next: the programme's own and those of the year before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from accounts.permissions import Permission
from scoring.assessments import ruled
from scoring.documents.letters import STANDING
from scoring.models import AppealRuling, Assessment, AssessmentAct, AssessmentState, FinalResult, Result, Visibility
from tasks.models import Programme


class Place(NamedTuple):
    """A town in one assessment, with what was ruled; no rank where the reader may not see it."""

    total: Decimal
    rank: int | None
    grade: str


@dataclass(frozen=True)
class Row:
    """One town over the assessments, in their order; None where it had no result."""

    code: str
    name: str
    places: list[Place | None]

    @property
    def change(self) -> Decimal | None:
        """From the last but one result to the last."""
        totals = [place.total for place in self.places if place]
        return totals[-1] - totals[-2] if len(totals) > 1 else None


def assessments_of(user, programme: Programme) -> list[Assessment]:
    """Those whose stored results stand and that the user may see, of the programme and of the district's year before, by their day."""
    years = Assessment.objects.filter(programme__district=programme.district_id, programme__year=programme.year - 1)
    found = Assessment.objects.filter(programme=programme) | years
    rulings = AppealRuling.objects.filter(appeal__line__result__assessment=OuterRef("pk"), points__isnull=False)
    found = found.visible_to(user).standing().annotate(moved=Exists(rulings))
    published = AssessmentAct.objects.filter(assessment=OuterRef("pk"), kind=AssessmentAct.Kind.PUBLISHED)
    found = found.annotate(shows=published.values("visibility")[:1])
    return [one for one in found.order_by("as_of", "pk") if one.state in STANDING]


def rows_of(user, assessments: Sequence[Assessment]) -> list[Row]:
    """The towns that the user may see, by their code (2 queries, and 4 for each with a ruling that is not final yet)."""
    results = Result.objects.visible_to(user).filter(assessment__in=assessments)
    finals = {one.result_id: one for one in FinalResult.objects.filter(result__assessment__in=assessments)}
    moved = {one.pk: _moved(one) for one in assessments if one.moved and one.state != AssessmentState.FINAL}
    ranked = {one.pk for one in assessments if user.may(Permission.SEE_DISTRICT) or one.shows != Visibility.BANDS}
    names: dict[str, str] = {}
    places: dict[tuple[str, int], Place] = {}
    for result in results.order_by("code", "assessment__as_of"):
        now = finals.get(result.pk) or moved.get(result.assessment_id, {}).get(result.town_id) or result
        names[result.code] = result.name
        rank = now.rank if result.assessment_id in ranked else None
        places[result.code, result.assessment_id] = Place(now.total, rank, now.grade)
    return [Row(code, name, [places.get((code, one.pk)) for one in assessments]) for code, name in names.items()]


def _moved(assessment: Assessment) -> dict[int, Place]:
    return {row.town.pk: Place(row.score.total, row.rank, row.grade) for row in ruled(assessment)}
