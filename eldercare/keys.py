"""The secret key: given by the environment, or made once for a development machine."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def secret_key(given: str, *, production: bool, path: Path) -> str:
    """Return `given`, else the development key kept in `path` (made on first use, readable by its owner only).

    Raises ImproperlyConfigured in production when no key is given.
    """
    if given:
        return given
    if production:
        raise ImproperlyConfigured("生产环境必须设置 SECRET_KEY / PRODUCTION needs SECRET_KEY (see docs/operations.md)")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    key = get_random_secret_key()
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
