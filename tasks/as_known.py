"""Settings of the plan as they were known on a day, from the history that the portal keeps of them."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Model

from tasks.models.known import Known


def as_known(rows: Sequence[Model], names: Sequence[str], known_on: Known) -> None:
    """Set the fields of rows of one model to what was known by the end of a day or by a moment (1 query; None: as they are).

    What a row began with counts as known before it, as with targets. A row whose beginning was not recorded keeps
    its present value for the time before its first record.
    """
    if known_on is None or not rows:
        return
    records = type(rows[0]).history.filter(id__in=[row.pk for row in rows]).order_by("history_date", "history_id")
    when = "history_date" if isinstance(known_on, dt.datetime) else "history_date__date"
    known: dict[int, tuple] = {}
    for key, kind, on, *values in records.values_list("id", "history_type", when, *names):
        if on <= known_on or (kind == "+" and key not in known):
            known[key] = tuple(values)
    for row in rows:
        for name, value in zip(names, known.get(row.pk, ()), strict=False):
            setattr(row, name, value)
