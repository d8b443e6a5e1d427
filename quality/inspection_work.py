"""The inspections that are to be carried out, for the front page (tasks/work.py)."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality.inspection_rules import may_visit
from quality.models import Inspection
from tasks import work
from tasks.models import Programme
from tasks.todos import Todo, due_tone

SHOWN = 3  # the rest is one line that leads to all of them
AHEAD = 7  # days before the planned one


def todos(user, programme: Programme) -> Iterator[Todo]:
    """Those that the user records and that are planned for the next days, or were and are not submitted (1 query)."""
    if not user.may(Permission.INSPECT):
        return
    until = timezone.localdate() + dt.timedelta(days=AHEAD)
    rows = Inspection.objects.visible_to(user).open().filter(planned_on__lte=until).order_by("planned_on", "pk")
    mine = [one for one in rows.select_related("facility", "by") if may_visit(user, one)]
    for one in mine[:SHOWN]:
        title = _("现场检查：%(facility)s") % {"facility": one.facility}
        url = reverse("inspection-visit", args=[one.pk])
        yield Todo(title, one.get_kind_display(), url, due_tone(one.planned_on), one.planned_on)
    if rest := mine[SHOWN:]:
        detail = _("%(count)s 次") % {"count": len(rest)}
        due_on = rest[0].planned_on
        yield Todo(_("其余计划中的检查"), detail, reverse("inspection-list"), due_tone(due_on), due_on)


def register_work() -> None:
    work.register(todos)
