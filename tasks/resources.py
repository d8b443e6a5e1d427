"""Writing the rows of a table: natural keys, and for each row whether it is new, changed or the same."""

import secrets
from typing import NamedTuple

from django.utils import timezone
from import_export import fields, resources
from import_export.results import RowResult

from tasks.formats import number
from tasks.importing import Annex, Context, register
from tasks.models import Decision, Milestone, Report, Submission, Target, Task
from tasks.plans import planned_percents, task_total
from tasks.reporting import Entry, accept, submit
from tasks.tables import progress_table, target_table, task_table


def plain(name: str) -> fields.Field:
    """A field whose value is written as it is: tables are read before they come here."""
    return fields.Field(attribute=name, column_name=name)


REMOVED = "removed"  # beside the kinds of change that a RowResult knows


class Told(NamedTuple):
    """A change in words."""

    kind: str
    subject: str
    before: str
    after: str
    note: str


class ToldRow(RowResult):
    """A row's result with its change in words; None where the row could not be taken."""

    told: Told | None = None


class AnnexResource(resources.ModelResource):
    """Finds a row's instance in what was loaded at the start (`existing`, by `key`): no look-up for each row."""

    def __init__(self, context: Context):
        super().__init__()
        self.context = context
        self.existing = self.load()

    def load(self) -> dict:
        raise NotImplementedError

    def key(self, row):
        raise NotImplementedError

    def get_instance(self, instance_loader, row):
        return self.existing.get(self.key(row))

    def get_row_result_class(self):
        return ToldRow

    def subject(self, instance) -> str:
        """What a row is about, for people."""
        return str(instance)

    def words(self, instance) -> str:
        """What a row says of it, for people."""
        raise NotImplementedError

    def note(self, row) -> str:
        """What people should also know of a row."""
        return ""

    def removes(self, instance) -> bool:
        """Does a changed row take away what stood before?"""
        return False

    def after_import_row(self, row, row_result, **kwargs):
        """Tell the change in words."""
        instance, kind = row_result.instance, row_result.import_type
        if kind == RowResult.IMPORT_TYPE_UPDATE and self.removes(instance):
            kind = REMOVED
        before = self.words(row_result.original) if row_result.original else ""
        row_result.told = Told(kind, self.subject(instance), before, self.words(instance), self.note(row))

    class Meta:
        store_instance = True
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        use_transactions = False


class TaskResource(AnnexResource):
    """Annex 1: tasks by number; the milestones follow the schedule's words."""

    number = plain("number")
    title = plain("title")
    category = plain("category")
    deadline_text = plain("deadline_text")
    due_on = plain("due_on")
    recurrence = plain("recurrence")
    schedule_text = plain("schedule_text")
    town_wide = plain("town_wide")

    class Meta(AnnexResource.Meta):
        model = Task
        import_id_fields = ["number"]
        fields = [
            "number", "title", "category", "deadline_text", "due_on", "recurrence", "schedule_text", "town_wide",
        ]  # fmt: skip

    def load(self):
        return {task.number: task for task in Task.objects.filter(programme=self.context.programme)}

    def key(self, row):
        return row["number"]

    def init_instance(self, row=None):
        return Task(programme=self.context.programme)

    def words(self, instance):
        return "\n".join([instance.deadline_text, instance.category, instance.schedule_text])

    def after_save_instance(self, instance, row, **kwargs):
        """The milestones of the schedule; one at a quarter's end has the percent that its words plan."""
        quarters = {_quarter(m): m["text"] for m in row["milestones"] if _quarter(m)}
        percents = planned_percents(quarters, task_total(instance.title))
        instance.milestones.all().delete()
        Milestone.objects.bulk_create(
            Milestone(task=instance, planned_percent=percents.get(_quarter(milestone)), **milestone)
            for milestone in row["milestones"]
        )


def _quarter(milestone: dict) -> int | None:
    """1 to 4 for a milestone that is a whole quarter (一季度), else None."""
    months = milestone["starts_on"].month, milestone["due_on"].month
    return months[1] // 3 if months[1] - months[0] == 2 and months[1] % 3 == 0 and "季" in milestone["label"] else None


class TargetResource(AnnexResource):
    """Annex 2: targets by indicator and town; a change is a new revision."""

    indicator = plain("indicator")
    town = plain("town")
    comparator = plain("comparator")
    value = plain("value")
    text = plain("text")

    class Meta(AnnexResource.Meta):
        model = Target
        import_id_fields = ["indicator", "town"]
        fields = ["indicator", "town", "comparator", "value", "text"]

    def load(self):
        current = Target.objects.filter(indicator__programme=self.context.programme).current()
        return {(t.indicator_id, t.town_id): t for t in current.select_related("indicator", "town")}

    def key(self, row):
        return row["indicator"].pk, row["town"].pk if row["town"] else None

    def init_instance(self, row=None):
        return Target(district=self.context.programme.district, revision=0)

    def subject(self, instance):
        return f"{instance.indicator} · {instance.town or self.context.programme.district}"

    def words(self, instance):
        return instance.text or "-"

    def removes(self, instance):
        return instance.comparator == Target.Comparator.NONE

    def save_instance(self, instance, is_create, row, **kwargs):
        """Never over the old row: what stood before stays."""
        Target.objects.create(
            district_id=instance.district_id,
            revision=instance.revision + 1,
            created_by=self.context.by,
            document=self.context.document or self.context.programme.document_number,
            reason=self.context.reason,
            **{name: row[name] for name in self.Meta.fields},
        )


class ProgressResource(AnnexResource):
    """A progress table: cumulative figures by indicator and town, entered by the bureau as accepted."""

    indicator = plain("indicator")
    town = plain("town")
    value = plain("value")

    class Meta(AnnexResource.Meta):
        model = Report
        import_id_fields = ["indicator", "town"]
        fields = ["indicator", "town", "value"]

    def __init__(self, context: Context):
        super().__init__(context)
        self.entries: dict = {}

    def load(self):
        """The figure that stands for each line of the period: the last accepted one."""
        reports = Report.objects.filter(period=self.context.period, indicator__isnull=False)
        accepted = reports.filter(decision__outcome=Decision.Outcome.ACCEPTED).order_by("revision")
        return {(r.indicator_id, r.town_id): r for r in accepted.select_related("indicator", "town")}

    def key(self, row):
        return row["indicator"].pk, row["town"].pk if row["town"] else None

    def subject(self, instance):
        return f"{instance.indicator} · {instance.town or self.context.programme.district}"

    def words(self, instance):
        return number(instance.value)

    def save_instance(self, instance, is_create, row, **kwargs):
        self.entries.setdefault(row["town"], []).append(Entry(row["indicator"], value=row["value"]))

    def after_import(self, dataset, result, **kwargs):
        """One submission for each town, accepted at once."""
        batch, at = secrets.token_urlsafe(12), timezone.now()
        for town, entries in self.entries.items():
            submission = submit(
                period=self.context.period,
                town=town,
                entries=entries,
                by=self.context.by,
                key=f"import-{batch}-{town.code if town else ''}",
                source=Submission.Source.IMPORTED,
                at=at,
            )
            accept(reports=submission.reports.all(), by=self.context.by, at=at)


def register_annexes() -> None:
    """The kinds of table that this app reads; called once the app is ready."""
    register("tasks", Annex(task_table, TaskResource))
    register("allocation", Annex(target_table, TargetResource))
    register("progress", Annex(progress_table, ProgressResource))
