"""The facilities behind a roll-up: each with the figures that stand for a quarter and, where asked for, for those before."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from districts.models import Facility, Town
from quality.figures import Values
from quality.models import FacilityReport, RollUp
from quality.quarters import Quarter

Reach = RollUp.Reach


class Stated(NamedTuple):
    """A facility's standing figures of one quarter."""

    report: FacilityReport
    values: Values

    def has(self, roll_up: RollUp) -> bool:
        return all(measure in self.values for measure in roll_up.measures)

    def meets(self, roll_up: RollUp) -> bool:
        return self.has(roll_up) and (roll_up.at_least is None or self.values[roll_up.numerator] >= roll_up.at_least)


@dataclass(frozen=True)
class Part:
    """One facility behind a figure; without `report`, or with a measure that is not stated, it counts for nothing.

    `earlier` are its standing figures of quarters before, the newest first.
    """

    facility: Facility
    report: FacilityReport | None
    values: Values
    earlier: tuple[Stated, ...] = ()

    def used(self, roll_up: RollUp) -> Stated | None:
        """The figures that count for the roll-up, by its reach; None where the facility states nothing that does."""
        own = (Stated(self.report, self.values),) if self.report else ()
        stated = own if roll_up.reach == Reach.QUARTER else (*own, *self.earlier)
        found = [one for one in stated if one.has(roll_up)]
        if roll_up.reach == Reach.BEST and (met := next((one for one in found if one.meets(roll_up)), None)):
            return met
        return found[0] if found else None

    def counts(self, roll_up: RollUp) -> bool:
        return not roll_up.measures or self.used(roll_up) is not None

    def meets(self, roll_up: RollUp) -> bool:
        """Whether it is one of the facilities that are counted; every facility in scope is where nothing is asked."""
        used = self.used(roll_up)
        return not roll_up.measures or (used is not None and used.meets(roll_up))


def parts_of(
    quarter: Quarter, towns: Sequence[Town], known_on: dt.date | None, *, earlier: bool
) -> dict[int, list[Part]]:
    """The open facilities of each town with their standing figures; of the quarters before where asked (3 queries)."""
    facilities = Facility.objects.filter(town__in=towns).open_on(quarter.ends_on).order_by("name")
    asked = Q(year=quarter.year, quarter=quarter.number)
    if earlier:
        asked = Q(year__lt=quarter.year) | Q(year=quarter.year, quarter__lte=quarter.number)
    standing = FacilityReport.objects.standing(known_on).filter(asked, facility__town__in=towns)
    reports: dict[int, list[Stated]] = {}
    rows = standing.prefetch_related("figures").select_related("decision__by").order_by("-year", "-quarter")
    for report in rows:
        reports.setdefault(report.facility_id, []).append(Stated(report, report.values))
    found: dict[int, list[Part]] = {}
    for facility in facilities:
        found.setdefault(facility.town_id, []).append(_part(facility, quarter, reports.get(facility.pk, [])))
    return found


def _part(facility: Facility, quarter: Quarter, stated: list[Stated]) -> Part:
    own = next((one for one in stated if one.report.period == quarter), None)
    earlier = tuple(one for one in stated if one.report.period != quarter)
    return Part(facility, own.report if own else None, own.values if own else {}, earlier)
