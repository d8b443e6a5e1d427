"""From a recognised table to rows for a resource: names matched with the programme's, dates and cells read."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from districts.models import Town
from tasks.annexes.allocation import Column, TownRow, read_allocation
from tasks.annexes.allocation import Table as Source
from tasks.annexes.cells import NONE, NUMBER, TEXT, CellError, Reading, in_unit, read_number, read_target
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import indicator_key, is_beside_towns, nearest
from tasks.annexes.problems import WARNING, Problem, error, warning
from tasks.annexes.tasklist import MilestoneRow, TaskRow, read_tasks
from tasks.annexes.words import text as _
from tasks.deadlines import is_certain, parse_deadline, parse_span
from tasks.importing import Context, Table
from tasks.limits import beyond_limits
from tasks.models import Indicator, Milestone, Target, Task
from tasks.progress import Phase


def task_table(grids: Sequence[Grid], context: Context) -> Table:
    """The tasks of annex 1, each with its milestones and dates."""
    read = read_tasks(grids)
    table = Table(problems=list(read.problems))
    for row in read.rows:
        table.add(row.cells["number"], _task(row, context.programme.year, table))
    table.problems += _lacking_tasks(table.rows, context)
    return table


def _lacking_tasks(rows: list[dict], context: Context) -> list[Problem]:
    """The plan's tasks that the table does not have: an import takes no task away."""
    lacking = Task.objects.filter(programme=context.programme).exclude(number__in=[row["number"] for row in rows])
    numbers = list(lacking.order_by("number").values_list("number", flat=True)) if rows else []
    if not numbers:
        return []
    listed = "、".join(map(str, numbers))
    message = _("方案中的第 %(numbers)s 项任务不在表中，保留不变") % {"numbers": listed}
    return [Problem("", "", listed, "lacking_tasks", message, WARNING)]


def _task(row: TaskRow, year: int, table: Table) -> dict:
    deadline_cell = row.cells.get("deadline", row.cells["number"])
    due_on, recurrence = None, ""
    try:
        due_on, recurrence = parse_deadline(row.deadline_text, year)
    except ValueError as problem:
        table.problems.append(error(deadline_cell, "deadline", problem.args[0]))
    else:
        table.problems += _uncertain(deadline_cell, row.deadline_text, due_on)
    table.problems += beyond_limits(deadline_cell, Task, deadline_text=row.deadline_text)
    table.problems += beyond_limits(row.cells["number"], Task, number=row.number)
    table.problems += beyond_limits(row.cells.get("category", row.cells["number"]), Task, category=row.category)
    return {
        "number": row.number,
        "title": row.title,
        "category": row.category,
        "deadline_text": row.deadline_text,
        "due_on": due_on,
        "recurrence": recurrence,
        "schedule_text": row.schedule_text,
        "town_wide": row.town_wide,
        "milestones": list(_milestones(row, year, table)),
    }


def _milestones(row: TaskRow, year: int, table: Table) -> Iterator[dict]:
    cell, seen = row.cells["schedule"], set()
    for milestone in row.milestones:
        if milestone.label in seen:
            message = _("“%(label)s”在同一任务中出现两次") % {"label": milestone.label}
            table.problems.append(error(cell, "milestone_twice", message))
        seen.add(milestone.label)
        table.problems += beyond_limits(cell, Milestone, label=milestone.label)
        try:
            starts_on, due_on = parse_span(milestone.label, year)
        except ValueError as problem:
            table.problems.append(error(cell, "milestone_date", problem.args[0]))
        else:
            table.problems += _uncertain(cell, milestone.label, due_on)
            yield _milestone(milestone, starts_on, due_on)


def _uncertain(cell: Cell, words: str, due_on: date) -> list[Problem]:
    if is_certain(words):
        return []
    message = _("“%(words)s”没有写明是否含当期，按最迟 %(date)s 读取，请核对")
    return [warning(cell, "uncertain_date", message % {"words": words, "date": due_on.isoformat()})]


def _milestone(milestone: MilestoneRow, starts_on, due_on) -> dict:
    return {"label": milestone.label, "text": milestone.text, "starts_on": starts_on, "due_on": due_on}


class Owed(NamedTuple):
    """What a cell asks of a town: a Target's own fields."""

    comparator: str
    value: Decimal | None
    text: str


class Reached(NamedTuple):
    """What a cell says that a town has reached."""

    value: Decimal | None


class Figure(NamedTuple):
    """One cell of a table of towns and indicators; equal cells share what they say."""

    indicator: Indicator
    town: Town | None
    said: Owed | Reached


def target_table(grids: list[Grid], context: Context) -> Table:
    """The targets of annex 2; new indicators are made when the programme has no targets yet, or when asked for."""
    has_targets = Target.objects.filter(indicator__programme=context.programme).exists()
    may_create = context.create_indicators or not has_targets
    return _town_table(
        grids, context, read_target, _owed, may_create=may_create, keep_totals=True, all_towns=not has_targets
    )


def _owed(reading: Reading) -> Owed:
    comparator = reading.comparator or (Target.Comparator.TEXT if reading.kind == TEXT else Target.Comparator.NONE)
    return Owed(str(comparator), reading.value, reading.text)


def progress_table(grids: list[Grid], context: Context) -> Table:
    """Cumulative figures in the shape of annex 2; a dash or an empty cell reports nothing."""
    return _town_table(grids, context, read_number, _reached, may_create=False)


def _reached(reading: Reading) -> Reached | None:
    return None if reading.kind == NONE else Reached(reading.value)


def _town_table(
    grids: list[Grid],
    context: Context,
    read: Callable,
    say: Callable,
    *,
    may_create: bool,
    keep_totals: bool = False,
    all_towns: bool = False,
) -> Table:
    source = read_allocation(grids, context.town_names, progress=read is read_number)
    grids.clear()  # a large sheet is not held twice
    table = Table(problems=list(source.problems))
    towns = _match_towns(source.rows, context, table)
    if all_towns:
        table.problems += _missing_towns(towns, context)
    indicators = _match_indicators(source, context, table, may_create=may_create)
    if keep_totals:
        _keep_totals(source, indicators)
        _keep_remarks(source, context)
    columns = {column: _ColumnReader(read, say, column, indicator) for column, indicator in indicators.items()}
    seen: dict[int | None, dict] = defaultdict(dict)  # for each town that has several rows the cell of each indicator
    rows_of = Counter(town and town.id for _row, town in towns)
    for row, town in context.progress.over(Phase.CHECK, towns):
        key = town and town.id
        cells = seen[key] if rows_of[key] > 1 else {}
        for column, cell in row.cells.items():
            if column not in columns:
                continue
            indicator = indicators[column]
            first = cells.setdefault(indicator.id, cell)
            if first is not cell:
                message = _("“%(indicator)s”的这一街镇已在 %(cell)s 填写") % {"indicator": indicator, "cell": first.ref}
                table.problems.append(error(cell, "duplicate_cell", message))
            elif said := columns[column](cell, table):
                table.add(cell, Figure(indicator, town, said))
    _check_unmatched(source, towns, columns, read, table)
    return table


def _check_unmatched(source: Source, towns: list, columns: dict, read: Callable, table: Table) -> None:
    """Tell what is wrong with the cells of a town or an indicator that nobody knows: all faults are told at once."""
    matched = {row for row, _town in towns}
    unknown = [column for column in source.columns if column not in columns]
    for row in source.rows:
        for column in unknown if row in matched else source.columns:
            try:
                if column in row.cells:
                    read(row.cells[column], rate=column.rate)
            except CellError as fault:
                table.problems.append(error(row.cells[column], fault.code, fault.message))


class _ColumnReader:
    """Reads the cells of one column in its indicator's unit, each distinct value once: a large table repeats few."""

    def __init__(self, read: Callable, say: Callable, column: Column, indicator: Indicator):
        self._read = read
        self._say = say
        self._column = column
        self._indicator = indicator
        self._known: dict[tuple, tuple] = {}

    def __call__(self, cell: Cell, table: Table) -> Owed | Reached | None:
        """Give what the cell says; its problems go into the table."""
        key = (type(cell.value), cell.value, cell.number_format)
        if (found := self._known.get(key)) is None:
            found = self._known[key] = self._look(cell)
        said, faults = found
        for make, code, message in faults:
            table.problems.append(make(cell, code, message))
        return said

    def _look(self, cell: Cell) -> tuple:
        indicator = self._indicator
        try:
            reading = in_unit(self._read(cell, rate=indicator.is_rate), self._column.unit, indicator.unit)
        except CellError as fault:
            return None, [(error, fault.code, fault.message)]
        said = self._say(reading)
        limits = beyond_limits(cell, Target, text=said.text) if isinstance(said, Owed) else []
        faults = [(error, fault.code, fault.message) for fault in limits]
        return said, faults + [(warning, caution.code, caution.message) for caution in reading.cautions]


def _keep_totals(source: Source, indicators: dict[Column, Indicator]) -> None:
    """The printed total of each count, to be compared with the towns' sum; it is never a target."""
    for row in source.totals:
        for column, cell in row.cells.items():
            indicator = indicators.get(column)
            if indicator is None or indicator.is_rate:
                continue
            try:
                reading = in_unit(read_target(cell), column.unit, indicator.unit)
            except CellError:  # a total is only compared where it is a number
                continue
            if reading.kind == NUMBER and "/" not in reading.unit and indicator.printed_total != reading.value:
                indicator.printed_total = reading.value
                indicator.save()


def _keep_remarks(source: Source, context: Context) -> None:
    """The remarks below the table, to stand there again when it is written back."""
    remarks = "\n".join(source.remarks)
    if remarks and context.programme.remarks != remarks:
        context.programme.remarks = remarks
        context.programme.save()


def _match_towns(rows: list[TownRow], context: Context, table: Table) -> list[tuple[TownRow, Town | None]]:
    """Each row with its town, None for the district's own row, and a row for all towns with each of them.

    A name that is unknown or twice in a block is an error; 市本级 and the like hold nothing that a town owes.
    """
    known = {town.code: town for town in Town.objects.filter(district=context.programme.district)}
    found, seen = [], {}
    for row in rows:
        code = None if row.district else context.town_names.match(row.name)
        if row.every:
            found += [(row, town) for town in known.values()]
        elif code is None and not row.district and is_beside_towns(row.name):
            table.problems += _left_out(row)
        elif code is None and not row.district:
            message = _("“%(found)s”不是本区的街镇") % {"found": row.name}
            message += _suggest(row.name, list(context.town_names.names.values()))
            table.problems.append(error(row.cell, "unknown_town", message))
        elif (row.block, code) in seen:
            message = _("“%(found)s”重复出现，已在 %(cell)s") % {"found": row.name, "cell": seen[row.block, code].ref}
            table.problems.append(error(row.cell, "duplicate_town", message))
        else:
            seen[row.block, code] = row.cell
            found.append((row, known.get(code)))
    return found


def _left_out(row: TownRow) -> list[Problem]:
    """Says that the figures of a row which is no town's were not taken; a row of dashes has none."""
    if not any(_holds_something(cell) for cell in row.cells.values()):
        return []
    message = _("“%(found)s”不是街镇，这一行的数字没有导入") % {"found": row.name}
    return [warning(row.cell, "not_a_town", message)]


def _holds_something(cell: Cell) -> bool:
    try:
        return read_target(cell).kind != NONE
    except CellError:
        return True


def _missing_towns(rows: list[tuple[TownRow, Town | None]], context: Context) -> list[Problem]:
    """The towns that no row of a plan's first table names: they would have no targets."""
    named = {town.code for _row, town in rows if town}
    missing = [name for code, name in context.town_names.names.items() if code not in named]
    if not named or not missing:
        return []
    message = _("表中没有%(names)s，这些街镇没有指标") % {"names": "、".join(missing)}
    first = rows[0][0].cell
    return [Problem(first.sheet, first.ref, "、".join(missing), "missing_towns", message, WARNING)]


def _match_indicators(source: Source, context: Context, table: Table, *, may_create: bool) -> dict:
    """Each column's indicator by its name or an alias; an unknown one is what was chosen for it, or an error."""
    indicators = list(Indicator.objects.filter(programme=context.programme))
    known = {indicator_key(name): one for one in indicators for name in (one.name, *one.aliases)}
    aliases = {indicator_key(name): indicator_key(own) for name, own in context.aliases.items()}
    new = set(map(indicator_key, context.new_indicators))
    found = {}
    for column in source.columns:
        key = indicator_key(column.name)
        if indicator := next(filter(None, (known.get(indicator_key(name)) for name in column.names)), None):
            found[column] = indicator
        elif indicator := known.get(aliases.get(key, "")):
            found[column] = _add_alias(indicator, column, table)
        elif may_create or key in new:
            unit = _unit(column, source)
            wrong = beyond_limits(column.cell, Indicator, name=column.name, unit=unit, group=column.group)
            table.problems += wrong
            if not wrong:
                found[column] = _create_indicator(column, unit, context)
        else:
            message = _("指标“%(found)s”不在本方案中") % {"found": column.name}
            message += _suggest(column.name, [one.name for one in indicators])
            table.problems.append(error(column.cell, "unknown_indicator", message))
    return found


def _add_alias(indicator: Indicator, column: Column, table: Table) -> Indicator:
    indicator.aliases = [*indicator.aliases, column.name]
    indicator.save()
    message = _("“%(found)s”按“%(name)s”读取，写入后记为它的别名") % {"found": column.name, "name": indicator}
    table.problems.append(warning(column.cell, "alias", message))
    return indicator


def _unit(column: Column, source: Source) -> str:
    """The header's unit, else the one that the cells print (不低于2000人/年)."""
    if column.rate or column.unit:
        return "%" if column.rate else column.unit
    for row in source.rows:
        try:
            unit = read_target(row.cells[column]).unit if column in row.cells else ""
        except CellError:  # told where the cell itself is read
            continue
        if unit:
            return unit
    return ""


def _create_indicator(column: Column, unit: str, context: Context) -> Indicator:
    order = Indicator.objects.filter(programme=context.programme).count() + 1
    kind = Indicator.Kind.RATE if column.rate else Indicator.Kind.COUNT
    adds_up = Indicator.Aggregation.WEIGHTED_RATE if column.rate else Indicator.Aggregation.SUM
    return Indicator.objects.create(
        programme=context.programme,
        code=f"{order:02d}",
        order=order,
        name=column.name,
        unit=unit,
        group=column.group,
        kind=kind,
        aggregation=adds_up,
    )


def _suggest(name: str, names: list[str]) -> str:
    near = nearest(name, names)
    return _("，是否为“%(near)s”？") % {"near": near} if near else ""
