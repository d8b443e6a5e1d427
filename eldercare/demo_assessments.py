"""The demo's assessments: the second quarter's final, the third's published with appeals, the year's a draft.

Of the third quarter's appeals one was ruled on and one waits.
"""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from scoring.appealing import appeal, is_full, rule
from scoring.assessments import draft, finalise, freeze, publish
from scoring.grading import DEFAULT_BANDS, Band
from scoring.models import Assessment, ResultLine, Rubric, Visibility
from tasks.models import Programme

# By half a year and three quarters less than half of the year's points can be there: the bureau sets its bounds by it.
BOUNDS = {2: (30, 24, 15, 0), 3: (38, 35, 25, 0)}
FROZEN, PUBLISHED, APPEALED, RULED, FINAL = 20, 21, 23, 25, 30  # days of the month after the quarter
HALF = Decimal("0.5")


def add_assessments(programme: Programme, users: dict) -> None:
    """Of a programme with a rubric; every title says that it is made up."""
    if not Rubric.objects.filter(programme=programme).in_force().exists():
        return
    second, third = (_published(programme, quarter, users["staff"]) for quarter in BOUNDS)
    finalise(assessment=second, by=users["staff"], at=_at(second.as_of, FINAL))
    _appeals(third, users)
    _draft_of_the_year(programme, users["staff"])


def _published(programme: Programme, quarter: int, staff) -> Assessment:
    period = programme.periods.quarters().select_related("programme").get(label=f"{programme.year}Q{quarter}")
    assessment = draft(
        programme=programme,
        kind=Assessment.Kind.QUARTERLY,
        title=f"{period.name}通报（演示）",
        as_of=period.ends_on,
        period=period,
        bands=[Band(band.name, Decimal(least)) for band, least in zip(DEFAULT_BANDS, BOUNDS[quarter], strict=True)],
        by=staff,
        key=f"demo-{programme.pk}-{quarter}",
        at=_at(period.ends_on, FROZEN),
    )
    freeze(assessment=assessment, by=staff, reason="监测和监管得分年底评定", at=_at(assessment.as_of, FROZEN))
    publish(assessment=assessment, visibility=Visibility.FULL, by=staff, at=_at(assessment.as_of, PUBLISHED))
    return assessment


def _draft_of_the_year(programme: Programme, staff) -> None:
    ends_on = programme.ends_on
    draft(
        programme=programme,
        kind=Assessment.Kind.ANNUAL,
        title=f"{programme.year}年度考核（演示）",
        as_of=ends_on,
        by=staff,
        key=f"demo-{programme.pk}-year",
        at=_at(ends_on, FROZEN),
    )


def _appeals(assessment: Assessment, users: dict) -> None:
    """The first two lines that a rule gave less than full points, of two towns: one upheld, one waiting."""
    lines = ResultLine.objects.filter(result__assessment=assessment, status="computed", points__gt=0)
    lines = lines.select_related("result__assessment").order_by("result__code", "order")
    first = {}
    for line in lines:
        if not is_full(line) and line.rule["kind"] == "completion":
            first.setdefault(line.result.code, line)
    for number, (code, line) in enumerate(list(first.items())[:2]):
        made = appeal(
            line=line,
            words="【演示数据】部分项目已于季末前完成验收，验收单晚到，未计入本季填报。",
            by=users[f"town-{code}"],
            key=f"demo-appeal-{line.pk}",
            at=_at(assessment.as_of, APPEALED),
        )
        if number == 0:
            points = min(line.points + HALF, line.weight)
            reason = "【演示数据】验收单属实，按实际完成数调整。"
            rule(
                appeal=made,
                upheld=True,
                points=points,
                reason=reason,
                by=users["staff"],
                at=_at(assessment.as_of, RULED),
            )


def _at(quarters_end: dt.date, day: int) -> dt.datetime:
    """A day of the month after the quarter, in the afternoon."""
    later = quarters_end + dt.timedelta(days=day)
    return timezone.make_aware(dt.datetime(later.year, later.month, later.day, 15, 0))
