"""What stands beside a red line: the supervision sheet that is open about it, or the way to issue one."""

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.permissions import Permission
from districts.models import Town
from tasks.board import Moment
from tasks.lights import RED, Light
from tasks.models import Indicator, Programme, Supervision, Task
from tasks.reporting import line_of


class SheetLink(NamedTuple):
    """Leads to an open sheet, or (None) to the form that issues one."""

    url: str
    sheet: Supervision | None = None


class SheetLinks:
    """The open sheets of a programme as they stood at a moment (1 query); `only` are further filters on them.

    Who may issue sheets is offered to do so on the page that speaks of today.
    """

    def __init__(self, programme: Programme, moment: Moment, *, user, **only):
        until = min(moment.as_of, moment.known_on or moment.as_of)
        sheets = Supervision.objects.visible_to(user).filter(programme=programme, **only).standing(until).open()
        self._open = {(sheet.indicator_id or -(sheet.task_id or 0), sheet.town_id): sheet for sheet in sheets}
        self._slug = programme.slug
        self._may_issue = user.may(Permission.REVIEW) and moment == Moment(timezone.localdate())

    def of(self, subject: Indicator | Task, town: Town | None, light: Light) -> SheetLink | None:
        """For a line of the plan in a town; for a task of the district (no town) only the way to a new sheet."""
        sheet = self._open.get((line_of(subject), town.pk)) if town else None
        if sheet:
            return SheetLink(sheet.get_absolute_url(), sheet)
        if light not in RED or not self._may_issue:
            return None
        about = {"indicator": subject.code} if isinstance(subject, Indicator) else {"task": subject.number}
        place = {"town": town.code} if town else {}
        return SheetLink(f"{reverse('supervision-new', args=[self._slug])}?{urlencode(about | place)}")
