"""The lists of facilities, inspections, findings, plans and people as of a day, and as known on a day."""

import csv
import datetime as dt
from io import StringIO

import pytest

from quality.inspecting import submit
from quality.models import PersonState
from quality.people import decide
from tasks.reporting import new_key
from tests.factories import FacilityFactory, ProgrammeFactory
from tests.quality.cases import stood
from tests.quality.findings import Case
from tests.quality.inspections import planned, typed
from tests.quality.years import put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
PEOPLE = "/p/plan/people/"


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="乐汇养老院", opened_on=dt.date(2020, 1, 1))


@pytest.fixture
def world(home, staff, time_machine):
    """16 October: all is begun; 18 October: it is ended, of an inspection on the 17th; today is the 20th."""
    time_machine.move_to(dt.datetime(2024, 10, 16, 2, tzinfo=dt.UTC))
    case = Case(home, found_on=dt.date(2024, 10, 14)).assigned(due_on=dt.date(2024, 10, 17))
    inspection = planned(home, by=staff)
    typed(inspection, "met", "met")
    manager = put_forward(ProgrammeFactory(slug="plan", district=staff.district), home, by=case.people.director)
    time_machine.move_to(dt.datetime(2024, 10, 18, 2, tzinfo=dt.UTC))
    case.act("sign", case.people.director)
    submit(inspection=inspection, visited_on=dt.date(2024, 10, 17), by=staff, key=new_key())
    decide(records=[manager], state=PersonState.CONFIRMED, by=staff)
    stood(home, beds=100)
    time_machine.move_to(dt.datetime(2024, 10, 20, 2, tzinfo=dt.UTC))


def states(client, address):
    """Where each row of the list's file stands; of a facility, with its quarter."""
    head, *rows = csv.reader(StringIO(client.get(address).content.decode("utf-8-sig")))
    column = "2024年第三季度数据" if "开业日期" in head else "状态"
    return [row[head.index(column)] for row in rows]


@pytest.mark.parametrize(
    ("address", "asked", "found"),
    [
        ("/findings/", "", ["整改中"]),
        ("/findings/", "as_of=2024-10-17", ["待签收"]),
        ("/findings/", "known_on=2024-10-17", ["待签收"]),
        ("/findings/", "as_of=2024-10-15", ["待交办"]),
        ("/findings/", "as_of=2024-10-13", []),
        ("/findings/", "known_on=2024-10-15", []),
        ("/findings/", "as_of=2024-10-17&state=overdue", []),
        ("/findings/", "as_of=2024-10-18&state=overdue", ["整改中"]),
        ("/inspections/", "", ["已提交"]),
        ("/inspections/", "as_of=2024-10-17", ["已提交"]),
        ("/inspections/", "as_of=2024-10-17&known_on=2024-10-17", ["检查中"]),
        ("/inspections/", "as_of=2024-10-16", ["检查中"]),
        ("/inspections/", "as_of=2024-10-16&state=submitted", []),
        ("/inspections/", "as_of=2024-10-15", []),
        (PEOPLE, "", ["已确认"]),
        (PEOPLE, "as_of=2024-10-17", ["待确认"]),
        (PEOPLE, "known_on=2024-10-15", []),
        ("/facilities/", "quarter=2024Q3", ["已通过"]),
        ("/facilities/", "quarter=2024Q3&as_of=2024-10-17", ["未填报"]),
    ],
)
def test_a_list_shows_what_stood_and_what_was_known(world, staff, sign_in, address, asked, found):
    assert states(sign_in(staff), f"{address}?export=csv&{asked}") == found


@pytest.mark.parametrize("address", ["/findings/", "/inspections/", PEOPLE, "/facilities/", "/plans/"])
def test_no_day_is_too_early_or_too_late(world, staff, sign_in, address):
    days = ("0001-01-01", "9999-12-31")
    assert [sign_in(staff).get(f"{address}?as_of={day}").status_code for day in days] == [200, 200]


def test_nothing_is_done_on_a_list_of_the_past(world, staff, sign_in):
    page = sign_in(staff).get(f"{PEOPLE}?as_of=2024-10-17")

    assert (page.context["verbs"], page.context["rows"][0][1]) == ([], [])
