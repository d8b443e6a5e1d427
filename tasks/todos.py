"""One thing to do: what, why, where and by when."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Todo:
    """`tone` is the colour of its date, as in components/status.html. It is due on a day, or waits since one, or neither."""

    title: str
    detail: str
    url: str
    tone: str
    due_on: dt.date | None = None
    since: dt.date | None = None

    @property
    def urgency(self) -> dt.date:
        """What should have been done first comes first; what has no day comes last."""
        return self.due_on or self.since or dt.date.max

    @property
    def when(self) -> str:
        """Its day, as people say it."""
        today = timezone.localdate()
        if self.due_on is None:
            days = (today - self.since).days if self.since else 0
            return _("已等 %(days)s 天") % {"days": days} if days > 0 else ""
        if self.due_on < today:
            return _("逾期 %(days)s 天") % {"days": (today - self.due_on).days}
        if self.due_on == today:
            return _("今天截止")
        return _("%(day)s 截止") % {"day": self.due_on}


def due_tone(due_on: dt.date) -> str:
    """Red once it is late."""
    return "late" if due_on < timezone.localdate() else "waiting"
