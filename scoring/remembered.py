"""Finished parts of pages, kept in this process for as long as nothing that they were made from has changed."""

import hashlib
from collections.abc import Callable

from django.core.cache import caches
from django.db import connection
from django.utils.translation import get_language

from districts.models import District, Town
from scoring.models import Criterion, CriterionLink, LineSetting, Mark, Rubric, Section
from tasks.board import Moment
from tasks.models import (
    Decision,
    Indicator,
    LightChange,
    Milestone,
    Period,
    Programme,
    Supervision,
    SupervisionAct,
    Target,
    Task,
)

# Every change of these is a row more or a row fewer: a ledger grows, an edit is a row of history, and what has no
# history is replaced as a whole. So their numbers and highest keys tell whether anything is new.
LEDGERS = (Decision, LightChange, LineSetting, Mark, Supervision, SupervisionAct, Target)
OTHERS = (
    *(m.history.model for m in (Programme, District, Town, Task, Indicator, Period, Rubric, Criterion, CriterionLink)),
    *(Period, Milestone, Task.indicators.through, Rubric, Section, CriterionLink),
)


def remembered(name: str, programme: Programme, moment: Moment, user, make: Callable[[], str]) -> str:
    """What `make` gives for this programme and moment to those who see what `user` sees; made anew after any change."""
    scope = (user.role, user.district_ids, user.town_id, user.facility_id)
    facts = (name, programme.pk, moment, scope, get_language(), _state(programme))
    key = hashlib.sha256(repr(facts).encode()).hexdigest()
    return caches["pages"].get_or_set(key, make)


def _state(programme: Programme) -> list[tuple]:
    """Rows and highest keys of all that pages are made from (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [programme.district_id] * len(LEDGERS))
        return sorted(cursor.fetchall())


def _count(model) -> str:
    meta = model._meta
    of_district = " WHERE district_id = %s" if model in LEDGERS else ""
    return f"SELECT '{meta.db_table}', count(*), max({meta.pk.column}) FROM {meta.db_table}{of_district}"


_STATE = " UNION ALL ".join(_count(model) for model in (*LEDGERS, *OTHERS))
