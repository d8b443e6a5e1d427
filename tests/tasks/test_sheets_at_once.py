"""Towns that submit at the same moment. Apart from the other tests: these commit what they write."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from threading import Event

import pytest
from django.db import connection, transaction

from accounts.permissions import Role
from tasks import drafts
from tasks.models import Draft, Report, Submission
from tasks.reporting import Conflict, Entry, lock, submit
from tests.factories import IndicatorFactory, PeriodFactory, TownFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("october")]


@pytest.fixture
def period():
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme)


@pytest.fixture
def town(period):
    return TownFactory(district=period.programme.district)


@pytest.fixture
def official(town):
    return UserFactory(role=Role.TOWN, district=town.district, town=town)


@pytest.fixture
def impatient():
    """Who waits longer than five seconds for a lock fails; with SQLite nobody waits."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        yield
        cursor.execute("RESET lock_timeout")


def at_once(does, count=4):
    """What each gets who does it at the same moment; with SQLite one after the other."""

    def done(number):
        try:
            return does(number)
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(count if connection.features.has_select_for_update else 1) as people:
        return list(people.map(done, range(count)))


@contextmanager
def held(period, town):
    """Another connection is in the middle of a submit of this town; with SQLite nobody else can be."""
    if not connection.features.has_select_for_update:
        yield
        return
    taken, let_go = Event(), Event()

    def hold():
        with transaction.atomic():
            lock(period, town)
            taken.set()
            let_go.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(hold)
        assert taken.wait(30)
        try:
            yield
        finally:
            let_go.set()


def test_one_form_sent_four_times_at_once_is_written_once(period, town, beds, official):
    drafts.keep(period=period, town=town, subject=beds, typed={"value": "6"}, version=0, by=official)

    sent = at_once(lambda _n: drafts.submit_sheet(period=period, town=town, by=official, key="key", seen={beds.pk: 0}))

    assert {submission.pk for submission in sent} == {Submission.objects.get().pk}
    assert (Report.objects.get().value, Draft.objects.count()) == (6, 0)


def test_four_forms_of_one_line_at_once_one_is_written_and_three_are_told(period, town, beds, official):
    def send(number):
        entries = [Entry(beds, value=Decimal(number))]
        return submit(period=period, town=town, entries=entries, by=official, key=f"{number}", seen={beds.pk: 0})

    sent = at_once(send)

    assert sorted(type(one).__name__ for one in sent) == ["Conflict", "Conflict", "Conflict", "Submission"]
    assert Report.objects.get().revision == 1


def test_revisions_that_see_no_other_are_numbered_one_after_the_other(period, town, beds, official):
    at_once(
        lambda n: submit(period=period, town=town, entries=[Entry(beds, value=Decimal(n))], by=official, key=f"{n}")
    )

    assert sorted(Report.objects.values_list("revision", flat=True)) == [1, 2, 3, 4]


def test_a_town_does_not_wait_for_another(impatient, period, town, beds, official):
    neighbour = TownFactory(district=town.district)
    with held(period, neighbour):
        submit(period=period, town=town, entries=[Entry(beds, value=Decimal(6))], by=official, key="key")

    assert Report.objects.get().town == town


def test_the_districts_own_lines_do_not_wait_for_a_town(impatient, period, town, beds, official):
    with held(period, town):
        submit(period=period, town=None, entries=[Entry(beds, value=Decimal(6))], by=official, key="key")

    assert Report.objects.get().town is None


def test_a_towns_lines_do_not_wait_for_the_district(impatient, period, town, beds, official):
    with held(period, None):
        submit(period=period, town=town, entries=[Entry(beds, value=Decimal(6))], by=official, key="key")

    assert Report.objects.get().town == town
