"""The joint draw as it is done: the seed and the pools are recorded, then it is drawn, then published. One transaction each."""

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import District, Facility
from quality import draw as drawn_by_seed
from quality.inspecting import plan
from quality.inspection_rules import InspectionError
from quality.models import Department, Draw, DrawAct, InspectionKind, Inspector
from quality.quarters import quarter_of
from quality.sent_before import sent_before
from tasks import audit

Kind = DrawAct.Kind


@transaction.atomic
def announce(
    *,
    district: District,
    title: str,
    planned_on: dt.date,
    facilities: Iterable[Facility],
    count: int,
    by,
    key: str,
    per_department: int = 1,
    seed: str = "",
) -> Draw:
    """Record the seed (one is made where none is given) and both pools as they stand; nothing is drawn yet.

    A key that was sent before returns what it wrote then. Raises InspectionError where the pools are too small, and for
    a spent key that comes with something else.
    """
    said = {"district": district, "title": title, "planned_on": planned_on, "count": count}
    said |= {"per_department": per_department} | ({"seed": seed.strip()} if seed.strip() else {})
    District.objects.select_for_update(no_key=True).get(pk=district.pk)  # sent twice, the second finds the first
    if earlier := sent_before(Draw, key, said, InspectionError):
        return earlier
    inspectors = Inspector.objects.filter(district=district, active=True).order_by("pk")
    made = Draw(
        **{"seed": secrets.token_hex(16)} | said,
        year=planned_on.year,
        quarter=quarter_of(planned_on).number,
        facilities=[{"key": f"f{one.pk}", "name": one.name, "town": one.town.name} for one in facilities],
        inspectors=[{"key": f"i{one.pk}", "name": one.name, "department": one.department} for one in inspectors],
        key=key,
        by=by,
    )
    repeat(made)
    made.save()
    audit.append(rows=[made])
    return made


def repeat(draw: Draw) -> list[dict]:
    """What the seed and the pools give, whenever it is asked: [{"facility": key, "inspectors": [keys]}].

    Raises InspectionError where the pools are too small.
    """
    try:
        teams = drawn_by_seed.draw(
            seed=draw.seed,
            facilities=[one["key"] for one in draw.facilities],
            inspectors=[drawn_by_seed.Candidate(one["key"], one["department"]) for one in draw.inspectors],
            departments=Department.values,
            count=draw.count,
            per_department=draw.per_department,
        )
    except drawn_by_seed.DrawError as fault:
        raise InspectionError(_told(fault)) from fault
    return [team._asdict() for team in teams]


@transaction.atomic
def carry_out(*, draw: Draw, by) -> DrawAct:
    """Draw, store what came out, and plan the inspections; done before, that act is returned."""
    Draw.objects.select_for_update(no_key=True).get(pk=draw.pk)
    if earlier := draw.acts.filter(kind=Kind.DRAWN).first():
        return earlier
    teams = repeat(draw)
    act = DrawAct.objects.create(district_id=draw.district_id, draw=draw, kind=Kind.DRAWN, result=teams, by=by)
    audit.append(rows=[act])
    pool = {f"f{one.pk}": one for one in Facility.objects.filter(town__district=draw.district_id)}
    people = {one["key"]: {"name": one["name"], "department": one["department"]} for one in draw.inspectors}
    for team in teams:
        plan(
            facilities=[pool[team["facility"]]],
            kind=InspectionKind.JOINT,
            planned_on=draw.planned_on,
            team=[people[key] for key in team["inspectors"]],
            draw=draw,
            by=by,
            key=f"draw:{draw.pk}:{team['facility']}",
        )
    return act


@transaction.atomic
def publish(*, draw: Draw, by) -> DrawAct:
    """Open the draw, and what its inspections find, to the whole district. Raises InspectionError before it was drawn."""
    Draw.objects.select_for_update(no_key=True).get(pk=draw.pk)
    if not by.may(Permission.PLAN_INSPECTIONS) or not draw.acts.filter(kind=Kind.DRAWN).exists():
        raise InspectionError(_("尚未抽取，没有可公开的结果。"))
    if earlier := draw.acts.filter(kind=Kind.PUBLISHED).first():
        return earlier
    act = DrawAct.objects.create(district_id=draw.district_id, draw=draw, kind=Kind.PUBLISHED, by=by)
    audit.append(rows=[act])
    return act


def _told(fault: drawn_by_seed.DrawError) -> str:
    told = {"needed": fault.needed, "found": fault.found}
    if not fault.department:
        return _("要抽取 %(needed)s 家机构，机构库中只有 %(found)s 家。") % told
    told["department"] = Department(fault.department).label
    return _("每组需要%(department)s %(needed)s 人，在库的只有 %(found)s 人。") % told
