"""How lights go from day to day: what changed is recorded once a day, missed days included, and told.

A day is looked at as it was known at its own end: Moment(as_of=day, known_on=day).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from districts.models import Town
from tasks.board import Board, Moment
from tasks.figures import Line
from tasks.lights import RED, Light
from tasks.models import Decision, Indicator, LightChange, LightRun, Notification, Programme, Target, Task
from tasks.notifying import bureau, tell, townspeople

DAY = dt.timedelta(days=1)


def record_lights(on: dt.date) -> int:
    """Record the lights of every day before `on` that was not looked at yet: how many changes there were.

    The first run goes back to the beginning of each programme's year. Only what changed on the last day is told.
    """
    programmes = Programme.objects.filter(year__lte=on.year).select_related("district")
    return sum(_record(programme, on - DAY) for programme in programmes)


def _record(programme: Programme, last: dt.date) -> int:
    count = 0
    for day in _days(programme, last):
        changes = _look(programme, day)
        if day == last:
            _tell_red(programme, day, changes)
        count += len(changes)
    return count


def _days(programme: Programme, last: dt.date) -> Iterator[dt.date]:
    """The days up to `last` that were not looked at and on which a light may have changed.

    Until the last due day the plan moves daily; after it only decisions and targets move a light.
    """
    looked = LightRun.objects.filter(programme=programme).aggregate(on=Max("on"))["on"]
    day = looked + DAY if looked else dt.date(programme.year, 1, 1)
    end = Task.objects.filter(programme=programme).aggregate(on=Max("due_on"))["on"]
    moving = max(end or programme.ends_on, programme.ends_on) + DAY
    moved = _days_of_acts(programme, day)
    while day <= last:
        if day <= moving or day == last or day in moved:
            yield day
        day += DAY


def _days_of_acts(programme: Programme, since: dt.date) -> set[dt.date]:
    start = timezone.make_aware(dt.datetime.combine(since, dt.time.min))
    decisions = Decision.objects.filter(district=programme.district_id, report__period__programme=programme)
    targets = Target.objects.filter(district=programme.district_id, indicator__programme=programme)
    times = [*decisions.filter(at__gte=start).values_list("at", flat=True).distinct()]
    times += targets.filter(created_at__gte=start).values_list("created_at", flat=True).distinct()
    return {timezone.localdate(at) for at in times}


def _look(programme: Programme, day: dt.date) -> list[LightChange]:
    """One day of one programme. What was known at its end does not change: nobody waits while its lights are found."""
    return _write(programme, day, _lights(programme, day))


@transaction.atomic
def _write(programme: Programme, day: dt.date, now: dict[Line, str]) -> list[LightChange]:
    """Once: whoever comes second finds it done."""
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if LightRun.objects.filter(programme=programme, on__gte=day).exists():
        return []
    before = last_lights(programme)
    changes = [
        LightChange(
            district_id=programme.district_id,
            programme=programme,
            indicator_id=indicator,
            town_id=town,
            on=day,
            before=before.get((indicator, town), ""),
            light=now.get((indicator, town), Light.NO_TARGET),
        )
        for indicator, town in sorted(before.keys() | now.keys(), key=lambda line: (line[1] or 0, line[0]))
        if before.get((indicator, town)) != now.get((indicator, town), Light.NO_TARGET)
    ]
    LightRun.objects.create(district_id=programme.district_id, programme=programme, on=day)
    return LightChange.objects.bulk_create(changes)


def last_lights(programme: Programme) -> dict[Line, str]:
    """The light of each line as it was last recorded (1 query)."""
    rows = LightChange.objects.filter(programme=programme).latest_of_lines()
    return {(indicator, town): light for indicator, town, light in rows.values_list("indicator", "town", "light")}


def _lights(programme: Programme, day: dt.date) -> dict[Line, str]:
    board = Board(programme, Moment(as_of=day, known_on=day))
    indicators = {indicator.pk: indicator for indicator in board.indicators}
    return {line: board.entry(indicators[line[0]], line[1]).light.value for line in board.targets}


def _tell_red(programme: Programme, day: dt.date, changes: list[LightChange]) -> None:
    """Towns hear of what turned red in them, the bureau of all of it; each once a day."""
    red = [change for change in changes if change.light in RED and change.before not in RED and change.before]
    if not red:
        return
    names = dict(Indicator.objects.filter(programme=programme).values_list("pk", "name"))
    towns = Town.objects.in_bulk({change.town_id for change in red if change.town_id})
    by_town: dict[Town, list[str]] = defaultdict(list)
    for change in red:
        if change.town_id:
            by_town[towns[change.town_id]].append(names[change.indicator_id])
    for town, lines in by_town.items():
        url = reverse("town", args=[programme.slug, town.code])
        _tell(programme, day, townspeople(town), lines, url)
    lines = [f"{towns.get(change.town_id, programme.district)} {names[change.indicator_id]}" for change in red]
    _tell(programme, day, bureau(programme.district), lines, reverse("dashboard", args=[programme.slug]))


def _tell(programme: Programme, day: dt.date, users, lines: list[str], url: str) -> None:
    tell(
        users=users,
        kind=Notification.Kind.LIGHT,
        district=programme.district,
        programme=programme,
        facts={"on": day.isoformat(), "lines": lines},
        url=url,
        key=f"light-{programme.pk}-{day}",
    )
