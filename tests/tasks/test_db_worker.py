"""The worker on SQLite: whoever holds the database for long, the worker comes after."""

import sqlite3
import time
from contextlib import closing
from threading import Timer

import pytest
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from tasks.management.commands.db_worker import wait_for_turn


@pytest.fixture
def file(tmp_path):
    """A database file with one table."""
    path = tmp_path / "one.sqlite3"
    with closing(sqlite3.connect(path)) as begun:
        begun.execute("CREATE TABLE sent (number)")
    return path


@pytest.fixture
def patient(file, db):
    """A connection to the file as the settings make it, which gives up after 20 milliseconds unless it is told to wait."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.02}
    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": options}
    one = ConnectionHandler({"default": engine})["default"]
    yield one
    one.close()


@pytest.fixture
def importer(file):
    """Somebody else who is in the middle of writing, and ends half a second later."""
    with closing(sqlite3.connect(file, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = Timer(0.5, other.rollback)
        ending.start()
        yield other
        ending.join()


def numbers(file):
    with closing(sqlite3.connect(file)) as one:
        return one.execute("SELECT number FROM sent").fetchall()


def test_without_patience_a_locked_database_is_an_error(patient, importer):
    with patient.cursor() as cursor, pytest.raises(OperationalError, match="database is locked"):
        cursor.execute("INSERT INTO sent VALUES (1)")


def test_a_write_is_said_again_until_it_is_written_once(patient, importer, file):
    with patient.execute_wrapper(wait_for_turn), patient.cursor() as cursor:
        cursor.execute("INSERT INTO sent VALUES (%s)", [1])

    assert numbers(file) == [(1,)]


def test_a_transaction_waits_before_it_begins(patient, importer, file):
    patient.ensure_connection()
    began = time.monotonic()
    with patient.execute_wrapper(wait_for_turn):
        patient.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    waited = time.monotonic() - began
    with patient.cursor() as cursor:
        cursor.execute("INSERT INTO sent VALUES (1)")
    patient.commit()

    assert waited > 0.3
    assert numbers(file) == [(1,)]


def test_any_other_error_is_told_at_once(patient):
    with (
        patient.execute_wrapper(wait_for_turn),
        patient.cursor() as cursor,
        pytest.raises(OperationalError, match="no such table: lost"),
    ):
        cursor.execute("INSERT INTO lost VALUES (1)")


def test_the_command_is_the_patient_one(db, monkeypatch, settings):
    """In place of django-tasks-db's own, and only while it runs."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    wrappers = []
    monkeypatch.setattr(
        "django_tasks_db.management.commands.db_worker.Worker.run",
        lambda worker: wrappers.append(list(connection.execute_wrappers)),
    )
    monkeypatch.setattr("signal.signal", lambda *args: None)

    call_command("db_worker", batch=True, reload=False)

    assert get_commands()["db_worker"] == "tasks"
    assert wrappers == [[wait_for_turn]]
    assert connection.execute_wrappers == []
