"""A country out of one district: all of its rows again and again, each copy with keys of its own, in SQL."""

from django.apps import apps
from django.db import connection, models

STEP = 1_000_000  # between a row and its next copy; the first district has fewer rows of any kind
ORDER = (
    *("districts.District", "districts.Town", "tasks.Programme", "tasks.Task", "tasks.Milestone", "tasks.Indicator"),
    *("tasks.Task_indicators", "tasks.Target", "tasks.Period", "tasks.Submission", "tasks.Report", "tasks.Decision"),
    *("scoring.Rubric", "scoring.Section", "scoring.Criterion", "scoring.CriterionLink", "scoring.Mark"),
)


def copy_district(copies: int) -> None:
    """Write all rows of what is in the database so many times more."""
    kinds = [apps.get_model(label) for label in ORDER]
    with connection.cursor() as cursor:
        for kind in kinds:
            columns = {f'"{field.column}"': _copied(field, kinds) for field in _stored(kind)}
            cursor.execute(
                f"WITH RECURSIVE copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies WHERE k < {copies}) "
                f"INSERT INTO {kind._meta.db_table} ({', '.join(columns)}) "
                f"SELECT {', '.join(columns.values())} FROM copies, {kind._meta.db_table}"
            )


def _stored(kind: type[models.Model]) -> list[models.Field]:
    return [field for field in kind._meta.concrete_fields if not isinstance(field, models.GeneratedField)]


def _copied(field: models.Field, kinds: list[type[models.Model]]) -> str:
    """The copy's value of a column: keys move on, and so does what leads to a copied row; unique words get a number."""
    column = f'"{field.column}"'
    if field.primary_key or (field.is_relation and field.related_model in kinds):
        return f"{column} + k * {STEP}"
    return f"{column} || '-' || k" if field.unique else column
