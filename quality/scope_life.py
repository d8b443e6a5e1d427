"""What happened to a programme's scope: its rule, and what was decided for single facilities, also what was withdrawn."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality.models import Scope, ScopeException
from tasks import histories
from tasks.field_changes import events_of
from tasks.history import Event


def events_of_scope(user, scope: Scope) -> Iterator[Event]:
    """Of single facilities only those that the user sees (a fixed number of queries)."""
    yield from events_of(scope)
    records = ScopeException.history.filter(scope_id=scope.pk, facility__in=Facility.objects.visible_to(user))
    for record in records.select_related("facility", "history_user"):
        words = _("纳入：%(facility)s") if record.included else _("不纳入：%(facility)s")
        if record.history_type == "-":
            words = _("撤销单独决定：%(facility)s")
        yield Event(record.history_date, record.history_user, words % {"facility": record.facility}, record.reason)


def register_scope() -> None:
    """Called once the app is ready."""
    histories.register(
        "scope",
        Scope._meta.verbose_name,
        Permission.SEE_TOWN,
        lambda user, programme: Scope.objects.filter(programme=programme).select_related("programme"),
        events_of_scope,
        lambda programme, _scope: reverse("scope", args=[programme.slug]),
    )
