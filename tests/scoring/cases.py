"""Random progress of twelve towns, and the official tables that a bureau might send it in.

A case is made from a seed alone. Values keep to the ends of bands and to the neighbourhood of targets, where faults live.
"""

import csv
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

from openpyxl import Workbook, load_workbook

from tests.scoring import independent as rubric

FIXTURE = Path(__file__).parents[2] / "fixtures" / "baoshan-2024" / "annex2_allocation.xlsx"
PER_THOUSAND = {rubric.BEDS_PER_THOUSAND: "（张）", rubric.AREA_PER_THOUSAND: "（平方米）"}
RATES = (rubric.CERTIFIED, rubric.SKILLED, "护理型床位")
DASHES = (None, None, "-", "－", "—", "——", "/", "无", " ")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
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


# Writing


def write_targets(made: Case, path: Path) -> Path:
    """The revised targets in the official layout."""
    rng = Random(made.seed)
    table = Table("", made.targets, "official")
    return _save(path, _official(table, rng, BLOCKS, _target_cell))


def write(table: Table, path: Path, seed: int) -> Path:
    """The table as a file; its name tells the kind."""
    rng = Random(seed)
    blocks = [*BLOCKS, {name: name + unit for name, unit in PER_THOUSAND.items()}]
    layout, _, suffix = table.layout.partition(".")
    if layout == "official":
        sheets = _official(table, rng, blocks, _cell)
    elif layout == "sheets":
        sheets = [_block(table, rng, block, _cell) for block in blocks]
    else:
        rows = _block(table, rng, {name: head for block in blocks for name, head in block.items()}, _cell)
        sheets = [[list(row) for row in zip(*rows, strict=True)] if layout == "across" else rows]
        if layout == "across":
            sheets[0][0][0] = "指标"
    return _save(path.with_suffix(f".{suffix}") if suffix else path, sheets)


def _official(table: Table, rng: Random, blocks: list[dict[str, str]], cell) -> list[list[list]]:
    rows = [["附件2"], ["2024年各街镇养老服务工作任务指标进展表"]]
    for number, block in enumerate(blocks):
        head, *lines = _block(table, rng, block, cell)
        rows += [["街镇", f"分组{number}"], [None, *head[1:]], *lines, _total(block, table)]
    return [[*rows, ["备注：1.以上为累计完成数。"], ["2.“-”为无此项任务，数据截至季末。"]]]


def _block(table: Table, rng: Random, block: dict[str, str], cell) -> list[list]:
    rows = [[cell(rng, name, figures.get(name)) for name in block] for figures in table.figures.values()]
    labels = list(table.figures) if table.layout == "across" else [_label(rng, town) for town in table.figures]
    return [["街镇", *block.values()], *([label, *row] for label, row in zip(labels, rows, strict=True))]


def _label(rng: Random, town: str) -> str:
    short = town.removesuffix("街道").removesuffix("镇")
    return rng.choice((town, town, short, " ".join(town), f"{town}\n"))


def _total(block: dict[str, str], table: Table) -> list:
    sums = [float(sum(figures.get(name) or 0 for figures in table.figures.values())) for name in block]
    return ["合 计", *("/" if name in RATES else total for name, total in zip(block, sums, strict=True))]


def _cell(rng: Random, name: str, value: Fraction | None):
    """One figure as somebody might type it; a percent format is told by a pair."""
    if value is None:
        return rng.choice(DASHES)
    number = int(value) if value.denominator == 1 else float(value)
    if name in RATES:
        return rng.choice(
            (f"{number}%", (float(value / 100), "0.00%"), number if value >= 1 or not value else f"{number}%")
        )
    forms = [number, number, str(number), str(number).translate(FULL_WIDTH), f" {number} "]
    return rng.choice([*forms, f"{number:,}"] if value >= 1000 else forms)


def _target_cell(rng: Random, name: str, value: Fraction | None):
    if value is None:
        return "85%以上" if name in RATES else rng.choice(DASHES[2:8])
    return rng.choice((int(value), f"≥{value}", f"不低于{value}个", f"{value}户以上", f"{value}家"))


def _save(path: Path, sheets: list[list[list]]) -> Path:
    if path.suffix == ".csv":
        encoding = "gb18030" if len(sheets[0]) > 15 else "utf-8"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([[_plain(cell) for cell in row] for row in sheets[0]])
        return path
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        _fill(book.create_sheet(), rows)
    book.save(path)
    return path


def _plain(cell):
    return f"{cell[0]:.2%}" if isinstance(cell, tuple) else cell


def _fill(sheet, rows: list[list]) -> None:
    width = max(map(len, rows))
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(at, column, value[0] if isinstance(value, tuple) else value)
            if isinstance(value, tuple):
                cell.number_format = value[1]
        if len(row) == 1:
            sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=width)
        if len(row) == 2 and row[0] == "街镇":
            sheet.merge_cells(start_row=at, end_row=at + 1, start_column=1, end_column=1)
            sheet.merge_cells(start_row=at, end_row=at, start_column=2, end_column=len(rows[at]))
