"""Rules that take away: points lost step by step until they are used up, and what vetoes a result (一票否决)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from scoring.facts import AWAITING, BY_TEXT, COMPUTED, EXCLUDE, EXCLUDED, FULL, NO_TARGET, ZERO, Result, round_points
from scoring.figure_rules import HOLDS, SIGNS
from scoring.rule_json import Rule, plain, wrong
from scoring.rule_words import amount, missing_words

ABOVE, BELOW = "above", "below"
DROPPED, STARTED, SHARED = "dropped", "started", "shared"
TOTAL, SECTION, GRADE = "total", "section", "grade"


@dataclass(frozen=True, slots=True)
class Deduct(Rule):
    """The weight less `points` for each `step` by which the figure is beyond its bound; never less than nothing.

    `bound` is a number in the figure's unit, or None for the town's own target. `remainder` says what counts for less
    than a step: nothing (dropped), a whole step (started), or its share. On a line that weighs less than nothing the
    points lost are the line's, at most its weight.
    """

    kind = "deduct"
    points: Decimal
    step: Decimal = Decimal(1)
    side: Literal["above", "below"] = ABOVE
    bound: Decimal | None = None
    remainder: Literal["dropped", "started", "shared"] = DROPPED
    part: str = ""

    def __post_init__(self):
        if self.step <= 0:
            raise wrong("step", plain(self.step))

    @property
    def parts(self):
        return (self.part,)

    def steps(self, value, bound):
        """How many steps the value is beyond the bound."""
        beyond = value - bound if self.side == ABOVE else bound - value
        if beyond <= 0:
            return ZERO
        if self.remainder == SHARED:
            return beyond / self.step
        return beyond // self.step + (self.remainder == STARTED and beyond % self.step > 0)

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        figure = inputs.figures.get(self.part)
        if figure is None:
            return Result(ZERO, AWAITING)
        bound = self._bound(figure)
        if bound is None:
            return self._without_target(figure, weight, no_target)
        if figure.value is None:
            return Result(ZERO, AWAITING)
        lost = self.steps(figure.value, bound) * self.points
        return Result(max(ZERO, weight - lost) if weight >= 0 else max(weight, -lost), COMPUTED)

    def _bound(self, figure):
        return figure.target if self.bound is None else self.bound

    def _without_target(self, figure, weight, no_target):
        """As a completion without a target; where less is better there is no number to be above, so nothing is lost."""
        if figure.text_target:
            return Result(ZERO, AWAITING)
        if no_target == EXCLUDE:
            return Result(ZERO, EXCLUDED)
        full = no_target == FULL or self.side == ABOVE or figure.value
        return Result(weight if full and weight > 0 else ZERO, NO_TARGET)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        figure = inputs.figures.get(self.part)
        bound = figure and self._bound(figure)
        if figure is None or (figure.value is None and bound is not None):
            return missing_words(figure)
        points, status = self.evaluate(inputs, weight, no_target)
        steps = self.steps(figure.value, bound) if status == COMPUTED else ZERO
        return self._words(status, steps, figure.value is not None) % {
            "actual": amount(figure.value, figure),
            "bound": figure.text_target if bound is None else amount(bound, figure),
            "steps": plain(round(steps, 4)),
            "each": plain(self.points),
            "points": round_points(points),
            "weight": round_points(weight),
        }

    def _words(self, status, steps, reported):
        if status == AWAITING:
            return _("目标为文字“%(bound)s”，不参与计算，实际 %(actual)s")
        if status == EXCLUDED:
            return _("无目标，不计入；权重 %(weight)s 由本组其他评分项分摊")
        if status == NO_TARGET and reported:
            return _("无目标，实际 %(actual)s，得 %(points)s")
        if status == NO_TARGET:
            return _("无目标，尚无审核通过的填报，得 %(points)s")
        if not steps:
            return _("实际 %(actual)s，标准 %(bound)s，不扣分，得 %(points)s")
        if self.side == ABOVE:
            return _("实际 %(actual)s 超出标准 %(bound)s，%(steps)s 次 × 扣 %(each)s 分，扣完为止，得 %(points)s")
        return _("实际 %(actual)s 低于标准 %(bound)s，%(steps)s 次 × 扣 %(each)s 分，扣完为止，得 %(points)s")


@dataclass(frozen=True, slots=True)
class Veto(Rule):
    """What denies a town its result: a figure beyond a bound, or, `by_people`, an event that people put on record.

    `effect`: the total is 0, the line's section gives nothing, or the best grade is barred. The line's own weight,
    often 0, is lost as well.
    """

    kind = "veto"
    effect: Literal["total", "section", "grade"] = TOTAL
    by_people: bool = True
    comparator: Literal["ge", "gt", "le", "lt"] = "gt"
    value: Decimal = ZERO
    part: str = ""

    @property
    def parts(self):
        return () if self.by_people else (self.part,)

    def met(self, inputs):
        """Does it deny? A figure that is not reported denies nothing yet."""
        if self.by_people:
            return bool(inputs.awards)
        figure = inputs.figures.get(self.part)
        return figure is not None and figure.value is not None and HOLDS[self.comparator](figure.value, self.value)

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        figure = None if self.by_people else inputs.figures.get(self.part)
        if not self.by_people and (figure is None or figure.value is None):
            return Result(ZERO, AWAITING)
        return Result(ZERO if self.met(inputs) else max(weight, ZERO), COMPUTED)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        figure = None if self.by_people else inputs.figures.get(self.part)
        if not self.by_people and (figure is None or figure.value is None):
            return missing_words(figure)
        if not self.met(inputs):
            return _("未发生一票否决情形")
        facts = {"why": self._why(inputs, figure), "effect": effect_words(self.effect)}
        return _("一票否决：%(why)s，%(effect)s") % facts

    def _why(self, inputs, figure):
        if self.by_people:
            return _("；").join(_("，").join(filter(None, (one.reason, one.source))) for one in inputs.awards)
        facts = {"sign": SIGNS[self.comparator], "value": amount(self.value, figure)}
        return _("实际 %(actual)s %(sign)s %(value)s") % (facts | {"actual": amount(figure.value, figure)})


def effect_words(effect):
    """What a veto does."""
    return {TOTAL: _("总分计 0 分"), SECTION: _("本部分不得分"), GRADE: _("不得评为最高等次")}[effect]
