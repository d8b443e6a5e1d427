"""The life of a row of reference data, field by field: what was and what is, in words."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.formats import NOTHING, number
from tasks.history import Change, Event

Values = dict[str, object]  # of one moment, by the field's name; of several related rows, their keys

_KEPT_BY_THE_PORTAL = {"id", "demo"}


def events_of(row: models.Model) -> list[Event]:
    """Who made the row, changed it and took it away, when and why (a fixed number of queries)."""
    history = type(row).history.filter(**{row._meta.pk.attname: row.pk})
    records = list(history.select_related("history_user").order_by("history_date", "history_id"))
    if not records:
        return []
    fields = _fields(type(row), records[0])
    values = _values(records, fields)
    told = _Told(fields, values)
    return list(_events(records, values, told))


def _events(records: list, values: list[Values], told: "_Told") -> Iterator[Event]:
    before: Values | None = None
    for record, after in zip(records, values, strict=True):
        changes = [] if record.history_type == "-" else told.changes(before or {}, after)
        if record.history_type == "~" and before is None:
            what, changes = _("修改（此前的内容未留记录）"), []
        else:
            what = {"+": _("建立"), "~": _("修改"), "-": _("删除")}[record.history_type]
        if changes or record.history_type != "~" or before is None:
            yield Event(
                record.history_date, record.history_user, what, record.history_change_reason or "", changes=changes
            )
        before = after


def _fields(model: type[models.Model], record: models.Model) -> list[models.Field]:
    """The fields that are recorded and that people know."""
    fields = [f for f in record.tracked_fields if f.name not in _KEPT_BY_THE_PORTAL and not f.generated]
    return fields + [model._meta.get_field(f.name) for f in record._history_m2m_fields]


def _values(records: list, fields: Iterable[models.Field]) -> list[Values]:
    found = [{f.name: getattr(record, f.attname) for f in fields if not f.many_to_many} for record in records]
    for several in (f for f in fields if f.many_to_many):
        linked = defaultdict(list)
        rows = getattr(type(records[0]), several.name).model._base_manager.filter(history__in=records)
        for history, key in rows.values_list("history_id", f"{several.m2m_reverse_field_name()}_id"):
            linked[history].append(key)
        for record, values in zip(records, found, strict=True):
            values[several.name] = sorted(linked[record.pk])
    return found


class _Told:
    """Puts values into words; rows that are pointed at are fetched once for all (1 query a field)."""

    def __init__(self, fields: list[models.Field], values: list[Values]):
        self.fields = fields
        self.related = {
            f.name: f.related_model._base_manager.in_bulk(_keys(f, values)) for f in fields if f.related_model
        }

    def changes(self, before: Values, after: Values) -> list[Change]:
        """The fields that differ; of a new row those that are not empty."""
        return [
            Change(str(f.verbose_name), told_before, told_after)
            for f in self.fields
            if before.get(f.name) != after[f.name]
            and (told_before := self.words(f, before.get(f.name))) != (told_after := self.words(f, after[f.name]))
        ]

    def words(self, field: models.Field, value: object) -> str:
        if field.related_model:
            keys = value if isinstance(value, list) else [value] if value else []
            return _("、").join(str(self.related[field.name].get(key, key)) for key in keys) or NOTHING
        if field.choices and value:
            return str(dict(field.flatchoices).get(value, value))
        return _plain(value)


def _keys(field: models.Field, values: list[Values]) -> set:
    found = {key for one in values for key in (one[field.name] if field.many_to_many else [one[field.name]])}
    return found - {None}


def _plain(value: object) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return number(value, 10)
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _("、").join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
