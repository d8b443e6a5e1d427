"""What was done to a period by hand: extended for a town, closed, opened again, given other days."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from tasks.models.programme import Period
from tasks.models.report import LedgerRow


class PeriodAct(LedgerRow):
    """One act on a period: a later due day for one town, or for all the closing, the reopening, other days."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("延期")
        CLOSED = "closed", _("关闭")
        REOPENED = "reopened", _("重新开放")
        RESCHEDULED = "rescheduled", _("修改日期")

    period = models.ForeignKey(Period, models.PROTECT, related_name="acts", verbose_name=_("填报期"))
    town = models.ForeignKey(Town, models.PROTECT, null=True, related_name="+", verbose_name=_("街镇"))
    kind = models.CharField(_("操作"), max_length=11, choices=Kind)
    due_on = models.DateField(_("延期至"), null=True)
    reason = models.CharField(_("原因"), max_length=500)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("填报期操作")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="period_act_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="extended", town__isnull=False, due_on__isnull=False)
                | Q(kind__in=["closed", "reopened", "rescheduled"], town__isnull=True, due_on__isnull=True),
                name="period_act_matches_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.period} · {self.get_kind_display()}"
