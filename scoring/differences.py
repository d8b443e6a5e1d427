"""Where the ledger tells another story than a frozen assessment: line by line, and what it would do to totals and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.engine import CriterionScore, TownScore
from scoring.freezing import Placed, placed, stored_inputs
from scoring.models import Assessment, Result, ResultLine
from scoring.rule_text import rule_lines
from scoring.rule_words import amount
from scoring.rules import Award, Figure, Inputs, load_rule
from scoring.scores import Scores
from tasks.formats import NOTHING, points
from tasks.history import Change


@dataclass(frozen=True)
class LineDifference:
    """One line: what it reads that is no longer the same, and its points before and now (None: the line is gone)."""

    key: str
    title: str
    before: Decimal
    after: Decimal | None
    changes: list[Change]

    def as_json(self) -> dict:
        changes = [change._asdict() for change in self.changes]
        before, after = points(self.before), points(self.after)
        return {"key": self.key, "title": self.title, "before": before, "after": after, "changes": changes}


@dataclass(frozen=True)
class TownDifference:
    """One town: its total, rank and grade as they stood and as they would be, and the lines that differ."""

    code: str
    name: str
    before: tuple[Decimal, int, str]
    after: tuple[Decimal, int, str]
    lines: list[LineDifference]

    @property
    def gain(self) -> Decimal:
        return self.after[0] - self.before[0]

    def as_json(self) -> dict:
        names = ("total", "rank", "grade")
        before, after = (dict(zip(names, (points(one[0]), *one[1:]), strict=True)) for one in (self.before, self.after))
        lines = [line.as_json() for line in self.lines]
        return {"town": self.name, "code": self.code, "before": before, "after": after, "lines": lines}


def differences(
    assessment: Assessment,
    results: Sequence[tuple[Result, Sequence[ResultLine]]],
    scores: Scores,
    ruled: Mapping[int, Mapping[str, Decimal]],
    standing: Mapping[int, Placed],
) -> list[TownDifference]:
    """The towns where `scores` differ from what is stored, in the order of the results.

    `ruled` points take the place of the computed ones on both sides. `standing` holds the towns that rulings have moved;
    without it the frozen totals and places are what stood.
    """
    scored = [(result.town, scores.of(result.town, ruled.get(result.town_id, {}))) for result, _lines in results]
    found = []
    for (result, lines), now in zip(results, placed(assessment, scored), strict=True):
        was = standing.get(result.town_id)
        before = (was.score.total, was.rank, was.grade) if was else (result.total, result.rank, result.grade)
        after = (now.score.total, now.rank, now.grade)
        differing = _lines(lines, now.score, ruled.get(result.town_id, {}))
        if differing or before != after:
            found.append(TownDifference(result.code, result.name, before, after, differing))
    return found


def _lines(lines: Sequence[ResultLine], score: TownScore, ruled: Mapping[str, Decimal]) -> list[LineDifference]:
    now = {line.key: line for line in score.criteria}
    return [found for line in lines if (found := _line(line, now.get(line.key), ruled.get(line.key, line.points)))]


def _line(line: ResultLine, now: CriterionScore | None, before: Decimal) -> LineDifference | None:
    if now is None:
        return LineDifference(line.key, line.title, before, None, [Change(_("评分项"), line.title, NOTHING)])
    changes = [
        *_rules(line, now),
        *_figures(stored_inputs(line), now.inputs),
        *_awards(stored_inputs(line), now.inputs),
    ]
    return (
        LineDifference(line.key, line.title, before, now.points, changes) if changes or before != now.points else None
    )


def _rules(line: ResultLine, now: CriterionScore) -> list[Change]:
    changes = []
    if line.weight != now.weight:
        changes.append(Change(_("权重"), points(line.weight), points(now.weight)))
    was = load_rule(line.rule)
    if was != now.criterion.rule:
        told = [_("；").join(rule_lines(rule, line.weight)) for rule in (was, now.criterion.rule)]
        changes.append(Change(_("计分规则"), *told))
    return changes


def _figures(before: Inputs, after: Inputs) -> list[Change]:
    changes = []
    for part in sorted({*before.figures, *after.figures}):
        was, now = before.figures.get(part), after.figures.get(part)
        name = (now or was).name
        if _value(was) != _value(now):
            changes.append(Change(name, _value(was), _value(now)))
        if _target(was) != _target(now):
            changes.append(Change(_("%(name)s 目标") % {"name": name}, _target(was), _target(now)))
    return changes


def _value(figure: Figure | None) -> str:
    return NOTHING if figure is None or figure.value is None else amount(figure.value, figure)


def _target(figure: Figure | None) -> str:
    if figure is None or figure.target is None:
        return (figure and figure.text_target) or NOTHING
    sign = "≤ " if figure.comparator == "le" else ""
    return sign + amount(figure.target, figure)


def _awards(before: Inputs, after: Inputs) -> list[Change]:
    was, now = _told(before.awards), _told(after.awards)
    return [Change(_("评分与加减分"), was, now)] if was != now else []


def _told(awards: Sequence[Award]) -> str:
    words = _("%(given)s（%(reason)s）")
    given = [words % {"given": award.grade or points(award.points), "reason": award.reason} for award in awards]
    return _("；").join(given) or NOTHING
