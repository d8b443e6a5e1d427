"""What of a programme's year waits for a user, for the front page (tasks/work.py)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality import scheduling
from quality.models import EventState, PersonRecord, PersonState
from tasks import work
from tasks.models import Programme
from tasks.todos import Todo


def todos(user, programme: Programme) -> Iterator[Todo]:
    """For the bureau: events that are late, and people who wait to be confirmed (2 queries)."""
    if not user.may(Permission.RUN):
        return
    today = timezone.localdate()
    late = [one for one in scheduling.standing(programme) if one.state_on(today) == EventState.OVERDUE]
    if late:
        title = _("%(count)s 项工作安排逾期未完成") % {"count": len(late)}
        url = f"{reverse('timeline', args=[programme.slug])}?state={EventState.OVERDUE}"
        yield Todo(title, late[0].title, url, "late", late[0].ends_on)
    records = PersonRecord.objects.visible_to(user).filter(programme=programme).standing()
    if waiting := list(records.in_state(PersonState.WAITING).order_by("at").values_list("at", flat=True)):
        title = _("确认 %(count)s 条人员记录") % {"count": len(waiting)}
        url = f"{reverse('people', args=[programme.slug])}?state={PersonState.WAITING}"
        yield Todo(title, "", url, "waiting", since=timezone.localdate(waiting[0]))


def register_work() -> None:
    """Called once the app is ready."""
    work.register_of_programme(todos)
