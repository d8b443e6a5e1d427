"""A list that was read from a table, before it is stored: what would change, and its rows sealed until they are applied."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.core import signing
from django.utils.translation import gettext as _

from quality.grading import Bound
from quality.item_lists import Contents
from quality.models import Grade, HazardCriterion, InspectionItem
from tasks.exports.sheet import plain

SALT = "quality.list"
ITEM = ("number", "group", "words", "method", "judged", "veto")


class Change(NamedTuple):
    """A line that differs: without words `before` it is new, without words `after` it goes."""

    line: str
    before: str
    after: str


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """Lines by what they are called, in the order of the new list; those that go stand last."""
    lines = [*after, *(line for line in before if line not in after)]
    found = (Change(line, before.get(line, ""), after.get(line, "")) for line in lines)
    return [one for one in found if one.before != one.after]


def seal(rows: Any) -> str:
    """Rows as a text that a page carries and nobody can change."""
    return signing.dumps(rows, salt=SALT, compress=True)


def unseal(text: str) -> Any:
    """What was sealed; None for a text that was tampered with."""
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None


def pack_criteria(criteria: Sequence[HazardCriterion]) -> list:
    return [[one.number, one.category, one.words] for one in criteria]


def unpack_criteria(rows: list) -> list[HazardCriterion]:
    return [HazardCriterion(number=number, category=category, words=words) for number, category, words in rows]


def told_criteria(criteria: Sequence[HazardCriterion]) -> dict[str, str]:
    """What each says, by its number."""
    return {str(one.number): f"{one.category} · {one.words}" for one in criteria}


def pack_items(contents: Contents) -> list:
    items = [[*(getattr(item, name) for name in ITEM), str(item.points)] for item in contents.items]
    return [items, [[code, name, str(least), str(part)] for code, name, least, part in contents.grades]]


def unpack_items(rows: list) -> Contents:
    items, grades = rows
    return Contents(
        [InspectionItem(**dict(zip(ITEM, row, strict=True)), points=Decimal(points)) for *row, points in items],
        [Bound(code, name, Decimal(least), Decimal(part)) for code, name, least, part in grades],
    )


def told_items(items: Sequence[InspectionItem], grades: Sequence[Bound | Grade]) -> dict[str, str]:
    """What each item says, by its number, and from where on each grade is given."""
    told = {str(item.number): _told(item) for item in items}
    for one in grades:
        least = f"≥ {plain(one.minimum)}"
        line = _("等级“%(grade)s”") % {"grade": one.name}
        told[line] = f"{least} · {_('各部分 ≥ %(part)s%%') % {'part': plain(one.part_minimum)}}"
    return told


def _told(item: InspectionItem) -> str:
    points = _("%(points)s 分") % {"points": plain(item.points)}
    said = [item.group, item.words, item.method, points, item.get_judged_display(), _("否决项") if item.veto else ""]
    return " · ".join(str(one) for one in said if one)
