"""The boxes in which a rule is entered: what each kind of rule asks for follows from its own dataclass."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from typing import Literal, get_args, get_origin

from django.utils.translation import gettext as _

from scoring.rule_form_words import choice_label, help_text, label
from scoring.rule_json import dump, plain
from scoring.rules import KINDS, Rule
from tasks.entry import SHOWN
from tasks.models import Indicator

INDICATOR = "indicator"
COLUMNS = (*("part", INDICATOR, "low", "low_included", "high", "high_included"), *("comparator", "value", "points"))
TYPED = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
MAX_WORDS = 50  # characters of a part's or a grade's name


@dataclass
class Box:
    """One field of the form: its name and kind (number, text, choice, hidden), what is typed, and what is wrong with it."""

    name: str
    label: str
    kind: str
    value: str = ""
    required: bool = True
    help: str = ""
    choices: Sequence[tuple[str, str]] = ()
    error: str = ""


def value_of(box: Box, indicators: Mapping[str, Indicator]):
    """What is typed, as a rule's JSON has it (an indicator as itself); ValueError says what is wrong with it."""
    typed = box.value.strip()
    if box.name == INDICATOR:
        if typed and typed not in indicators:
            raise ValueError(_("“%(found)s”不是指标。") % {"found": typed[:SHOWN]})
        return indicators.get(typed)
    if box.kind == "choice":
        if typed not in dict(box.choices):
            raise ValueError(_("“%(found)s”不在可选项中。") % {"found": typed[:SHOWN]})
        return typed == "yes" if dict(box.choices).keys() == {"yes", "no"} else typed
    if box.required and not typed:
        raise ValueError(_("请填写。"))
    if box.kind == "number":
        return _number(typed) if typed else None
    if len(typed) > MAX_WORDS:
        raise ValueError(_("不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_WORDS, "found": len(typed)})
    return typed


def _number(typed: str) -> str:
    found = unicodedata.normalize("NFKC", typed).rstrip("%")
    if not TYPED.fullmatch(found):
        words = _("“%(found)s”不是数字，应填写如 12 或 12.5 的数字。")
        raise ValueError(words % {"found": typed[:SHOWN]})
    return plain(Decimal(found))


def scalars(kind: str) -> list[tuple[str, object]]:
    """What a rule of the kind has once; one that reads a single figure asks for its indicator."""
    found = [(one.name, one.type) for one in fields(KINDS[kind]) if not _is_rows(one.type)]
    return [*found, (INDICATOR, Indicator)] if any(name == "part" for name, _of in found) else found


def columns(kind: str) -> list[tuple[str, object]]:
    """What each row of the rule has: names with their types; none where the rule has no rows."""
    rows = rows_field(kind)
    if rows is None:
        return []
    if get_origin(rows[1]) is dict:
        return [("grade", str), ("points", Decimal)]
    found = [(one.name, one.type) for one in fields(get_args(rows[1])[0])]
    if any(name == "part" for name, _of in found):
        found.append((INDICATOR, Indicator))
    return sorted(found, key=lambda column: COLUMNS.index(column[0]))


def rows_field(kind: str) -> tuple[str, object] | None:
    """The field of the rule that holds its rows, with its type."""
    return next(((one.name, one.type) for one in fields(KINDS[kind]) if _is_rows(one.type)), None)


def rows_of(rule: Rule, data: Mapping) -> list[Mapping]:
    """A rule's rows from its JSON."""
    rows = rows_field(rule.kind)
    if rows is None:
        return []
    found = data[rows[0]]
    if isinstance(found, dict):
        return [{"grade": grade, "points": points} for grade, points in found.items()]
    return found


def _is_rows(of) -> bool:
    return get_origin(of) in (tuple, dict)


def default(kind: str, name: str, of) -> str:
    """What a box begins with that nobody has filled in yet."""
    own = next((one for one in fields(KINDS[kind]) if one.name == name), None)
    return first(of) if own is None or own.default is MISSING else as_typed(dump(own.default), of)


def first(of) -> str:
    """What a box of this type begins with."""
    if get_origin(of) is Literal:
        return get_args(of)[0]
    return "no" if of is bool else ""


def as_typed(value, of) -> str:
    """A value of a rule's JSON as it stands in a box."""
    if of is bool:
        return "yes" if value else "no"
    return "" if value is None else str(value)


def box_of(kind: str, name: str, of, value: str, indicators: Sequence[Indicator]) -> Box:
    """The box of one field, by its type."""
    named = {"name": name, "label": label(kind, name), "help": help_text(kind, name), "value": value}
    if name == INDICATOR:
        choices = [("", "—"), *((str(one.pk), str(one)) for one in indicators)]
        return Box(**named, kind="choice", required=False, choices=choices)
    if get_origin(of) is Literal:
        return Box(**named, kind="choice", choices=[(one, choice_label(one)) for one in get_args(of)])
    if of is bool:
        return Box(**named, kind="choice", choices=[("no", _("否")), ("yes", _("是"))])
    if of is str:
        hidden = name == "part" and name not in dict(columns(kind))
        return Box(**named, kind="hidden" if hidden else "text", required=name == "grade")
    return Box(**named, kind="number", required=of is Decimal)
