"""The list of sites behind a count (点位): read as typed, and every fault told with its row and field."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts.models import Facility
from tasks.models import Site

FIELDS = ("name", "address", "facility", "on")
MAX_ROWS = 500
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)

Typed = Mapping[str, str]  # one row as typed, by field


@dataclass(frozen=True)
class Place:
    """One row that is complete."""

    name: str
    address: str
    on: dt.date
    facility: Facility | None = None


@dataclass(frozen=True)
class Bounds:
    """What a row is checked by: the town's facilities by name, and the days that a site may have."""

    facilities: Mapping[str, Facility]
    first: dt.date
    last: dt.date


def as_kept(rows: Iterable[Typed], sent: Sequence[Typed]) -> list[dict[str, str]]:
    """The rows as a draft keeps them: the very characters, without rows that hold nothing.

    None where they are what was `sent` before; a list that was emptied keeps one row without words.
    """
    every = ({name: row.get(name, "") for name in FIELDS} for row in rows)
    filled = [row for row in every if not is_blank(row)]
    return [] if filled == list(sent) else filled or [dict.fromkeys(FIELDS, "")]


def is_blank(row: Typed) -> bool:
    return not any(row.get(name, "").strip() for name in FIELDS)


def as_typed(sites: Iterable[Site]) -> list[dict[str, str]]:
    """Recorded sites as somebody would type them."""
    return [
        {"name": site.name, "address": site.address, "facility": str(site.facility or ""), "on": site.on.isoformat()}
        for site in sites
    ]


def read(rows: Sequence[Typed], bounds: Bounds) -> tuple[list[Place], list[str]]:
    """The complete rows, and what is wrong with the others."""
    places: list[Place] = []
    errors: list[str] = []
    known: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        row = {name: row.get(name, "").strip() for name in FIELDS}
        if is_blank(row):
            continue
        faults = [*_faults(row, bounds), *_doubled(row["name"], known, number)]
        errors += [_("点位第 %(row)s 行：%(fault)s") % {"row": number, "fault": fault} for fault in faults]
        if not faults:
            facility = bounds.facilities.get(row["facility"])
            places.append(Place(row["name"], row["address"], _day(row["on"]), facility))
    if len(known) > MAX_ROWS:
        errors.append(_("点位不超过 %(limit)s 行，现有 %(found)s 行。") % {"limit": MAX_ROWS, "found": len(known)})
    return places, errors


def write(report, places: Iterable[Place]) -> list[Site]:
    """The rows of a report that is being submitted; the caller writes them."""
    return [
        Site(
            district_id=report.district_id,
            report=report,
            order=order,
            name=place.name,
            address=place.address,
            facility=place.facility,
            on=place.on,
        )
        for order, place in enumerate(places, 1)
    ]


def _faults(row: Typed, bounds: Bounds) -> list[str]:
    faults = []
    for name, label in (("name", _("名称")), ("address", _("地址"))):
        limit = Site._meta.get_field(name).max_length
        if not row[name]:
            faults.append(_("请填写%(field)s。") % {"field": label})
        elif len(row[name]) > limit:
            found = {"field": label, "limit": limit, "found": len(row[name])}
            faults.append(_("%(field)s不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    if row["facility"] and row["facility"] not in bounds.facilities:
        faults.append(_("本街镇没有名为“%(found)s”的机构；不是机构的点位请留空。") % {"found": row["facility"][:40]})
    return faults + _day_faults(row["on"], bounds)


def _day_faults(typed: str, bounds: Bounds) -> list[str]:
    if not typed:
        return [_("请填写日期。")]
    day = _day(typed)
    if day is None:
        return [_("“%(found)s”不是日期，应如 2024-09-15。") % {"found": typed[:40]}]
    if not bounds.first <= day <= bounds.last:
        found = {"found": day, "from": bounds.first, "to": bounds.last}
        return [_("日期 %(found)s 应在 %(from)s 至 %(to)s 之间。") % found]
    return []


def _doubled(name: str, known: dict[str, int], number: int) -> list[str]:
    first = known.setdefault(name or f"\n{number}", number)
    if first == number:
        return []
    return [_("“%(name)s”与第 %(first)s 行重名。") % {"name": name, "first": first}]


def _day(typed: str) -> dt.date | None:
    match = _DATE.fullmatch(typed)
    if not match:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None
