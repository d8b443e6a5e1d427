"""From the marks of one line and town to what the rule sees: averaged over assessors, one award for each matter."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from django.utils.translation import gettext as _

from scoring.facts import Award
from scoring.models import LineSetting

WHY_NOT = {
    "matter": lambda: _("未计入：同一事项只计最高级别"),
    "later": lambda: _("未计入：已有新的评分"),
    "unassigned": lambda: _("未计入：不是本项评分人"),
}


class GivenMark(NamedTuple):
    """A standing mark as the rules need it: its fields in the order of `GIVEN`, without a model."""

    pk: int
    title: str
    town_id: int
    points: Decimal
    grade: str
    level: str
    matter_id: int | None
    matter: str | None
    facility_id: int | None
    facility: str | None
    reason: str
    document: str
    given_on: dt.date
    by_id: int | None
    by_name: str | None
    by_username: str | None

    @property
    def by(self) -> str:
        """Who gave it, as `str(user)` says; empty where nobody is known."""
        return self.by_name or self.by_username or ""


GIVEN = (
    *("pk", "criterion__title", "town_id", "points", "grade", "level", "matter_id", "matter__name", "facility_id"),
    *("facility__name", "reason", "document", "given_on", "by_id", "by__name", "by__username"),
)


class Given(NamedTuple):
    """One award and the marks that it was made of."""

    award: Award
    marks: tuple[GivenMark, ...]


class Standing(NamedTuple):
    """A mark that stands; `why_not` tells why it does not count, empty where it does."""

    mark: GivenMark
    why_not: str


class Marks(NamedTuple):
    """What stands for one town on one line: the awards that count, and of an averaged line who has not marked yet.

    With `missing` people there are no awards: the line waits, and each mark is for its author's eyes only.
    """

    given: tuple[Given, ...]
    marks: tuple[GivenMark, ...]
    missing: tuple[str, ...] = ()
    assessors: int = 0
    dropped: Mapping[int, str] = MappingProxyType({})  # why a mark does not count, by its primary key

    @property
    def awards(self) -> tuple[Award, ...]:
        return tuple(one.award for one in self.given)

    def shown_to(self, user) -> list[Standing]:
        """The marks that the user may see (None: all of them)."""
        marks = self.marks
        if self.missing and user is not None:
            marks = tuple(mark for mark in marks if mark.by_id == user.pk)
        return [Standing(mark, WHY_NOT[self.dropped[mark.pk]]() if mark.pk in self.dropped else "") for mark in marks]


NOTHING = Marks((), ())


def assembled(marks: Sequence[GivenMark], setting: LineSetting | None, kind: str) -> Marks:
    """The standing marks of one line and town, the latest last, as the line's setting and kind of rule would have them."""
    if setting and setting.is_averaged and kind == "manual":
        return _averaged(marks, setting)
    if kind == "bonus" and any(mark.matter_id for mark in marks):
        return _by_matter(marks)
    dropped = {mark.pk: "later" for mark in marks[:-1]} if kind in ("manual", "graded") else {}
    return Marks(tuple(Given(_award(mark), (mark,)) for mark in marks), tuple(marks), dropped=dropped)


def _award(mark: GivenMark) -> Award:
    told = f"{mark.level} {mark.reason}" if mark.level else mark.reason
    reason = f"{mark.facility} {told}" if mark.facility_id else told
    return Award(mark.points, reason, mark.document, mark.grade)


def _averaged(marks: Sequence[GivenMark], setting: LineSetting) -> Marks:
    """The exact mean of each assessor's latest mark; rounded by the engine, once, at the line."""
    latest = {mark.by_id: mark for mark in marks}
    assigned = {one.user_id: str(one.user) for one in setting.assessors.all()}
    dropped = {m.pk: "later" if m.by_id in assigned or not assigned else "unassigned" for m in marks}
    counted = tuple(mark for by, mark in latest.items() if not assigned or by in assigned)
    missing = tuple(name for user, name in assigned.items() if user not in latest)
    for mark in counted:
        del dropped[mark.pk]
    if missing or not counted:
        return Marks((), tuple(marks), missing, len(assigned), dropped)
    reason = "、".join(f"{mark.by} {mark.points}" for mark in counted)  # frozen and compared later: in no language
    sources = "、".join(dict.fromkeys(mark.document for mark in counted))
    mean = sum(mark.points for mark in counted) / len(counted)
    return Marks((Given(Award(mean, reason, sources), counted),), tuple(marks), (), len(assigned), dropped)


def _by_matter(marks: Sequence[GivenMark]) -> Marks:
    """Of the marks on one matter the highest counts, of equal ones the first."""
    best: dict[object, GivenMark] = {}
    for mark in marks:
        matter = mark.matter_id or ("alone", mark.pk)
        if matter not in best or mark.points > best[matter].points:
            best[matter] = mark
    counted = {mark.pk for mark in best.values()}
    given = tuple(Given(_award(mark), (mark,)) for mark in marks if mark.pk in counted)
    return Marks(given, tuple(marks), dropped={mark.pk: "matter" for mark in marks if mark.pk not in counted})
