"""What frames every page: the programmes a user sees, the current one, and the navigation."""

from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from districts.models import Town
from eldercare.navigation import GROUPS, TOP, Entry
from tasks.models import Notification, Programme


class Link(NamedTuple):
    """A line as the user sees it; one without an address unfolds its `links`."""

    label: str
    url: str
    icon: str
    active: bool
    links: tuple = ()


class Shell:
    """Computed as the template asks for it: one query when signed in, none for a response without a page."""

    def __init__(self, request):
        self.user = getattr(request, "user", AnonymousUser())
        self.match = getattr(request, "resolver_match", None)

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those visible to the user, newest first; each knows the code of the user's own town as `own_town`."""
        if not self.user.is_authenticated:
            return []
        own_town = Town.objects.filter(pk=self.user.town_id, district=OuterRef("district")).values("code")
        return list(Programme.objects.visible_to(self.user).annotate(own_town=Subquery(own_town)))

    @cached_property
    def programme(self) -> Programme | None:
        """The one in the address, else the newest."""
        slug = self.match.kwargs.get("slug") if self.match else None
        named = (programme for programme in self.programmes if programme.slug == slug)
        return next(named, self.programmes[0] if self.programmes else None)

    @property
    def demo(self) -> bool:
        return self.programme is not None and self.programme.demo

    @cached_property
    def nav(self) -> list[Link]:
        """The user's own entries, then each group of which they have any."""
        if not self.user.is_authenticated:
            return []
        groups = ((group, self._links(group.entries)) for group in GROUPS)
        return self._links(TOP) + [
            Link(group.label, "", group.icon, any(link.active for link in links), tuple(links))
            for group, links in groups
            if links
        ]

    @cached_property
    def unread(self) -> int:
        """How many notices the user has not read; counted up to a hundred."""
        return Notification.objects.visible_to(self.user).unread()[:100].count() if self.user.is_authenticated else 0

    def _links(self, entries: tuple[Entry, ...]) -> list[Link]:
        return [
            Link(entry.label, reverse(entry.pages[0], args=args), entry.icon, self._at(entry))
            for entry in entries
            if self._may(entry) and (args := entry.place(self)) is not None
        ]

    def _may(self, entry: Entry) -> bool:
        return entry.permission is None or self.user.may(entry.permission)

    def _at(self, entry: Entry) -> bool:
        return self.match is not None and self.match.view_name in entry.pages

    @cached_property
    def demo_accounts(self) -> list:
        """The accounts that `manage.py demo` made, for the sign-in page; none on a real portal."""
        return list(get_user_model().objects.filter(demo=True, is_active=True).order_by("role", "username"))

    @property
    def demo_password(self) -> str:
        """The demo accounts' password; empty where it was set otherwise when they were made, or changed since."""
        account = self.demo_accounts[0] if self.demo_accounts else None
        return settings.DEMO_PASSWORD if account and account.check_password(settings.DEMO_PASSWORD) else ""


def shell(request) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}
