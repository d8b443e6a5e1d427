"""The worker: what is asked for in a transaction is done after it; two workers send nothing twice."""

import datetime as dt
import os
import re
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from tasks import background, channels
from tasks.models import Delivery
from tests.elsewhere import database_url
from tests.factories import DistrictFactory, UserFactory


@pytest.fixture
def queue(settings):
    """Tasks are kept in the database, as in the real portal."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def work():
    """What a worker does until nothing is left."""
    call_command("db_worker", batch=True, startup_delay=False, interval=0, verbosity=0, reload=False)


def letter(user, key="k"):
    return {"key": key, "district": user.district, "user": user, "channel": "email", "subject": "通知", "body": "您好"}


@pytest.fixture
def reader(db):
    return UserFactory(email="reader@example.com")


@pytest.mark.django_db
class TestOneWorker:
    @pytest.fixture(autouse=True)
    def _around(self, queue, monkeypatch):
        """The worker's process is the test's: its signals and its connection stay as they are."""
        monkeypatch.setattr("signal.signal", lambda *args: None)
        monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)

    def test_what_is_posted_is_sent(self, reader):
        background.post(**letter(reader))
        assert mail.outbox == []

        work()

        assert [sent.to for sent in mail.outbox] == [["reader@example.com"]]
        assert Delivery.objects.get().state == "sent"

    def test_what_is_rolled_back_is_not_sent(self, reader):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            background.post(**letter(reader))
            raise ZeroDivisionError

        work()

        assert (mail.outbox, Delivery.objects.count()) == ([], 0)

    def test_one_key_is_one_message(self, reader):
        first = background.post(**letter(reader))

        assert background.post(**letter(reader)) is None
        work()

        assert list(Delivery.objects.all()) == [first]
        assert len(mail.outbox) == 1

    def test_what_did_not_leave_waits_for_its_next_try(self, reader, monkeypatch):
        monkeypatch.setattr(channels, "mail", self.refuse)
        background.post(**letter(reader))

        work()

        delivery = Delivery.objects.get()
        again = DBTaskResult.objects.get(status="READY")
        assert (delivery.state, delivery.attempts) == ("waiting", 1)
        assert (again.run_after, again.args_kwargs["args"]) == (delivery.next_at, [delivery.pk])

    def test_the_next_try_comes_at_its_time(self, reader, monkeypatch, time_machine):
        background.post(**letter(reader))
        with monkeypatch.context() as patched:
            patched.setattr(channels, "mail", self.refuse)
            work()

        time_machine.move_to(Delivery.objects.get().next_at + dt.timedelta(seconds=1))
        work()

        assert len(mail.outbox) == 1
        assert Delivery.objects.values_list("state", "attempts").get() == ("sent", 2)

    def test_the_daily_work_is_done_when_it_is_asked_for(self, monkeypatch):
        done = []
        monkeypatch.setattr("tasks.daily.run", lambda on: done.append(on) or {})

        background.daily.enqueue()
        work()

        assert len(done) == 1
        assert DBTaskResult.objects.get().status == "SUCCESSFUL"

    @staticmethod
    def refuse(*_message):
        raise channels.NotSent("没有应答")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_everything_once(tmp_path, queue):
    """Two processes on one database, as on the real portal: SQLite's in a file, PostgreSQL's as it is."""
    district = DistrictFactory()
    for number in range(40):
        background.post(**letter(UserFactory(district=district, email=f"{number}@example.com"), key=str(number)))

    workers = [_worker(tmp_path) for _ in range(2)]

    assert [worker.wait(120) for worker in workers] == [0, 0]
    sent = b"".join(file.read_bytes() for file in (tmp_path / "mail").iterdir())
    assert sorted(re.findall("^To: (.+)$", sent.decode(), re.MULTILINE)) == sorted(
        f"{number}@example.com" for number in range(40)
    )
    assert _states(tmp_path) == [("sent", 1, 40)]


def _worker(folder):
    environment = {
        "DATABASE_URL": database_url(folder),
        "EMAIL_URL": f"filemail:///{folder}/mail",
        "VAR_DIR": str(folder),
    }
    arguments = ["db_worker", "--batch", "--no-startup-delay", "--interval", "0", "--verbosity", "0"]
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.Popen(command, env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "eldercare.settings"})


def _states(folder):
    query = "SELECT state, attempts, count(*) FROM tasks_delivery GROUP BY 1, 2"
    if connection.vendor == "sqlite":
        with sqlite3.connect(folder / "db.sqlite3") as file:
            return file.execute(query).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
