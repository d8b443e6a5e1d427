"""What the rows of a table change in the plan: compared by natural keys, all at once, and told in words when asked."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tasks.annexes.grid import Cell
from tasks.annexes.problems import Problem

if TYPE_CHECKING:
    from tasks.importing import Context

NEW = "new"
UPDATE = "update"
REMOVED = "removed"
SKIP = "skip"


class Change(NamedTuple):
    """What one row of a table does: new, update, removed or skip (the same), with what stood before and what will stand.

    `note` is what people should also know of it, such as the rule that a clause became.
    """

    kind: str
    sheet: str
    cell: str
    subject: str
    before: str
    after: str
    note: str = ""


class AnnexResource:
    """Compares the rows of a table with what stands and writes those that differ.

    What stands is loaded once (`existing`, by `key`, in the form of `says`): a row needs no look-up, and no instance of
    its model as long as nobody asks for one. Kept as it was while the rows are written.
    """

    needs_reason = False  # must people say why, where a row changes what stands?

    def __init__(self, context: "Context"):
        self.context = context
        self.existing = self.load()

    def load(self) -> dict:
        raise NotImplementedError

    def key(self, row) -> Hashable:
        raise NotImplementedError

    def says(self, row):
        """What a row says, to be compared with what stands."""
        raise NotImplementedError

    def subject(self, row) -> str:
        """What a row is about, for people."""
        raise NotImplementedError

    def words(self, said) -> str:
        """What a row says of it, for people."""
        raise NotImplementedError

    def note(self, row) -> str:
        """What people should also know of a row."""
        return ""

    def same(self, stands, says) -> bool:
        """Does a row say no more than what stands?"""
        return stands == says

    def removes(self, said) -> bool:
        """Does a row that says this take away what stood before?"""
        return False

    def warnings(self, rows: Sequence) -> list[Problem]:
        """What people should know of what stands and is not in the table."""
        return []

    def write(self, rows: Sequence, changed: Sequence) -> None:
        """Write the changed ones among a table's rows."""
        raise NotImplementedError

    def find(self, row):
        """What stands for a row, in the form of `says`; None where nothing does."""
        return self.existing.get(self.key(row))

    def kind(self, row) -> str | None:
        """NEW, UPDATE, REMOVED or SKIP; None for a row that takes away what is not there."""
        stands, says = self.find(row), self.says(row)
        if self.removes(says):
            return None if stands is None or self.removes(stands) else REMOVED
        if stands is None:
            return NEW
        return SKIP if self.same(stands, says) else UPDATE

    def change(self, kind: str, row, cell: Cell) -> Change:
        """The change in words."""
        stands = self.find(row)
        before = "" if stands is None else self.words(stands)
        return Change(kind, cell.sheet, cell.ref, self.subject(row), before, self.words(self.says(row)), self.note(row))
