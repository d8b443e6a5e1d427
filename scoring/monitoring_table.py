"""A table of monitoring scores into the ledger: matched with lines, facilities and towns; a changed score is a new row."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from districts.models import Facility, Town
from scoring.external import standing_scores
from scoring.models import Criterion, Mark
from scoring.monitoring import categories, correct, lines_called, monitored_lines, record
from scoring.rule_json import plain
from tasks.annexes.cells import NONE, CellError, read_number
from tasks.annexes.grid import Cell, Grid
from tasks.annexes.monitoring import ScoreRow, read_scores
from tasks.annexes.names import nearest, squash
from tasks.annexes.problems import ERROR, Problem, error, warning
from tasks.annexes.words import text as _
from tasks.changes import AnnexResource
from tasks.deadlines import parse_span
from tasks.importing import Annex, Context, Table, register
from tasks.limits import beyond_limits
from tasks.reporting import new_key

# What stands in the ledger where neither the table nor the import says more; stored, so not translated.
DOCUMENT, CORRECTED = "监测得分表", "更正监测得分"
_DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


class Wrong(Exception):
    """A cell that can't be read: the problem to tell."""

    def __init__(self, cell: Cell, code: str, message: str):
        super().__init__(message)
        self.problem = error(cell, code, message)


class Score(NamedTuple):
    """One score, with everything that it names found in the register and the rubric."""

    line: Criterion
    town: Town
    facility: Facility | None
    on: dt.date
    score: Decimal
    round: str
    document: str


class Places:
    """The district's towns and facilities by the names that print gives them."""

    def __init__(self, context: Context):
        district = context.programme.district_id
        self._names = context.town_names
        self._towns = {town.code: town for town in Town.objects.filter(district=district)}
        self._facilities: dict[str, list[Facility]] = {}
        for facility in Facility.objects.filter(town__district=district).select_related("town"):
            self._facilities.setdefault(squash(facility.name), []).append(facility)

    def of(self, row: ScoreRow) -> tuple[Town, Facility | None]:
        """The town and the facility of a row; no facility where the score is the town's own. Raises Wrong."""
        town = self._town(row.cells["town"]) if row.text("town") else None
        if not row.text("name"):
            return town, None
        cell = row.cells["name"]
        found = [one for one in self._facilities.get(squash(cell.text), []) if town in (None, one.town)]
        if len(found) == 1:
            return found[0].town, found[0]
        if found:
            names = "、".join(one.town.name for one in found)
            message = _("“%(found)s”在%(towns)s都有，请增加“街镇”一列")
            raise Wrong(cell, "ambiguous_facility", message % {"found": cell.text, "towns": names})
        if code := self._names.match(cell.text):
            return self._towns[code], None
        raise Wrong(cell, "unknown_facility", self._unknown(cell.text, town))

    def _town(self, cell: Cell) -> Town:
        if code := self._names.match(cell.text):
            return self._towns[code]
        raise Wrong(cell, "unknown_town", _("“%(found)s”不是本区的街镇") % {"found": cell.text})

    def _unknown(self, found: str, town: Town | None) -> str:
        told = {"found": found, "town": town or ""}
        if elsewhere := self._facilities.get(squash(found)):
            told["towns"] = "、".join(one.town.name for one in elsewhere)
            return _("“%(found)s”在%(towns)s，不在%(town)s") % told
        message = _("“%(found)s”不在%(town)s养老服务机构名录中，也不是街镇") % told
        near = nearest(found, self._facilities)
        return message + _("，是否为“%(near)s”？") % {"near": near} if near else message


def monitoring_table(grids: Sequence[Grid], context: Context) -> Table:
    """The scores of a table, all problems by cell; the same place on the same day twice is an error."""
    read = read_scores(grids)
    table = Table(problems=list(read.problems))
    places, lines = Places(context), monitored_lines(context.programme)
    named, seen = categories(context.programme), {}
    for row in read.rows:
        cell = row.cells["score"]
        found, wrong = _read(row, context, places, lines, named)
        if "score" in found and found["score"] is None:
            table.problems.append(warning(cell, "no_score", _("没有得分，此行不计入")))
            continue
        table.problems += wrong
        if wrong:
            continue
        (town, facility), document = found.pop("place"), row.text("document") or context.document or DOCUMENT
        score = Score(town=town, facility=facility, round=row.text("round"), document=document, **found)
        key = (score.line.pk, town, facility, score.on)
        if key in seen:
            message = _("同一机构或街镇、同一类别、同一日期在 %(cell)s 已有一行") % {"cell": seen[key]}
            table.problems.append(error(cell, "twice", message))
            continue
        seen[key] = cell.ref
        table.problems += beyond_limits(row.cells.get("document", cell), Mark, document=document)
        table.add(cell, score)
    if not read.rows and not read.problems:
        message = _("没有读到得分：表头应有“机构”或“街镇”、“类别”“得分”“日期”，其下每行一条")
        table.problems.append(Problem("", "", "", "no_rows", message, ERROR))
    return table


def _read(row: ScoreRow, context: Context, places: Places, lines: list[Criterion], named) -> tuple[dict, list[Problem]]:
    """What the row's cells say, and every one that can't be read."""
    readers = {
        "score": lambda: _points(row.cells["score"]),
        "place": lambda: places.of(row),
        "line": lambda: _line(row.cells["category"], lines, named),
        "on": lambda: _day(row, context),
    }
    found, wrong = {}, []
    for name, read in readers.items():
        try:
            found[name] = read()
        except Wrong as caught:
            wrong.append(caught.problem)
    return found, wrong


def _points(cell: Cell) -> Decimal | None:
    try:
        reading = read_number(cell)
    except CellError as wrong:
        raise Wrong(cell, wrong.code, wrong.message) from wrong
    if reading.kind == NONE:
        return None
    if reading.value > 100 or reading.percent or reading.value.as_tuple().exponent < -2:
        message = _("“%(found)s”不是监测得分，应为 0 至 100、最多两位小数的数字")
        raise Wrong(cell, "not_a_score", message % {"found": reading.text})
    return reading.value


def _line(cell: Cell, lines: list[Criterion], named: dict[str, str]) -> Criterion:
    found = lines_called(cell.text, lines, named)
    if len(found) == 1:
        return found[0]
    told = {"found": cell.text, "lines": "、".join(line.title for line in found or lines)}
    message = (
        _("“%(found)s”可以是：%(lines)s；请在评分项设置中写明监测类别")
        if found
        else _("“%(found)s”没有对应的监测评分项，现有：%(lines)s")
    )
    raise Wrong(cell, "ambiguous_category" if found else "unknown_category", message % told)


def _day(row: ScoreRow, context: Context) -> dt.date:
    """The day that the row prints, else the last day of its round (三季度, 上半年)."""
    year = context.programme.year
    cell = row.cells["day"] if row.text("day") else row.cells.get("round", row.cells["score"])
    value = cell.value
    on = value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None
    if on is None:
        on = _read_day(cell, year)
    if on > timezone.localdate():
        raise Wrong(cell, "future", _("日期 %(day)s 还没有到") % {"day": on})
    return on


def _read_day(cell: Cell, year: int) -> dt.date:
    words = "".join(cell.text.split())
    try:
        if match := _DAY.fullmatch(words):
            return dt.date(*map(int, match.groups()))
        return parse_span(words, year)[1]
    except ValueError as wrong:
        message = _("“%(found)s”不是日期，应如 2024-09-30，或如三季度、上半年、9月") % {"found": cell.text}
        raise Wrong(cell, "not_a_day", message) from wrong


class MonitoringResource(AnnexResource):
    """Scores by line, place and day; a changed one takes the old row back with the reason and writes a new one."""

    needs_reason = True

    def load(self):
        marks = standing_scores(self.context.programme).select_related(
            "criterion__section__rubric__programme__district", "town", "facility"
        )
        self.marks = {(m.criterion.title, m.town_id, m.facility_id, m.given_on): m for m in marks}
        return {key: mark.points for key, mark in self.marks.items()}

    def key(self, row):
        return row.line.title, row.town.pk, row.facility and row.facility.pk, row.on

    def says(self, row):
        return row.score

    def subject(self, row):
        return f"{row.line} · {row.facility or row.town} · {row.on}"

    def words(self, said):
        return plain(said)

    def write(self, rows, changed):
        for row in changed:
            said = {"score": row.score, "document": row.document, "by": self.context.by, "key": new_key()}
            if mark := self.marks.get(self.key(row)):
                correct(mark=mark, reason=self.context.reason or CORRECTED, **said)
            else:
                facts = {"line": row.line, "town": row.town, "facility": row.facility, "on": row.on}
                record(reason=row.round, **facts, **said)


def register_annex() -> None:
    """The kind of table; called once the app is ready."""
    register("monitoring", Annex(monitoring_table, MonitoringResource))
