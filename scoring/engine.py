"""Scores one town by a rubric. Pure: facts in, a trace out; no database, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from django.utils.translation import gettext as _

from scoring.facts import (
    BY_TEXT,
    COMPUTED,
    EXCLUDE,
    EXCLUDED,
    HUNDRED,
    NO_TARGET,
    NO_TARGET_POLICIES,
    ZERO,
    Inputs,
    Result,
    round_points,
)
from scoring.loss_rules import GRADE, SECTION, TOTAL
from scoring.rule_json import Rule, dump

PENDING = "pending"
NOTHING = Inputs()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the rubric. `section` is the section's title; `pending` marks a provisional rule."""

    key: str
    section: str
    title: str
    weight: Decimal
    rule: Rule
    pending: bool = False

    @property
    def is_penalty(self):
        return self.weight < 0 or self.rule.kind == "penalty"


@dataclass(frozen=True, slots=True)
class Section:
    """A group of lines. Without a weight of its own it weighs what its criteria do."""

    key: str
    title: str
    weight: Decimal | None
    criteria: tuple[Criterion, ...]
    can_veto: bool = field(init=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "can_veto", any(line.rule.kind == "veto" for line in self.criteria))
        if self.weight is None:
            gains = [criterion.weight for criterion in self.criteria if not criterion.is_penalty]
            object.__setattr__(self, "weight", sum(gains or (line.weight for line in self.criteria), ZERO))

    @property
    def all_bonus(self):
        return all(criterion.rule.kind == "bonus" for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class Rubric:
    sections: tuple[Section, ...]


class CriterionScore:
    """One town's points on one criterion. The explanation is put into words only when it is asked for."""

    __slots__ = ("criterion", "inputs", "no_target", "points", "result", "ruled")

    def __init__(self, criterion, inputs, no_target, ruled=None):
        self.criterion = criterion
        self.inputs = inputs
        self.no_target = no_target
        self.ruled = ruled is not None
        if ruled is None:
            self.result = criterion.rule.evaluate(inputs, criterion.weight, no_target)
        else:
            self.result = Result(ruled, COMPUTED)
        self.points = round_points(self.result.points)

    key = property(lambda self: self.criterion.key)
    section = property(lambda self: self.criterion.section)
    title = property(lambda self: self.criterion.title)
    weight = property(lambda self: self.criterion.weight)
    rule = property(lambda self: self.criterion.rule.kind)

    @property
    def status(self):
        return PENDING if self.criterion.pending else self.result.status

    @property
    def veto(self):
        """What this line denies the town (total, section, grade), or None; a ruling after an appeal lifts it."""
        rule = self.criterion.rule
        return rule.effect if rule.kind == "veto" and not self.ruled and rule.met(self.inputs) else None

    @property
    def counts(self):
        """Is its weight part of what the section is scaled from?"""
        return self.result.status != EXCLUDED and not self.criterion.is_penalty

    @property
    def attainable(self):
        """Could the town have earned these points at all?"""
        points, status = self.result
        return not self.criterion.is_penalty and (points > 0 or status not in (NO_TARGET, EXCLUDED))

    @property
    def explanation(self):
        words = self.criterion.rule.explain(self.inputs, self.criterion.weight, self.no_target)
        return _("计算方式待定，暂按现行规则：%(words)s") % {"words": words} if self.criterion.pending else words

    def to_dict(self):
        """Its JSON in `manage.py score`."""
        return {
            "key": self.key,
            "section": self.section,
            "title": self.title,
            "weight": str(round_points(self.weight)),
            "points": str(self.points),
            "status": self.status,
            "rule": self.rule,
            "inputs": _inputs_dict(self.inputs),
            "explanation": self.explanation,
        }


@dataclass(frozen=True, slots=True)
class SectionScore:
    title: str
    weight: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class TownScore:
    """`attainable` is the sum of the positive weights that the town could earn points on, within their sections'.

    `earned` is what it has of them: the total as it is before `exclude` scales it. `vetoes` are the lines that deny it
    something.
    """

    total: Decimal
    earned: Decimal
    attainable: Decimal
    sections: tuple[SectionScore, ...]
    criteria: tuple[CriterionScore, ...]
    vetoes: tuple[CriterionScore, ...] = ()

    @property
    def barred(self):
        """Is the best grade denied?"""
        return any(line.veto == GRADE for line in self.vetoes)

    @property
    def share(self):
        """The share of attainable points in per cent, 100 at most; None where nothing could be earned."""
        return self.earned * HUNDRED / self.attainable if self.attainable else None

    def to_dict(self):
        """Its JSON in `manage.py score`, short of the town and its rank."""
        return {
            "total": str(self.total),
            "attainable": str(self.attainable),
            "sections": [
                {"title": section.title, "weight": str(round_points(section.weight)), "points": str(section.points)}
                for section in self.sections
            ],
            "criteria": [criterion.to_dict() for criterion in self.criteria],
        }


def score(
    rubric: Rubric,
    inputs: Mapping[str, Inputs],
    no_target: str = BY_TEXT,
    ruled: Mapping[str, Decimal] = MappingProxyType({}),
) -> TownScore:
    """One town's score from what each criterion sees, by criterion key; ValueError for an unknown policy.

    `ruled` gives the points of criteria that were ruled on after an appeal: they take the place of the rule's.
    Points are rounded half up to two places, once: at the criterion, or under `exclude` at the section.
    """
    if no_target not in NO_TARGET_POLICIES:
        raise ValueError(_("未知的无目标计分方式：%(policy)s") % {"policy": no_target})
    sections, criteria, vetoes, total, earned, attainable = [], [], [], ZERO, ZERO, ZERO
    for section in rubric.sections:
        lines = [
            CriterionScore(line, inputs.get(line.key, NOTHING), no_target, ruled.get(line.key))
            for line in section.criteria
        ]
        if section.can_veto:
            vetoes += [line for line in lines if line.veto]
        points = round_points(_section_points(section, lines, no_target))
        sections.append(SectionScore(section.title, section.weight, points))
        criteria += lines
        total += points
        earned += _section_points(section, lines, BY_TEXT)
        weight = sum((line.criterion.weight for line in lines if line.attainable), ZERO)
        attainable += min(weight, max(section.weight, ZERO))
    if any(line.veto == TOTAL for line in vetoes):
        total = earned = ZERO
    sums = (round_points(one) for one in (max(ZERO, total), max(ZERO, earned), attainable))
    return TownScore(*sums, tuple(sections), tuple(criteria), tuple(vetoes))


def rank(totals: Sequence[Decimal | tuple]) -> list[int]:
    """The place of each total (or of a total with what decides between equal ones), highest first.

    Equal ones share a place: 1, 2, 2, 4.
    """
    places = {}
    for place, total in enumerate(sorted(totals, reverse=True), start=1):
        places.setdefault(total, place)
    return [places[total] for total in totals]


def _section_points(section, lines, no_target):
    """A section's points, unrounded where the policy scales it: gains up to its weight, less the penalties.

    Each penalty is capped already; a veto of the section leaves no gains. Under `exclude` gains are scaled from the weight that counts to the section's;
    a section of bonuses alone is only capped.
    """
    points = [line.result.points if no_target == EXCLUDE else line.points for line in lines]
    gained = sum((gain for gain in points if gain > 0), ZERO)
    lost = sum((loss for loss in points if loss < 0), ZERO)
    if section.can_veto and any(line.veto == SECTION for line in lines):
        gained = ZERO
    elif no_target == EXCLUDE and not section.all_bonus:
        weight = sum((line.criterion.weight for line in lines if line.counts), ZERO)
        gained = gained * section.weight / weight if weight else ZERO
    return min(gained, max(section.weight, ZERO)) + lost


def _inputs_dict(inputs):
    return {
        "figures": {part: dump(figure._asdict()) for part, figure in inputs.figures.items()},
        "awards": [dump(award._asdict()) for award in inputs.awards],
    }
