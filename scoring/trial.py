"""Figures tried out in an address (`?f.08=6&m.3.7=8`): read, checked, and put beside those that stand. Nothing is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.engine import Criterion
from scoring.facts import HUNDRED, ZERO, Award, Figure
from scoring.rule_text import kind_label
from scoring.rules import Average, Bonus, Graded, Penalty, Rule, Veto
from scoring.scores import Scores
from scoring.whatif import Case
from tasks.annexes.cells import NONE, CellError, in_unit, read_number
from tasks.annexes.grid import Cell
from tasks.formats import number

FIGURE, MARK = "f.", "m."  # what a name in the address stands for: an indicator's code, a line's key
SHOWN = 40  # characters of what was typed that a message repeats


@dataclass
class Field:
    """One box: what stands, what is typed in it, and what is wrong with that."""

    name: str
    label: str
    now: str
    typed: str
    unit: str = ""
    target: str = ""
    error: str = ""
    choices: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """A figure that is typed as it is shown has not changed."""
        return self.typed != self.now


class Trial:
    """A town with the figures and points that the address holds instead of its own."""

    def __init__(self, case: Case, scores: Scores, typed: Mapping[str, str]):
        self.case, self.scores, self.typed = case, scores, typed
        self.figures: dict[int, Decimal | None] = {}
        self.awards: dict[str, tuple[Award, ...]] = {}
        self.fields: dict[str, list[Field]] = {}  # by the line under which they stand, the first that reads them
        for section in case.rubric.sections:
            for line in section.criteria:
                self.fields[line.key] = self._of(line)
        self.score = case.score(self.figures, self.awards)

    @property
    def unknown(self) -> list[str]:
        """What the address names and no line reads."""
        known = {field.name for fields in self.fields.values() for field in fields}
        return [name[:SHOWN] for name in self.typed if name.startswith((FIGURE, MARK)) and name not in known]

    def _of(self, line: Criterion) -> list[Field]:
        mine = [key for key, readers in self.case.readers.items() if readers[0][0] == line.key]
        return [self._figure(key) for key in mine] if line.rule.parts else [self._award(line)]

    def _figure(self, key: int) -> Field:
        indicator, figure = self.scores.indicators[key], self.case.figure(key)
        field = self._field(FIGURE + indicator.code, indicator.name, shown(figure.value))
        field.unit = indicator.shown_unit
        field.target = figure.text_target or ("" if figure.target is None else number(figure.target))
        if field.changed:
            try:
                self.figures[key] = read_figure(field.typed, figure)
            except ValueError as error:
                field.error = str(error)
        return field

    def _award(self, line: Criterion) -> Field:
        field = self._field(
            MARK + line.key, str(kind_label(line.rule)), standing(line, self.case.inputs[line.key].awards)
        )
        field.choices = choices(line.rule)
        field.unit = "" if field.choices else _("分")
        if field.changed:
            try:
                self.awards[line.key] = read_awards(field.typed, line)
            except ValueError as error:
                field.error = str(error)
        return field

    def _field(self, name: str, label: str, now: str) -> Field:
        return Field(name, label, now, self.typed.get(name, now).strip())


def shown(value: Decimal | None) -> str:
    """A figure as it stands in a box."""
    return "" if value is None else number(value, 4)


def choices(rule: Rule) -> tuple[str, ...]:
    """What people choose from instead of giving points: the grades, or that a veto's event came about."""
    if isinstance(rule, Veto):
        return (_("已发生"),)
    return tuple(rule.grades) if isinstance(rule, Graded) else ()


def standing(line: Criterion, awards: tuple[Award, ...]) -> str:
    """What people gave, as the one entry that gives the same."""
    if not awards:
        return ""
    if isinstance(line.rule, Graded):
        return awards[-1].grade
    if isinstance(line.rule, Veto):
        return choices(line.rule)[0]
    points = [award.points for award in awards]
    if isinstance(line.rule, Average):
        return shown(sum(points) / len(points))
    return shown(sum(points) if isinstance(line.rule, Bonus | Penalty) else points[-1])


def read_figure(typed: str, figure: Figure) -> Decimal | None:
    """A figure in its unit, None for an empty box: nothing reported. ValueError says what is wrong."""
    if not typed:
        return None
    rate = figure.unit == "%"
    return _number(typed, rate=rate, unit=figure.unit)


def read_awards(typed: str, line: Criterion) -> tuple[Award, ...]:
    """What people might give on a line, nothing for an empty box. ValueError says what is wrong."""
    if not typed:
        return ()
    if named := choices(line.rule):
        if typed not in named:
            found = {"found": typed[:SHOWN], "grades": _("、").join(named)}
            raise ValueError(_("没有等次“%(found)s”，可选：%(grades)s。") % found)
        return (Award(line.rule.grades[typed] if isinstance(line.rule, Graded) else ZERO, "", grade=typed),)
    points = _number(typed, rate=None, unit="")
    most = HUNDRED if isinstance(line.rule, Average) else abs(line.weight)
    if points > most:
        raise ValueError(_("“%(found)s”超过上限 %(most)s 分。") % {"found": typed[:SHOWN], "most": number(most)})
    return (Award(points, ""),)


def _number(typed: str, *, rate: bool | None, unit: str) -> Decimal:
    try:
        reading = in_unit(read_number(Cell("", 1, 1, typed[: SHOWN + 1]), rate=rate), "", unit)
    except CellError as error:
        told = error.code in ("negative", "too_large", "unit")
        raise ValueError(str(error.message) if told else _not_a_number(typed)) from None
    if reading.kind == NONE:
        raise ValueError(_not_a_number(typed))
    if reading.cautions:
        raise ValueError(str(reading.cautions[0].message))
    return reading.value


def _not_a_number(typed: str) -> str:
    found = typed if len(typed) <= SHOWN else f"{typed[:SHOWN]}…"
    return _("“%(found)s”不是数字，应填写如 12 或 12.5 的数字。") % {"found": found}
