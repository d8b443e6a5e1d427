"""Inspections of the demo: the shared item lists, a made-up pool of inspectors, a few visits, one published draw."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from districts.models import District, Facility
from eldercare.draws import chance
from quality.drawing import announce, carry_out, publish
from quality.hazards import load_shared as load_hazards
from quality.inspecting import plan, submit
from quality.item_lists import load_shared
from quality.measures import Measure
from quality.models import Department, Inspection, InspectionItem, Inspector, Severity, Verdict, VisitLine
from tasks.models import Programme

LISTS = settings.BASE_DIR / "fixtures" / "inspection-lists"
HAZARDS = settings.BASE_DIR / "fixtures" / "hazards"
SURNAMES = "甲乙丙"
VISITS = ((9, 12), (9, 18), (9, 24), (10, 10))  # days of the programme's year
DRAWN = (11, 6)
LEAST = (32, 42, 52, 62, 82, 92)  # percent of the points, by star level


def add_lists() -> None:
    """What inspections begin with in every district: the placeholder lists, and inspectors of each department."""
    load_shared(LISTS)
    load_hazards(HAZARDS)
    Inspector.objects.bulk_create(
        Inspector(district=district, name=f"演示{name}", department=department, card="演示")
        for district in District.objects.all()
        for department in Department.values
        for name in SURNAMES
    )


def add_inspections(programme: Programme, users: dict) -> None:
    """Daily monitoring of a few homes, the star level of one, a joint draw of three; where the bureau has an account."""
    staff = users["staff"]
    if staff.district_id != programme.district_id:
        return
    homes = Facility.objects.filter(town__district=programme.district, kind=Facility.Kind.NURSING_HOME)
    homes = list(homes.select_related("town__district").order_by("pk")[: len(VISITS)])
    for home, visit in zip(homes, VISITS, strict=False):
        _visited(programme, home, "daily", dt.date(programme.year, *visit), staff)
    if homes:
        _visited(programme, homes[0], "star", dt.date(programme.year, *VISITS[0]), staff)
        _drawn(programme, staff)


def _visited(programme: Programme, home: Facility, kind: str, day: dt.date, staff) -> None:
    key = f"demo-{programme.pk}-{kind}-{day}"
    team = [{"name": f"演示{SURNAMES[0]}", "department": Department.CIVIL}]
    made = plan(facilities=[home], kind=kind, planned_on=day, by=staff, key=key, programme=programme, team=team)[0]
    _answer(made, staff)
    submit(
        inspection=made,
        visited_on=day,
        words="【演示数据】",
        by=staff,
        key=key,
        at=timezone.make_aware(dt.datetime.combine(day, dt.time(16))),
    )


def _answer(inspection: Inspection, staff) -> None:
    """Most items are met, one in ten or so is not; what is scored reaches the star level that the home reports."""
    reports = inspection.facility.reports.filter(year=inspection.year).standing().prefetch_related("figures")
    level = max((report.values.get(Measure.STAR_LEVEL) or 0 for report in reports), default=0)
    VisitLine.objects.bulk_create(
        VisitLine(inspection=inspection, item=item, typed=_typed(inspection, item, LEAST[level]), by=staff)
        for item in inspection.item_list.items.all()
    )


def _typed(inspection: Inspection, item: InspectionItem, least: int) -> dict[str, str]:
    luck = chance(inspection.facility.name, inspection.kind, item.number) % 100
    if item.judged == InspectionItem.Judged.SCORE:
        return {"points": f"{item.points * (least + luck % 8) / 100:.2f}"}
    if luck >= 5 + chance(inspection.facility.name) % 15:
        return {"verdict": Verdict.MET}
    severity = Severity.MAJOR if luck == 0 else Severity.ORDINARY
    return {
        "verdict": Verdict.NOT_MET,
        "words": f"【演示数据】{item.group}第{item.number}项不符合要求",
        "severity": severity,
    }


def _drawn(programme: Programme, staff) -> None:
    day = dt.date(programme.year, *DRAWN)
    homes = Facility.objects.filter(town__district=programme.district).open_on(day).select_related("town")
    key = f"demo-{programme.pk}-draw"
    title = f"{programme.year}年第四季度联合检查（演示）"
    draw = announce(
        district=programme.district,
        title=title,
        planned_on=day,
        facilities=homes.order_by("pk"),
        count=3,
        by=staff,
        key=key,
        seed=key,
    )
    carry_out(draw=draw, by=staff)
    publish(draw=draw, by=staff)
