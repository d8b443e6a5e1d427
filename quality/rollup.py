"""Rolling up: what the facilities of a town count, as the town's indicators; each figure with the facilities behind it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from districts.models import Facility, Town
from quality.figures import Values
from quality.models import FacilityReport, RollUp
from quality.quarters import Quarter, of_period
from tasks import known
from tasks.known import Known
from tasks.models import Indicator, Period

PLACES = Decimal("1E-10")


@dataclass(frozen=True)
class Part:
    """One facility behind a figure; without `report`, or with a measure that is not stated, it counts for nothing."""

    facility: Facility
    report: FacilityReport | None
    values: Values

    def counts(self, roll_up: RollUp) -> bool:
        return all(measure in self.values for measure in roll_up.measures)


@dataclass(frozen=True)
class Rolled:
    """A roll-up over the facilities of one town, or of several, for a quarter."""

    roll_up: RollUp
    quarter: Quarter
    parts: list[Part]

    @property
    def counted(self) -> list[Part]:
        return [part for part in self.parts if part.counts(self.roll_up)]

    @property
    def numerator(self) -> Decimal:
        return self._sum(self.roll_up.numerator)

    @property
    def denominator(self) -> Decimal | None:
        return self._sum(self.roll_up.denominator) if self.roll_up.denominator else None

    @property
    def value(self) -> Decimal | None:
        """None where nothing is accepted, or a rate would divide by nothing."""
        if not self.counted:
            return None
        if self.denominator is None:
            return self.numerator
        return (self.numerator * 100 / self.denominator).quantize(PLACES) if self.denominator else None

    @property
    def source(self) -> str:
        """`12 家机构 2024年第三季度`; names how many should be there where some are missing."""
        told = {"count": len(self.counted), "all": len(self.parts), "quarter": self.quarter.name}
        if told["count"] == told["all"]:
            return _("%(count)s 家机构 %(quarter)s") % told
        return _("%(count)s 家机构（应有 %(all)s 家） %(quarter)s") % told

    @property
    def known(self) -> Known | None:
        if self.value is None:
            return None
        if self.denominator is None:
            return Known(self.value, self.source)
        return Known(self.value, self.source, self.numerator, self.denominator)

    def _sum(self, measure: str) -> Decimal:
        return Decimal(sum(part.values[measure] for part in self.counted))


def roll_up(
    rows: Iterable[RollUp], quarter: Quarter, towns: Iterable[Town], known_on: dt.date | None = None
) -> dict[tuple[int, int], Rolled]:
    """Each row over the facilities of each town, by the indicator's and the town's primary keys (3 queries).

    A facility counts that is open on the quarter's last day.
    """
    towns = list(towns)
    parts = _parts(quarter, towns, known_on)
    return {
        (row.indicator_id, town.pk): Rolled(
            row, quarter, [part for part in parts.get(town.pk, []) if _is_of(row, part)]
        )
        for row in rows
        for town in towns
    }


def together(found: Iterable[Rolled]) -> Rolled:
    """Several towns as one: Σ numerator ÷ Σ denominator."""
    found = list(found)
    return Rolled(found[0].roll_up, found[0].quarter, [part for one in found for part in one.parts])


def known_of_facilities(period: Period, town: Town) -> Mapping[int, Known]:
    """What the facilities' accepted figures tell of a town, for tasks/known.py; nothing for a month inside a quarter."""
    rows = RollUp.objects.filter(indicator__programme=period.programme_id)
    rows = list(rows.filter(indicator__source=Indicator.Source.FACILITIES))
    quarter = of_period(period)
    if not rows or quarter is None:
        return {}
    found = roll_up(rows, quarter, [town])
    return {indicator: one.known for (indicator, _town), one in found.items() if one.known}


def register_known() -> None:
    known.register(known_of_facilities)


def _is_of(row: RollUp, part: Part) -> bool:
    return not row.kinds or part.facility.kind in row.kinds


def _parts(quarter: Quarter, towns: list[Town], known_on: dt.date | None) -> dict[int, list[Part]]:
    """The facilities of each town with their standing figures."""
    facilities = Facility.objects.filter(town__in=towns).open_on(quarter.ends_on).order_by("name")
    standing = FacilityReport.objects.of_quarter(quarter).standing(known_on).filter(facility__town__in=towns)
    reports = {one.facility_id: one for one in standing.prefetch_related("figures").select_related("decision__by")}
    found: dict[int, list[Part]] = {}
    for facility in facilities:
        report = reports.get(facility.pk)
        found.setdefault(facility.town_id, []).append(Part(facility, report, report.values if report else {}))
    return found
