"""A rule in boxes: what each kind asks for follows from its own dataclass, so that a new kind needs no form of its own."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import Literal, get_args, get_origin

from django.http import QueryDict
from django.utils.translation import gettext as _

from scoring.rule_form_words import choice_label, help_text, label
from scoring.rule_json import dump, plain
from scoring.rules import KINDS, Rule, load_rule
from tasks.entry import SHOWN
from tasks.models import Indicator

KIND, INDICATOR = "kind", "indicator"
COLUMNS = (*("part", INDICATOR, "low", "low_included", "high", "high_included"), *("comparator", "value", "points"))
TYPED = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


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


@dataclass
class RuleForm:
    """One rule as it is entered: boxes for what it has once, rows of boxes for its conditions, bands, units or grades."""

    kind: str
    boxes: list[Box]
    rows: list[list[Box]]
    heads: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rule: Rule | None = None
    links: tuple[tuple[str, Indicator], ...] = ()

    @property
    def told(self) -> list[str]:
        """All that is wrong, once each."""
        boxes = [*self.boxes, *(box for row in self.rows for box in row)]
        found = [f"{box.label}：{box.error}" for box in boxes if box.error]
        return list(dict.fromkeys([*found, *self.errors]))

    def hush(self) -> None:
        """Say nothing of what is missing: nobody has filled it in yet."""
        self.errors = []
        for box in [*self.boxes, *(box for row in self.rows for box in row)]:
            box.error = ""


def kinds() -> list[str]:
    return list(KINDS)


def form_of(rule: Rule, links: Iterable[tuple[str, Indicator]], indicators: Sequence[Indicator]) -> RuleForm:
    """The form that shows a rule as it stands."""
    data, linked = rule.to_dict(), {part: str(indicator.pk) for part, indicator in links}
    typed = QueryDict(mutable=True)
    for name, kind in _scalars(rule.kind):
        value = linked.get(data.get("part", ""), "") if name == INDICATOR else _typed(data[name], kind)
        typed[name] = value
    for row in _rows_of(rule, data):
        for name, kind in _columns(rule.kind):
            typed.appendlist(
                name, linked.get(row.get("part", ""), "") if name == INDICATOR else _typed(row[name], kind)
            )
    return read_form(rule.kind, typed, indicators)


def read_form(
    kind: str, typed: QueryDict, indicators: Sequence[Indicator], *, more: int = 0, less: int = -1
) -> RuleForm:
    """The form as it is typed, with `more` empty rows, or without the row `less`; its rule, or what is wrong with it."""
    kind = kind if kind in KINDS else "manual"
    boxes = [_box(kind, name, of, typed.get(name, _default(kind, name, of)), indicators) for name, of in _scalars(kind)]
    columns = _columns(kind)
    rows = [
        [_box(kind, name, of, value, indicators) for (name, of), value in zip(columns, values, strict=True)]
        for at, values in enumerate(_typed_rows(columns, typed))
        if at != less
    ]
    rows += [_empty_row(kind, columns, indicators) for _more in range(more or int(bool(columns) and not rows))]
    form = RuleForm(kind, boxes, rows, [label(kind, name) for name, _of in columns])
    _read(form, {str(one.pk): one for one in indicators})
    return form


def _typed_rows(columns, typed: QueryDict) -> list[tuple[str, ...]]:
    lists = [typed.getlist(name) for name, _of in columns]
    longest = max(map(len, lists), default=0)
    return [tuple(one[at] if at < len(one) else "" for one in lists) for at in range(longest)]


def _empty_row(kind: str, columns, indicators) -> list[Box]:
    return [_box(kind, name, of, _first(of), indicators) for name, of in columns]


def _read(form: RuleForm, indicators: Mapping[str, Indicator]) -> None:
    """Every box read, then the rule made of them; links from the parts to the chosen indicators."""
    data, links = {"kind": form.kind}, {}
    values = _values(form, form.boxes, indicators)
    if INDICATOR in values:
        chosen = values.pop(INDICATOR)
        links[values.get("part", "")] = chosen
    data |= values
    rows = [row for row in form.rows if not _is_blank(row)]
    found = [_values(form, row, indicators) for row in rows]
    if form.heads:
        _name_parts(found)
        for values in found:
            if INDICATOR in values:
                _link(form, links, values.get("part", ""), values.pop(INDICATOR))
        data |= _of_rows(form, found)
    if form.told:
        return
    try:
        form.rule = load_rule(data)
    except ValueError as error:
        form.errors.append(str(error))
        return
    form.links = tuple((part, links[part]) for part in form.rule.parts if links.get(part))


def _of_rows(form: RuleForm, found: list[dict]) -> dict:
    if not found:
        form.errors.append(_("至少填写一行。"))
    name, of = _rows_field(form.kind)
    if get_origin(of) is not dict:
        return {name: found}
    names = [values["grade"] for values in found]
    if twice := {one for one in names if names.count(one) > 1}:
        form.errors.append(_("等次“%(grade)s”写了两次。") % {"grade": _("、").join(sorted(twice))})
    return {name: {values["grade"]: values["points"] for values in found}}


def _name_parts(found: list[dict]) -> None:
    """Of several rows that read different indicators each needs a name: where none is typed, its indicator's."""
    read = {values[INDICATOR] for values in found if values.get(INDICATOR)}
    for values in found:
        if INDICATOR in values and not values["part"] and len(read) > 1:
            values["part"] = values[INDICATOR].name[:50] if values[INDICATOR] else ""


def _link(form: RuleForm, links: dict, part: str, indicator: Indicator | None) -> None:
    standing = links.setdefault(part, indicator)
    if standing != indicator:
        facts = {"part": part, "one": standing or "—", "other": indicator or "—"}
        form.errors.append(_("“%(part)s”对应了两个指标：%(one)s、%(other)s。") % facts)


def _is_blank(row: list[Box]) -> bool:
    return not any(box.value.strip() for box in row if box.kind in ("number", "text"))


def _values(form: RuleForm, boxes: list[Box], indicators: Mapping[str, Indicator]) -> dict:
    values = {}
    for box in boxes:
        try:
            values[box.name] = _value(box, indicators)
        except ValueError as error:
            box.error = str(error)
            values[box.name] = None
    return values


def _value(box: Box, indicators: Mapping[str, Indicator]):
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
    if len(typed) > 50:
        raise ValueError(_("不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": 50, "found": len(typed)})
    return typed


def _number(typed: str) -> str:
    found = unicodedata.normalize("NFKC", typed).rstrip("%")
    if not TYPED.fullmatch(found):
        words = _("“%(found)s”不是数字，应填写如 12 或 12.5 的数字。")
        raise ValueError(words % {"found": typed[:SHOWN]})
    return plain(Decimal(found))


def _scalars(kind: str) -> list[tuple[str, object]]:
    """What a rule of the kind has once; one that reads a single figure asks for its indicator."""
    found = [(one.name, one.type) for one in fields(KINDS[kind]) if not _is_rows(one.type)]
    return [*found, (INDICATOR, Indicator)] if any(name == "part" for name, _of in found) else found


def _columns(kind: str) -> list[tuple[str, object]]:
    rows = _rows_field(kind)
    if rows is None:
        return []
    if get_origin(rows[1]) is dict:
        return [("grade", str), ("points", Decimal)]
    found = [(one.name, one.type) for one in fields(get_args(rows[1])[0])]
    if any(name == "part" for name, _of in found):
        found.append((INDICATOR, Indicator))
    return sorted(found, key=lambda column: COLUMNS.index(column[0]))


def _rows_field(kind: str) -> tuple[str, object] | None:
    return next(((one.name, one.type) for one in fields(KINDS[kind]) if _is_rows(one.type)), None)


def _rows_of(rule: Rule, data: Mapping) -> list[Mapping]:
    rows = _rows_field(rule.kind)
    if rows is None:
        return []
    found = data[rows[0]]
    if isinstance(found, dict):
        return [{"grade": grade, "points": points} for grade, points in found.items()]
    return found


def _is_rows(of) -> bool:
    return get_origin(of) in (tuple, dict)


def _default(kind: str, name: str, of) -> str:
    """What a box begins with that nobody has filled in yet."""
    own = next((one for one in fields(KINDS[kind]) if one.name == name), None)
    return _first(of) if own is None or own.default is MISSING else _typed(dump(own.default), of)


def _first(of) -> str:
    if get_origin(of) is Literal:
        return get_args(of)[0]
    return "no" if of is bool else ""


def _typed(value, of) -> str:
    if of is bool:
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _box(kind: str, name: str, of, value: str, indicators: Sequence[Indicator]) -> Box:
    named = {"name": name, "label": label(kind, name), "help": help_text(kind, name), "value": value}
    if name == INDICATOR:
        choices = [("", "—"), *((str(one.pk), str(one)) for one in indicators)]
        return Box(**named, kind="choice", required=False, choices=choices)
    if get_origin(of) is Literal:
        return Box(**named, kind="choice", choices=[(one, choice_label(one)) for one in get_args(of)])
    if of is bool:
        return Box(**named, kind="choice", choices=[("no", _("否")), ("yes", _("是"))])
    if of is str:
        hidden = name == "part" and name not in dict(_columns(kind))
        return Box(**named, kind="hidden" if hidden else "text", required=name == "grade")
    return Box(**named, kind="number", required=of is Decimal)
