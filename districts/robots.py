"""Where a district's group robot may be."""

from urllib.parse import urlsplit

from django.conf import settings


def allowed(url: str) -> bool:
    """Whether posts may go there: over TLS, to a host that the settings name."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname in settings.WEBHOOK_HOSTS
