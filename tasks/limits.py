"""What a column of the database can hold, told at the cell before the database refuses it."""

from django.core.exceptions import ValidationError

from tasks.annexes.grid import Cell
from tasks.annexes.problems import Problem, error


def beyond_limits(cell: Cell, model, **values) -> list[Problem]:
    """An error for each value that is too long or too large for the model's field of that name."""
    problems = []
    for name, value in values.items():
        try:
            model._meta.get_field(name).run_validators(value)
        except ValidationError as found:
            problems.append(error(cell, "beyond_limits", " ".join(found.messages)))
    return problems
