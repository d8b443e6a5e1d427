"""What the list and the rubric mean in the table: links that a person confirms (design: "Links are data")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from scoring.models import Criterion, CriterionLink, Rubric
from scoring.rules import load_rule
from tasks.annexes.names import indicator_key
from tasks.likeness import suggested
from tasks.models import Indicator, Programme, Task

RUBRIC_GROUP = "考核指标"  # the group of indicators that only the rubric knows; stored, so not translated


@dataclass(frozen=True)
class LinkRow:
    """One task, or one part of one line of the rubric in force, with what it is linked to and what it may mean."""

    key: str
    subject: Task | Criterion
    part: str
    linked: list[Indicator]
    suggested: list[Indicator]

    @property
    def choices(self) -> list[tuple[Indicator, bool]]:
        """Every indicator that is linked or suggested, and whether it is linked."""
        return [(one, True) for one in self.linked] + [(one, False) for one in self.suggested if one not in self.linked]


def task_rows(programme: Programme, indicators: Sequence[Indicator]) -> list[LinkRow]:
    """A row for each task (2 queries)."""
    tasks = Task.objects.filter(programme=programme).prefetch_related("indicators")
    return [
        LinkRow(f"task-{task.pk}", task, "", list(task.indicators.all()), suggested(task.title, indicators))
        for task in tasks
    ]


def criterion_rows(programme: Programme, indicators: Sequence[Indicator]) -> list[LinkRow]:
    """A row for each part of each line that reads figures, of the rubric in force (2 queries)."""
    criteria = Criterion.objects.filter(section__rubric__in=Rubric.objects.filter(programme=programme).in_force())
    rows = []
    for criterion in criteria.prefetch_related("links__indicator").order_by("order"):
        for number, part in enumerate(load_rule(criterion.rule).parts):
            linked = [link.indicator for link in criterion.links.all() if link.part == part]
            key = f"line-{criterion.pk}-{number}"
            rows.append(LinkRow(key, criterion, part, linked, suggested(part or criterion.title, indicators)))
    return rows


@transaction.atomic
def confirm(*, programme: Programme, chosen: Mapping[str, Sequence[int]]) -> int:
    """Link every row to the indicators chosen for it, by their keys: how many rows changed. The history names who.

    Raises ValueError for an indicator of another programme.
    """
    indicators = {one.pk: one for one in Indicator.objects.filter(programme=programme)}
    if unknown := {pk for keys in chosen.values() for pk in keys} - indicators.keys():
        raise ValueError(_("指标不在本方案中：%(found)s") % {"found": sorted(unknown)})
    known = list(indicators.values())
    changed = 0
    for row in (*task_rows(programme, known), *criterion_rows(programme, known)):
        wanted = [indicators[pk] for pk in chosen.get(row.key, ())]
        if set(wanted) != set(row.linked):
            _link(row, wanted)
            changed += 1
    return changed


def _link(row: LinkRow, wanted: Sequence[Indicator]) -> None:
    if isinstance(row.subject, Task):
        row.subject.indicators.set(wanted)
        return
    for link in row.subject.links.filter(part=row.part).exclude(indicator__in=wanted):
        link.delete()
    for indicator in set(wanted) - set(row.linked):
        CriterionLink.objects.create(criterion=row.subject, indicator=indicator, part=row.part)


def own_indicator(programme: Programme, name: str, unit: str) -> Indicator:
    """The indicator that a clause brings itself: the programme's of that name, else a new one, without targets."""
    known = {indicator_key(one.name): one for one in Indicator.objects.filter(programme=programme)}
    if found := known.get(indicator_key(name)):
        return found
    order = len(known) + 1
    return Indicator.objects.create(
        programme=programme,
        code=f"{order:02d}",
        order=order,
        name=name,
        unit=unit,
        group=RUBRIC_GROUP,
        aggregation=Indicator.Aggregation.LATEST,
    )
