"""The words that explanations share."""

from django.utils.translation import gettext as _

from scoring.rule_json import plain


def amount(value, figure):
    """A figure as people read it: a computed rate is cut to four decimals, the rule itself sees all of them."""
    return "-" if value is None else f"{plain(round(value, 4))}{figure.unit}"


def missing_words(figure):
    if figure is None:
        return _("未关联指标")
    if figure.target is None:
        return _("无目标，尚无审核通过的填报")
    return _("目标 %(target)s，尚无审核通过的填报") % {"target": amount(figure.target, figure)}


def named(name, words):
    return _("%(name)s：%(words)s") % {"name": name, "words": words} if name else words


def joined(words, weight):
    return _("；").join([*words, _("上限 %(weight)s 分") % {"weight": plain(abs(weight))}])
