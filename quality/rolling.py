"""The roll-ups, the scope and the calendar of a programme that is rolled forward."""

import datetime as dt
from collections.abc import Callable, Mapping

from quality.models import Event, PeoplePlan, Phase, RollUp, Scope
from tasks import rolling
from tasks.models import Indicator, Programme


def carry_roll_ups(
    source: Programme, programme: Programme, indicators: Mapping[int, Indicator], copied: Callable
) -> None:
    """Next year's indicators follow the same figures of the facilities."""
    for row in RollUp.objects.filter(indicator__programme=source):
        copied(row, indicator=indicators[row.indicator_id])


def carry_scope(source: Programme, programme: Programme, _indicators: Mapping, copied: Callable) -> None:
    """Next year is about the same facilities; what was decided for single ones holds on."""
    for scope in Scope.objects.filter(programme=source).prefetch_related("exceptions"):
        exceptions = list(scope.exceptions.all())
        carried = copied(scope, programme=programme)
        for one in exceptions:
            copied(one, scope=carried)


def carry_schedule(source: Programme, programme: Programme, _indicators: Mapping, copied: Callable) -> None:
    """Next year has the same phases and events, every day as many years later, and nothing recorded of them yet.

    An event keeps its task where the list came along. People's plans come without their numbers.
    """
    years = programme.year - source.year
    was, will = str(source.year), str(programme.year)
    tasks = {task.number: task for task in programme.tasks.all()}
    for phase in Phase.objects.filter(programme=source).prefetch_related("events__task"):
        events = list(phase.events.all())
        carried = copied(phase, programme=programme, **_days(phase, years))
        for event in events:
            task = tasks.get(event.task.number) if event.task else None
            copied(event, phase=carried, task=task, title=event.title.replace(was, will), **_days(event, years))
    for plan in PeoplePlan.objects.filter(programme=source):
        copied(plan, programme=programme, target=None)


def _days(row: Phase | Event, years: int) -> dict[str, dt.date]:
    return {name: rolling.later(getattr(row, name), years) for name in ("starts_on", "ends_on")}


def register_rolling() -> None:
    rolling.register(carry_schedule)
    rolling.register(carry_roll_ups)
    rolling.register(carry_scope)
