"""People who issue sheets or act on one at the same moment. Apart from the other tests: these commit what they write."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.permissions import Role
from tasks.models import Supervision, SupervisionAct
from tasks.supervising import SupervisionError, close, issue, sign
from tests.factories import ProgrammeFactory, TownFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("october")]

AT_ONCE = 4


@pytest.fixture
def town():
    return TownFactory()


@pytest.fixture
def put(town):
    said = {"programme": ProgrammeFactory(district=town.district), "town": town, "due_on": dt.date(2024, 10, 29)}
    staff = UserFactory(district=town.district)
    return lambda key: issue(**said, matter="滞后", requirement="补齐", by=staff, key=key)


def at_once(does, each):
    """What each gets at the same moment; with SQLite one after the other."""

    def done(one):
        try:
            return does(one)
        except SupervisionError as error:
            return str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(each) if connection.features.has_select_for_update else 1) as pool:
        return list(pool.map(done, each))


def test_every_sheet_gets_a_number_of_its_own(put):
    sheets = at_once(put, [f"k{number}" for number in range(AT_ONCE)])

    assert sorted(sheet.number for sheet in sheets) == [1, 2, 3, 4]


def test_one_form_sent_several_times_is_one_sheet(put):
    sheets = at_once(put, ["k"] * AT_ONCE)

    assert {sheet.number for sheet in sheets} == {1}
    assert Supervision.objects.count() == 1


def test_one_signs_and_the_others_are_told_who(put, town):
    sheet = put("k")
    officials = [
        UserFactory(name=f"经办人{number}", role=Role.TOWN, district=town.district, town=town)
        for number in range(AT_ONCE)
    ]

    answers = at_once(lambda official: sign(sheet=sheet, by=official), officials)

    act = SupervisionAct.objects.get()
    told = f"这份督办单已由 {act.by} 于 2024-10-15 10:00 签收，不必再签收。"
    assert sorted(answers, key=str) == sorted([act, *[told] * (AT_ONCE - 1)], key=str)


def test_a_sheet_is_closed_or_signed_for_and_the_second_knows(put, town):
    sheet = put("k")
    official = UserFactory(name="经办人", role=Role.TOWN, district=town.district, town=town)
    staff = UserFactory(name="养老服务科", district=town.district)

    def act(who):
        return (
            sign(sheet=sheet, by=who, seen=0) if who == official else close(sheet=sheet, words="调整", by=who, seen=0)
        )

    answers = at_once(act, [official, staff])

    assert SupervisionAct.objects.count() == 1
    assert [isinstance(answer, str) for answer in answers].count(True) == 1
