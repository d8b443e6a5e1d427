"""What the tests of a programme's year share: phases, events, people and examples, as the portal writes them."""

import datetime as dt
from decimal import Decimal

from quality.models import Event, Phase
from quality.people import enter, hold
from quality.publicity import publish
from quality.scheduling import record
from tasks.reporting import new_key
from tests.factories import a_file

DAY = dt.date(2024, 10, 10)


def a_phase(programme, **fields):
    """The next phase of a programme, the whole of October 2024."""
    said = {"title": "组织实施阶段", "starts_on": dt.date(2024, 10, 1), "ends_on": dt.date(2024, 10, 31)}
    return Phase.objects.create(programme=programme, number=programme.phases.count() + 1, **said | fields)


def an_event(programme, *, phase=None, **fields):
    """A training in the first half of October; in a phase of its own where none is given."""
    said = {"kind": "training", "title": "业务培训", "starts_on": dt.date(2024, 10, 1), "ends_on": DAY}
    return Event.objects.create(phase=phase or programme.phases.first() or a_phase(programme), **said | fields)


def held(event, *, by, done_on=DAY, **fields):
    """Recorded as done."""
    said = {"kind": "done", "words": "已举办", "done_on": done_on, "key": new_key()}
    return record(event=event, by=by, **said | fields)


def a_training(programme, *, by, **fields):
    said = {"subject": "监测培训", "held_on": DAY, "hours": Decimal("3.5"), "key": new_key()}
    return hold(programme=programme, by=by, **said | fields)


def put_forward(programme, facility, *, by, kind="manager", name="张三", **fields):
    """A person of a facility; a certificate is of level four, unless said otherwise."""
    own = {}
    if kind == "certificate":
        own = {"level": 4, "number": "1", "issued_on": DAY}
    if kind == "subsidy":
        own = {"amount": Decimal("500"), "month": dt.date(2024, 7, 1)}
    said = {"key": new_key()} | own | fields
    return enter(programme=programme, facility=facility, kind=kind, name=name, by=by, **said)


def an_example(programme, facility, *, by, kind="good", **fields):
    said = {"title": "夜间巡视", "words": "及时响应", "published_on": DAY, "key": new_key()}
    return publish(programme=programme, facility=facility, kind=kind, by=by, **said | fields)


def a_year(programme, home, staff):
    """The keys of what the pages of a year need: an event that was held, and an example, each with a file."""
    event = an_event(programme)
    act = held(event, by=staff, files=[a_file("签到表.pdf")])
    example = an_example(programme, home, by=staff, files=[a_file("照片.jpg")])
    training = a_training(programme, by=staff)
    put_forward(programme, home, kind="training", by=staff, training=training)
    keys = {"event": event.pk, "event_file": act.files.get().pk}
    return keys | {"example": example.pk, "example_file": example.files.get().pk}
