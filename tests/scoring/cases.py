"""Random progress of twelve towns, as the tables that a bureau would send one after the other.

A case is made from a seed alone. Values keep to the ends of bands and to the neighbourhood of targets, where faults live.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

from openpyxl import load_workbook

from tests.scoring import independent as rubric

FIXTURE = Path(__file__).parents[2] / "fixtures" / "baoshan-2024" / "annex2_allocation.xlsx"
PER_THOUSAND = {rubric.BEDS_PER_THOUSAND: "（张）", rubric.AREA_PER_THOUSAND: "（平方米）"}
RATES = (rubric.CERTIFIED, rubric.SKILLED, "护理型床位")
ENDS = {
    rubric.BEDS_PER_THOUSAND: "0 34 34.99 35 35.01 40",
    rubric.AREA_PER_THOUSAND: "0 59 59.99 60 60.01 70",
    rubric.NEW_BEDS: "0 1 99 100 101 200 299 300 301 948",
    rubric.DEMENTIA_BEDS: "0 1 29 30 31 60 99 100 101",
    rubric.CANTEENS: "0 0 1 2",
    rubric.MEAL_PLACES: "0 0 1 2 3",
    rubric.CERTIFIED: "0 84 84.99 85 85.01 100",
    rubric.SKILLED: "0 14 14.99 15 15.01 30",
}

Figures = dict[str, dict[str, Fraction | None]]  # by town, then by indicator


def official() -> tuple[list[dict[str, str]], Figures]:
    """The printed headers of each block by indicator, and every town's target (None: a dash or words)."""
    rows = list(load_workbook(FIXTURE).active.iter_rows(values_only=True))
    heads = [at for at, row in enumerate(rows) if row[0] == "街镇"]
    blocks, targets = [], {}
    for at in heads:
        printed = {_name(cell): cell for cell in rows[at + 1][1:] if cell}
        blocks.append(printed)
        for town, *cells in rows[at + 2 : at + 14]:
            values = zip(printed, cells, strict=False)
            numbers = {name: Fraction(value) if isinstance(value, int) else None for name, value in values}
            targets.setdefault(town, {}).update(numbers)
    return blocks, targets


def _name(header: str) -> str:
    name = "".join(header.split()).rpartition("（")[0] or header
    return "新增家门口养老服务站" if "家门口" in name else "".join(name.split())


BLOCKS, TARGETS = official()
TOWNS = list(TARGETS)
NAMES = [name for block in BLOCKS for name in block] + list(PER_THOUSAND)


@dataclass
class Table:
    """One file: what it says, and how it is laid out."""

    quarter: str
    figures: Figures
    layout: str


@dataclass
class Case:
    """`targets` differ from the notice's where `revised`; `tables` are imported one after the other."""

    seed: int
    revised: bool
    targets: Figures
    tables: list[Table] = field(default_factory=list)
    marks: dict[str, dict[str, list[Fraction]]] = field(default_factory=dict)

    def facts(self, quarters: tuple[str, ...], *, marked: bool) -> dict[str, rubric.Facts]:
        """What stands: of each quarter the last figure sent, of the quarters the last that has one."""
        standing = {town: {} for town in TOWNS}
        for table in sorted((t for t in self.tables if t.quarter in quarters), key=lambda table: table.quarter):
            for town, figures in table.figures.items():
                standing[town] |= {name: value for name, value in figures.items() if value is not None}
        return {
            town: rubric.Facts(self.targets[town], standing[town], self.marks.get(town, {}) if marked else {})
            for town in TOWNS
        }


LAYOUTS = ("official", "plain", "sheets", "across", "official.csv", "plain.csv")


def case(seed: int) -> Case:
    """Two quarters and a correction of the second; every third case has revised targets, every fourth has twins."""
    rng = Random(seed)
    made = Case(seed, revised=seed % 3 == 0, targets=TARGETS)
    if made.revised:
        made.targets = {town: {name: _target(rng, TARGETS[town].get(name)) for name in TARGETS[town]} for town in TOWNS}
    for at, quarter in enumerate(("2024Q1", "2024Q3", "2024Q3")):
        some = rng.sample(TOWNS, rng.randint(2, 12)) if at == 2 else TOWNS
        figures = {town: {name: _value(rng, name, made.targets[town].get(name)) for name in NAMES} for town in some}
        made.tables.append(Table(quarter, figures, LAYOUTS[(seed + at) % len(LAYOUTS)]))
    made.marks = {town: _marks(rng) for town in TOWNS}
    if seed % 4 == 0:
        _make_twins(made, rng)
    return made


def _target(rng: Random, target: Fraction | None) -> Fraction | None:
    if rng.random() < 0.3:
        return None
    return Fraction(rng.randint(1, 40)) if target is None else target + rng.randint(0, 7)


def _value(rng: Random, name: str, target: Fraction | None) -> Fraction | None:
    if rng.random() < 0.15:
        return None
    if name in ENDS:
        return Fraction(rng.choice(ENDS[name].split()))
    if target is None or name in RATES:
        return Fraction(rng.choice((0, 0, 1, 2)))
    return rng.choice((Fraction(0), max(target - 1, Fraction(0)), target, target + 1, Fraction(rng.randint(0, 700))))


def _marks(rng: Random) -> dict[str, list[Fraction]]:
    def points(most: int, upto: int) -> list[Fraction]:
        return [Fraction(rng.randint(0, most * 100), 100) for _ in range(rng.randint(0, upto))]

    marks = {line: points(100, 3) for line in rubric.MONITORED}
    marks |= {rubric.SUPERVISION: points(10, 2), rubric.BONUS: points(6, 3)}
    return marks | {line: points(8, 2) if rng.random() < 0.2 else [] for line in rubric.PENALTIES}


def _make_twins(made: Case, rng: Random) -> None:
    """Towns with the same facts throughout share a place."""
    one, *others = rng.sample(TOWNS, 4)
    made.revised = True
    made.targets = {**made.targets, **{town: made.targets[one] for town in others}}
    made.marks |= {town: made.marks[one] for town in others}
    for table in made.tables:
        for town in others:
            table.figures.pop(town, None)
            if one in table.figures:
                table.figures[town] = table.figures[one]
