"""A score that explains itself: clause → rule → numbers → report → evidence → who accepted it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scoring.engine import CriterionScore
from scoring.models import Criterion, Mark
from scoring.rule_text import kind_label, rule_lines
from scoring.rules import load_rule
from scoring.scores import Scores
from tasks.figures import Owed
from tasks.models import Indicator, Report

STATUS_LABELS = {
    "computed": "",
    "pending": gettext_noop("计算方式待定"),
    "awaiting": gettext_noop("待填报或评定"),
    "no_target": gettext_noop("未分解"),
    "excluded": gettext_noop("不计入"),
}


@dataclass(frozen=True)
class Input:
    """One indicator that a line reads: what was owed, the report that stands, and what backs it."""

    part: str
    indicator: Indicator
    owed: Owed | None
    report: Report | None


@dataclass(frozen=True)
class ShownMark:
    """A mark that stands, with its author and its files; `why_not` tells why it does not count."""

    mark: Mark
    why_not: str


@dataclass(frozen=True)
class TraceLine:
    criterion: Criterion
    score: CriterionScore
    status: str
    kind: str
    rule: list[str]
    inputs: list[Input]
    marks: list[ShownMark]
    missing: int = 0  # assessors who have not marked, of
    assessors: int = 0


def trace(scores: Scores, town) -> tuple[object, list[tuple[object, list[TraceLine]]]]:
    """A town's score, and its lines under their sections with everything behind each point (6 queries more at most)."""
    score = scores.of(town)
    by_key = {line.key: line for line in score.criteria}
    reports = _reports(scores, town)
    marks = _marks(scores, town)
    groups = []
    for section, section_score in zip(scores.sections, score.sections, strict=True):
        lines = [
            _line(scores, town, criterion, by_key[criterion.key], reports, marks)
            for criterion in section.criteria.all()
        ]
        groups.append((section_score, lines))
    return score, groups


def _reports(scores: Scores, town) -> dict[int, Report]:
    """The reports behind the town's figures, with their evidence and decisions, by primary key."""
    wanted = [lines[-1].report for (_indicator, place), lines in scores.board.figures.items() if place == town.pk]
    reports = Report.objects.filter(pk__in=wanted).select_related(
        "period", "indicator", "submission__by", "decision__by"
    )
    return {report.pk: report for report in reports.prefetch_related("evidence")}


def _marks(scores: Scores, town) -> dict[int, Mark]:
    """The marks that stand for the town, by primary key."""
    wanted = [mark.pk for (_title, place), one in scores.marks.items() if place == town.pk for mark in one.marks]
    marks = Mark.objects.filter(pk__in=wanted).select_related("by", "matter", "facility")
    return {mark.pk: mark for mark in marks.with_papers()}


def _line(scores: Scores, town, criterion: Criterion, score: CriterionScore, reports, marks) -> TraceLine:
    rule, given = load_rule(criterion.rule), scores.given(criterion, town)
    inputs = []
    for part, indicator in scores.links[criterion.key]:
        line = (indicator, town.pk)
        standings = scores.board.figures.get(line)
        report = reports.get(standings[-1].report) if standings else None
        owed = scores.board.targets.get(line)
        inputs.append(Input(part, scores.indicators[indicator], owed, report))
    return TraceLine(
        criterion=criterion,
        score=score,
        status=_(STATUS_LABELS[score.status]) if STATUS_LABELS[score.status] else "",
        kind=kind_label(rule),
        rule=rule_lines(rule, criterion.weight),
        inputs=inputs,
        marks=[ShownMark(marks[one.mark.pk], one.why_not) for one in given.shown_to(scores.user)],
        missing=len(given.missing),
        assessors=given.assessors,
    )
