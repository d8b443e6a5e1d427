"""What a person typed on one line, read and checked: an entry for the ledger, or the messages that say what to mend."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.annexes.cells import NONE, CellError, read_number
from tasks.annexes.grid import Cell
from tasks.annexes.units import is_scaled
from tasks.formats import number
from tasks.models import Indicator, Period, Report, Task
from tasks.reporting import Entry

HUNDRED = Decimal(100)
MAX_WORDS = 2000
COUNT_FIELDS = ("value", "words")
RATE_FIELDS = ("numerator", "denominator", "words")
TASK_FIELDS = ("state", "percent", "words")
IMPLIED = {Report.State.NOT_STARTED: "0", Report.State.DONE: "100"}  # percents that need not be typed
SHOWN = 40  # characters of what was typed that a message repeats


@dataclass
class Checked:
    """An entry, or errors by field name; warnings do not stop a submit. Nothing typed gives none of them."""

    entry: Entry | None = None
    errors: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def as_typed(value: Decimal | str | None) -> str:
    """A stored value as somebody would type it: `12.5`, never `12.5000000000`."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value or ""


def fields_of(subject: Indicator | Task) -> tuple[str, ...]:
    """The names of the fields that a line of this subject has."""
    if isinstance(subject, Task):
        return TASK_FIELDS
    return RATE_FIELDS if subject.is_rate else COUNT_FIELDS


def check(
    subject: Indicator | Task, typed: Mapping[str, str], *, last: Decimal | None = None, as_at: dt.date | None = None
) -> Checked:
    """Read one line as typed. `last` is the last accepted value, `as_at` the day the reporter stated."""
    typed = {name: typed.get(name, "").strip() for name in fields_of(subject)}
    if not any(typed.values()):
        return Checked()
    errors: dict[str, str] = {}
    if len(typed["words"]) > MAX_WORDS:
        errors["words"] = _("说明不超过 %(limit)s 字，现有 %(found)s 字。") % {
            "limit": MAX_WORDS,
            "found": len(typed["words"]),
        }
    read = _read_state if isinstance(subject, Task) else _read_rate if subject.is_rate else _read_count
    values = read(typed, errors)
    if errors:
        return Checked(errors=errors)
    entry = Entry(subject=subject, words=typed["words"], as_at=as_at, **values)
    return Checked(entry=entry, warnings=_warnings(entry, last))


def read_as_at(text: str, period: Period) -> dt.date | None:
    """The day stated by the reporter, inside the period and not later than today; ValueError with a message otherwise."""
    if not text.strip():
        return None
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(_("“%(found)s”不是日期，应如 2024-09-15。") % {"found": text}) from None
    if not period.starts_on <= day <= period.ends_on:
        raise ValueError(
            _("数据日期 %(found)s 不在填报期 %(from)s 至 %(to)s 之内。")
            % {"found": day, "from": period.starts_on, "to": period.ends_on}
        )
    if day > timezone.localdate():
        raise ValueError(_("数据日期 %(found)s 还没有到。") % {"found": day})
    return day


def read_whole(text: str) -> int:
    """A whole number from a hidden field, 0 where it is none: what the ledger and the database know decides then."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else 0


def _read_count(typed: Mapping[str, str], errors: dict[str, str]) -> dict:
    return {"value": _number("value", typed, errors)}


def _read_rate(typed: Mapping[str, str], errors: dict[str, str]) -> dict:
    numerator, denominator = _number("numerator", typed, errors), _number("denominator", typed, errors)
    if errors:
        return {}
    if denominator == 0:
        errors["denominator"] = _("分母不能为 0。")
        return {}
    value = numerator * HUNDRED / denominator
    if value >= HUNDRED**4:
        errors["numerator"] = _("比率数值过大，请核对分子和分母。")
        return {}
    return {"value": value.quantize(Decimal("1E-10")), "numerator": numerator, "denominator": denominator}


def _read_state(typed: Mapping[str, str], errors: dict[str, str]) -> dict:
    if typed["state"] not in Report.State.values:
        errors["state"] = _("请选择状态。")
    implied = IMPLIED.get(typed["state"])
    percent = _number("percent", {"percent": typed["percent"] or implied or ""}, errors)
    if percent is None:
        return {}
    if percent > HUNDRED:
        errors["percent"] = _("完成比例应在 0 至 100 之间，现为 %(found)s。") % {"found": number(percent)}
    elif percent != percent.quantize(Decimal("0.01")):
        errors["percent"] = _("完成比例最多两位小数。")
    elif implied and percent != Decimal(implied):
        found = {"state": Report.State(typed["state"]).label, "percent": implied}
        errors["percent"] = _("状态为“%(state)s”时，完成比例应为 %(percent)s。") % found
    return {"state": typed["state"], "percent": percent}


def _number(name: str, typed: Mapping[str, str], errors: dict[str, str]) -> Decimal | None:
    found = typed[name]
    try:
        reading = read_number(Cell("", 1, 1, found))
    except CellError as error:
        told = error.code in ("negative", "too_large") and len(found) <= SHOWN
        errors[name] = error.message if told else _not_a_number(found)
        return None
    if is_scaled(reading.unit) or (reading.percent and name != "percent"):
        errors[name] = _not_a_number(found)
        return None
    if reading.kind == NONE:
        errors[name] = _("请填写数字，没有进展填 0。")
    return reading.value


def _not_a_number(found: str) -> str:
    shown = found if len(found) <= SHOWN else f"{found[:SHOWN]}…"
    return _("“%(found)s”不是数字，应填写如 12 或 12.5 的数字。") % {"found": shown}


def _warnings(entry: Entry, last: Decimal | None) -> list[str]:
    warnings = []
    now = entry.percent if isinstance(entry.subject, Task) else entry.value
    if last is not None and now < last and not entry.numerator:
        warnings.append(_("低于上次通过的 %(last)s，请核对是否为累计数。") % {"last": number(last)})
    if entry.numerator is not None and entry.numerator > entry.denominator:
        warnings.append(_("分子大于分母，比率超过 100%，请核对。"))
    return warnings
