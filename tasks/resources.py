"""Writing the rows of a table: natural keys, and what a new or changed row becomes."""

import secrets
from collections import defaultdict
from itertools import starmap

from django.utils import timezone

from tasks.annexes.cells import same_unit
from tasks.annexes.problems import WARNING, Problem
from tasks.annexes.words import text as _
from tasks.bulk import insert
from tasks.changes import AnnexResource
from tasks.formats import number
from tasks.importing import Annex, register
from tasks.models import Decision, Milestone, Report, Submission, Target, Task
from tasks.plans import planned_percents, task_total
from tasks.progress import Phase
from tasks.reporting import Entry, accept, submit
from tasks.tables import Owed, Reached, progress_table, target_table, task_table

_SHOWN_LACKING = 3


class TaskResource(AnnexResource):
    """Annex 1: tasks by number; the milestones follow the schedule's words."""

    fields = ("title", "category", "deadline_text", "due_on", "recurrence", "schedule_text", "town_wide")

    def load(self):
        tasks = Task.objects.filter(programme=self.context.programme)
        return {number: tuple(said) for number, *said in tasks.values_list("number", *self.fields)}

    def key(self, row):
        return row["number"]

    def says(self, row):
        return tuple(row[name] for name in self.fields)

    def subject(self, row):
        return f"{row['number']}. {row['title']}"

    def words(self, said):
        told = dict(zip(self.fields, said, strict=True))
        return "\n".join([told["deadline_text"], told["category"], told["schedule_text"]])

    def write(self, rows, changed):
        programme = self.context.programme
        known = {task.number: task for task in Task.objects.filter(programme=programme)}
        for row in changed:
            task = known.get(row["number"]) or Task(programme=programme, number=row["number"])
            for name in self.fields:
                setattr(task, name, row[name])
            task.save()
            _write_milestones(task, row["milestones"])


def _write_milestones(task: Task, milestones: list[dict]) -> None:
    """The milestones of the schedule; one at a quarter's end has the percent that its words plan."""
    quarters = {_quarter(m): m["text"] for m in milestones if _quarter(m)}
    percents = planned_percents(quarters, task_total(task.title))
    task.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(task=task, planned_percent=percents.get(_quarter(milestone)), **milestone) for milestone in milestones
    )


def _quarter(milestone: dict) -> int | None:
    """1 to 4 for a milestone that is a whole quarter (一季度), else None."""
    months = milestone["starts_on"].month, milestone["due_on"].month
    return months[1] // 3 if months[1] - months[0] == 2 and months[1] % 3 == 0 and "季" in milestone["label"] else None


class FigureResource(AnnexResource):
    """Figures by indicator and town."""

    def key(self, row):
        return row.indicator.id, row.town and row.town.id

    def says(self, row):
        return row.said

    def subject(self, row):
        return f"{row.indicator} · {row.town or self.context.programme.district}"


class TargetResource(FigureResource):
    """Annex 2: targets by indicator and town; a change is a new revision."""

    needs_reason = True

    def load(self):
        """What stands by indicator and then by town, held once where it is the same; revisions but the first by key."""
        self.revisions, existing, shared = {}, defaultdict(dict), {}
        names = ("indicator", "town", "revision", "comparator", "value", "text")
        current = Target.objects.filter(indicator__programme=self.context.programme).current().order_by()
        for indicator, town, revision, *said in current.values_list(*names).iterator():
            owed = Owed(*said)
            existing[indicator][shared.setdefault(town, town)] = shared.setdefault(owed, owed)
            if revision > 1:
                self.revisions[indicator, town] = revision
        return existing

    def find(self, row):
        return self.existing[row.indicator.id].get(row.town and row.town.id)

    def words(self, said):
        return said.text or "-"

    def same(self, stands, says):
        """A number in other words (≥85%, 85%以上) is the same target, unless they count in another unit."""
        alike = says.value is not None and stands[:2] == says[:2]
        return stands == says or (alike and same_unit(stands.text, says.text))

    def removes(self, said):
        return said.comparator == Target.Comparator.NONE

    def warnings(self, rows):
        """The targets in force that the table does not speak of: only a dash takes a target away."""
        lacking = self._lacking(rows) if rows else []
        if not lacking:
            return []
        shown = starmap(self._current, lacking[:_SHOWN_LACKING])
        names = "；".join(f"{target.indicator} · {target.town or target.district}" for target in shown)
        message = _("方案中另有 %(count)s 个目标不在表中，保留不变，如：%(names)s") % {
            "count": len(lacking),
            "names": names,
        }
        return [Problem("", "", "", "lacking_targets", message, WARNING)]

    def _lacking(self, rows) -> list[list]:
        """Indicator and town of each, in the plan's order, the district's first."""
        in_force = sum(not self.removes(said) for towns in self.existing.values() for said in towns.values())
        if in_force == sum(1 for row in rows if (said := self.find(row)) and not self.removes(said)):
            return []  # a large table is mostly whole: no set of all its keys
        stated = set(map(self.key, rows))
        standing = (
            (indicator, town, said) for indicator, towns in self.existing.items() for town, said in towns.items()
        )
        lacking = [key for *key, said in standing if not self.removes(said) and tuple(key) not in stated]
        return sorted(lacking, key=lambda key: (key[0], key[1] or 0))

    def _current(self, indicator: int, town: int | None) -> Target:
        return (
            Target.objects.current().select_related("indicator", "town", "district").get(indicator=indicator, town=town)
        )

    def write(self, rows, changed):
        """Never over the old row: what stood before stays."""
        context = self.context
        same = {
            "district": context.programme.district_id,
            "document": context.document or context.programme.document_number,
            "reason": context.reason,
            "created_at": timezone.now(),
            "created_by": context.by and context.by.pk,
        }
        names = ("indicator", "town", "revision", "comparator", "value", "text")
        insert(Target, names, map(self._revised, context.progress.over(Phase.WRITE, changed)), same)

    def _revised(self, row) -> tuple:
        """A new row, or the next revision of what stands."""
        key = self.key(row)
        revision = self.revisions.get(key, 1) + 1 if self.find(row) else 1
        return *key, revision, *row.said


class ProgressResource(FigureResource):
    """A progress table: cumulative figures by indicator and town, entered by the bureau as accepted."""

    def load(self):
        """The figure that stands for each line of the period: the last accepted one."""
        reports = Report.objects.filter(period=self.context.period, indicator__isnull=False)
        accepted = reports.filter(decision__outcome=Decision.Outcome.ACCEPTED).order_by("revision")
        figures = accepted.values_list("indicator", "town", "value")
        return {(indicator, town): Reached(value) for indicator, town, value in figures}

    def words(self, said):
        return number(said.value)

    def write(self, rows, changed):
        """One submission for each town, accepted at once."""
        entries: dict = {}
        for row in changed:
            entries.setdefault(row.town, []).append(Entry(row.indicator, value=row.said.value))
        batch, at = secrets.token_urlsafe(12), timezone.now()
        for town, reported in entries.items():
            submission = submit(
                period=self.context.period,
                town=town,
                entries=reported,
                by=self.context.by,
                key=f"import-{batch}-{town.code if town else ''}",
                source=Submission.Source.IMPORTED,
                at=at,
            )
            accept(reports=submission.reports.all(), by=self.context.by, at=at, in_one_act=True)


def register_annexes() -> None:
    """The kinds of table that this app reads; called once the app is ready."""
    register("tasks", Annex(task_table, TaskResource))
    register("allocation", Annex(target_table, TargetResource))
    register("progress", Annex(progress_table, ProgressResource))
