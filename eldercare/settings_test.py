"""Settings for the tests: only what differs."""

import tempfile
from pathlib import Path

from eldercare.settings import *  # noqa: F403  (the test settings are the settings, with these differences)
from eldercare.settings import CACHES, DATABASES

SECRET_KEY = "tests only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FOLDER = tempfile.TemporaryDirectory(prefix="eldercare-tests-")  # removed when the process ends
MEDIA_ROOT = Path(FOLDER.name)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: the threads of a served portal would share one connection to a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": MEDIA_ROOT / "db.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
WHITENOISE_AUTOREFRESH = True
# Rolled-back tests use the same keys again: a page kept from one would be shown in the next.
CACHES = CACHES | {
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "progress": CACHES["progress"] | {"LOCATION": MEDIA_ROOT / "progress"},
}
# Nothing works in the background of a test: what was asked for is kept, and a test that wants it done does it.
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
