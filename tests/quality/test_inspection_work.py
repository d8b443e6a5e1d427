"""What of the inspections stands on the front page: those that are one's own to record, soon or late."""

import datetime as dt

import pytest

from quality.inspecting import cancel
from quality.inspection_work import todos
from tests.factories import FacilityFactory
from tests.quality.inspections import DAY, a_list, inspected, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="乐汇养老院")


def told(user):
    return [(one.title, one.detail, one.when, one.tone) for one in todos(user, None)]


def test_what_is_planned_for_the_next_days_and_what_is_late(home, staff):
    for days in (-2, 7, 8):
        planned(home, by=staff, planned_on=dt.date(2024, 10, 15) + dt.timedelta(days))

    assert told(staff) == [
        ("现场检查：乐汇养老院", "日常监测", "逾期 2 天", "late"),
        ("现场检查：乐汇养老院", "日常监测", "2024-10-22 截止", "waiting"),
    ]


def test_what_is_over_is_nobodys_work(home, staff):
    inspected(home, by=staff)
    cancel(inspection=planned(home, by=staff), reason="停业", by=staff)

    assert told(staff) == []


def test_a_long_list_is_one_line_more(home, staff):
    for _number in range(5):
        planned(home, by=staff, planned_on=DAY)

    assert [(title, detail) for title, detail, _when, _tone in told(staff)][2:] == [
        ("现场检查：乐汇养老院", "日常监测"),
        ("其余计划中的检查", "2 次"),
    ]


def test_each_sees_what_is_the_own_part(home, staff, leader, official, neighbour, facility_user):
    planned(home, by=official)
    a_list("self_check")
    planned(facility_user.facility, "self_check", by=facility_user)

    people = (staff, leader, official, neighbour, facility_user)
    assert [[title for title, *_rest in told(user)] for user in people] == [
        ["现场检查：乐汇养老院"],
        [],
        ["现场检查：乐汇养老院"],
        [],
        ["现场检查：庙行养老院"],
    ]
