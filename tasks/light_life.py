"""What the recorded changes of lights tell: since when something is red, and what changed lately."""

import datetime as dt
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tasks.board import Moment
from tasks.figures import Line
from tasks.lights import RED, Light
from tasks.models import LightChange, Programme

WEEK = dt.timedelta(days=6)


class Change(NamedTuple):
    """One change of a light; `before` is None for the first one known."""

    indicator: int
    town: int | None
    on: dt.date
    before: Light | None
    light: Light


class LightLife:
    """The recorded changes of a programme's lights up to a moment (1 query); `only` are further filters on them."""

    def __init__(self, programme: Programme, moment: Moment, *, user, **only):
        self.until = min(moment.as_of, moment.known_on or moment.as_of)
        self.as_of = moment.as_of
        changes = LightChange.objects.visible_to(user).filter(programme=programme, on__lte=self.until, **only)
        rows = changes.order_by("on", "pk").values_list("indicator", "town", "on", "before", "light")
        self.changes = [Change(i, t, on, Light(b) if b else None, Light(light)) for i, t, on, b, light in rows]
        self._last: dict[Line, Light] = {}
        self._red_since: dict[Line, dt.date] = {}
        for change in self.changes:
            line = (change.indicator, change.town)
            if change.light in RED and self._last.get(line) not in RED:
                self._red_since[line] = change.on
            self._last[line] = change.light

    def red_since(self, line: Line, light: Light) -> dt.date | None:
        """The first day of the red that still lasts; None where it is not red, or no record says since when."""
        if light not in RED or self._last.get(line) not in RED:
            return None
        return self._red_since[line]

    def red_days(self, line: Line, light: Light) -> int | None:
        """How many days ago it turned red; 0 on the first day."""
        since = self.red_since(line, light)
        return (self.as_of - since).days if since else None

    def told(self, line: Line, light: Light) -> str:
        """`自3月20日起，已 12 天`, for people; empty where no record says since when."""
        since, days = self.red_since(line, light), self.red_days(line, light)
        if since is None:
            return ""
        day = date_format(since, _("n月j日") if since.year == self.as_of.year else _("Y年n月j日"))
        return (
            _("自%(day)s起，已 %(days)s 天") % {"day": day, "days": days} if days else _("自%(day)s起") % {"day": day}
        )

    def of_the_week(self) -> list[Change]:
        """What changed in the seven days up to the moment, the newest first; a first light is no change."""
        return [
            change for change in reversed(self.changes) if change.before is not None and self.as_of - change.on <= WEEK
        ]
