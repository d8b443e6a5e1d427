"""Item lists as data: read from a table, every fault at once by its cell, and stored as a new version."""

import datetime as dt
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from districts.models import District
from quality.grading import Bound
from quality.models import Grade, InspectionItem, InspectionKind, ItemList
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Cell, Grid, GridError
from tasks.annexes.problems import Problem, error
from tasks.limits import beyond_limits

# The heads are the format of the file: they stay Chinese in every language.
NUMBER, GROUP, WORDS, METHOD, POINTS, JUDGED, VETO = [
    "序号",
    "分组",
    "检查内容",
    "检查方法",
    "分值",
    "评判方式",
    "否决项",
]
NEEDED = (NUMBER, GROUP, WORDS, POINTS)
GRADE, CODE, MINIMUM, PART = ["等级", "代码", "最低分", "各部分最低得分率"]
JUDGING = {
    "": InspectionItem.Judged.CHECK,
    "合格与否": InspectionItem.Judged.CHECK,
    "打分": InspectionItem.Judged.SCORE,
}
YES_NO = {"": False, "否": False, "是": True}
MOST_POINTS = 99_999  # that a result can hold
FROM_THE_FIRST = dt.date(2018, 1, 1)


class ItemListError(Exception):
    """The table can't be taken; `problems` are all of its faults, each with its cell."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__(_("表中有 %(count)s 处错误，没有导入。") % {"count": len(problems)})
        self.problems = list(problems)


class Contents(NamedTuple):
    items: list[InspectionItem]  # not stored, without their list
    grades: list[Bound]  # empty: the file tells none


def read(source: bytes | Path, *, name: str = "") -> Contents:
    """The items of a table (.xlsx, .xls, .docx, .csv), and the grades of a sheet 等级. Raises ItemListError."""
    try:
        grids = read_grids(source, name=name)
    except GridError as fault:
        raise ItemListError(fault.problems) from fault
    grades = next((grid for grid in grids if _head(grid, (GRADE, MINIMUM))), None)
    items = next((grid for grid in grids if grid is not grades), None)
    if items is None:
        raise ItemListError([Problem("", "", name, "no_items", _("没有找到检查项目的表格"))])
    problems: list[Problem] = []
    found = _items(items, problems)
    bounds = _grades(grades, problems) if grades else []
    if problems:
        raise ItemListError(problems)
    return Contents(found, bounds)


@transaction.atomic
def add(
    *,
    district: District | None,
    kind: str,
    title: str,
    contents: Contents,
    from_on: dt.date,
    source: str = "",
    placeholder: bool = False,
    scale: str = "",
    by=None,
) -> ItemList:
    """Store the next version of a kind's list. Where the file tells no grades, those of the list in force go on.

    Raises ItemListError where there are no grades to go on with.
    """
    before = ItemList.objects.in_force(kind, district, from_on)
    bounds = contents.grades or (before and [_bound(one) for one in before.grades.all()])
    if not bounds:
        raise ItemListError([Problem("", "", "", "no_grades", _("没有等级：请在工作簿中加一张“等级”表"))])
    if district:
        District.objects.select_for_update(no_key=True).get(pk=district.pk)  # versions are numbered once
    last = ItemList.objects.filter(district=district, kind=kind).aggregate(last=Max("version"))["last"] or 0
    made = ItemList.objects.create(
        district=district,
        kind=kind,
        version=last + 1,
        title=title,
        source=source,
        placeholder=placeholder,
        from_on=from_on,
        scale=scale or (before.scale if before else ItemList.Scale.PERCENT),
        by=by,
    )
    for item in contents.items:
        item.item_list = made
    InspectionItem.objects.bulk_create(contents.items)
    Grade.objects.bulk_create(Grade(item_list=made, **bound._asdict()) for bound in bounds)
    return made


def load_shared(folder: Path) -> list[ItemList]:
    """The lists that every district begins with, from `lists.toml` and a table of each kind; what is there stays."""
    made = []
    for facts in tomllib.loads((folder / "lists.toml").read_text("utf-8"))["list"]:
        kind = InspectionKind(facts["kind"])
        if ItemList.objects.filter(district=None, kind=kind).exists():
            continue
        bounds = [Bound(code, name, *map(Decimal, numbers)) for code, name, *numbers in facts["grades"]]
        contents = read(folder / f"{kind}.csv")._replace(grades=bounds)
        told = {"title": facts["title"], "source": facts["source"], "scale": facts.get("scale", "")}
        made.append(add(district=None, kind=kind, contents=contents, from_on=FROM_THE_FIRST, placeholder=True, **told))
    return made


def _bound(one: Grade) -> Bound:
    return Bound(one.code, one.name, one.minimum, one.part_minimum)


def _head(grid: Grid, needed: Sequence[str]) -> tuple[int, dict[str, int]] | None:
    """The row of the heads and their columns; None where no row holds all that are needed."""
    for row in grid.rows[:10]:
        columns = {cell.text.replace(" ", "").split("（")[0]: cell.col for cell in grid.iter_row(row)}
        if all(name in columns for name in needed):
            return row, columns
    return None


def _items(grid: Grid, problems: list[Problem]) -> list[InspectionItem]:
    found = _head(grid, NEEDED)
    if found is None:
        told = {"heads": "、".join(NEEDED)}
        problems.append(error(grid.at(grid.rows[0], 1), "no_heads", _("没有找到表头，应有：%(heads)s") % told))
        return []
    head, columns = found
    items, seen = [], {}
    for row in grid.rows:
        if row > head:
            cells = {name: grid.at(row, col) for name, col in columns.items()}
            if (item := _item(cells, problems)) is None:
                continue
            if earlier := seen.get(item.number):
                told = {"cell": earlier}
                problems.append(error(cells[NUMBER], "twice", _("序号在 %(cell)s 已经用过") % told))
            seen[item.number] = cells[NUMBER].ref
            items.append(item)
    if sum(item.points for item in items) > MOST_POINTS:
        told = {"most": MOST_POINTS}
        problems.append(error(cells[POINTS], "too_many_points", _("分值合计不能超过 %(most)s") % told))
    if not items and not problems:
        problems.append(error(grid.at(head, 1), "no_items", _("表头下面没有检查项目")))
    return items


def _item(cells: dict[str, Cell], problems: list[Problem]) -> InspectionItem | None:
    before = len(problems)
    number = _whole(cells[NUMBER], problems)
    points = _decimal(cells[POINTS], problems)
    if points is not None and points <= 0:
        problems.append(error(cells[POINTS], "points", _("分值应大于 0")))
    for name in (GROUP, WORDS):
        if not cells[name].text:
            problems.append(error(cells[name], "empty", _("“%(head)s”不能为空") % {"head": name}))
    judged = _choice(cells.get(JUDGED), JUDGING, problems)
    veto = _choice(cells.get(VETO), YES_NO, problems)
    texts = {"group": GROUP, "words": WORDS, "method": METHOD}
    values = {field: cells[name].text for field, name in texts.items() if name in cells}
    for field, text in values.items():
        if text:
            problems += beyond_limits(cells[texts[field]], InspectionItem, **{field: text})
    if number is not None:
        problems += beyond_limits(cells[NUMBER], InspectionItem, number=number)
    if points is not None:
        problems += beyond_limits(cells[POINTS], InspectionItem, points=points)
    if len(problems) > before:
        return None
    return InspectionItem(number=number, points=points, judged=judged, veto=veto, **values)


def _grades(grid: Grid, problems: list[Problem]) -> list[Bound]:
    head, columns = _head(grid, (GRADE, MINIMUM))
    bounds = []
    for row in (row for row in grid.rows if row > head):
        cells = {name: grid.at(row, col) for name, col in columns.items()}
        name, minimum = cells[GRADE].text, _decimal(cells[MINIMUM], problems)
        part = cells.get(PART)
        least = _decimal(part, problems) if part and part.text else Decimal(0)
        if not name:
            problems.append(error(cells[GRADE], "empty", _("“%(head)s”不能为空") % {"head": GRADE}))
        elif minimum is not None and least is not None:
            code = cells[CODE].text if CODE in cells and cells[CODE].text else name
            problems += beyond_limits(cells[GRADE], Grade, name=name, code=code)
            bounds.append(Bound(code, name, minimum, least))
    if len({bound.minimum for bound in bounds}) < len(bounds) or len({bound.code for bound in bounds}) < len(bounds):
        problems.append(error(grid.at(head, 1), "twice", _("等级的名称、代码和最低分都不能重复")))
    return bounds


def _whole(cell: Cell, problems: list[Problem]) -> int | None:
    if cell.text.isascii() and cell.text.isdigit():
        return int(cell.text)
    problems.append(error(cell, "not_whole", _("应为整数，不是“%(found)s”") % {"found": cell.text}))
    return None


def _decimal(cell: Cell, problems: list[Problem]) -> Decimal | None:
    text = cell.text
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return Decimal(text)
    problems.append(error(cell, "not_a_number", _("应为数，不是“%(found)s”") % {"found": text}))
    return None


def _choice(cell: Cell | None, choices: dict, problems: list[Problem]):
    text = cell.text if cell else ""
    if text in choices:
        return choices[text]
    told = {"found": text, "choices": "、".join(filter(None, choices))}
    problems.append(error(cell, "unknown", _("“%(found)s”应为：%(choices)s") % told))
    return choices[""]
