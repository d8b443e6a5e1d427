"""Which facilities a programme is about: the rule is set, and single facilities are taken in or left out, with a reason."""

from collections.abc import Mapping

from django.db import transaction

from districts.models import Facility
from quality.models import Scope, ScopeException
from quality.posting import repost
from tasks.models import Programme


@transaction.atomic
def set_scope(*, programme: Programme, settings: Mapping, by) -> Scope:
    """Write the rule; `settings` are the row's fields by name. What was decided for single facilities stays."""
    scope = Scope.objects.filter(programme=programme).first() or Scope(programme=programme)
    for name in ("kinds", "registered", "words"):
        setattr(scope, name, settings[name])
    scope._history_user = by
    scope.save()
    repost(programme, by=by)
    return scope


@transaction.atomic
def decide(*, programme: Programme, facility: Facility, included: bool, reason: str, by) -> ScopeException | None:
    """Take a facility in or leave it out; None where the rule says so anyway, and what was decided before is withdrawn.

    A programme without a scope gets one that takes every facility. The reason must not be empty.
    """
    scope, _new = Scope.objects.get_or_create(programme=programme)
    found = ScopeException.objects.filter(scope=scope, facility=facility).first()
    if included == scope.takes(facility):
        if found:
            found._history_user = by
            found.delete()
        found = None
    else:
        found = found or ScopeException(scope=scope, facility=facility)
        found.included, found.reason, found._history_user = included, reason, by
        found.save()
    repost(programme, by=by)
    return found


def scopes_of(facility: Facility) -> list[tuple[Scope, bool]]:
    """The scopes set in the facility's district, the newest programme first, each with whether it is in (2 queries)."""
    scopes = Scope.objects.filter(programme__district=facility.town.district_id).order_by("-programme__year")
    found = scopes.select_related("programme").prefetch_related("exceptions")
    return [(scope, scope.includes(facility)) for scope in found]
