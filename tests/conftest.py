"""The cast, the clock and the plan that the tests share."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import translation

from eldercare.demo import FIXTURES, load_programme
from tests import cast
from tests.factories import DistrictFactory

OCTOBER = dt.datetime(2024, 10, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config, items):
    """What touches no database, or is about words and looks, says the same beside every one: it runs beside SQLite only."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    kept = [one for one in items if _touches_the_database(one) and not one.get_closest_marker("once")]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(kept)])
    items[:] = kept


def _touches_the_database(item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES & {*item.fixturenames})


@pytest.fixture(autouse=True)
def chinese():
    """Every test begins in Chinese, whatever language an earlier page was read in; and what a module makes once, too."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="module")
def baoshan(django_db_setup, django_db_blocker):
    """The real 2024 plan without progress: loaded once for a module, in a transaction that is rolled back after it."""
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
    try:
        with django_db_blocker.unblock():
            programme = load_programme(FIXTURES / "baoshan-2024")
        yield programme
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.fixture
def october(time_machine):
    """It is 15 October 2024, ten in the morning in Shanghai: the third quarter is over, the fourth has begun."""
    time_machine.move_to(OCTOBER, tick=False)
    return OCTOBER


@pytest.fixture
def district(db):
    return DistrictFactory()


@pytest.fixture
def miaohang(district):
    return cast.miaohang(district)


@pytest.fixture
def youyi(district):
    return cast.youyi(district)


@pytest.fixture
def admin(district):
    return cast.admin(district)


@pytest.fixture
def staff(district):
    return cast.staff(district)


@pytest.fixture
def leader(district):
    return cast.leader(district)


@pytest.fixture
def official(miaohang):
    return cast.official(miaohang)


@pytest.fixture
def neighbour(youyi):
    return cast.neighbour(youyi)


@pytest.fixture
def facility_user(miaohang):
    return cast.facility_user(miaohang)


@pytest.fixture
def city_user(district):
    return cast.city_user(district)


@pytest.fixture
def stranger(db):
    return cast.stranger()


@pytest.fixture
def sign_in():
    """A browser in which the user is signed in; None: a visitor's."""

    def signed_in(user):
        client = Client()
        if user:
            client.force_login(user)
        return client

    return signed_in
