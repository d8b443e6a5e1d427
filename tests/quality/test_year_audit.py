"""What is recorded of a programme's year stands in the audit chain with its files, and has a history."""

import pytest
from django.db.models import QuerySet

from quality.models import (
    Event,
    EventAct,
    EventFile,
    Example,
    ExampleFile,
    ExampleWithdrawal,
    PersonAct,
    PersonRecord,
    Training,
)
from quality.people import decide
from quality.publicity import withdraw
from quality.year_audit import _life
from tasks.models.report import LedgerError
from tasks.verifying import verify
from tests.factories import ProgrammeFactory, a_file
from tests.quality.years import a_training, an_event, an_example, held, put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def year(programme, facility_user, staff):
    """An event that was held, a training with somebody, a person who was confirmed, and an example that was withdrawn."""
    home = facility_user.facility
    held(an_event(programme), by=staff, files=[a_file("签到表.pdf")])
    put_forward(programme, home, kind="training", training=a_training(programme, by=staff), by=staff)
    decide(records=[put_forward(programme, home, by=facility_user)], state="confirmed", by=staff)
    withdraw(example=an_example(programme, home, by=staff, files=[a_file("照片.jpg")]), reason="误", by=staff)


def test_everything_is_chained(year, district):
    verdict = verify(district)

    assert (verdict.intact, verdict.number) == (True, 8)


@pytest.mark.parametrize(
    ("model", "change", "broken"),
    [
        (EventAct, {"words": "改"}, "quality.eventact"),
        (EventFile, {"sha256": "0"}, "quality.eventact"),
        (Training, {"subject": "改"}, "quality.training"),
        (PersonRecord, {"name": "改"}, "quality.personrecord"),
        (PersonAct, {"words": "改"}, "quality.personact"),
        (Example, {"words": "改"}, "quality.example"),
        (ExampleFile, {"name": "改"}, "quality.example"),
        (ExampleWithdrawal, {"reason": "改"}, "quality.examplewithdrawal"),
    ],
)
def test_what_is_changed_behind_the_portal_s_back_is_found(year, district, model, change, broken):
    QuerySet(model).update(**change)

    assert verify(district).broken.kind == broken


@pytest.mark.parametrize("model", [EventAct, Training, PersonRecord, PersonAct, Example, ExampleWithdrawal])
def test_rows_are_neither_changed_nor_deleted(year, model):
    row = model.objects.first()

    with pytest.raises(LedgerError):
        row.save()
    with pytest.raises(LedgerError):
        model.objects.filter(pk=row.pk).delete()


def test_an_event_s_life_holds_its_changes_and_its_acts(programme, staff):
    event = an_event(programme)
    event.title = "业务集训"
    event.save()
    held(event, by=staff)

    told = [(one.what, one.reason) for one in _life(staff, Event.objects.get())]

    assert told[-1] == ("完成 2024-10-10", "已举办")
    assert len(told) == 3
