"""The plan: a programme, its tasks with their milestones, its periods."""

import datetime as dt
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.models import District
from tasks.deadlines import Recurrence


class Frequency(models.TextChoices):
    """How often something is reported."""

    QUARTER = "quarter", _("按季")
    MONTH = "month", _("按月")


QUARTERS = (_("%(year)s年第一季度"), _("%(year)s年第二季度"), _("%(year)s年第三季度"), _("%(year)s年第四季度"))


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(district__in=user.district_ids)


class Programme(models.Model):
    """One district's plan for one year (年度方案)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="programmes", verbose_name=_("区"))
    slug = models.SlugField(_("代号"), max_length=50, unique=True, help_text=_("例如 baoshan-2024"))
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("名称"), max_length=200)
    notice_title = models.CharField(_("通知标题"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)
    issuer = models.CharField(_("发文单位"), max_length=100, blank=True)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    notice_text = models.TextField(_("通知正文"), blank=True)
    remarks = models.TextField(_("分解表备注"), blank=True)
    behind_threshold = models.DecimalField(
        _("严重滞后界限"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.60"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("实际进度 ÷ 计划进度低于此值为严重滞后"),
    )
    demo = models.BooleanField(_("演示数据"), default=False, editable=False)

    objects = ProgrammeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("年度方案")
        ordering = ["-year", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(behind_threshold__gte=0, behind_threshold__lte=1), name="programme_threshold_is_a_share"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("task-list", args=[self.slug])

    @property
    def ends_on(self) -> dt.date:
        return dt.date(self.year, 12, 31)


class PeriodQuerySet(models.QuerySet):
    def quarters(self):
        return self.filter(frequency=Frequency.QUARTER)

    def months(self):
        return self.filter(frequency=Frequency.MONTH)


class Period(models.Model):
    """A quarter or a month to report for (填报期): opens, due and closes are three different days; no closing day means open."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="periods", verbose_name=_("年度方案"))
    label = models.CharField(_("填报期"), max_length=7)
    frequency = models.CharField(_("频次"), max_length=10, choices=Frequency, default=Frequency.QUARTER)
    starts_on = models.DateField(_("开始日"))
    ends_on = models.DateField(_("结束日"))
    opens_on = models.DateField(_("开放填报日"))
    due_on = models.DateField(_("填报截止日"))
    closes_on = models.DateField(_("关闭日"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("填报期")
        ordering = ["starts_on", "-ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "label"], name="period_once_in_programme"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="period_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(opens_on__lte=F("due_on")), name="period_opens_before_it_is_due"),
        ]

    def __str__(self):
        return self.label

    @property
    def quarter(self) -> int:
        return (self.ends_on.month + 2) // 3

    @property
    def name(self) -> str:
        """`2024年第三季度` or `2024年7月`, for people."""
        if self.frequency == Frequency.MONTH:
            return _("%(year)s年%(month)s月") % {"year": self.ends_on.year, "month": self.ends_on.month}
        return QUARTERS[self.quarter - 1] % {"year": self.ends_on.year}

    def is_open(self, on: dt.date) -> bool:
        return self.opens_on <= on and (self.closes_on is None or on <= self.closes_on)


class Task(models.Model):
    """A numbered line of the list; `deadline_text` and `schedule_text` keep the notice's words."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="tasks", verbose_name=_("年度方案"))
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.TextField(_("任务名称"))
    category = models.CharField(_("项目类别"), max_length=50)
    deadline_text = models.CharField(_("工作要求"), max_length=100)
    due_on = models.DateField(_("完成期限"))
    recurrence = models.CharField(_("频次"), max_length=10, choices=Recurrence, default=Recurrence.ONCE)
    schedule_text = models.TextField(_("进度安排"), blank=True)
    town_wide = models.BooleanField(_("各街镇填报"), default=False)
    indicators = models.ManyToManyField("tasks.Indicator", blank=True, related_name="tasks", verbose_name=_("对应指标"))

    history = HistoricalRecords(m2m_fields=[indicators])

    class Meta:
        verbose_name = verbose_name_plural = _("任务")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="task_number_once_in_programme")]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        return reverse("task", args=[self.programme.slug, self.number])


class Milestone(models.Model):
    """What a task must reach by a date; `planned_percent` where the words give one."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones", verbose_name=_("任务"))
    label = models.CharField(_("时间"), max_length=30)
    text = models.TextField(_("进度安排"))
    starts_on = models.DateField(_("开始日"))
    due_on = models.DateField(_("期限"))
    planned_percent = models.DecimalField(_("计划进度（%）"), max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("进度安排")
        ordering = ["due_on", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "label"], name="milestone_label_once_in_task"),
            models.CheckConstraint(
                condition=Q(planned_percent__isnull=True) | Q(planned_percent__gte=0, planned_percent__lte=100),
                name="milestone_percent_is_a_percent",
            ),
        ]

    def __str__(self):
        return f"{self.label}：{self.text}"
