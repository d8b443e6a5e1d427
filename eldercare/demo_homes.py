"""A plan's synthetic homes with their quarterly figures, which add up to what its demo.toml says; deterministic."""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from districts.models import Facility, Town
from eldercare.demo_facilities import NAMES, made_up
from eldercare.draws import chance
from quality.measures import LEVELS, Measure
from quality.models import FacilityFigure, FacilityReport
from quality.quarters import Quarter
from quality.reporting import accept, figures_of
from tasks.models import Programme

ADDED = {
    Measure.NURSING_BEDS: Measure.ADDED_NURSING_BEDS,
    Measure.DEMENTIA_BEDS: Measure.ADDED_DEMENTIA_BEDS,
    Measure.DEMENTIA_UNITS: Measure.ADDED_DEMENTIA_UNITS,
}


def register_homes(folder: Path) -> list[Facility]:
    """The homes of a plan that has a demo.toml beside it, town by town; none for another."""
    facts = _facts(folder)
    towns = Town.objects.in_bulk(list(facts.get("homes", {})), field_name="code")
    homes = [
        made_up(towns[code], f"{_place(towns[code])}{NAMES[number % len(NAMES)]}养老院", Facility.Kind.NURSING_HOME)
        for code, count in facts.get("homes", {}).items()
        for number in range(count)
    ]
    return bulk_create_with_history(homes, Facility)


def add_home_figures(programme: Programme, folder: Path, users: Mapping, staff) -> None:
    """The four quarters of every home, sent by its town and accepted together a day later."""
    facts = _facts(folder)
    homes = list(Facility.objects.filter(town__code__in=facts.get("homes", {})).select_related("town").order_by("pk"))
    for number in (1, 2, 3, 4) if homes else ():
        quarter = Quarter(programme.year, number)
        at = timezone.make_aware(dt.datetime.combine(quarter.ends_on, dt.time(9, 30)))
        reports = FacilityReport.objects.bulk_create(_report(home, quarter, users, at) for home in homes)
        values = _values(homes, facts, number)
        rows = [row for report, stated in zip(reports, values, strict=True) for row in figures_of(report, stated)]
        FacilityFigure.objects.bulk_create(rows)
        accept(reports=reports, by=staff, at=at + dt.timedelta(days=1))


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total: the largest remainders are rounded up."""
    whole = sum(weights)
    found = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[: total - sum(found)]:
        found[at] += 1
    return found


def _facts(folder: Path) -> dict:
    file = folder / "demo.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def _place(town: Town) -> str:
    return town.name.removesuffix("街道").removesuffix("镇")


def _report(home: Facility, quarter: Quarter, users: Mapping, at: dt.datetime) -> FacilityReport:
    return FacilityReport(
        district_id=home.town.district_id,
        facility=home,
        year=quarter.year,
        quarter=quarter.number,
        revision=1,
        source=FacilityReport.Source.DEMO,
        key=f"demo-{home.pk}-{quarter}",
        at=at,
        by=users.get(f"town-{home.town.code}"),
    )


def _values(homes: Sequence[Facility], facts: Mapping, number: int) -> list[dict[Measure, int]]:
    """The figures of each home at a quarter's end."""
    weights = [60 + chance(home.name) % 180 for home in homes]
    totals = {Measure(name): shares(total, weights) for name, total in facts["totals"].items()}
    order = sorted(range(len(homes)), key=lambda at: chance(homes[at].name, "grade"))
    grades = {Measure(name): _grades(order, by.get(str(number))) for name, by in facts["grades"].items()}
    found = []
    for at, home in enumerate(homes):
        values = {measure: figures[at] for measure, figures in totals.items()}
        _go_back(values, facts["added"]["quarters"][number - 1], 4 - number)
        values |= {measure: ranks[at] for measure, ranks in grades.items() if ranks}
        found.append(values | _made_up(home, values, number))
    return found


def _go_back(values: dict[Measure, int], percent: int, quarters: int) -> None:
    """From the year's end to a quarter before it: only a part is added yet, and fewer hold a certificate."""
    for measure, added in ADDED.items():
        missing = values[added] - values[added] * percent // 100
        values[added] -= missing
        values[measure] -= missing
    values[LEVELS[0]] = max(0, values[LEVELS[0]] - quarters)


def _grades(order: Sequence[int], counts: Mapping[str, int] | None) -> list[int]:
    """The rank of each home, so many of each or better; none where the quarter states nothing."""
    if counts is None:
        return []
    found = [0] * len(order)
    for rank, count in sorted((int(rank), count) for rank, count in counts.items()):
        for at in order[:count]:
            found[at] = rank
    return found


def _made_up(home: Facility, values: Mapping[Measure, int], number: int) -> dict[Measure, int]:
    draw, answers = chance(home.name, "rest"), max(5, values[Measure.RESIDENTS] // 3)
    smart = bool(values.get(Measure.SMART_HOME))
    return {
        Measure.ADDED_BEDS: 0,
        Measure.SMART_SCENES: 7 if smart else draw % 5,
        Measure.INTERNET_HOSPITAL: int(draw % 3 == 0),
        Measure.MEDICAL_CARE: draw % 3,
        Measure.STAR_LEVEL: (0, 2, 3, 3, 4)[draw % 5],
        Measure.ANSWERS: answers,
        Measure.SATISFIED: answers * (90 + draw % 7 + number // 2) // 100,
        Measure.SATISFACTION: 9000 + draw % 600 + 50 * number,
    }
