"""Reading annex 3: the scoring rubric, whose lines have a clause and a weight and stand in weighted sections."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.annexes.cells import NONE, CellError, read_number
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import bare, is_note, is_total, join_lines, split_brackets, squash
from tasks.annexes.problems import ERROR, Problem, error, warning
from tasks.annexes.rows import rows_under, uncomputed
from tasks.annexes.words import text as _

HEADS = {
    "number": frozenset({"序号", "编号"}),
    "section": frozenset({"考核内容", "考核项目", "考核类别", "项目", "类别", "一级指标"}),
    "clause": frozenset({"评分办法", "评分标准", "评分细则", "计分办法", "考核标准", "考核指标", "评分内容"}),
    "weight": frozenset({"权重", "分值", "分数", "标准分", "权重(分)", "分值(分)"}),
}
NEEDED = frozenset({"section", "clause", "weight"})

VETO = "一票否决"
_SECTION_WEIGHT = re.compile(r"\((-?\d+(?:\.\d+)?)分\)$", re.ASCII)


@dataclass(frozen=True)
class RubricRow:
    """One line of the rubric. `section_weight` is what the section's title prints (15分), None without it."""

    section_number: int
    section_title: str
    section_weight: Decimal | None
    clause: str
    weight: Decimal
    cells: dict[str, Cell]


@dataclass
class Rubric:
    rows: list[RubricRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Section:
    number: int
    title: str
    weight: Decimal | None
    printed: tuple[str, str]
    cell: Cell
    sum: Decimal = Decimal(0)
    complete: bool = True


def read_rubric(grids: Sequence[Grid]) -> Rubric:
    """Read every line of every sheet that has a rubric's header, and all problems.

    A section merged over its lines, or blank below its first, holds until the next one.
    """
    rubric = Rubric()
    sections: list[_Section] = []
    for grid in grids:
        for cells in rows_under(grid, HEADS, NEEDED):
            _read_row(cells, sections, rubric)
    rubric.problems += [_mismatch(section) for section in sections if _adds_up_wrongly(section)]
    if not rubric.rows and not rubric.problems:
        message = _("没有读到评分项：表头应有“考核内容”“评分办法”“权重”，其下每行一项")
        rubric.problems.append(Problem("", "", "", "no_rows", message, ERROR))
    return rubric


def _read_row(cells: dict[str, Cell], sections: list[_Section], rubric: Rubric) -> None:
    used = [cell for cell in cells.values() if not cell.blank]
    if not used or any(is_total(cell.text) for cell in used):
        return
    if formulas := uncomputed(used):
        rubric.problems += formulas
        return
    clause, weight = cells["clause"], cells["weight"]
    if is_note(used[0].text) or clause == weight:
        rubric.notes.append(join_lines(used[0].text))
        return
    section = _section(cells, sections)
    if clause.blank and weight.blank:
        return
    points = _points(cells, rubric.problems)
    if section is None:
        rubric.problems.append(error(cells["section"], "missing_section", _("此项没有对应的考核内容")))
    elif points is None:
        section.complete = False
    else:
        section.sum += points
        words = join_lines(clause.text)
        rubric.rows.append(RubricRow(section.number, section.title, section.weight, words, points, cells))


def _section(cells: dict[str, Cell], sections: list[_Section]) -> _Section | None:
    """Give the section of a row: the one above, unless the row prints another."""
    cell = cells["section"]
    number = squash(cells["number"].text) if "number" in cells else ""
    printed = (number, squash(cell.text))
    if not cell.blank and (not sections or printed != sections[-1].printed):
        match = _SECTION_WEIGHT.search(bare(cell.text))
        title = join_lines(cell.text)
        sections.append(
            _Section(
                number=int(number) if number.isdecimal() else len(sections) + 1,
                title=split_brackets(title)[0] if match else title,
                weight=Decimal(match[1]) if match else None,
                printed=printed,
                cell=cell,
            )
        )
    return sections[-1] if sections else None


def _points(cells: dict[str, Cell], problems: list[Problem]) -> Decimal | None:
    """Give the weight of a line, or None after noting what is wrong with it."""
    weight = cells["weight"]
    found = len(problems)
    if _weightless(cells):
        return Decimal(0)
    if cells["clause"].blank:
        problems.append(error(cells["clause"], "missing_clause", _("评分办法为空")))
    try:
        reading = read_number(weight, signed=True)
    except CellError as caught:
        problems.append(error(weight, caught.code, caught.message))
    else:
        if reading.kind == NONE:
            problems.append(error(weight, "missing_weight", _("权重为空")))
    return None if len(problems) > found else reading.value


def _weightless(cells: dict[str, Cell]) -> bool:
    """A veto weighs nothing where its weight is left out."""
    vetoes = any(VETO in squash(cells[name].text) for name in ("section", "clause"))
    weight = cells["weight"]
    try:
        left_out = weight.blank or VETO in squash(weight.text) or read_number(weight).kind == NONE
    except CellError:
        left_out = False
    return vetoes and left_out and not cells["clause"].blank


def _adds_up_wrongly(section: _Section) -> bool:
    return section.complete and section.weight is not None and section.sum != section.weight


def _mismatch(section: _Section) -> Problem:
    message = _("“%(section)s”标明 %(weight)s 分，各项权重之和为 %(sum)s 分") % {
        "section": section.title,
        "weight": section.weight,
        "sum": section.sum,
    }
    return warning(section.cell, "weight_mismatch", message)
