"""Rules that read what people give: marks, external scores, grades, bonuses and penalties."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.facts import AWAITING, BY_TEXT, COMPUTED, HUNDRED, ZERO, Result, capped, round_points
from scoring.rule_json import Rule, plain
from scoring.rule_words import joined, named


class Awarded(Rule):
    """A rule that reads awards only; without one it waits."""

    __slots__ = ()
    without_awards = AWAITING

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        if not inputs.awards:
            return Result(ZERO, self.without_awards)
        points = self.points_of(inputs.awards, weight)
        return Result(ZERO, AWAITING) if points is None else Result(capped(points, weight), COMPUTED)

    def explain(self, inputs, weight, no_target=BY_TEXT):
        return self.words(inputs.awards, weight) if inputs.awards else self.words_without_awards()

    def words_without_awards(self):
        return _("尚未评分")


@dataclass(frozen=True, slots=True)
class Average(Awarded):
    """The mean of external scores of 0–100, as a share of the weight."""

    kind = "average"

    def points_of(self, awards, weight):
        return sum(award.points for award in awards) * weight / (HUNDRED * len(awards))

    def words(self, awards, weight):
        return _("%(count)d 次外部评分平均 %(mean)s ÷ 100 × 权重 %(weight)s = %(points)s") % {
            "count": len(awards),
            "mean": plain(round_points(sum(award.points for award in awards) / len(awards))),
            "weight": round_points(weight),
            "points": round_points(capped(self.points_of(awards, weight), weight)),
        }


@dataclass(frozen=True, slots=True)
class Graded(Awarded):
    """The points of the latest award's grade; a grade outside the table waits for a right one."""

    kind = "graded"
    grades: dict[str, Decimal]

    def points_of(self, awards, weight):
        return self.grades.get(awards[-1].grade)

    def words(self, awards, weight):
        grade = awards[-1].grade
        if grade not in self.grades:
            return _("等级“%(grade)s”不在评分表内") % {"grade": grade}
        words = _("等级“%(grade)s”，得 %(points)s 分") % {"grade": grade, "points": plain(self.grades[grade])}
        return joined([words], weight)


@dataclass(frozen=True, slots=True)
class Manual(Awarded):
    """The latest mark."""

    kind = "manual"

    def points_of(self, awards, weight):
        return awards[-1].points

    def words(self, awards, weight):
        return joined([_award_words(awards[-1], _("评 %(points)s 分"))], weight)


@dataclass(frozen=True, slots=True)
class Bonus(Awarded):
    """The sum of the awards; none is a plain 0."""

    kind = "bonus"
    without_awards = COMPUTED

    def points_of(self, awards, weight):
        return sum(award.points for award in awards)

    def words(self, awards, weight):
        return joined([_award_words(award, _("加 %(points)s 分")) for award in awards], weight)

    def words_without_awards(self):
        return _("无加分")


@dataclass(frozen=True, slots=True)
class Penalty(Awarded):
    """Minus the sum of the awards, at most the weight's size; none is a plain 0."""

    kind = "penalty"
    without_awards = COMPUTED

    def evaluate(self, inputs, weight, no_target=BY_TEXT):
        # A rubric may print a penalty's weight as 10 or as -10.
        return Awarded.evaluate(self, inputs, -abs(weight), no_target)

    def points_of(self, awards, weight):
        return ZERO - sum(award.points for award in awards)

    def words(self, awards, weight):
        return joined([_award_words(award, _("扣 %(points)s 分")) for award in awards], weight)

    def words_without_awards(self):
        return _("无扣分")


def _award_words(award, words):
    told = _("，").join(filter(None, (award.reason, award.source)))
    return named(told, words % {"points": plain(round_points(award.points))})  # a mean may have more than two places
