"""Rolling up: what the facilities of a town count, as the town's indicators; each figure with the facilities behind it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from districts.models import Town
from quality.figures import Values
from quality.models import RollUp, Scope
from quality.parts import Part, parts_of
from quality.quarters import Quarter, of_period
from tasks import known
from tasks.known import Known
from tasks.models import Indicator, Period

PLACES = Decimal("1E-10")
POINTS = 100 * 100  # a score of 100 points, held in hundredths
Rule, Reach = RollUp.Rule, RollUp.Reach


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
    def is_rate(self) -> bool:
        if self.roll_up.rule == Rule.FACILITIES:
            return self.roll_up.indicator.is_rate
        return bool(self.roll_up.denominator)

    @property
    def numerator(self) -> Decimal:
        if self.roll_up.rule == Rule.FACILITIES:
            return Decimal(sum(part.meets(self.roll_up) for part in self.parts))
        if self.roll_up.rule == Rule.MEAN:
            score, weight = self.roll_up.measures
            return Decimal(sum(values[score] * values[weight] for values in self._values)) / POINTS
        return self._sum(self.roll_up.numerator)

    @property
    def denominator(self) -> Decimal | None:
        """Of a share of facilities: all that are in scope, also those that have stated nothing."""
        if not self.is_rate:
            return None
        if self.roll_up.rule == Rule.FACILITIES:
            return Decimal(len(self.parts))
        return self._sum(self.roll_up.denominator)

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

    @property
    def _values(self) -> list[Values]:
        return [part.used(self.roll_up).values for part in self.counted]

    def _sum(self, measure: str) -> Decimal:
        return Decimal(sum(values[measure] for values in self._values))


def roll_up(
    rows: Iterable[RollUp], quarter: Quarter, towns: Iterable[Town], known_on: dt.date | None = None
) -> dict[tuple[int, int], Rolled]:
    """Each row over the facilities of each town, by the indicator's and the town's primary keys (a fixed number of queries).

    A facility counts that is open on the quarter's last day and in the programme's scope.
    """
    rows, towns = list(rows), list(towns)
    parts = parts_of(quarter, towns, known_on, earlier=any(row.reach != Reach.QUARTER for row in rows))
    scopes = _scopes(rows)
    return {
        (row.indicator_id, town.pk): Rolled(
            row,
            quarter,
            [part for part in parts.get(town.pk, []) if _is_of(row, scopes.get(row.indicator.programme_id), part)],
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
    rows = RollUp.objects.filter(indicator__programme=period.programme_id).select_related("indicator")
    rows = list(rows.filter(indicator__source=Indicator.Source.FACILITIES))
    quarter = of_period(period)
    if not rows or quarter is None:
        return {}
    found = roll_up(rows, quarter, [town])
    return {indicator: one.known for (indicator, _town), one in found.items() if one.known}


def register_known() -> None:
    known.register(known_of_facilities)


def _is_of(row: RollUp, scope: Scope | None, part: Part) -> bool:
    return (not row.kinds or part.facility.kind in row.kinds) and (scope is None or scope.includes(part.facility))


def _scopes(rows: list[RollUp]) -> dict[int, Scope]:
    """The scopes of the rows' programmes, where they have one."""
    programmes = {row.indicator.programme_id for row in rows}
    found = Scope.objects.filter(programme__in=programmes).prefetch_related("exceptions") if rows else []
    return {scope.programme_id: scope for scope in found}
