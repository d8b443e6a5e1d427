"""The steps of a gap as sentences: 再加 2 个（达到 6 个）：+0.75 分，名次 7→5."""

from decimal import ROUND_CEILING

from django.utils.translation import gettext as _

from scoring.gaps import Step
from tasks.figures import Standing
from tasks.formats import number
from tasks.models import Indicator


def step_words(indicator: Indicator, step: Step, rank: int | None) -> str:
    """What to do and what it brings; the place where it changes and may be seen."""
    words = _("%(act)s：+%(gain)s 分") % {"act": _act(indicator, step), "gain": step.gain}
    if step.rank is None or step.rank == rank:
        return words
    return _("%(words)s，名次 %(now)s→%(then)s") % {"words": words, "now": rank, "then": step.rank}


def amount(indicator: Indicator, value) -> str:
    """A figure with its unit: 6 个, 85%."""
    if value is None:
        return "—"
    return f"{number(value)}%" if indicator.is_rate else f"{number(value)} {indicator.unit}".strip()


def in_heads(step: Step, standing: Standing | None) -> str:
    """What a rate's step means for its numerator, were the denominator to stay."""
    if standing is None or not standing.denominator or not step.delta or step.delta < 0:
        return ""
    needed = step.value * standing.denominator / 100 - standing.numerator
    return _("分母 %(denominator)s 不变时，分子再加 %(more)s") % {
        "denominator": number(standing.denominator),
        "more": number(needed.to_integral_value(ROUND_CEILING)),
    }


def _act(indicator: Indicator, step: Step) -> str:
    reached = {"value": amount(indicator, step.value)}
    if step.delta is None:
        return _("如实填报，不超过 %(value)s") % reached
    if step.delta == 0:
        return _("填报 %(value)s") % reached
    far = abs(step.delta)
    told = {"far": _("%(n)s 个百分点") % {"n": number(far)} if indicator.is_rate else amount(indicator, far), **reached}
    return (_("再加 %(far)s（达到 %(value)s）") if step.delta > 0 else _("减少 %(far)s（降到 %(value)s）")) % told
