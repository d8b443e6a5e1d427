"""The demo is made once; every later test gets the same rows back in a fraction of the time."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

ALWAYS_THERE = {"django_content_type", "auth_permission", "django_migrations"}


class Snapshots:
    """What was written into empty tables, by name; kept in files of a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def get_or_make(self, name: str, make: Callable[[], object]) -> None:
        """Write what `make` wrote when it was first asked for under this name."""
        of_vendor = _Sqlite if connection.vendor == "sqlite" else _Postgres
        snapshot = of_vendor(self.folder / name)
        if snapshot.path.exists():
            snapshot.restore()
        else:
            make()
            snapshot.keep()


class _Sqlite:
    def __init__(self, path: Path):
        self.path = path

    def keep(self) -> None:
        connection.connection.execute("VACUUM INTO ?", [str(self.path)])

    def restore(self) -> None:
        connection.ensure_connection()
        with closing(sqlite3.connect(self.path)) as kept:
            kept.backup(connection.connection)


class _Postgres:
    def __init__(self, path: Path):
        self.path = path

    def keep(self) -> None:
        self.path.mkdir()
        with connection.cursor() as cursor:
            for table in sorted({*connection.introspection.django_table_names(only_existing=True)} - ALWAYS_THERE):
                with cursor.copy(f'COPY "{table}" TO STDOUT') as copied:
                    rows = b"".join(copied)
                if rows:
                    (self.path / table).write_bytes(rows)

    def restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # in any order, whatever refers to what
            for file in self.path.iterdir():
                with cursor.copy(f'COPY "{file.name}" FROM STDIN') as copied:
                    copied.write(file.read_bytes())
            for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
                cursor.execute(sql)
