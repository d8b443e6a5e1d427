"""The pages of life of people's records and roll-ups: what happened."""

import pytest

from quality.models import PersonState
from quality.people import decide
from tasks.histories import KINDS
from tests.factories import FacilityFactory, IndicatorFactory, ProgrammeFactory
from tests.quality.cases import follows
from tests.quality.findings import People
from tests.quality.years import put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def programme(district):
    return ProgrammeFactory(slug="plan", district=district)


def told(kind, user, programme, row):
    life = KINDS[kind].life(user, programme, str(row.pk))
    return life and [(event.what, event.reason, event.tone) for event in life.events]


def test_a_persons_record_with_each_decision(programme, miaohang, staff, neighbour):
    home = FacilityFactory(town=miaohang, name="乐汇养老院")
    record = put_forward(programme, home, by=People(home).director)
    decide(records=[record], state=PersonState.REFUSED, words="年限不足", by=staff)

    assert told("person", staff, programme, record) == [
        ("登记：乐汇养老院", record.words, "waiting"),
        ("不予确认", "年限不足", "returned"),
    ]
    assert told("person", neighbour, programme, record) is None


def test_a_roll_up_with_its_rule(programme, staff, sign_in):
    roll_up = follows(IndicatorFactory(programme=programme, code="01", name="床位"))
    roll_up.denominator = "residents"
    roll_up.save()

    page = sign_in(staff).get(f"/p/plan/history/roll-up/{roll_up.pk}/")

    assert "在住老年人" in page.content.decode()
