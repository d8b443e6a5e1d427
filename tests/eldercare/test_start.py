"""The commands that fill an empty database and start the portal."""

import datetime as dt
import json
import socket
import sys
from io import StringIO
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import User
from eldercare.management.commands import start
from scoring.models import Mark
from tasks.models import Programme, Report
from tests.factories import ProgrammeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(monkeypatch):
    """Run `start` as far as the processes: what it printed, and the arguments of the server and of the worker."""
    ran = []
    monkeypatch.setattr(start.processes, "serve", lambda *arguments: ran.append(arguments))
    monkeypatch.setattr(connection, "close", lambda: None)

    def served():
        out = StringIO()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        monkeypatch.setattr(settings, "PORT", port)
        call_command("start", stdout=out)
        return out.getvalue(), *ran[0]

    return served


def test_starting_on_an_empty_database_makes_the_demo_and_tells_its_accounts(served):
    told, *_processes = served()

    assert f"http://127.0.0.1:{settings.PORT}/" in told
    assert "admin, staff, leader, facility-demo, town-310105001 …" in told
    assert settings.DEMO_PASSWORD in told
    assert Programme.objects.filter(demo=True).count() == 2


def test_a_demo_made_with_another_password_is_not_told_a_wrong_one(served, settings):
    UserFactory(username="town-310105001", demo=True, password=make_password("first-password"))
    settings.DEMO_PASSWORD = "another-password"

    told, *_processes = served()

    assert "another-password" not in told
    assert "建立演示数据时所设" in told


def test_starting_on_a_database_in_use_changes_nothing_and_tells_no_password(served):
    UserFactory()

    told, *_processes = served()

    assert settings.DEMO_PASSWORD not in told
    assert not Programme.objects.exists()


def test_sqlite_is_served_by_one_process_on_this_machine_only(served):
    UserFactory()

    _told, arguments, _worker, _clock = served()

    workers = "1" if connection.vendor == "sqlite" else "2"
    assert arguments[:3] == [sys.executable, "-m", "granian"]
    assert arguments[arguments.index("--host") + 1] == "127.0.0.1"
    assert arguments[arguments.index("--workers") + 1] == workers


def test_a_worker_runs_beside_the_server(served):
    UserFactory()

    _told, _server, arguments, _clock = served()

    interval = "5" if connection.vendor == "sqlite" else "1"
    assert arguments == [
        *(sys.executable, str(settings.BASE_DIR / "manage.py"), "db_worker"),
        *("--verbosity", "0", "--interval", interval),
    ]


def test_the_code_of_a_server_that_failed_is_passed_on(served, monkeypatch):
    UserFactory()
    monkeypatch.setattr(start.processes, "serve", lambda *arguments: 3)

    with pytest.raises(SystemExit) as left:
        call_command("start", stdout=StringIO())

    assert left.value.code == 3


class TestClock:
    @pytest.fixture
    def asked(self, monkeypatch):
        """When the day's work was asked for; the connection is the test's."""
        asked = []
        daily = SimpleNamespace(enqueue=lambda: asked.append(timezone.localtime()))
        monkeypatch.setattr(start.background, "daily", daily)
        monkeypatch.setattr(connection, "close", lambda: None)
        return asked

    @pytest.fixture
    def clock(self, monkeypatch):
        monkeypatch.setattr(start.time, "monotonic", lambda: timezone.now().timestamp())
        return start.Clock()

    def test_the_days_work_is_asked_for_at_once_and_then_every_hour(self, clock, asked, october, time_machine):
        for minutes in (0, 1, 59, 60, 61, 120):
            time_machine.move_to(october + dt.timedelta(minutes=minutes))
            clock()

        assert [(at - october) // dt.timedelta(minutes=1) for at in asked] == [0, 60, 120]

    @pytest.mark.parametrize(("hour", "count"), [(6, 0), (7, 1)])
    def test_at_night_it_waits_for_the_morning(self, clock, asked, october, time_machine, hour, count):
        time_machine.move_to(october.replace(hour=hour))
        clock()

        assert len(asked) == count

    def test_a_database_that_does_not_answer_does_not_end_the_portal(self, clock, october, monkeypatch, caplog):
        def refuse():
            raise OperationalError("database is locked")

        monkeypatch.setattr(start.background, "daily", SimpleNamespace(enqueue=refuse))
        monkeypatch.setattr(connection, "close", lambda: None)

        clock()

        assert "the daily work could not be asked for" in caplog.text


def test_a_port_that_is_taken_is_told_with_what_to_do(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(settings, "PORT", taken.getsockname()[1])

        with pytest.raises(CommandError, match="已被占用，请换一个：make run PORT=8001"):
            call_command("start")


def test_without_progress_there_is_the_plan_and_nothing_reported():
    out = StringIO()
    call_command("demo", "--no-progress", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["programmes"] == ["changning-2023", "baoshan-2024"]
    assert told["accounts"] == [
        user.username for user in User.objects.filter(username__in=told["accounts"]).order_by("pk")
    ]
    assert (Report.objects.count(), Mark.objects.count()) == (0, 0)
    assert set(Programme.objects.values_list("demo", flat=True)) == {False}


def test_the_command_refuses_a_database_in_use():
    ProgrammeFactory()
    err = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("demo", stderr=err)

    assert left.value.code == 1
    assert "演示数据只能写入空库" in err.getvalue()
