"""A case's tables as files, in the layouts and the spellings that are seen."""

import csv
from fractions import Fraction
from pathlib import Path
from random import Random

from openpyxl import Workbook

from tests.scoring.cases import BLOCKS, PER_THOUSAND, RATES, Case, Table

DASHES = (None, None, "-", "－", "—", "——", "/", "无", " ")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


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
