"""What of the findings waits for a user, for the front page (tasks/work.py)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from quality.models import Finding, FindingState
from tasks import work
from tasks.models import Programme
from tasks.todos import Todo, due_tone

State = FindingState
SHOWN = 5  # of one kind; the rest is one line that leads to all of them
OF_THE_FACILITY = {
    State.ASSIGNED: gettext_lazy("签收隐患：%(subject)s"),
    State.RECTIFYING: gettext_lazy("整改隐患：%(subject)s"),
    State.RETURNED: gettext_lazy("隐患整改被退回：%(subject)s"),
}
ABOVE = {  # what the town and the bureau do, as lines that count
    State.FOUND: gettext_lazy("交办 %(count)s 项问题隐患"),
    State.SUBMITTED: gettext_lazy("验收 %(count)s 项整改"),
    State.VERIFIED: gettext_lazy("销号 %(count)s 项重大隐患"),
}


def todos(user, programme: Programme) -> Iterator[Todo]:
    """A facility's own findings one by one; for the town and the bureau how many wait, and how many are late (1 query)."""
    if not user.may(Permission.RECTIFY):
        return
    found = Finding.objects.visible_to(user).standing().open().order_by("due_on", "pk")
    yield from _own(list(found)) if user.facility_id else _above(list(found))


def _own(findings: list[Finding]) -> Iterator[Todo]:
    mine = [one for one in findings if one.state in OF_THE_FACILITY]
    for one in mine[:SHOWN]:
        title = OF_THE_FACILITY[one.state] % {"subject": one.subject}
        yield Todo(title, one.words, one.get_absolute_url(), due_tone(one.due_on), one.due_on)
    if rest := mine[SHOWN:]:
        url = reverse("finding-list")
        yield Todo(
            _("其余待整改隐患"), _("%(count)s 项") % {"count": len(rest)}, url, due_tone(rest[0].due_on), rest[0].due_on
        )


def _above(findings: list[Finding]) -> Iterator[Todo]:
    today = timezone.localdate()
    for state, title in ABOVE.items():
        if waiting := [one for one in findings if one.state == state]:
            since = min(timezone.localdate(one.at) for one in waiting)
            url = f"{reverse('finding-list')}?state={state}"
            yield Todo(title % {"count": len(waiting)}, _facilities(waiting), url, "waiting", since=since)
    if late := [one for one in findings if one.days_overdue(today)]:
        title = _("%(count)s 项隐患逾期未整改") % {"count": len(late)}
        yield Todo(title, _facilities(late), f"{reverse('finding-list')}?state=overdue", "late", late[0].due_on)


def _facilities(findings: list[Finding]) -> str:
    names = list(dict.fromkeys(one.facility.name for one in findings))
    return _("、").join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")


def register_work() -> None:
    work.register(todos)
