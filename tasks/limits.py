"""What a column of the database can hold, told at the cell before the database refuses it."""

from django.core.exceptions import ValidationError

from tasks.annexes.grid import Cell
from tasks.annexes.problems import Problem, error
from tasks.annexes.words import text as _


def beyond_limits(cell: Cell, model, **values) -> list[Problem]:
    """An error for each value that is too long or too large for the model's field of that name."""
    problems = []
    for name, value in values.items():
        try:
            model._meta.get_field(name).run_validators(value)
        except ValidationError as found:
            problems.append(error(cell, "beyond_limits", _told(value, found.error_list[0])))
    return problems


def _told(value, found: ValidationError) -> str:
    if found.code == "max_length":
        return _("此处最多 %(limit)s 个字，现有 %(found)s 个") % {
            "limit": found.params["limit_value"],
            "found": len(value),
        }
    return _("“%(found)s”超出可以记录的范围") % {"found": value}
