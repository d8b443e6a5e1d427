"""What a person typed on one line, read and checked: an entry for the ledger, or the messages that say what to mend."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tasks.annexes import units
from tasks.annexes.cells import LIMIT, NONE, CellError, read_number
from tasks.annexes.grid import Cell
from tasks.checks import Warned
from tasks.formats import number
from tasks.models import Indicator, Period, Report, Task
from tasks.reporting import Entry

ZERO = Decimal(0)
HUNDRED = Decimal(100)
MAX_WORDS = 2000
MAX_REASON = Report._meta.get_field("reason").max_length
COUNT_FIELDS = ("value", "words")
INCREMENT_FIELDS = ("increment", "words")
SITES_FIELDS = ("words",)
RATE_FIELDS = ("numerator", "denominator", "words")
TASK_FIELDS = ("state", "percent", "words")
IMPLIED = {Report.State.NOT_STARTED: "0", Report.State.DONE: "100"}  # percents that need not be typed
SHOWN = 40  # characters of what was typed that a message repeats

FIELD_LABELS = {
    "value": gettext_noop("累计完成"),
    "increment": gettext_noop("本期新增"),
    "numerator": gettext_noop("分子"),
    "denominator": gettext_noop("分母"),
    "state": gettext_noop("状态"),
    "percent": gettext_noop("完成比例（%）"),
    "words": gettext_noop("情况说明"),
    "reason": gettext_noop("原因说明"),
    "sites": gettext_noop("点位清单"),
}


@dataclass
class Checked:
    """An entry, or errors by field name; warnings ask for a reason. Nothing typed gives none of them."""

    entry: Entry | None = None
    errors: dict[str, str] = field(default_factory=dict)
    warnings: Sequence[Warned] = ()


def as_typed(value: Decimal | str | None) -> str:
    """A stored value as somebody would type it: `12.5`, never `12.5000000000`."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value or ""


def fields_of(subject: Indicator | Task) -> tuple[str, ...]:
    """The names of the fields that a line of this subject has."""
    if isinstance(subject, Task):
        return TASK_FIELDS
    if subject.by_sites:
        return SITES_FIELDS
    if subject.by_increment:
        return INCREMENT_FIELDS
    return RATE_FIELDS if subject.is_rate else COUNT_FIELDS


def as_kept(subject: Indicator | Task, typed: Mapping[str, str]) -> dict[str, str]:
    """What a draft keeps of a line: its fields, the reason, and with an increment the base that it was typed on."""
    names = (*fields_of(subject), "reason")
    kept = {name: typed.get(name, "") for name in names}
    if "increment" in kept:
        kept["base"] = typed.get("base", "") if any(kept.values()) else ""
    return kept


def check(
    subject: Indicator | Task,
    typed: Mapping[str, str],
    *,
    as_at: dt.date | None = None,
    base: Decimal = ZERO,
    count: int | None = None,
) -> Checked:
    """Read one line as typed. `as_at` is the day the reporter stated, `base` what an increment is added to.

    `count` is how many sites a line counted by its sites has; None: it is not being filled.
    """
    reason = typed.get("reason", "").strip()
    typed = {name: typed.get(name, "").strip() for name in fields_of(subject)}
    if not any(typed.values()) and count is None:
        return Checked()
    errors = _too_long({"words": (typed["words"], MAX_WORDS), "reason": (reason, MAX_REASON)})
    values = _values(subject, typed, errors, base, count)
    if errors:
        return Checked(errors=errors)
    return Checked(entry=Entry(subject=subject, words=typed["words"], reason=reason, as_at=as_at, **values))


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


def _too_long(texts: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    words = _("说明不超过 %(limit)s 字，现有 %(found)s 字。")
    return {
        name: words % {"limit": limit, "found": len(text)} for name, (text, limit) in texts.items() if len(text) > limit
    }


def _values(subject, typed: Mapping[str, str], errors: dict[str, str], base: Decimal, count: int | None) -> dict:
    if isinstance(subject, Task):
        return _read_state(typed, errors)
    if subject.by_sites:
        return {"value": Decimal(count or 0)}
    if subject.by_increment:
        return _read_increment(typed, errors, subject.unit, base)
    if subject.is_rate:
        return _read_rate(typed, errors)
    return {"value": _number("value", typed, errors, subject.unit)}


def _read_increment(typed: Mapping[str, str], errors: dict[str, str], unit: str, base: Decimal) -> dict:
    increment = _number("increment", typed, errors, unit)
    if increment is None:
        return {}
    if base + increment >= LIMIT:
        errors["increment"] = _("累计 %(found)s 数值过大：须小于 100 亿。") % {"found": number(base + increment)}
    return {"value": base + increment, "increment": increment}


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
    percent = _number("percent", {"percent": typed["percent"] or implied or ""}, errors, "%")
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


def _number(name: str, typed: Mapping[str, str], errors: dict[str, str], unit: str = "") -> Decimal | None:
    """A field's number; `unit` is what it is counted in, "" where any unit may stand behind it."""
    found = typed[name]
    try:
        reading = read_number(Cell("", 1, 1, found))
    except CellError as error:
        told = error.code in ("negative", "too_large") and len(found) <= SHOWN
        errors[name] = error.message if told else _not_a_number(found)
        return None
    if reading.unit and unit and units.factor(reading.unit, unit) is None:
        errors[name] = _("“%(found)s”的单位是“%(unit)s”，此处应以“%(expected)s”为单位。") % {
            "found": found,
            "unit": reading.unit,
            "expected": unit,
        }
    elif _is_scaled(reading.unit, unit) or (reading.percent and unit != "%"):
        errors[name] = _not_a_number(found)
    elif reading.kind == NONE:
        errors[name] = _("请填写数字，没有进展填 0。")
    return None if name in errors else reading.value


def _is_scaled(found: str, unit: str) -> bool:
    """1.2万人 where 人 are counted: what is meant is certain, but not what will be typed next time."""
    return units.factor(found, unit) != 1 if found and unit else units.is_scaled(found)


def _not_a_number(found: str) -> str:
    shown = found if len(found) <= SHOWN else f"{found[:SHOWN]}…"
    return _("“%(found)s”不是数字，应填写如 12 或 12.5 的数字。") % {"found": shown}
