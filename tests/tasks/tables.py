"""Tables for the tests of the annex readers, written and opened as files are."""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import docx
import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.utils.cell import range_boundaries

from tasks.annexes.files import read_grids
from tasks.annexes.grid import GridError

FIXTURES = Path(__file__).parents[2] / "fixtures"


@dataclass
class Sheet:
    """Rows of values, the ranges to merge, and how to show fractions."""

    rows: list[list]
    merge: list[str] = field(default_factory=list)
    fractions: str = "0%"


def xlsx(*tables):
    """Give the bytes of a workbook with 表1, 表2 …"""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, table in enumerate(tables, 1):
        sheet = workbook.create_sheet(f"表{number}")
        for row in table.rows:
            sheet.append(row)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, float) and cell.value < 1:
                    cell.number_format = table.fractions
        for span in table.merge:
            sheet.merge_cells(span)
    return _saved(workbook)


def xls(*tables):
    """Give the bytes of an old workbook."""
    workbook = xlwt.Workbook()
    for number, table in enumerate(tables, 1):
        sheet = workbook.add_sheet(f"表{number}", cell_overwrite_ok=True)
        shown = xlwt.easyxf(num_format_str=table.fractions)
        for row, values in enumerate(table.rows):
            for col, value in enumerate(values):
                if value is not None:
                    fraction = isinstance(value, float) and value < 1
                    sheet.write(row, col, value, *[shown] * fraction)
        for span in table.merge:
            left, top, right, bottom = range_boundaries(span)
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
    return _saved(workbook)


def word(*tables, above=(), below=()):
    """Give the bytes of a Word file: each table with the paragraphs of its place in `above` and `below` around it."""
    document = docx.Document()
    for number, table in enumerate(tables):
        for text in above[number] if above else ():
            document.add_paragraph(text)
        grid = document.add_table(len(table.rows), max(map(len, table.rows)))
        for row, values in zip(grid.rows, table.rows, strict=True):
            cells = row.cells
            for cell, value in zip(cells, values, strict=False):
                cell.text = "" if value is None else str(value)
        for span in table.merge:
            left, top, right, bottom = range_boundaries(span)
            first, last = grid.cell(top - 1, left - 1), grid.cell(bottom - 1, right - 1)
            text = first.text
            first.merge(last).text = text
        for text in below[number] if below else ():
            document.add_paragraph(text)
    return _saved(document)


def comma_separated(table, encoding="gb18030", delimiter=","):
    """Give the bytes of a text file, in which every merged range is lost."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows(table.rows)
    return target.getvalue().encode(encoding)


def _saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def repacked(data, change):
    """Give the workbook again with each part passed through change(name, content)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target.getvalue()


def sheets(*tables, merge=()):
    """Give the grids of a workbook with one sheet for each list of rows; `merge` holds ranges of the first sheet."""
    first, *others = tables
    return read_grids(xlsx(Sheet(first, list(merge)), *map(Sheet, others)))


def book(*sheets):
    """Give the bytes of a workbook; a sheet is a list of rows, or a function that fills it."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, content in enumerate(sheets, 1):
        sheet = workbook.create_sheet(f"表{number}")
        if callable(content):
            content(sheet)
        else:
            for row in content:
                sheet.append(row)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def values(grid):
    """Give the words of a grid, row by row."""
    return [[grid.at(row, col).text for col in grid.columns] for row in grid.rows]


def refusal(source, **kwargs):
    """Give the one problem with which a file is refused."""
    with pytest.raises(GridError) as caught:
        read_grids(source, **kwargs)
    (found,) = caught.value.problems
    return found


def fixture(name):
    """Give the grids of a workbook under fixtures/."""
    return read_grids(FIXTURES / name)


def as_csv(grids):
    """Give the same table as a CSV file holds it: values only, every merged range lost."""
    rows = []
    for grid in grids:
        for row in range(1, grid.rows[-1] + 1):
            places = [(row, col) for col in range(1, grid.columns[-1] + 1)]
            cells = [grid.at(*place) for place in places]
            rows.append([cell.text if cell.place == place else "" for cell, place in zip(cells, places, strict=True)])
    return read_grids(comma_separated(Sheet(rows)), name="表1.csv")


def problems(table):
    """Give the level, place and code of each problem, to be compared as a whole."""
    return [(problem.level, problem.sheet, problem.cell, problem.code) for problem in table.problems]
