"""What the audit chain holds of a row: all that was recorded with it, written the same way whatever database it lies in."""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import NamedTuple

from django.db import models

from tasks.models import (
    Decision,
    Evidence,
    PeriodAct,
    Reminder,
    Report,
    Site,
    Submission,
    Supervision,
    SupervisionAct,
)

Content = dict[str, object]


class Kind(NamedTuple):
    """A kind of row in the chain: its model, what joins to its rows the rows that belong to them, and its words."""

    model: type[models.Model]
    join: Callable[[list[Content]], None]
    told: Callable[[int], str]


KINDS: dict[str, Kind] = {}


def register(model: type[models.Model], *, told: Callable[[int], str], join: Callable = lambda rows: None) -> None:
    """Let rows of a model be chained. `told` names one of them to people, by its primary key."""
    KINDS[model._meta.label_lower] = Kind(model, join, told)


def contents(kind: str, keys: Collection[int]) -> dict[int, Content]:
    """The content of the rows that are there, by primary key (a fixed number of queries)."""
    rows = _rows(KINDS[kind].model, pk__in=keys)
    KINDS[kind].join(rows)
    return {row["id"]: row for row in rows}


def digest(content: Content) -> str:
    """SHA-256 of the content in its canonical form.

    What is empty is left out, so that a field that a later version adds leaves the digests of earlier rows as they are.
    """
    # repr: bytes where a text belongs are nobody's writing but that of somebody with the database file in hand
    text = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def stamp(at: dt.datetime) -> str:
    """A moment in UTC to the microsecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if not _is_empty(one)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")  # + 0: no minus before a zero
    if isinstance(value, dt.datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _is_empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _rows(model: type[models.Model], **only) -> list[Content]:
    """The stored fields of rows; what the database computes from them is left to it."""
    names = [field.attname for field in model._meta.concrete_fields if not field.generated]
    return list(model._base_manager.filter(**only).order_by("pk").values(*names))


def _join_report(decisions: list[Content]) -> None:
    """To a decision: the report, who sent it and when, its files and its sites."""
    keys = [decision["report_id"] for decision in decisions]
    reports = {report["id"]: report for report in _rows(Report, pk__in=keys)}
    sent = {report["submission_id"] for report in reports.values()}
    submissions = {submission["id"]: submission for submission in _rows(Submission, pk__in=sent)}
    files, sites = _by_report(Evidence, keys), _by_report(Site, keys)
    for decision in decisions:
        key = decision["report_id"]
        report = reports.get(key, {})
        decision["report"] = report | {"files": files[key], "sites": sites[key]}
        decision["submission"] = submissions.get(report.get("submission_id"))


def _by_report(model: type[models.Model], keys: Collection[int]) -> dict[int, list[Content]]:
    found = defaultdict(list)
    for row in _rows(model, report__in=keys):
        found[row["report_id"]].append(row)
    return found


def _told(key: int) -> str:
    """The place, period, line and revision that a decision is about; empty where the report is gone."""
    names = ("town__name", "period__label", "indicator__name", "task__title")
    rows = Report._base_manager.filter(decision=key).values_list(*names, "revision")
    for *parts, revision in rows:
        return " ".join(part for part in (*parts, f"r{revision}") if part)
    return ""


def named(model: type[models.Model], *names: str) -> Callable[[int], str]:
    """Words of a row from the fields that name it; empty where it is gone."""
    return lambda key: " ".join(
        str(part) for row in model._base_manager.filter(pk=key).values_list(*names) for part in row if part
    )


def register_audited() -> None:
    register(Decision, join=_join_report, told=_told)
    register(PeriodAct, told=named(PeriodAct, "period__label", "town__name", "kind"))
    register(Reminder, told=named(Reminder, "period__label", "town__name", "on"))
    register(Supervision, told=named(Supervision, "number", "town__name", "matter"))
    register(SupervisionAct, told=named(SupervisionAct, "sheet__number", "sheet__town__name", "kind"))
