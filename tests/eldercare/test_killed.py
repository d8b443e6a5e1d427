"""The real server is killed while officials fill their sheets: bench/reporting_load.py with few of them."""

import sys
from threading import Thread

import pytest
from django.conf import settings

from bench._district import make_district, sessions, sheet_of
from bench._ledger import lost_and_doubled, missing
from bench._officials import Browser, Gate, Official, at_once
from bench._server import Server, free_port, waits_for
from districts.models import Town
from tests.elsewhere import database_url, look

TOWNS = 4


@pytest.fixture
def programme(transactional_db):
    return make_district(TOWNS)


@pytest.fixture
def period(programme):
    return programme.periods.get(label__endswith="Q3")


@pytest.fixture
def server(programme, tmp_path):
    """`manage.py start` on the test's database; whoever is signed in here is signed in there."""
    sessions_of_all = sessions(programme)
    port = free_port()
    own = {"DJANGO_SETTINGS_MODULE": "eldercare.settings", "VAR_DIR": str(tmp_path), "SECRET_KEY": settings.SECRET_KEY}
    one = Server([sys.executable, "manage.py", "start"], port, DATABASE_URL=database_url(tmp_path), **own)
    one.sessions = sessions_of_all
    yield one
    one.kill()


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def officials(programme, period, server, gate):
    path = f"/p/{programme.slug}/report/{period.label}/"
    people = {
        town.pk: Official(Browser(server.port, server.sessions[town.pk], gate), path, sheet_of(programme, town, 3))
        for town in Town.objects.filter(district=programme.district)
    }
    yield people
    for one in people.values():
        one.browser.close()


def test_nothing_that_was_acknowledged_is_lost_or_doubled(officials, period, server, gate, tmp_path):
    everybody = Thread(target=at_once, args=([one.work for one in officials.values()],), daemon=True)
    everybody.start()
    waits_for(lambda: sum(len(one.saved) for one in officials.values()) >= TOWNS, "nobody began")

    gate.close()
    server.kill()
    waits_for(lambda: gate.waiting == TOWNS, "somebody did not notice")
    look(tmp_path)
    gone = missing(officials, period)
    server.start()
    gate.open()
    everybody.join(60)
    look(tmp_path)

    assert gone == []
    assert lost_and_doubled(officials, period) == ([], [])
    assert [one.sent for one in officials.values()] == [True] * TOWNS
    assert [one.errors for one in officials.values()] == [[]] * TOWNS
    assert sum(one.browser.broken for one in officials.values()) >= TOWNS
