"""How far a facility's plan is: the share of its measures that are done (findings closed, or marked done with words)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Prefetch

from quality.models import Finding, FindingState, ImprovementPlan, MeasureDone, PlanMeasure
from tasks.models.known import Known, known_by

HUNDRED = 100


class Line(NamedTuple):
    """A measure: whether it is done, its findings in force as they stand, and what was said when it was marked done."""

    measure: PlanMeasure
    done: bool
    findings: list[Finding]
    closed: int
    mark: MeasureDone | None


class Progress(NamedTuple):
    lines: list[Line]

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)

    @property
    def percent(self) -> int:
        """Whole percent, rounded down, so that 100 means all."""
        return self.done * HUNDRED // len(self.lines) if self.lines else 0


def progress_of(plans: Iterable[ImprovementPlan], until: Known = None) -> dict[int, Progress]:
    """Of each version by the end of a day (None: now; 3 queries). A mark in an earlier version holds for the same words in a later one."""
    plans = list(plans)
    findings = Finding.objects.standing(until).in_force().order_by("year", "number")
    standing = Prefetch("findings", findings, to_attr="standing_findings")
    measures = PlanMeasure.objects.filter(plan__in=plans).select_related("task").prefetch_related(standing)
    marks = {
        (mark.measure.plan.programme_id, mark.measure.plan.facility_id, mark.measure.words): mark
        for mark in MeasureDone.objects.filter(
            known_by(until),
            measure__plan__facility__in={plan.facility_id for plan in plans},
            measure__plan__programme__in={plan.programme_id for plan in plans},
        ).select_related("measure__plan", "by")
    }
    by_plan: dict[int, list[PlanMeasure]] = {plan.pk: [] for plan in plans}
    for measure in measures:
        by_plan[measure.plan_id].append(measure)
    return {
        plan.pk: Progress(
            [
                _line(
                    measure, measure.standing_findings, marks.get((plan.programme_id, plan.facility_id, measure.words))
                )
                for measure in by_plan[plan.pk]
            ]
        )
        for plan in plans
    }


def _line(measure: PlanMeasure, findings: Sequence[Finding], mark: MeasureDone | None) -> Line:
    closed = sum(finding.state == FindingState.CLOSED for finding in findings)
    done = closed == len(findings) if findings else mark is not None
    return Line(measure, done, list(findings), closed, None if findings else mark)
