"""The day's work: every step on its own, as often as it is asked for."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks import default_task_backend
from django_tasks_db.models import DBTaskResult

from tasks import daily
from tasks.models import Delivery, Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY = dt.date(2024, 10, 15)


def run(*arguments):
    out = StringIO()
    call_command("daily", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def steps(monkeypatch):
    """Two steps that keep the days that they were run for."""
    days = []
    monkeypatch.setattr(
        daily, "STEPS", {"one": lambda on: days.append(on) or 3, "two": lambda on: days.append(on) or 0}
    )
    return days


@pytest.fixture
def asked():
    """What the worker was asked for in this test."""
    default_task_backend.clear()
    return default_task_backend.results


def fail(_on):
    raise RuntimeError


def test_it_is_done_for_today(steps):
    assert run() == "one: 3\ntwo: 0\n"
    assert steps == [TODAY, TODAY]


def test_it_can_be_done_for_another_day(steps):
    answer = json.loads(run("--on", "2024-10-01", "--json"))

    assert answer == {"on": "2024-10-01", "done": {"one": 3, "two": 0}, "failed": []}
    assert steps == [dt.date(2024, 10, 1)] * 2


def test_a_step_that_fails_does_not_stop_the_others(monkeypatch, capsys, caplog):
    monkeypatch.setattr(daily, "STEPS", {"bad": fail, "good": lambda on: 1})

    with pytest.raises(SystemExit) as left:
        call_command("daily", "--json")

    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "on": "2024-10-15",
        "done": {"bad": None, "good": 1},
        "failed": ["bad"],
    }
    assert "daily: bad failed" in caplog.text


def test_a_failed_step_is_said(monkeypatch, capsys):
    monkeypatch.setattr(daily, "STEPS", {"bad": fail})
    with pytest.raises(SystemExit):
        call_command("daily")

    assert capsys.readouterr().out == "bad: 失败，详见日志\n"


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="--on"):
        run("--on", "2024-13-01")


def test_on_an_empty_portal_there_is_nothing_to_do():
    done = json.loads(run("--json"))["done"]

    assert set(done.values()) == {0}


def letter(official, key, **fields):
    return Delivery.objects.create(
        district=official.district, user=official, channel="email", key=key, subject="通知", body="x", **fields
    )


def test_what_no_worker_came_for_is_asked_for_again(official, october, asked):
    late = letter(official, "late", next_at=october - dt.timedelta(hours=1))
    letter(official, "soon", next_at=october + dt.timedelta(hours=1))

    assert daily.run(TODAY)["forgotten"] == 1
    assert [task.args for task in asked] == [[late.pk]]


def test_administrators_hear_of_sends_that_broke_off_once(official, admin, october):
    letter(official, "broken", state="sending", next_at=october - dt.timedelta(hours=1))

    for _twice in range(2):
        daily.run(TODAY)

    assert list(Notification.objects.values_list("user__username", "facts__unknown")) == [("admin", True)]


def test_the_workers_old_records_are_removed(october):
    for days, status in ((15, "SUCCESSFUL"), (13, "SUCCESSFUL"), (15, "FAILED")):
        done = october - dt.timedelta(days=days)
        DBTaskResult.objects.create(
            status=status, finished_at=done, args_kwargs={}, task_path="x", backend_name="default", run_after=done
        )

    assert daily.run(TODAY)["pruned"] == 1
    assert DBTaskResult.objects.filter(status="SUCCESSFUL", finished_at__lt=timezone.now()).count() == 1
    assert DBTaskResult.objects.filter(status="FAILED").count() == 1
