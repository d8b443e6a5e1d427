"""A plan's synthetic year beside its figures: events held, people, and examples. Every word says that it is made up."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count

from django.utils import timezone

from districts.models import Facility
from quality.models import (
    Event,
    EventAct,
    Example,
    FacilityReport,
    Finding,
    Level,
    PersonAct,
    PersonKind,
    PersonRecord,
    PersonState,
    Training,
)
from quality.people import LEVELS
from quality.publicity import publish, withdraw
from quality.quarters import Quarter
from quality.scheduling import standing
from tasks import audit
from tasks.models import Programme

MARK = "【演示数据】"
CERTIFIED = 3  # homes whose certificates are recorded, as many as their figures of the year's end say
PUT_FORWARD = 8  # of the homes that put somebody forward, the last two still wait
TRAININGS = (("日常服务质量监测业务培训（90项）", (4, 21), "6.0"), ("消防安全达标工程业务培训", (4, 26), "4.0"))
EXAMPLES = (
    (Example.Kind.GOOD, "智慧查房让夜间巡视更及时", "使用床旁感应设备，夜间响应时间明显缩短。", (7, 12)),
    (Example.Kind.GOOD, "护理员技能大赛带动全员练兵", "以赛促训，新增中级护理员3名。", (9, 20)),
    (Example.Kind.CRITICISED, "疏散通道堆放杂物", "检查发现疏散通道堆放杂物，已责令当日清理。", (6, 15)),
)


def add_year(programme: Programme, users: Mapping) -> None:
    """For a plan with phases: all events but the last were held in time; people of some homes; three examples."""
    homes = list(Facility.objects.filter(town__district=programme.district_id, kind=Facility.Kind.NURSING_HOME))
    homes.sort(key=lambda home: home.pk)
    if not programme.phases.exists() or len(homes) <= PUT_FORWARD:
        return
    staff = users["staff"]
    _events(programme, staff)
    _people(programme, homes, staff)
    _examples(programme, homes, staff)


def _events(programme: Programme, staff) -> None:
    held: list[Event] = list(standing(programme))[:-1]
    acts = EventAct.objects.bulk_create(
        EventAct(
            district_id=programme.district_id,
            event=event,
            kind=EventAct.Kind.DONE,
            done_on=event.ends_on - dt.timedelta(days=2),
            words=f"{MARK}已按安排完成。",
            key=f"demo-event-{event.pk}",
            at=_at(event.ends_on),
            by=staff,
        )
        for event in held
    )
    audit.append(rows=acts)


def _people(programme: Programme, homes: list[Facility], staff) -> None:
    numbers = count(1)
    trainings = Training.objects.bulk_create(
        Training(
            district_id=programme.district_id,
            programme=programme,
            subject=f"{MARK}{subject}",
            held_on=dt.date(programme.year, *day),
            hours=Decimal(hours),
            key=f"demo-training-{programme.pk}-{number}",
            at=_at(dt.date(programme.year, *day)),
            by=staff,
        )
        for number, (subject, day, hours) in enumerate(TRAININGS)
    )
    said = [*_put_forward(programme, homes), *_attended(trainings, homes), *_certified(programme, homes)]
    said += _subsidised(programme, homes)
    records = PersonRecord.objects.bulk_create(
        _record(programme, home, kind, next(numbers), staff, day, own) for home, kind, day, _stands, own in said
    )
    acts = PersonAct.objects.bulk_create(
        PersonAct(district_id=programme.district_id, record=record, kind=PersonState.CONFIRMED, at=record.at, by=staff)
        for record, (*_said, stands, _own) in zip(records, said, strict=True)
        if stands
    )
    audit.append(rows=[*trainings, *records, *acts])


def _put_forward(programme: Programme, homes: list[Facility]) -> Iterable[tuple]:
    """Of each home its kind, day, whether it was confirmed, and the fields of the kind."""
    day = dt.date(programme.year, 5, 20)
    for kind in (PersonKind.MANAGER, PersonKind.EXPERT):
        for number, home in enumerate(homes[:PUT_FORWARD]):
            yield home, kind, day, number < PUT_FORWARD - 2, {"words": f"{MARK}机构推荐"}


def _attended(trainings: Iterable[Training], homes: list[Facility]) -> Iterable[tuple]:
    return [(home, PersonKind.TRAINING, one.held_on, True, {"training": one}) for one in trainings for home in homes]


def _certified(programme: Programme, homes: list[Facility]) -> Iterable[tuple]:
    """As many of each level as the figures of the year's end say."""
    reports = FacilityReport.objects.of_quarter(Quarter(programme.year, 4)).filter(facility__in=homes[:CERTIFIED])
    values = {report.facility_id: report.values for report in reports.standing().prefetch_related("figures")}
    day, number = dt.date(programme.year, 6, 30), count(1)
    for home in homes[:CERTIFIED]:
        for level in Level:
            for _one in range(values.get(home.pk, {}).get(LEVELS[level], 0)):
                own = {"level": level, "number": f"演示{next(number):05d}", "issued_on": day}
                yield home, PersonKind.CERTIFICATE, day, True, own


def _subsidised(programme: Programme, homes: list[Facility]) -> Iterable[tuple]:
    month = dt.date(programme.year, 7, 1)
    own = {"amount": Decimal("500.00"), "month": month}
    return [(home, PersonKind.SUBSIDY, month, True, own) for home in homes[:PUT_FORWARD]]


def _record(programme: Programme, home: Facility, kind: str, number: int, staff, day: dt.date, own: dict):
    return PersonRecord(
        district_id=programme.district_id,
        programme=programme,
        facility=home,
        kind=kind,
        name=f"演示员{number:03d}",
        key=f"demo-person-{programme.pk}-{number}",
        at=_at(day),
        by=staff,
        **own,
    )


def _examples(programme: Programme, homes: list[Facility], staff) -> None:
    """The criticised one rests on a finding of the year where there is one; one good example was withdrawn."""
    finding = Finding.objects.filter(district=programme.district_id, year=programme.year).order_by("pk").first()
    for number, (kind, title, words, day) in enumerate(EXAMPLES):
        own = finding if kind == Example.Kind.CRITICISED else None
        example = publish(
            programme=programme,
            facility=own.facility if own else homes[number],
            kind=kind,
            title=title,
            words=f"{MARK}{words}",
            published_on=dt.date(programme.year, *day),
            finding=own,
            by=staff,
            key=f"demo-example-{programme.pk}-{number}",
            at=_at(dt.date(programme.year, *day)),
        )
        if number == 1:
            withdraw(example=example, reason=f"{MARK}数据有误，核实后重新发布", by=staff, at=example.at)


def _at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))
