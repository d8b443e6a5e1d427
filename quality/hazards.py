"""The criteria for major hazards as data: read from a table, every fault at once by its cell, stored as a new version."""

import datetime as dt
import tomllib
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import District
from quality.models import HazardCriterion, HazardList
from tasks.annexes.files import read_grids
from tasks.annexes.grid import Grid, GridError
from tasks.annexes.problems import Problem, error
from tasks.limits import beyond_limits

# The heads are the format of the file: they stay Chinese in every language.
NUMBER, CATEGORY, WORDS = HEADS = ("序号", "类别", "情形")


class HazardError(Exception):
    """The table can't be taken; `problems` are all of its faults, each with its cell."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__(_("表中有 %(count)s 处错误，没有导入。") % {"count": len(problems)})
        self.problems = list(problems)


@transaction.atomic
def add(
    *,
    district: District | None,
    criteria: Sequence[HazardCriterion],
    version: str,
    source: str,
    from_day: dt.date,
    placeholder: bool = False,
    by=None,
) -> HazardList:
    """Store criteria as the list that holds from a day on, in a district or (None) in every one.

    Raises HazardError for a version or a day that another list of the district has.
    """
    if district:
        District.objects.select_for_update(no_key=True).get(pk=district.pk)  # one at a time
    for name, value in (("version", version), ("from_day", from_day)):
        if HazardList.objects.filter(**{name: value}, district=district).exists():
            told = {"name": HazardList._meta.get_field(name).verbose_name, "value": value}
            raise HazardError([Problem("", "", str(value), "twice", _("%(name)s %(value)s 已有一张标准") % told)])
    said = {"version": version, "source": source, "from_day": from_day, "placeholder": placeholder}
    made = HazardList.objects.create(district=district, by=by, **said)
    for criterion in criteria:
        criterion.list = made
    HazardCriterion.objects.bulk_create(criteria)
    return made


def load_shared(folder: Path) -> list[HazardList]:
    """The lists that come with the portal, from `lists.toml` and a table of each version; what is there stays."""
    facts = tomllib.loads((folder / "lists.toml").read_text("utf-8"))["list"]
    there = HazardList.objects.filter(district=None)
    new = [one for one in facts if not there.filter(version=one["version"]).exists()]
    return [
        add(
            district=None,
            criteria=read(folder / f"{one['version']}.csv"),
            version=one["version"],
            source=one["source"],
            from_day=one["from"],
            placeholder=one["placeholder"],
        )
        for one in new
    ]


def read(source: bytes | Path, *, name: str = "") -> list[HazardCriterion]:
    """The criteria of a table (.xlsx, .xls, .docx, .csv), not stored. Raises HazardError with all faults."""
    try:
        grid = read_grids(source, name=name)[0]
    except GridError as fault:
        raise HazardError(fault.problems) from fault
    problems: list[Problem] = []
    found = _criteria(grid, problems)
    if problems:
        raise HazardError(problems)
    return found


def _criteria(grid: Grid, problems: list[Problem]) -> list[HazardCriterion]:
    head = grid.rows[0]
    columns = {cell.text.replace(" ", ""): cell.col for cell in grid.iter_row(head)}
    if missing := [name for name in HEADS if name not in columns]:
        told = {"heads": "、".join(missing)}
        problems.append(error(grid.at(head, 1), "no_heads", _("缺少表头：%(heads)s") % told))
        return []
    found, seen = [], {}
    for row in grid.rows[1:]:
        number, category, words = (grid.at(row, columns[name]) for name in HEADS)
        before = len(problems)
        if not (number.text.isascii() and number.text.isdigit()):
            problems.append(error(number, "not_whole", _("应为整数，不是“%(found)s”") % {"found": number.text}))
        elif earlier := seen.get(int(number.text)):
            problems.append(error(number, "twice", _("序号在 %(cell)s 已经用过") % {"cell": earlier}))
        else:
            seen[int(number.text)] = number.ref
            problems += beyond_limits(number, HazardCriterion, number=int(number.text))
        for head_name, name, cell in ((CATEGORY, "category", category), (WORDS, "words", words)):
            if not cell.text:
                problems.append(error(cell, "empty", _("“%(head)s”不能为空") % {"head": head_name}))
            else:
                problems += beyond_limits(cell, HazardCriterion, **{name: cell.text})
        if len(problems) == before:
            found.append(HazardCriterion(number=int(number.text), category=category.text, words=words.text))
    if not found and not problems:
        problems.append(error(grid.at(head, 1), "no_items", _("表头下面没有情形")))
    return found
