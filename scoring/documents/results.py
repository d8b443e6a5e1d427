"""The stored results of an assessment as its papers tell them: towns with what was ruled, and each line over all towns."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.utils.timezone import localdate

from scoring import sealing
from scoring.acting import Kind
from scoring.assessment_rows import standing_results
from scoring.assessments import ruled_points
from scoring.facts import AWAITING, HUNDRED, ZERO, round_points
from scoring.freezing import stored_inputs
from scoring.models import Assessment, AssessmentAct, Result, ResultLine
from scoring.rules import load_rule
from scoring.spread import Spread, spread


@dataclass(frozen=True)
class TownResult:
    """One town as it stands; `lines` are its points by the line's key, the ruled ones where an appeal was upheld."""

    result: Result  # as it was frozen
    total: Decimal
    rank: int
    grade: str
    sections: list[dict]
    stored: dict[str, ResultLine]
    lines: dict[str, Decimal]

    @property
    def name(self) -> str:
        return self.result.name

    @property
    def code(self) -> str:
        return self.result.code

    @property
    def vetoes(self) -> list[tuple[ResultLine, str]]:
        """The lines that deny it something, each with what (`loss_rules`); a ruling lifts them."""
        lines = [
            one for one in self.stored.values() if one.rule["kind"] == "veto" and self.lines[one.key] == one.points
        ]
        rules = [(line, load_rule(line.rule)) for line in lines]
        return [(line, rule.effect) for line, rule in rules if rule.met(stored_inputs(line))]

    def of_section(self, number: int) -> Decimal:
        return Decimal(self.sections[number - 1]["points"])


@dataclass(frozen=True)
class LineResult:
    """One line over all towns."""

    line: ResultLine
    points: list[Decimal]
    spread: Spread
    waits: bool  # in every town

    @property
    def mean(self) -> Decimal:
        return mean(self.points)

    @property
    def kind(self) -> str:
        return self.line.rule["kind"]

    @property
    def lost(self) -> Decimal:
        """The share of the weight that the towns lack on average; of a line that adds or takes points none."""
        counts = self.line.weight > 0 and self.kind not in ("bonus", "penalty")
        return 1 - self.mean / self.line.weight if counts else ZERO


@dataclass(frozen=True)
class Results:
    """An assessment with its towns from first to last and its lines in the rubric's order."""

    assessment: Assessment
    acts: dict[str, AssessmentAct]
    towns: list[TownResult]

    @property
    def totals(self) -> list[Decimal]:
        return [town.total for town in self.towns]

    @property
    def median(self) -> Decimal:
        return round_points(median(self.totals))

    @property
    def issued_on(self) -> dt.date | None:
        """The day of the act that made it public or final; None while it is only frozen."""
        act = self.acts.get(Kind.FINAL) or self.acts.get(Kind.PUBLISHED)
        return act and localdate(act.at)

    @property
    def sections(self) -> list[dict]:
        return self.towns[0].sections if self.towns else []

    def lines(self) -> list[LineResult]:
        found = []
        for key, line in self.towns[0].stored.items() if self.towns else ():
            points = [town.lines[key] for town in self.towns]
            waits = all(town.stored[key].status == AWAITING for town in self.towns)
            found.append(LineResult(line, points, spread(points, line.weight), waits))
        return found

    def of_grade(self, grade: str) -> list[TownResult]:
        return [town for town in self.towns if town.grade == grade]

    def waiting(self) -> list[tuple[str, list[str]]]:
        """The lines that wait somewhere, with the towns where they do."""
        found = []
        for key, line in self.towns[0].stored.items() if self.towns else ():
            towns = [town.name for town in self.towns if town.stored[key].status == AWAITING]
            if towns:
                found.append((line.title, towns))
        return found


def results_of(assessment: Assessment) -> Results:
    """Of one that is frozen or later (6 queries, however many towns there are)."""
    acts = {act.kind: act for act in AssessmentAct.objects.filter(assessment=assessment).select_related("by")}
    standing, points = standing_results(assessment), ruled_points(assessment)
    towns = []
    for result, lines in sealing.stored(assessment):
        frozen = (result.total, result.rank, result.grade, result.sections)
        stored, ruled = {line.key: line for line in lines}, points.get(result.town_id, {})
        own = {key: ruled.get(key, line.points) for key, line in stored.items()}
        place = standing.get(result.town_id, frozen)
        towns.append(TownResult(result, *place, stored, own))
    return Results(assessment, acts, sorted(towns, key=lambda town: (town.rank, town.code)))


def mean(points: Sequence[Decimal]) -> Decimal:
    """Rounded like points."""
    return round_points(sum(points, ZERO) / len(points))


def percent(part: Decimal, whole: Decimal) -> Decimal:
    return part * HUNDRED / whole
