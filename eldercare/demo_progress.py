"""Synthetic progress: deterministic, marked as such, and uneven enough to show every light and every rule.

Each line follows a pace drawn from a hash of its own names, so that the same plan gives the same figures on any machine.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone

from districts.models import Town
from eldercare.draws import chance
from scoring.marking import give
from scoring.models import Criterion, Rubric
from tasks.figures import Owed, targets_in_force
from tasks.known import Known, known_values
from tasks.models import Indicator, Period, Programme, Report, Submission, Task
from tasks.reporting import Entry, accept, return_, submit

# Percent of the target reached by the end of each quarter; None: not reported.
PACES = [
    (25, 60, 100, 100),
    (30, 55, 95, 110),
    (20, 50, 80, 100),
    (10, 35, 70, 90),
    (15, 30, 45, 60),
    (0, 0, 40, 100),
    (50, 100, 100, 120),
    (None, 20, 30, 55),
    (25, 50, None, 100),
    (0, 10, 20, 20),
]
COUNTED = (20, 50, 80, 100)
MARKED_AT = dt.datetime(2000, 12, 20, 15, 0)  # in the programme's year
DISTRICT_FIGURES = {"每千人拥有养老床位数": (28, 42), "每千名常住人口社区养老服务设施面积": (48, 72)}


def add_progress(programme: Programme, users: dict) -> None:
    """Reports of every town and of the district for the four quarters, and the points that people give."""
    programme.demo = True
    programme.save()
    staff = users["staff"] if users["staff"].district_id == programme.district_id else None
    towns = list(Town.objects.filter(district=programme.district))
    indicators = list(Indicator.objects.filter(programme=programme))
    owed = targets_in_force(programme)
    tasks = list(Task.objects.filter(programme=programme).prefetch_related("indicators"))
    for period in programme.periods.quarters():
        for town in towns:
            entries = list(_town_entries(period, town, indicators, owed, tasks))
            _report(period, town, entries, users.get(f"town-{town.code}"), staff)
        _report(period, None, list(_district_entries(period, indicators, owed, tasks)), staff, staff)
    if rubric := Rubric.objects.filter(programme=programme).in_force().first():
        _marks(rubric, towns, staff)


def _pace(period: Period, *names: object) -> int | None:
    return PACES[chance(*names) % len(PACES)][period.quarter - 1]


def _town_entries(period, town, indicators, owed, tasks) -> Iterator[Entry]:
    if not any(place for _indicator, place in owed):
        return  # a notice that divides nothing among towns
    known = known_values(period, town)
    for indicator in indicators:
        if given := known.get(indicator.pk):
            yield _as_given(indicator, given)
        elif entry := _figure(period, indicator, owed.get((indicator.pk, town.pk)), town.code):
            yield entry
    for task in tasks:
        pace = _pace(period, town.code, task.number)
        if task.town_wide and pace is not None:
            yield _state(task, min(pace, 100))


def _district_entries(period, indicators, owed, tasks) -> Iterator[Entry]:
    counted = {one.pk for one in indicators if one.source == Indicator.Source.FACILITIES}
    for task in tasks:
        pace = _pace(period, "district", task.number)
        if any(one.pk in counted for one in task.indicators.all()):
            pace = COUNTED[period.quarter - 1]  # as far as its facilities are
        if pace is not None:
            yield _state(task, min(pace, 100))
    for indicator in indicators:
        target = owed.get((indicator.pk, None))
        if (
            target
            and indicator.source == Indicator.Source.TYPED
            and (entry := _figure(period, indicator, target, "district"))
        ):
            yield entry


def _figure(period: Period, indicator: Indicator, target: Owed | None, place: str) -> Entry | None:
    draw, pace = chance(place, indicator.name), _pace(period, place, indicator.name)
    if indicator.name in DISTRICT_FIGURES:
        low, high = DISTRICT_FIGURES[indicator.name]
        return Entry(indicator, value=Decimal(low + draw % (high - low)))
    if target is None or target.value is None:
        built = draw % 7 == 0 and period.quarter >= 3  # more than was asked for
        return Entry(indicator, value=Decimal(1)) if built and not indicator.is_rate else None
    if pace is None:
        return None
    if indicator.is_rate:
        return _rate(indicator, target.value, draw, period)
    return Entry(indicator, value=(target.value * pace / 100).to_integral_value())


def _as_given(indicator: Indicator, given: Known) -> Entry:
    """What the facilities give, left as it is filled in."""
    parts = {"numerator": given.numerator, "denominator": given.denominator}
    return Entry(indicator, value=given.value, origin=given.source, **parts)


def _rate(indicator: Indicator, target: Decimal, draw: int, period: Period) -> Entry:
    """Around the target, a little higher each quarter, from whole people or beds."""
    denominator = Decimal(40 + draw % 160)
    percent = min(target - 8 + draw % 11 + 2 * period.quarter, Decimal(100))
    numerator = (denominator * percent / 100).to_integral_value()
    value = (numerator * 100 / denominator).quantize(Decimal("1E-10"))
    return Entry(indicator, value=value, numerator=numerator, denominator=denominator)


def _state(task: Task, percent: int) -> Entry:
    states = {0: Report.State.NOT_STARTED, 100: Report.State.DONE}
    return Entry(task, state=states.get(percent, Report.State.IN_PROGRESS), percent=Decimal(percent))


def _report(period: Period, town: Town | None, entries: list[Entry], by, staff) -> None:
    """Submitted a few days after the quarter and accepted a week later; some of the last quarter still waits."""
    if not entries:
        return
    place = town.code if town else "district"
    days = chance(place, period.label) % 9 + 1
    at = timezone.make_aware(dt.datetime.combine(period.ends_on, dt.time(10, 30))) + dt.timedelta(days=days)
    late = _late(entries, place, period)
    submission = submit(
        period=period,
        town=town,
        entries=[late.get(entry.line, entry) for entry in entries],
        by=by,
        key=f"demo-{period.pk}-{place}",
        source=Submission.Source.DEMO,
        at=at,
    )
    waiting, returned = _undecided(submission, place, period)
    done = [report for report in submission.reports.all() if report.pk not in waiting | returned]
    accept(reports=done, by=staff, at=at + dt.timedelta(days=7), in_one_act=True)
    if returned:
        sent_back = submission.reports.filter(pk__in=returned)
        return_(
            reports=sent_back, by=staff, reason="与点位清单数量不一致，请核对后重报。", at=at + dt.timedelta(days=7)
        )


def _late(entries: list[Entry], place: str, period: Period) -> dict[int, Entry]:
    """Some lines of the last quarter state a day after the due date: caught up late."""
    if period.quarter != 4:
        return {}
    stated = dt.date(period.ends_on.year, 12, 10)
    late = [entry for entry in entries if chance(place, entry.line, "late") % 5 == 0]
    return {entry.line: _stated(entry, stated) for entry in late}


def _stated(entry: Entry, day: dt.date) -> Entry:
    return Entry(**{**vars(entry), "as_at": day})


def _undecided(submission: Submission, place: str, period: Period) -> tuple[set[int], set[int]]:
    """A few lines of two towns are still in the queue, one is returned: what the bureau finds in the morning."""
    if period.quarter != 4 or submission.town is None:
        return set(), set()
    lines = [r.pk for r in submission.reports.filter(indicator__isnull=False)]
    share = chance(place, "queue") % 6
    if share == 0:
        return set(lines[:4]), set()
    return (set(), set(lines[:1])) if share == 1 else (set(), set())


def _marks(rubric: Rubric, towns: list[Town], staff) -> None:
    """Monitoring scores, the bureau's own marks, some bonuses and one penalty."""
    criteria = Criterion.objects.filter(section__rubric=rubric).select_related("section__rubric__programme__district")
    for criterion in criteria:
        for town in towns:
            for number, points in enumerate(_points(criterion, town)):
                give(
                    criterion=criterion,
                    town=town,
                    points=points,
                    reason="演示数据",
                    document="演示文件",
                    given_on=MARKED_AT.date().replace(year=rubric.programme.year) - dt.timedelta(days=number),
                    at=timezone.make_aware(MARKED_AT.replace(year=rubric.programme.year)),
                    by=staff,
                    key=f"demo-{criterion.pk}-{town.pk}-{number}",
                )


def _points(criterion: Criterion, town: Town) -> list[Decimal]:
    kind, draw = criterion.rule["kind"], chance(town.code, criterion.key)
    if kind == "average":
        return [Decimal(78 + draw % 20), Decimal(80 + draw % 17)] if draw % 6 else []
    if kind == "manual":
        return [Decimal(70 + draw % 30) / 10]
    if kind == "bonus":
        return [Decimal(2)] * (draw % 4) + [Decimal("1.5")] * (draw % 2)
    return [abs(criterion.weight)] if kind == "penalty" and draw % 11 == 0 else []
