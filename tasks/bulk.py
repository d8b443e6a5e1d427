"""Writing many rows that nobody needs as instances."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from operator import call as _call

from django.db import connection, models

_BATCH = 5000
_KEPT = 10_000  # prepared values of a field: a large table repeats few


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple], same: Mapping[str, object]) -> None:
    """Write rows of values in the order of these fields, with `same` in every row: bulk_create without instances.

    Every field without a default in the database must be named; nothing is checked but by the database.
    """
    fields = [model._meta.get_field(name) for name in (*names, *same)]
    prepare = [lru_cache(_KEPT)(partial(field.get_db_prep_save, connection=connection)) for field in fields]
    first, constant = prepare[: len(names)], tuple(map(_call, prepare[len(names) :], same.values()))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"
    prepared = (tuple(map(_call, first, row)) + constant for row in rows)
    with connection.cursor() as cursor:
        while batch := list(islice(prepared, _BATCH)):
            cursor.executemany(statement, batch)
