"""What the tests of inspections share: a short item list, inspections as the portal writes them."""

import datetime as dt
from decimal import Decimal

from quality.drawing import announce, carry_out, publish
from quality.inspecting import plan, submit
from quality.models import Department, Grade, InspectionItem, Inspector, ItemList
from quality.visiting import attach, keep
from tasks.reporting import new_key
from tests.factories import UserFactory, a_file

DAY = dt.date(2024, 10, 14)
GRADES = (("excellent", "优秀", 90), ("good", "良好", 80), ("fair", "一般", 60), ("poor", "较差", 0))


def a_list(kind="daily", items=(("服务提供", 10), ("服务安全", 10)), *, district=None, judged="check", **fields):
    """A list in force since 2024 with the four usual grades; its items are (group, points)."""
    last = ItemList.objects.filter(kind=kind, district=district).count()
    made = ItemList.objects.create(
        **{"version": last + 1, "title": "项目表", "from_on": dt.date(2024, 1, 1)} | fields,
        kind=kind,
        district=district,
    )
    for number, (group, points) in enumerate(items, 1):
        InspectionItem.objects.create(
            item_list=made, number=number, group=group, words=f"内容{number}", points=points, judged=judged
        )
    for code, name, minimum in GRADES:
        Grade.objects.create(item_list=made, code=code, name=name, minimum=Decimal(minimum))
    return made


def planned(facility, kind="daily", *, by=None, **fields):
    """One inspection, planned by the bureau; the kind's list is made where there is none."""
    if not ItemList.objects.filter(kind=kind).exists():
        a_list(kind)
    by = by or UserFactory(district=facility.town.district)
    return plan(facilities=[facility], kind=kind, by=by, **{"planned_on": DAY, "key": new_key()} | fields)[0]


def typed(inspection, *answers, by=None):
    """What was found of the items, in their order: `met`, `na`, a score such as `8.5`, or (answer, words, severity)."""
    lines = {}
    for item, answer in zip(inspection.item_list.items.all(), answers, strict=False):
        said, words, severity = answer if isinstance(answer, tuple) else (answer, "", "")
        field = "points" if said[:1].isdigit() else "verdict"
        lines[item.pk] = ({field: said, "words": words, "severity": severity}, 0)
    return keep(inspection=inspection, lines=lines, by=by or inspection.by)


def inspected(facility, *answers, kind="daily", by=None, visited_on=DAY, **fields):
    """Planned, visited and submitted: the result."""
    inspection = planned(facility, kind, by=by)
    typed(inspection, *(answers or ["met"] * inspection.item_list.items.count()))
    return submit(inspection=inspection, visited_on=visited_on, by=inspection.by, key=new_key(), **fields)


def a_world(home, staff, *, mark=""):
    """The keys of what the pages of a home's inspections need: one submitted with a photo, one to be visited."""
    if not ItemList.objects.filter(kind="daily").exists():
        a_list("daily", district=home.town.district)
    done, to_do = planned(home, by=staff), planned(home, by=staff)
    first = done.item_list.items.first()
    photo = attach(inspection=done, item=first, file=a_file(f"{mark}现场.jpg"), key=new_key(), by=staff)
    typed(done, ("not_met", f"{mark}通道堵塞", "major"), "met")
    submit(inspection=done, visited_on=DAY, by=staff, key=new_key(), words=f"{mark}评价")
    return {"inspection": done.pk, "visit": to_do.pk, "photo": photo.pk, "item_list": done.item_list_id}


def a_draw(home, staff):
    """A published draw of the one home; everybody of its district sees it."""
    if not ItemList.objects.filter(kind="joint").exists():
        a_list("joint", district=home.town.district)
    for department in Department.values:
        Inspector.objects.create(district=home.town.district, name="演示一", department=department)
    same = {"district": home.town.district, "title": "联合检查", "planned_on": DAY, "count": 1}
    draw = announce(**same, facilities=[home], by=staff, key=new_key())
    carry_out(draw=draw, by=staff)
    publish(draw=draw, by=staff)
    return draw
