"""What was known: by the end of a day, or by an exact moment."""

import datetime as dt

from django.db.models import Q

Known = dt.date | dt.datetime | None  # None: by now


def known_by(known_on: Known, name: str = "at") -> Q:
    """Rows whose moment in the field `name` lies in the day `known_on` or before, or not after that moment."""
    if known_on is None:
        return Q()
    return Q(**{f"{name}__lte" if isinstance(known_on, dt.datetime) else f"{name}__date__lte": known_on})
