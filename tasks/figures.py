"""What stands at a date: accepted figures, states and targets, as facts without models (one query each)."""

import datetime as dt
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from tasks.lights import Met, is_met
from tasks.models import Indicator, Programme, Report, Target

Line = tuple[int, int | None]  # primary keys of an indicator (or task) and of a town, None for the district


class Standing(NamedTuple):
    """The revision that stands for one line in one period; `value` is a figure, or a task's percent."""

    report: int
    period_start: dt.date
    period_end: dt.date
    value: Decimal
    as_at: dt.date
    stated: bool
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    state: str = ""
    replaced: tuple["Standing", ...] = ()  # the earlier accepted revisions of the same period


class Owed(NamedTuple):
    """A target in force: `value` is None for one in words."""

    comparator: str
    value: Decimal | None
    text: str


def lower_is_better(indicator: Indicator, owed: Owed | None) -> bool:
    """By the indicator's direction, or by the cell's own words (以内): a bare number does not say."""
    return indicator.lower_is_better or (owed is not None and owed.comparator == Target.Comparator.LE)


def standing_figures(
    *programmes: Programme, as_of: dt.date, known_on: dt.date | None = None, user=None, **only
) -> dict[Line, list[Standing]]:
    """The accepted figures of each indicator and town, one for each period, by the day they stand for ("Two dates").

    Within a period the highest revision dated up to `as_of` stands. `user` narrows to what that user may see;
    `only` are further filters on reports.
    """
    rows = _accepted(programmes, as_of, known_on, user).filter(indicator__isnull=False, **only)
    found = rows.values_list(
        "indicator_id", "town_id", "id", "period__starts_on", "period__ends_on",
        "value", "as_at", "as_at_stated", "numerator", "denominator",
    )  # fmt: skip
    lines: dict[Line, list[Standing]] = {}
    for indicator, town, report, starts_on, ends_on, value, as_at, stated, numerator, denominator in found:
        exact = numerator * 100 / denominator if denominator else value
        standing = Standing(report, starts_on, ends_on, exact, as_at, stated, numerator, denominator)
        _add(lines.setdefault((indicator, town), []), standing)
    return _by_day(lines)


def standing_states(
    programme: Programme, *, as_of: dt.date, known_on: dt.date | None = None, user=None, **only
) -> dict[Line, list[Standing]]:
    """The accepted states of each task and town (None: the district's own), one for each period in order."""
    rows = _accepted([programme], as_of, known_on, user).filter(task__isnull=False, **only)
    found = rows.values_list(
        "task_id", "town_id", "id", "period__starts_on", "period__ends_on", "percent", "as_at", "as_at_stated", "state"
    )
    lines: dict[Line, list[Standing]] = {}
    for task, town, report, starts_on, ends_on, percent, as_at, stated, state in found:
        standing = Standing(report, starts_on, ends_on, percent, as_at, stated, state=state)
        _add(lines.setdefault((task, town), []), standing)
    return _by_day(lines)


def targets_in_force(*programmes: Programme, known_on: dt.date | None = None, user=None, **only) -> dict[Line, Owed]:
    """The target of each indicator and town; a target taken away is not there. `only` are further filters on targets."""
    targets = Target.objects.filter(indicator__programme__in=programmes, **only).current(known_on)
    if user:
        targets = targets.visible_to(user)
    rows = targets.exclude(comparator=Target.Comparator.NONE).order_by()
    return {
        (indicator, town): Owed(comparator, value, text)
        for indicator, town, comparator, value, text in rows.values_list(
            "indicator_id", "town_id", "comparator", "value", "text"
        )
    }


def at_quarters(standings: list[Standing], quarters) -> list[Standing | None]:
    """For each quarter what stood at its end, of it or of a month in it; None where nothing was reported for it."""
    return [
        next((one for one in reversed(standings) if quarter.starts_on <= one.period_end <= quarter.ends_on), None)
        for quarter in quarters
    ]


def first_met(standings: list[Standing], target: Decimal | None, lower_is_better: bool) -> Met | None:
    """The first accepted revision that meets the target; one that was corrected to a figure that does not is no such."""
    if target is None:
        return None
    for standing in standings:
        if is_met(standing.value, target, lower_is_better):
            revisions = (*standing.replaced, standing)
            first = next(one for one in revisions if is_met(one.value, target, lower_is_better))
            return Met(first.as_at, first.stated, first.period_start, first.period_end)
    return None


def with_newer(standings: list[Standing], newer: Standing) -> list[Standing]:
    """The same as it would be were this accepted, too."""
    found = [one for one in standings if one[1:3] != newer[1:3]]
    same = [one for one in standings if one[1:3] == newer[1:3]]
    for standing in (*same, newer):
        _add(found, standing)
    return sorted(found, key=attrgetter("as_at"))


def _accepted(programmes, as_of, known_on, user):
    districts = {programme.district_id for programme in programmes}
    reports = Report.objects.filter(district__in=districts, period__programme__in=programmes)
    if user:
        reports = reports.visible_to(user)
    return reports.accepted(as_of=as_of, known_on=known_on).order_by("period__ends_on", "period__starts_on", "revision")


def _add(standings: list[Standing], standing: Standing) -> None:
    """A later revision of the same period takes the earlier one's place."""
    if standings and standings[-1][1:3] == standing[1:3]:  # period_start and period_end
        before = standings[-1]
        standings[-1] = standing._replace(replaced=(*before.replaced, before._replace(replaced=())))
    else:
        standings.append(standing)


def _by_day(lines: dict[Line, list[Standing]]) -> dict[Line, list[Standing]]:
    """A month's report may stand for a later day than its quarter's."""
    for standings in lines.values():
        standings.sort(key=attrgetter("as_at"))
    return lines
