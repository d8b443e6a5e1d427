"""Synthetic facilities with their quarterly figures, marked as such; deterministic as the rest of the demo."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from districts.models import Facility, Town
from eldercare.draws import chance
from quality.measures import Measure
from quality.models import FacilityReport
from quality.quarters import Quarter
from quality.reporting import accept, return_, submit
from tasks.models import Programme

KINDS = (Facility.Kind.NURSING_HOME, Facility.Kind.CARE_HOME)
NAMES = ("颐和", "安康", "福寿", "乐龄", "春晖", "松鹤")
MARK = "（演示）"


def add_facilities(programme: Programme, users: dict) -> None:
    """Two facilities in each town that the programme gives targets, with the figures of its year, accepted by the staff."""
    towns = Town.objects.filter(district=programme.district, targets__indicator__programme=programme).distinct()
    facilities = [facility for town in towns for facility in _facilities(town)]
    for number in (1, 2, 3, 4):
        _quarter(Quarter(programme.year, number), facilities, users)


def register(town: Town, name: str, kind: str) -> Facility:
    """One row of the register, every word of it made up."""
    facility = Facility.objects.filter(town=town, name=f"{name}{MARK}").first() or made_up(town, name, kind)
    facility.save()
    return facility


def made_up(town: Town, name: str, kind: str) -> Facility:
    """The row, not saved."""
    return Facility(
        town=town,
        name=f"{name}{MARK}",
        kind=kind,
        operation=Facility.Operation.values[chance(name) % len(Facility.Operation.values)],
        director="演示负责人",
        phone="021-00000000",
        address=f"{town.name}演示路{chance(name) % 200 + 1}号",
        registration=f"演示-{chance(name) % 10000:04d}",
        opened_on=dt.date(2005 + chance(name) % 15, 5, 1),
    )


def _facilities(town: Town) -> QuerySet[Facility]:
    place = town.name.removesuffix("街道").removesuffix("镇")
    for kind in KINDS:
        name = f"{place}{NAMES[chance(town.code, kind) % len(NAMES)]}{kind.label}"
        register(town, name, kind)
    return Facility.objects.filter(town=town).select_related("town").order_by("name")


def _quarter(quarter: Quarter, facilities: list[Facility], users: dict) -> None:
    """Sent in the first days after the quarter and accepted together; of the last one a few wait, one is returned."""
    at = timezone.make_aware(dt.datetime.combine(quarter.ends_on, dt.time(9, 30)))
    reports = [
        submit(
            facility=facility,
            quarter=quarter,
            values=_values(facility, quarter),
            by=users.get(f"town-{facility.town.code}"),
            key=f"demo-{facility.pk}-{quarter}",
            source=FacilityReport.Source.DEMO,
            at=at + dt.timedelta(hours=chance(facility.name, quarter) % 24),
        )
        for facility in facilities
    ]
    held = reports[-3:] if quarter.number == 4 else []
    later = {"by": users["staff"], "at": at + dt.timedelta(days=1)}
    accept(reports=[report for report in reports if report not in held], **later)
    if held:
        return_(reports=held[:1], reason="持证护理员人数与花名册不一致，请核对。", **later)


def _values(facility: Facility, quarter: Quarter) -> dict[Measure, int]:
    """Whole beds and people, a little better each quarter."""
    size, spread = chance(facility.name), chance(facility.name, "share")
    beds = 60 + size % 200 if facility.kind == Facility.Kind.NURSING_HOME else 10 + size % 20
    carers = max(4, beds // 6)
    certified = min(carers, carers * (74 + spread % 18 + 3 * quarter.number) // 100)
    intermediate = min(certified, -(-carers * (8 + spread % 10 + quarter.number) // 100))
    answers = max(5, beds // 3)
    return {
        Measure.BEDS: beds,
        Measure.NURSING_BEDS: min(beds, beds * (48 + spread % 20 + 3 * quarter.number) // 100),
        Measure.DEMENTIA_BEDS: beds // 10,
        Measure.RESIDENTS: beds * (60 + size % 30) // 100,
        Measure.CARERS: carers,
        Measure.LEVEL_5: certified - intermediate,
        Measure.LEVEL_4: intermediate - intermediate // 4,
        Measure.LEVEL_3: intermediate // 4,
        Measure.LEVEL_2: 0,
        Measure.LEVEL_1: 0,
        Measure.FIRE_SAFETY: 2 if spread % 3 == 0 and quarter.number > 2 else 1,
        Measure.STAR_LEVEL: spread % 5,
        Measure.MONITORING: 4 if spread % 4 == 0 else 3,
        Measure.ANSWERS: answers,
        Measure.SATISFIED: answers * (84 + size % 15) // 100,
    }
