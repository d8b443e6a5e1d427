"""What facilities add up to, written into the ledger of towns and of the district where a roll-up counts by itself."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from districts.models import District, Town
from quality.models import FacilityReport, RollUp
from quality.quarters import Quarter, ended_by
from quality.rollup import Rolled, roll_up, together
from tasks import daily, periods
from tasks.figures import targets_in_force
from tasks.known import Known
from tasks.models import Indicator, Period, Programme, Report, Submission
from tasks.reporting import Entry, accept, lock, new_key, submit

OWN = (Submission.Source.ROLLED, Submission.Source.DEMO)  # what people entered is left to stand: the page shows both


def post(
    *,
    district: District,
    quarters: Iterable[Quarter],
    by,
    at: dt.datetime | None = None,
    source: str = Submission.Source.ROLLED,
) -> None:
    """Write what the standing figures of a district's facilities give for these quarters, and for those after them that
    look back; as accepted by `by`, who accepted the figures. What has not changed is not written again.

    A closed period takes nothing; the roll-up's page then shows the difference.
    """
    first = {}
    for quarter in quarters:
        first[quarter.year] = min(first.get(quarter.year, quarter), quarter)
    for year, begin in first.items():
        rows = RollUp.objects.filter(automatic=True, indicator__source=Indicator.Source.FACILITIES)
        rows = rows.filter(indicator__programme__district=district, indicator__programme__year=year)
        of_programme: dict[Programme, list[RollUp]] = {}
        for row in rows.select_related("indicator__programme__district").order_by("indicator__order"):
            of_programme.setdefault(row.indicator.programme, []).append(row)
        for programme, found in of_programme.items():
            _post_programme(programme, found, begin, {"by": by, "at": at, "source": source})


def repost(programme: Programme, *, by) -> None:
    """The rules or the scope of a programme have changed: write what they give for the last quarter that is over, and since.

    Quarters before it stay as they were counted then.
    """
    over = ended_by(timezone.localdate())
    begin = max(Quarter(programme.year, 1), min(over, Quarter(programme.year, 4)))
    post(district=programme.district, quarters=[begin], by=by)


def follow_register(on: dt.date) -> int:
    """Homes that opened, closed, moved or changed their kind count as the register has them now, in the year of the last
    quarter that is over; how many programmes were looked at. What has not changed is not written again.
    """
    programmes = Programme.objects.filter(year=ended_by(on).year, indicators__roll_up__automatic=True).distinct()
    for programme in programmes:
        repost(programme, by=None)
    return len(programmes)


def register_daily() -> None:
    daily.register("roll_ups", follow_register)


def _post_programme(programme: Programme, rows: list[RollUp], begin: Quarter, how: dict) -> None:
    reported = FacilityReport.objects.filter(district=programme.district_id, year=programme.year).quarters()
    for quarter in sorted(one for one in reported if one >= begin):
        period = programme.periods.quarters().filter(ends_on=quarter.ends_on).select_related("programme__district")
        for found in period:
            _post_period(found, quarter, rows, how)


def _post_period(period: Period, quarter: Quarter, rows: list[RollUp], how: dict) -> None:
    lock(period, None)  # two reviewers at once: the second adds up what the first has accepted, too
    towns = list(Town.objects.filter(district=period.programme.district_id))
    rolled = roll_up(rows, quarter, towns)
    owed = targets_in_force(period.programme, town__isnull=True)
    latest = _latest(period, rows)
    places: list[Town | None] = [*towns, None]
    for town in places:
        entries = []
        for row in rows:
            if town is None and (row.indicator_id, None) not in owed:
                continue  # the district's figure follows from its towns'
            one = rolled[row.indicator_id, town.pk] if town else _all(row, towns, rolled)
            last = latest.get((row.indicator_id, town and town.pk))
            if (told := _told(one, last)) and _is_new(told, last):
                entries.append(_entry(row.indicator, told))
        if entries and not periods.refusal(period, town, timezone.localdate(how["at"])):
            submission = submit(period=period, town=town, entries=entries, key=new_key(), **how)
            accept(reports=submission.reports.all(), by=how["by"], at=how["at"], in_one_act=True)


def _all(row: RollUp, towns: list[Town], rolled: dict) -> Rolled:
    return together(rolled[row.indicator_id, town.pk] for town in towns)


def _latest(period: Period, rows: list[RollUp]) -> dict[tuple[int, int | None], Report]:
    """The highest revision of each line, whatever became of it."""
    found = Report.objects.filter(period=period, indicator__in=[row.indicator_id for row in rows]).latest_revisions()
    return {(report.indicator_id, report.town_id): report for report in found.select_related("submission")}


def _told(rolled: Rolled, last: Report | None) -> Known | None:
    """What the facilities give; 0 where the last of those that were counted is gone, lest its figure stand for ever."""
    if last and not rolled.parts and not rolled.is_rate:
        return Known(Decimal(0), rolled.source)
    return rolled.known


def _is_new(told: Known, last: Report | None) -> bool:
    if last is None:
        return True
    said = (last.value, last.numerator, last.denominator)
    return last.submission.source in OWN and said != (told.value, told.numerator, told.denominator)


def _entry(indicator: Indicator, known: Known) -> Entry:
    parts = {"numerator": known.numerator, "denominator": known.denominator}
    return Entry(indicator, value=known.value, origin=known.source, **parts)
