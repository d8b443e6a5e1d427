"""Reading annex 1: the numbered list of key tasks with their deadlines, quarters and categories."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import is_note, join_lines, split_brackets, squash
from tasks.annexes.problems import ERROR, Problem, error, warning
from tasks.annexes.rows import rows_under, uncomputed
from tasks.annexes.words import text as _

HEADS = {
    "number": frozenset({"序号", "编号", "项目序号"}),
    "title": frozenset({"任务名称", "工作任务", "重点任务", "重点工作", "任务内容", "工作内容", "项目名称", "任务"}),
    "deadline": frozenset({"工作要求", "完成时限", "完成时间", "完成期限", "时间要求", "时限"}),
    "schedule": frozenset({"进度安排", "工作进度", "进度计划", "推进计划", "季度安排", "实施步骤", "进度"}),
    "category": frozenset({"项目类别", "任务类别", "项目类型", "类别", "类型"}),
}
# A column for each quarter, under the heading of the schedule or instead of it.
QUARTERS = {
    f"{han}季度": frozenset(
        f"{before}{number}季度{after}"
        for number in (han, digit)
        for before in ("第", "")
        for after in ("", "进度", "目标", "安排")
    )
    for han, digit in zip("一二三四", "1234", strict=True)
}
HEADS["schedule"] |= QUARTERS["一季度"]
HEADS |= QUARTERS
NEEDED = frozenset({"number", "title", "schedule"})

_SECTION = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.]?")
_NUMBER = re.compile(r"\(?(\d{1,4})\)?[.、]?", re.ASCII)
_MONTH = r"\d{1,2}\s*月\s*(?:份|[上中下]旬|[初中底末])?\s*前?"
_YEAR = r"(?:(?:\d{4}|[今本明次来翌])\s*年\s*)?"
_LABEL = (
    r"第?[一二三四1-4]\s*季\s*度|[上下]半年|全年|(?:\d{4}\s*)?年底前?|(?:元旦|五一|七一|国庆)节?前|[\u4e00-\u9fff]{2,6}阶段"
    rf"|{_YEAR}(?:\d{{1,2}}\s*月?\s*[-—~～至]+\s*{_YEAR})?{_MONTH}"
)
# A label begins the cell, a line or a sentence and ends with a colon; 4月 in the middle of the words is no label.
_LABELLED = re.compile(rf"(?<![^\n；;。])[^\S\n]*({_LABEL})\s*[:：]")


@dataclass(frozen=True)
class MilestoneRow:
    """What the notice plans for one quarter, month or phase, named by its printed label (一季度, 4月中旬)."""

    label: str
    text: str


@dataclass(frozen=True)
class TaskRow:
    """One task. Words stay as printed, without the line breaks of the print; `schedule_text` keeps its lines.

    `towns_text` is the title's last bracket, which names towns and their shares; `town_wide` tells that the title
    gives the task to every town (各街镇). `cells` has the cell of each field.
    """

    number: int
    title: str
    deadline_text: str
    schedule_text: str
    category: str
    milestones: tuple[MilestoneRow, ...]
    towns_text: str
    town_wide: bool
    cells: dict[str, Cell]


@dataclass
class TaskList:
    rows: list[TaskRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_tasks(grids: Sequence[Grid]) -> TaskList:
    """Read every task of every sheet that has a task list's header, and all problems."""
    tasks = TaskList()
    seen: dict[int, Cell] = {}
    for grid in grids:
        for group in _groups(rows_under(grid, HEADS, NEEDED)):
            row = _read_row(group, tasks.problems)
            if row is None:
                continue
            if row.number in seen:
                message = _("序号 %(number)s 重复，已在 %(cell)s 出现") % {
                    "number": row.number,
                    "cell": seen[row.number].ref,
                }
                tasks.problems.append(error(row.cells["number"], "duplicate_number", message))
                continue
            seen[row.number] = row.cells["number"]
            tasks.rows.append(row)
    if not tasks.rows and not tasks.problems:
        message = _("没有读到任务：表头应有“序号”“任务名称”“进度安排”，其下每行一项任务")
        tasks.problems.append(Problem("", "", "", "no_rows", message, ERROR))
    return tasks


def read_milestones(schedule: str) -> tuple[MilestoneRow, ...]:
    """Split a schedule at its labels (一季度：, 4月底前：, 7月-9月：). Words without any label give no milestones."""
    marks = list(_LABELLED.finditer(schedule))
    ends = [*(mark.start() for mark in marks), len(schedule)][1:]
    return tuple(
        MilestoneRow(squash(mark[1]), join_lines(schedule[mark.end() : end]))
        for mark, end in zip(marks, ends, strict=True)
    )


def _groups(rows: Iterable[dict[str, Cell]]) -> Iterator[list[dict[str, Cell]]]:
    """Put the rows of one task together: a number and title may be merged over several lines of its schedule."""
    group: list[dict[str, Cell]] = []
    for cells in rows:
        continues = all(cells[name].blank or (group and cells[name] == group[0][name]) for name in ("number", "title"))
        if continues and group:
            group.append(cells)
            continue
        if group:
            yield group
        group = [] if continues else [cells]
    if group:
        yield group


def _read_row(group: list[dict[str, Cell]], problems: list[Problem]) -> TaskRow | None:
    cells = group[0]
    number, title = cells["number"], cells["title"]
    words = {name: join_lines(cell.text) for name, cell in cells.items()}
    printed = _NUMBER.fullmatch(squash(number.text))
    schedule = _schedule(group)
    if number == title or is_note(number.text) or not (printed or words["title"] or schedule):
        return None
    if _SECTION.fullmatch(squash(number.text)) and not schedule:
        return None  # 一、实事项目: a title between the tasks
    if formulas := uncomputed(cell for line in group for cell in line.values()):
        problems += formulas
        return None
    if not printed:
        problems.append(error(number, "bad_number", _("序号应为整数，此处是“%(found)s”") % {"found": number.text}))
    if not words["title"]:
        problems.append(error(title, "missing_title", _("任务名称为空")))
    if "category" in cells and not words["category"]:
        problems.append(warning(cells["category"], "missing_category", _("项目类别为空")))
    if not printed or not words["title"]:
        return None
    return TaskRow(
        number=int(printed[1]),
        title=words["title"],
        deadline_text=words.get("deadline", ""),
        schedule_text=schedule,
        category=words.get("category", ""),
        milestones=read_milestones(schedule),
        towns_text="".join(split_brackets(words["title"])[1][-1:]),
        town_wide="各街镇" in squash(words["title"]),
        cells=cells,
    )


def _schedule(group: list[dict[str, Cell]]) -> str:
    """Give the schedule's lines, without blanks at their ends; a merged cell counts once."""
    printed = dict.fromkeys(text for cells in group for text in _scheduled(cells))
    return "\n".join(line.strip() for text in printed for line in text.splitlines()).strip()


def _scheduled(cells: dict[str, Cell]) -> list[str]:
    """The words of one line's schedule; each quarter's by its name where they have columns of their own."""
    quarters = [(name, cells[name]) for name in QUARTERS if name in cells and not cells[name].blank]
    if not any(name in cells for name in QUARTERS):
        return [] if cells["schedule"].blank else [cells["schedule"].text]
    last = {cell: name for name, cell in quarters}  # words merged over some quarters are due at the end of the last
    whole = cells["schedule"].width >= len(QUARTERS)
    return [cell.text if whole else f"{name}：{join_lines(cell.text)}" for cell, name in last.items()]
