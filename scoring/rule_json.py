"""Rules to and from JSON objects, driven by the dataclasses' own annotations.

Numbers travel as strings, so that no float ever touches a point.
"""

from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Literal, get_args, get_origin

from django.utils.translation import gettext as _


class Rule:
    __slots__ = ()
    kind: ClassVar[str]
    parts: ClassVar[tuple[str, ...]] = ()

    def to_dict(self):
        return {"kind": self.kind, **dump(self)}


def wrong(field, value):
    """The error for one wrong field, naming it by its path, such as `conditions[0].points`."""
    return ValueError(_("规则的字段 %(field)s 不正确：%(value)s") % {"field": field, "value": value})


def plain(value):
    """A number as people write it: no exponent, no trailing zeros."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def load(cls, data, path=""):
    """An instance of the dataclass `cls` from a JSON object; ValueError names the first field that is wrong."""
    if not isinstance(data, dict):
        raise wrong(path.rstrip(".") or "rule", data)
    known = {field.name: field for field in fields(cls)}
    for name in data:
        if name not in known:
            raise wrong(f"{path}{name}", data[name])
    values = {}
    for name, field in known.items():
        if name in data:
            values[name] = _read(field.type, data[name], f"{path}{name}")
        elif field.default is MISSING:
            raise wrong(f"{path}{name}", _("缺少"))
    return cls(**values)


def dump(value):
    """The JSON value of a rule or of anything inside one."""
    if is_dataclass(value):
        return {field.name: dump(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, dict):
        return {name: dump(item) for name, item in value.items()}
    return plain(value) if isinstance(value, Decimal) else value


def _read(kind, value, field):
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        if not isinstance(value, list) or not value:
            raise wrong(field, value)
        return tuple(load(arguments[0], item, f"{field}[{at}].") for at, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict) or not value:
            raise wrong(field, value)
        return {name: _number(item, f"{field}.{name}") for name, item in value.items()}
    if origin is Literal:
        right = isinstance(value, str) and value in arguments
    elif kind in (str, bool):
        right = isinstance(value, kind)
    else:
        return None if value is None and kind != Decimal else _number(value, field)
    if not right:
        raise wrong(field, value)
    return value


def _number(value, field):
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or number < 0:
        raise wrong(field, value)
    return number
