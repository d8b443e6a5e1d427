"""What the pages of the register begin with: the facility that the user may see."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.permissions import Permission
from districts.models import Facility


def facility_or_404(request: HttpRequest, pk: int) -> Facility:
    return get_object_or_404(Facility.objects.visible_to(request.user).select_related("town__district"), pk=pk)


def to_choose(filter_form, user):
    """A filter without the places of which the user has only one: their town, their facility."""
    own = {"facility": user.facility_id, "town": user.facility_id or user.town_id}
    for name in [name for name, place in own.items() if place and name in filter_form.fields]:
        del filter_form.fields[name]
    return filter_form


def allowed(*, see: Permission, do: Permission | None = None):
    """`accounts.access.allowed` for the pages of a facility: a stranger's is 404, whatever the method."""
    return access.allowed(see=see, do=do, fetch=_facility)


def _facility(request: HttpRequest, *, pk: int | None = None, **_others) -> None:
    if pk is not None:
        facility_or_404(request, pk)
