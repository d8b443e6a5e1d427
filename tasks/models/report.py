"""The ledger of reports: rows are added, never changed or deleted."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import District, Facility, Town
from tasks.formats import number
from tasks.models.indicator import FIGURE, Indicator
from tasks.models.known import Known, known_by
from tasks.models.programme import Period, Task


class LedgerError(Exception):
    """Somebody tried to change or delete a row of the ledger."""


class LedgerQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise LedgerError("ledger rows are never changed")

    def delete(self):
        raise LedgerError("ledger rows are never deleted")


class LedgerRow(models.Model):
    """A row that is written once; it carries its district so that the ledger can be partitioned by it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise LedgerError("ledger rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise LedgerError("ledger rows are never deleted")


class Submission(LedgerRow):
    """What one person sent at one moment: the reports of a sheet, written together, once for each key."""

    class Source(models.TextChoices):
        ENTERED = "entered", _("填报")
        ON_BEHALF = "on_behalf", _("代填")
        IMPORTED = "imported", _("导入")
        ROLLED = "rolled", _("机构汇总")
        DEMO = "demo", _("演示数据")

    period = models.ForeignKey(Period, models.PROTECT, related_name="submissions")
    town = models.ForeignKey(Town, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.ENTERED)
    at = models.DateTimeField(_("报送时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("报送")


class ReportQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """The district's own reports and those of the towns the user may see."""
        reports = self.filter(district__in=user.district_ids)
        if user.town_id:
            return reports.filter(Q(town=user.town_id) | Q(town__isnull=True))
        return reports.filter(town__isnull=True) if user.facility_id else reports

    def accepted(self, *, as_of: dt.date, known_on: Known = None):
        """Accepted revisions that stand for a day up to `as_of` and were accepted by `known_on` (default: by now)."""
        reports = self.filter(decision__outcome=Decision.Outcome.ACCEPTED, as_at__lte=as_of)
        return reports.filter(known_by(known_on, "decision__at"))

    def latest_revisions(self):
        """Of each line and period only the highest revision."""
        newer = Report.objects.filter(
            period=OuterRef("period"),
            line=OuterRef("line"),
            town_key=OuterRef("town_key"),
            revision__gt=OuterRef("revision"),
        )
        return self.filter(~Exists(newer))

    def waiting(self):
        """Submitted, not decided, and not replaced by a newer revision."""
        return self.filter(decision__isnull=True).latest_revisions()

    def returned(self):
        """Returned and not yet corrected."""
        return self.filter(decision__outcome=Decision.Outcome.RETURNED).latest_revisions()


class Report(LedgerRow):
    """One revision of one figure (an indicator's) or one state (a task's) for one period; no town means the district."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("未启动")
        IN_PROGRESS = "in_progress", _("推进中")
        DONE = "done", _("已完成")
        BLOCKED = "blocked", _("受阻")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reports")
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name=_("填报期"))
    town = models.ForeignKey(Town, models.PROTECT, null=True, related_name="reports", verbose_name=_("街镇"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="reports", verbose_name=_("指标"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="reports", verbose_name=_("任务"))
    # What the row is about: indicator positive, task negative, and the town (0 the district), for unique constraints.
    line = models.GeneratedField(
        expression=Coalesce("indicator_id", -F("task_id")), output_field=models.BigIntegerField(), db_persist=True
    )
    town_key = models.GeneratedField(
        expression=Coalesce("town_id", 0), output_field=models.BigIntegerField(), db_persist=True
    )
    revision = models.PositiveSmallIntegerField(_("版次"))
    value = models.DecimalField(_("数值"), null=True, **FIGURE)
    numerator = models.DecimalField(_("分子"), null=True, **FIGURE)
    denominator = models.DecimalField(_("分母"), null=True, **FIGURE)
    state = models.CharField(_("状态"), max_length=15, choices=State, blank=True)
    percent = models.DecimalField(_("完成比例（%）"), max_digits=5, decimal_places=2, null=True)
    increment = models.DecimalField(_("本期新增"), null=True, **FIGURE)
    words = models.TextField(_("情况说明"), blank=True)
    warnings = models.JSONField(_("提示"), default=list)  # what the checks found: a rule's kind and its numbers
    reason = models.CharField(_("提示说明"), max_length=500, blank=True)
    origin = models.CharField(_("数据来源"), max_length=200, blank=True)
    as_at = models.DateField(_("数据日期"))
    as_at_stated = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("填报")
        ordering = ["period", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["period", "line", "town_key", "revision"], name="report_revision_once"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, task__isnull=True, value__isnull=False, state="", percent=None)
                | Q(indicator__isnull=True, task__isnull=False, value__isnull=True, percent__isnull=False)
                & ~Q(state=""),
                name="report_is_a_figure_or_a_state",
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False, numerator__gte=0, denominator__gt=0),
                name="report_numerator_with_denominator",
            ),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="report_value_not_negative"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                name="report_percent_is_a_percent",
            ),
            models.CheckConstraint(
                condition=Q(increment__isnull=True) | Q(increment__gte=0, indicator__isnull=False),
                name="report_increment_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["district", "period", "town"])]

    def __str__(self):
        return f"{self.indicator or self.task} · {self.period} · {self.revision}"

    @property
    def subject(self):
        """The indicator or the task."""
        return self.indicator or self.task

    @property
    def told(self) -> str:
        """What was reported, for people: `6`, `25（本期新增 5）`, `86.2%（50 ÷ 58）`, `推进中 60%`, and where it came from."""
        if self.origin:
            return _("%(figure)s（来源：%(origin)s）") % {"figure": self._figure, "origin": self.origin}
        return self._figure

    @property
    def _figure(self) -> str:
        if self.task_id:
            return f"{self.get_state_display()} {number(self.percent)}%"
        if self.increment is not None:
            return _("%(value)s（本期新增 %(increment)s）") % {
                "value": number(self.value),
                "increment": number(self.increment),
            }
        if self.denominator:
            figures = {name: number(getattr(self, name)) for name in ("value", "numerator", "denominator")}
            return _("%(value)s%%（%(numerator)s ÷ %(denominator)s）") % figures
        return number(self.value) + ("%" if self.indicator.is_rate else "")


class Decision(LedgerRow):
    """Accepted or returned, once for each report; a return needs a reason."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("通过")
        RETURNED = "returned", _("退回")

    report = models.OneToOneField(Report, models.PROTECT, related_name="decision")
    outcome = models.CharField(_("结论"), max_length=10, choices=Outcome)
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    own = models.BooleanField(
        _("本人审核"), default=False
    )  # decided by the one who submitted it, where the district allows it
    at = models.DateTimeField(_("审核时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("审核")
        constraints = [
            models.CheckConstraint(condition=Q(outcome="accepted") | ~Q(reason=""), name="decision_return_has_a_reason")
        ]

    @property
    def told(self) -> str:
        """`通过`, `退回`; said to be the submitter's own where it is."""
        outcome = self.get_outcome_display()
        return _("%(outcome)s（本人审核）") % {"outcome": outcome} if self.own else outcome


class Site(LedgerRow):
    """One row of the list that backs a count (点位); the list belongs to the report that it was submitted with."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sites")
    order = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("点位名称"), max_length=100)
    address = models.CharField(_("地址"), max_length=200)
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, related_name="sites", verbose_name=_("养老服务机构")
    )
    on = models.DateField(_("日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("点位")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["report", "order"], name="site_order_once_in_report"),
            models.UniqueConstraint(fields=["report", "name"], name="site_name_once_in_report"),
        ]

    def __str__(self):
        return self.name


class Draft(models.Model):
    """A line of a town's entry sheet as typed, not yet submitted.

    `typed` maps field names to the very characters typed. `version` counts the saves, so that a second window is told.
    """

    period = models.ForeignKey(Period, models.CASCADE, related_name="drafts")
    town = models.ForeignKey(Town, models.CASCADE, related_name="drafts")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, related_name="drafts")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="drafts")
    line = models.GeneratedField(
        expression=Coalesce("indicator_id", -F("task_id")), output_field=models.BigIntegerField(), db_persist=True
    )
    typed = models.JSONField(default=dict)
    sites = models.JSONField(default=list)  # the list of sites as typed: name, address, facility, on
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("草稿")
        constraints = [
            models.UniqueConstraint(fields=["period", "town", "line"], name="draft_once_a_line"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, task__isnull=True) | Q(indicator__isnull=True, task__isnull=False),
                name="draft_is_a_figure_or_a_state",
            ),
        ]


def evidence_path(evidence, filename):
    return f"{evidence.district.code}/{evidence.sha256[:2]}/{evidence.sha256}"


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Files on reports or drafts that the user may see."""
        files = self.filter(district__in=user.district_ids)
        if user.town_id:
            return files.filter(
                Q(report__town=user.town_id) | Q(draft__town=user.town_id) | Q(report__isnull=False, report__town=None)
            )
        return files.filter(report__isnull=False, report__town=None) if user.facility_id else files


class Evidence(models.Model):
    """A file on a report (佐证材料); while the sheet is not submitted it hangs on the draft."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="evidence")
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("上传时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("佐证材料")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, draft__isnull=True) | Q(report__isnull=True, draft__isnull=False),
                name="evidence_on_a_report_or_a_draft",
            )
        ]

    def get_absolute_url(self):
        return reverse("evidence", args=[self.pk])
