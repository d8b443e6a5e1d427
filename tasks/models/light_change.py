"""How lights went, day by day, as the daily job found them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from tasks.models.indicator import Indicator
from tasks.models.programme import Programme
from tasks.models.report import LedgerQuerySet, LedgerRow


class LightRun(LedgerRow):
    """The daily job looked at a programme's lights for a day, once."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="light_runs")
    on = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = _("亮灯巡查")
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["programme", "on"], name="light_run_once_a_day")]


class LightChangeQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """The changes of the user's districts; a town's own and the district's; for a facility the district's only."""
        changes = self.filter(district__in=user.district_ids)
        if user.town_id:
            return changes.filter(Q(town=user.town_id) | Q(town__isnull=True))
        return changes.filter(town__isnull=True) if user.facility_id else changes

    def latest_of_lines(self):
        """Of each indicator and town only the newest change."""
        newer = LightChange.objects.annotate(place=Coalesce("town_id", 0)).filter(
            indicator=OuterRef("indicator"), place=Coalesce(OuterRef("town_id"), 0), on__gt=OuterRef("on")
        )
        return self.filter(~Exists(newer))


class LightChange(LedgerRow):
    """A light that was another one the day before; `before` is empty for the first one known."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="light_changes")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="light_changes", verbose_name=_("指标"))
    town = models.ForeignKey(Town, models.PROTECT, null=True, related_name="+", verbose_name=_("街镇"))
    on = models.DateField(_("日期"))
    before = models.CharField(_("原亮灯"), max_length=15, blank=True)
    light = models.CharField(_("亮灯"), max_length=15)

    objects = LightChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("亮灯变化")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "town", "on"], name="light_change_once_a_day"),
            models.UniqueConstraint(
                fields=["indicator", "on"], condition=Q(town__isnull=True), name="light_change_of_district_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["programme", "on"])]
