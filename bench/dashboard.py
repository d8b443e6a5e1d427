"""The district dashboard against the barest signed-in page: processor time, and queries with 12 and with 200 towns.

The page is kept until a report, mark, target or anything else behind it changes; queries are counted when it is made.
"""

from _support import prepare, seconds, verdict, workspace

LIMIT = 3.0
ROUNDS = 60
PAGE = "/p/baoshan-2024/"
DATE = "?as_of=2024-12-31"


def main() -> None:
    with workspace() as folder:
        prepare(folder)
        from django.core.management import call_command

        from eldercare.demo import make_demo

        call_command("migrate", verbosity=0)
        make_demo(progress=True)
        client = _signed_in()
        verdict("dashboard, queries with 200 towns / with 12", _growth(client), 1.0)
        shown, made, bare = seconds(
            lambda: _get(client, PAGE + DATE), lambda: _make(client), lambda: _get(client, "/bare/"), rounds=ROUNDS
        )
        print(f"dashboard {shown * 1000:.1f} ms, {made * 1000:.1f} ms after a change, barest page {bare * 1000:.1f} ms")
        verdict("dashboard, processor time / barest page", shown / bare, LIMIT)


def _signed_in():
    """A browser of the bureau's, on the real handlers, with one page more: the frame with nothing in it."""
    from django.http import HttpResponse
    from django.template import engines
    from django.test import Client
    from django.urls import path

    from accounts.models import User
    from eldercare import urls

    frame = engines["django"].from_string('{% extends "base.html" %}')
    urls.urlpatterns.append(path("bare/", lambda request: HttpResponse(frame.render({}, request))))
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="staff"))
    return client


def _get(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response


def _make(client):
    """The dashboard as after a change: nothing of it is kept."""
    from django.core.cache import caches

    caches["pages"].clear()
    return _get(client, PAGE + DATE)


def _growth(client) -> float:
    """How many times as many queries 200 towns take; the towns are made for this, and taken away again."""
    from django.db import transaction

    few = _queries(client)
    with transaction.atomic():
        _add_towns(188)
        many = _queries(client)
        transaction.set_rollback(True)
    print(f"dashboard: {few} queries with 12 towns, {many} with 200")
    return many / few


def _queries(client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _make(client)
    return len(queries)


def _add_towns(count: int) -> None:
    """Towns that owe what the first of the demo owes, with a report of each figure."""
    from districts.models import Town
    from tasks.models import Period, Submission, Target
    from tasks.reporting import Entry, accept, submit

    first = Town.objects.get(code="310113003")
    period = Period.objects.select_related("programme__district").get(programme__slug="baoshan-2024", label="2024Q3")
    owed = list(Target.objects.filter(town=first).current().select_related("indicator"))
    for number in range(count):
        town = Town.objects.create(
            district=first.district, code=f"9{number:08d}", name=f"第{number}镇", order=100 + number
        )
        Target.objects.bulk_create(_copy(target, town) for target in owed)
        entries = [Entry(target.indicator, value=target.value) for target in owed if target.value is not None]
        source = Submission.Source.IMPORTED
        submission = submit(period=period, town=town, entries=entries, by=None, key=town.code, source=source)
        accept(reports=submission.reports.all(), by=None)


def _copy(target, town):
    names = ("district", "indicator", "revision", "comparator", "value", "text")
    return type(target)(town=town, **{name: getattr(target, name) for name in names})


if __name__ == "__main__":
    main()
