"""Fetch and authorise in one call: what a user may not see is 404, what they may see but not do is 403."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.permissions import Permission

_SAFE = {"GET", "HEAD", "OPTIONS"}


def allowed(*, see: Permission, do: Permission | None = None, fetch: Callable | None = None):
    """Decorate a view: reading needs `see` (else 404); any other method needs `do` as well (else 403).

    `fetch(request, **kwargs)` raises Http404 where the user may not see what the address names: a stranger is told
    that it is not there, never that it is forbidden.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.may(see):
                raise Http404
            if request.method not in _SAFE and not (do and request.user.may(do)):
                if fetch:
                    fetch(request, **kwargs)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
