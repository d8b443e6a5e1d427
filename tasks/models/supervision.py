"""Reminding those who owe, and the sheet for what stays red."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from tasks.models.indicator import Indicator
from tasks.models.programme import Period, Programme, Task
from tasks.models.report import LedgerQuerySet, LedgerRow


class Reminder(LedgerRow):
    """One town was reminded of one period (催办), at most once a day."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="reminders", verbose_name=_("填报期"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    on = models.DateField(_("催办日"))
    owed = models.PositiveSmallIntegerField(_("欠报行数"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("催办")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["period", "town", "on"], name="reminder_once_a_day")]


class SupervisionQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """The sheets of the user's districts; a town's own only; none for a facility."""
        sheets = self.filter(district__in=user.district_ids)
        if user.town_id:
            return sheets.filter(town=user.town_id)
        return sheets.none() if user.facility_id else sheets


class Supervision(LedgerRow):
    """One matter put to one town on one sheet (督办单); what became of it are its acts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="supervisions", verbose_name=_("年度方案"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="supervisions", verbose_name=_("街镇"))
    number = models.PositiveIntegerField(_("编号"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="+", verbose_name=_("指标"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", verbose_name=_("任务"))
    matter = models.CharField(_("督办事项"), max_length=500)
    requirement = models.CharField(_("办理要求"), max_length=1000)
    due_on = models.DateField(_("办结期限"))
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("签发时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("督办单")
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="supervision_number_once"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=True) | Q(task__isnull=True), name="supervision_of_one_matter"
            ),
            models.CheckConstraint(condition=~Q(matter="") & ~Q(requirement=""), name="supervision_has_words"),
        ]


class SupervisionAct(LedgerRow):
    """What was done with a sheet: signed for, answered, sent back, closed."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("已签收")
        ANSWERED = "answered", _("已答复")
        RETURNED = "returned", _("答复退回")
        CLOSED = "closed", _("已办结")

    sheet = models.ForeignKey(Supervision, models.PROTECT, related_name="acts", verbose_name=_("督办单"))
    kind = models.CharField(_("办理"), max_length=10, choices=Kind)
    words = models.CharField(_("内容"), max_length=1000, blank=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("督办办理")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="signed") | ~Q(words=""), name="supervision_act_has_words")
        ]
