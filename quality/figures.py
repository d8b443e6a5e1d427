"""What a person typed of a facility's quarter, read and checked: whole numbers, or the messages that say what to mend."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from quality.measures import Measure

LIMIT = 1_000_000  # no facility counts as many of anything
HALF_WIDTH = str.maketrans("０１２３４５６７８９，", "0123456789,")
SHOWN = 40  # characters of what was typed that a message repeats

Values = Mapping[Measure, int]


def read(typed: Mapping[str, str]) -> tuple[dict[Measure, int], dict[str, str]]:
    """The values by measure, and the messages by measure; an empty field states nothing."""
    values, errors = {}, {}
    for measure in Measure:
        if text := typed.get(measure, "").strip():
            try:
                values[measure] = _whole(text, measure)
            except ValueError as error:
                errors[measure.value] = str(error)
    return values, errors | _parts(values, errors)


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
            found[part.value] = _("%(part)s %(value)s 多于%(whole)s %(sum)s，请核对。") % told
    return found
