"""What a person typed of a facility's quarter, read and checked: figures, or the messages that say what to mend."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from quality.measures import COMPUTED, LEVELS, TYPED, Measure

LIMIT = 1_000_000  # no facility counts as many of anything
HALF_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
HUNDRED = Decimal(100)
SHOWN = 40  # characters of what was typed that a message repeats

Values = Mapping[Measure, int]


def complete(values: Values) -> dict[Measure, int]:
    """With what is computed from other measures, where all of these are stated, in the measures' order."""
    found = dict(values)
    for measure in COMPUTED:
        if all(part in values for part in measure.parts):
            found[measure] = sum(values[part] for part in measure.parts)
    return {measure: found[measure] for measure in Measure if measure in found}


def stated(values: Values) -> dict[Measure, int]:
    """Without what is computed from the others: what is to be written."""
    computed = {measure for measure in COMPUTED if all(part in values for part in measure.parts)}
    return {measure: value for measure, value in values.items() if measure not in computed}


def read(typed: Mapping[str, str]) -> tuple[dict[Measure, int], dict[str, str]]:
    """The values by measure, computed ones too, and the messages by measure; an empty field states nothing."""
    values, errors = {}, {}
    for measure in TYPED:
        if text := typed.get(measure, "").strip():
            try:
                values[measure] = value_of(text, measure)
            except ValueError as error:
                errors[measure.value] = str(error)
    whole = complete(values)
    return whole, errors | _levels(values, errors) | _parts(whole, errors)


def value_of(text: str, measure: Measure) -> int:
    """One figure as it is held; ValueError with a message for what is none."""
    if measure.grades:
        return _grade(text, measure)
    return _score(text, measure) if measure.is_score else _whole(text, measure)


def _grade(text: str, measure: Measure) -> int:
    """The rank of a grade, told by its word or by the rank itself."""
    for rank, word in measure.grades.items():
        if text in (str(rank), str(word)):
            return rank
    told = {"found": text[:SHOWN], "known": _("、").join(map(str, measure.grades.values()))}
    raise ValueError(_("没有“%(found)s”这一项：应为%(known)s。") % told)


def _score(text: str, measure: Measure) -> int:
    """Points of 100 with at most two decimals, as hundredths."""
    plain = text.translate(HALF_WIDTH).removesuffix(measure.unit).strip()
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", plain) and Decimal(plain) <= HUNDRED:
        return int(Decimal(plain) * 100)
    raise ValueError(_("“%(found)s”不是得分：应填 0 至 100，最多两位小数。") % {"found": text[:SHOWN]})


def _whole(text: str, measure: Measure) -> int:
    """A whole number in any digits, with the measure's unit or without; ValueError with a message otherwise."""
    plain = text.translate(HALF_WIDTH).removesuffix(measure.unit).strip()
    found = {"found": text[:SHOWN], "unit": measure.unit}
    if not re.fullmatch(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+", plain):
        raise ValueError(_("“%(found)s”不是整数：应填不小于 0 的整数，单位%(unit)s。") % found)
    plain = plain.replace(",", "")
    if len(plain) > 10 or int(plain) >= LIMIT:
        raise ValueError(_("“%(found)s”过大：应小于 100 万，单位%(unit)s。") % found)
    return int(plain)


def _levels(values: Values, errors: Mapping[str, str]) -> dict[str, str]:
    """The levels are stated together: a sum of some of them would pass for all certificates."""
    if not any(level in values for level in LEVELS):
        return {}
    told = _("各等级须一并填写，没有的填 0：持证人数由各等级相加。")
    return {level.value: told for level in LEVELS if level not in values and level.value not in errors}


def _parts(values: Values, errors: Mapping[str, str]) -> dict[str, str]:
    """A part is not more than its whole, and is not stated without it."""
    found = {}
    for part, value in values.items():
        whole = part.whole
        if whole is None or whole.value in errors:
            continue
        told = {"part": part.label, "value": value, "whole": whole.label, "sum": values.get(whole)}
        if whole not in values:
            found[whole.value] = _("填写了%(part)s %(value)s，请同时填写%(whole)s。") % told
        elif value > values[whole]:
            field = part.parts[0] if part.parts else part
            found[field.value] = _("%(part)s %(value)s 多于%(whole)s %(sum)s，请核对。") % told
    return found
