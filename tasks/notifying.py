"""Telling people what happened: rows for the notices page, written in the caller's transaction; mail and posts follow later."""

from collections.abc import Iterable

from django.utils.http import url_has_allowed_host_and_scheme

from districts.models import District
from tasks.models import Notification, Programme


def tell(
    *,
    users: Iterable,
    kind: str,
    district: District,
    facts: dict,
    url: str,
    key: str,
    programme: Programme | None = None,
) -> None:
    """Tell each of `users` once for each `key`; who was told before is not told again.

    `facts` are plain JSON values that `tasks/notification_words.py` makes the words of; days as ISO text, a period by its
    label. `url` is a path of the portal: anything else raises ValueError.
    """
    if url and not is_local(url):
        raise ValueError(f"not a path of the portal: {url}")
    Notification.objects.bulk_create(
        [
            Notification(user=user, district=district, programme=programme, kind=kind, facts=facts, url=url, key=key)
            for user in users
            if user.is_active
        ],
        ignore_conflicts=True,
    )


def is_local(url: str) -> bool:
    """Whether the address is a path of the portal, and so leads nowhere else."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
