"""The history of an inspection, and what of it stands in its facility's."""

import pytest

from quality.events import events_of_facility
from quality.inspecting import cancel, correct, submit
from quality.inspection_life import events
from quality.models import Inspection
from tasks.histories import KINDS
from tests.factories import FacilityFactory, ProgrammeFactory
from tests.quality.inspections import DAY, inspected, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang)


def told(inspection):
    return [(one.what, one.reason) for one in events(Inspection.objects.standing().get(pk=inspection.pk))]


def test_a_plan_that_was_given_up(home, staff):
    inspection = planned(home, by=staff)
    cancel(inspection=inspection, reason="停业", by=staff)

    assert told(inspection) == [("安排检查", ""), ("取消检查", "停业")]


def test_a_result_that_was_corrected_and_the_correction(home, staff):
    first = inspected(home, by=staff, words="尚可").inspection
    again = correct(inspection=first, reason="误记", by=staff)
    submit(inspection=again, visited_on=DAY, by=staff, key="again")

    assert told(first) == [("安排检查", ""), ("提交检查结果", "尚可"), ("结果被更正", "误记")]
    assert told(again) == [("安排检查", "更正：误记"), ("提交检查结果", "")]


def test_results_stand_in_the_facilitys_history_and_plans_do_not(home, staff):
    planned(home, by=staff)
    inspected(home, by=staff)

    found = [event.what for event in events_of_facility(home)]

    assert found[0] == "日常监测结果：优秀"
    assert [what for what in found if "检查" in what] == []


def test_a_life_is_told_to_those_who_see_the_inspection(home, staff, official, neighbour):
    programme = ProgrammeFactory(district=home.town.district)
    plan, done = planned(home, by=staff), inspected(home, by=staff).inspection

    def lives(one):
        return [bool(KINDS["inspection"].life(user, programme, str(one.pk))) for user in (staff, official, neighbour)]

    assert (lives(plan), lives(done)) == ([True, False, False], [True, True, False])
