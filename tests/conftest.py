"""The cast, the clock and the plan that the tests share."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import translation

from accounts.permissions import Role
from eldercare.demo import FIXTURES, load_programme
from tests.factories import DistrictFactory, FacilityFactory, TownFactory, UserFactory

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config, items):
    """A test that touches no database says the same beside every one of them: it runs once, beside SQLite."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    pure = [
        one for one in items if not one.get_closest_marker("django_db") and not DATABASE_FIXTURES & {*one.fixturenames}
    ]
    items[:] = [one for one in items if one not in set(pure)]
    config.hook.pytest_deselected(items=pure)


@pytest.fixture(autouse=True)
def chinese():
    """Every test begins in Chinese, whatever language an earlier page was read in."""
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
    now = dt.datetime(2024, 10, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    time_machine.move_to(now, tick=False)
    return now


@pytest.fixture
def district(db):
    return DistrictFactory()


@pytest.fixture
def miaohang(district):
    return TownFactory(district=district, code="310113112", name="庙行镇")


@pytest.fixture
def youyi(district):
    """The town next door."""
    return TownFactory(district=district, code="310113003", name="友谊路街道")


@pytest.fixture
def admin(district):
    return UserFactory(username="admin", role=Role.ADMIN, district=district, is_staff=True)


@pytest.fixture
def staff(district):
    return UserFactory(username="staff", name="养老服务科", role=Role.STAFF, district=district)


@pytest.fixture
def leader(district):
    return UserFactory(username="leader", role=Role.LEADER, district=district)


@pytest.fixture
def official(miaohang):
    """Reports for 庙行镇."""
    return UserFactory(
        username="official", name="庙行经办人", role=Role.TOWN, district=miaohang.district, town=miaohang
    )


@pytest.fixture
def neighbour(youyi):
    """Reports for 友谊路街道 and must see nothing of 庙行镇."""
    return UserFactory(username="neighbour", name="友谊经办人", role=Role.TOWN, district=youyi.district, town=youyi)


@pytest.fixture
def facility_user(miaohang):
    home = FacilityFactory(town=miaohang, name="庙行养老院")
    return UserFactory(username="facility", role=Role.FACILITY, district=miaohang.district, facility=home)


@pytest.fixture
def city_user(district):
    """Reads Baoshan for the city."""
    user = UserFactory(username="city", role=Role.CITY, district=None)
    user.districts.add(district)
    return user


@pytest.fixture
def stranger(db):
    """Staff of another district."""
    return UserFactory(username="stranger", role=Role.STAFF, district=DistrictFactory(code="310105", name="长宁区"))


@pytest.fixture
def sign_in():
    """A browser in which the user is signed in; None: a visitor's."""

    def signed_in(user):
        client = Client()
        if user:
            client.force_login(user)
        return client

    return signed_in
