"""A problem found in a table: where it stands, what stood there, and what to do about it."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.annexes.grid import Cell

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One error or warning. `cell` is a reference such as B7, empty for a problem of the whole file."""

    sheet: str
    cell: str
    value: str
    code: str
    message: str
    level: str = ERROR

    def as_json(self) -> dict[str, str]:
        """Give the shape in which the commands print it; the level is told by the list that holds it."""
        fields = asdict(self)
        del fields["level"]
        return fields


def error(cell: "Cell", code: str, message: str) -> Problem:
    """Give an error that stands in this cell."""
    return Problem(cell.sheet, cell.ref, cell.text, code, message)


def warning(cell: "Cell", code: str, message: str) -> Problem:
    """Give a warning that stands in this cell."""
    return Problem(cell.sheet, cell.ref, cell.text, code, message, WARNING)
