"""Rolling forward: next year's programme from this year's, with everything but the targets and what was reported."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from copy import copy

from django.db import models, transaction
from django.utils.translation import gettext as _

from tasks.indicator_settings import add_months
from tasks.models import CheckRule, Frequency, Indicator, Programme, Task
from tasks.programmes import add_quarters, suggested_slug

Copies = Mapping[int, Indicator]  # the new programme's indicators by the old ones' primary keys
Copy = Callable[..., models.Model]
Carry = Callable[[Programme, Programme, Copies, Copy], None]

_carriers: list[Carry] = []


def register(carry: Carry) -> None:
    """Let an app bring what it holds of a programme: `carry(source, programme, indicators, copied)`."""
    _carriers.append(carry)


@transaction.atomic
def roll_forward(*, source: Programme, facts: Mapping, with_tasks: bool, by) -> Programme:
    """A programme of the same district with the source's indicators, check rules, rubric and links, and periods of its own.

    `facts` has its title, slug and year. With `with_tasks` the list comes along, every day as many years later. The
    history of each row says where it came from. Raises IntegrityError for a slug that is taken.
    """
    reason = _("由 %(source)s 结转") % {"source": source.slug}

    def copied(row, **changed):
        return _copied(row, by, reason, **changed)

    kept = {name: getattr(source, name) for name in ("district", "behind_threshold")}
    programme = Programme(**kept, **facts)
    programme._history_user, programme._change_reason = by, reason
    programme.save()
    add_quarters(programme)
    indicators = {
        one.pk: copied(one, programme=programme, printed_total=None, monthly_from=None)
        for one in source.indicators.all()
    }
    if any(one.frequency == Frequency.MONTH for one in indicators.values()):
        add_months(programme, dt.date(programme.year, 1, 1))
    for rule in CheckRule.objects.filter(programme=source):
        copied(rule, programme=programme, indicator=indicators.get(rule.indicator_id))
    if with_tasks:
        _carry_tasks(source, programme, indicators, copied)
    for carry in _carriers:
        carry(source, programme, indicators, copied)
    return programme


def next_year(source: Programme, year: int | None = None) -> dict:
    """What next year's programme is likely to be called; the same names each time, so that it is not made twice."""
    year = year or source.year + 1
    was, will = str(source.year), str(year)
    slug = source.slug.replace(was, will) if was in source.slug else suggested_slug(source.district, year)
    return {"title": source.title.replace(was, will), "slug": slug, "year": year}


def _copied(row: models.Model, by, reason: str, **changed) -> models.Model:
    """A new row like this one but for what changed."""
    twin = copy(row)
    twin.pk, twin._state.adding = None, True
    for name, value in changed.items():
        setattr(twin, name, value)
    twin._history_user, twin._change_reason = by, reason
    twin.save()
    return twin


def _carry_tasks(source: Programme, programme: Programme, indicators: Copies, copied: Copy) -> None:
    years = programme.year - source.year
    for task in Task.objects.filter(programme=source).prefetch_related("milestones", "indicators"):
        twin = copied(task, programme=programme, due_on=later(task.due_on, years))
        twin.indicators.set(_new(indicators, task.indicators.all()))
        for milestone in task.milestones.all():
            days = {name: later(getattr(milestone, name), years) for name in ("starts_on", "due_on")}
            copied(milestone, task=twin, **days)


def _new(indicators: Copies, old: Iterable[Indicator]) -> list[Indicator]:
    return [indicators[one.pk] for one in old]


def later(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; 28 February where there is no 29th."""
    year = day.year + years
    last = calendar.monthrange(year, day.month)[1]
    return day.replace(year=year, day=min(day.day, last))
