"""The database of a test, as another process reaches it: PostgreSQL's as it is, SQLite's copied from memory into a file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

NAME = "db.sqlite3"


def database_url(folder: Path) -> str:
    """Its address; what the test wrote so far is in it."""
    if connection.vendor != "sqlite":
        head, _slash, tail = os.environ["DATABASE_URL"].rpartition("/postgres?")
        return f"{head}/{connection.settings_dict['NAME']}?{tail}"
    path = folder / NAME
    if not path.exists():
        connection.ensure_connection()
        connection.connection.execute("VACUUM INTO ?", [str(path)])
    return f"sqlite:///{path}"


def look(folder: Path) -> None:
    """What the other process wrote is seen by the test from now on."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / NAME)) as file:
            file.backup(connection.connection)
