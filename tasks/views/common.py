"""What every page of a programme begins with: the programme the user may see, and the two dates."""

import datetime as dt
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.permissions import Permission
from tasks.board import Moment
from tasks.models import Period, Programme


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(request.user).select_related("district"), slug=slug)


def allowed(*, see: Permission, do: Permission | None = None):
    """`accounts.access.allowed` for the pages of a programme: a stranger's is 404, whatever the method."""
    return access.allowed(see=see, do=do, fetch=_programme)


def _programme(request: HttpRequest, *, slug: str = "", **_others) -> None:
    if slug:
        programme_or_404(request, slug)


def saved(form: forms.BaseForm, save: Callable):
    """What saving a valid form gives; None where somebody else was first with what is there once: the form says so then."""
    try:
        with transaction.atomic():
            return save()
    except IntegrityError:
        form.full_clean()
        if form.is_valid():
            raise
        return None


class MomentForm(forms.Form):
    """`as_of`: what stood on that day; `known_on`: as known on that day."""

    as_of = forms.DateField(label=gettext_lazy("截至日期"), required=False)
    known_on = forms.DateField(label=gettext_lazy("按当时已知"), required=False)


def moment_of(request: HttpRequest) -> Moment:
    """The dates asked for in the address; a date that cannot be read is said so and today is taken."""
    form = MomentForm(request.GET)
    for name in [] if form.is_valid() else form.errors:
        found = {"label": form.fields[name].label, "found": request.GET.get(name)}
        messages.error(request, _("%(label)s“%(found)s”不是日期，应如 2024-09-30；已按今天显示。") % found)
    dates = form.cleaned_data
    return Moment(as_of=dates.get("as_of") or timezone.localdate(), known_on=dates.get("known_on"))


def until(moment: Moment) -> dt.date | None:
    """The last day whose acts count, for a list of what people did; None where all of them do."""
    day = min(moment.as_of, moment.known_on or moment.as_of)
    return day if day < timezone.localdate() else None


def dates_context(programme: Programme, moment: Moment) -> dict:
    """For components/as_of.html: the dates shown and the quarter ends to jump to."""
    return {"moment": moment, "quarter_ends": list(Period.objects.filter(programme=programme).quarters())}
