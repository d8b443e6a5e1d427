"""A rule as it is entered in boxes (scoring/rule_boxes.py): read, checked, and made into the rule and its links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_origin

from django.http import QueryDict
from django.utils.translation import gettext as _

from scoring.rule_boxes import (
    INDICATOR,
    MAX_WORDS,
    Box,
    as_typed,
    box_of,
    columns,
    default,
    first,
    rows_field,
    rows_of,
    scalars,
    value_of,
)
from scoring.rule_form_words import label
from scoring.rules import KINDS, Rule, load_rule
from tasks.models import Indicator


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
    for name, kind in scalars(rule.kind):
        value = linked.get(data.get("part", ""), "") if name == INDICATOR else as_typed(data[name], kind)
        typed[name] = value
    for row in rows_of(rule, data):
        for name, kind in columns(rule.kind):
            typed.appendlist(
                name, linked.get(row.get("part", ""), "") if name == INDICATOR else as_typed(row[name], kind)
            )
    return read_form(rule.kind, typed, indicators)


def read_form(
    kind: str, typed: QueryDict, indicators: Sequence[Indicator], *, more: int = 0, less: int = -1
) -> RuleForm:
    """The form as it is typed, with `more` empty rows, or without the row `less`; its rule, or what is wrong with it."""
    kind = kind if kind in KINDS else "manual"
    boxes = [box_of(kind, name, of, typed.get(name, default(kind, name, of)), indicators) for name, of in scalars(kind)]
    heads = columns(kind)
    rows = [
        [box_of(kind, name, of, value, indicators) for (name, of), value in zip(heads, values, strict=True)]
        for at, values in enumerate(_typed_rows(heads, typed))
        if at != less
    ]
    rows += [_empty_row(kind, heads, indicators) for _more in range(more or int(bool(heads) and not rows))]
    form = RuleForm(kind, boxes, rows, [label(kind, name) for name, _of in heads])
    _read(form, {str(one.pk): one for one in indicators})
    return form


def _typed_rows(heads, typed: QueryDict) -> list[tuple[str, ...]]:
    lists = [typed.getlist(name) for name, _of in heads]
    longest = max(map(len, lists), default=0)
    return [tuple(one[at] if at < len(one) else "" for one in lists) for at in range(longest)]


def _empty_row(kind: str, heads, indicators) -> list[Box]:
    return [box_of(kind, name, of, first(of), indicators) for name, of in heads]


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
    name, of = rows_field(form.kind)
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
            values["part"] = values[INDICATOR].name[:MAX_WORDS] if values[INDICATOR] else ""


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
            values[box.name] = value_of(box, indicators)
        except ValueError as error:
            box.error = str(error)
            values[box.name] = None
    return values
