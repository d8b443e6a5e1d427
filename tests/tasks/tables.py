"""Tables for the tests of the annex readers, written and opened as files are."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook

from tasks.annexes.files import read_grids

FIXTURES = Path(__file__).parents[2] / "fixtures"


def sheets(*tables, merge=()):
    """Give the grids of a workbook with one sheet for each list of rows; `merge` holds ranges of the first sheet."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(tables, 1):
        sheet = workbook.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    for span in merge:
        workbook.worksheets[0].merge_cells(span)
    target = io.BytesIO()
    workbook.save(target)
    return read_grids(target.getvalue())


def fixture(name):
    """Give the grids of a workbook under fixtures/."""
    return read_grids(FIXTURES / name)


def as_csv(grids):
    """Give the same table as a CSV file holds it: values only, every merged range lost."""
    target = io.StringIO()
    writer = csv.writer(target)
    for grid in grids:
        for row in range(1, grid.rows[-1] + 1):
            places = [(row, col) for col in range(1, grid.columns[-1] + 1)]
            cells = [grid.at(*place) for place in places]
            writer.writerow(
                [cell.text if cell.place == place else "" for cell, place in zip(cells, places, strict=True)]
            )
    return read_grids(target.getvalue().encode("gb18030"), name="表1.csv")


def problems(table):
    """Give the level, place and code of each problem, to be compared as a whole."""
    return [(problem.level, problem.sheet, problem.cell, problem.code) for problem in table.problems]
