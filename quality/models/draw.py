"""The joint draw (双随机): the seed and the pools first, then what they give, then its publication (一公开)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quality.quarters import Quarter
from tasks.models.report import LedgerQuerySet, LedgerRow


class DrawQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """The district's draws; for its towns and facilities those that were published."""
        draws = self.filter(district__in=user.district_ids)
        if user.town_id or user.facility_id:
            return draws.filter(acts__kind=DrawAct.Kind.PUBLISHED)
        return draws


class Draw(LedgerRow):
    """Who can be drawn, by which seed, and how many: recorded before anything is drawn.

    Pools are lists of {"key", "name", …} as they stood at that moment; `quality/draw.py` says how the seed decides.
    """

    title = models.CharField(_("名称"), max_length=100)
    year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    planned_on = models.DateField(_("计划日期"))
    seed = models.CharField(_("随机种子"), max_length=64)
    count = models.PositiveSmallIntegerField(_("抽取机构数"))
    per_department = models.PositiveSmallIntegerField(_("每部门人数"), default=1)
    facilities = models.JSONField(_("机构库"))
    inspectors = models.JSONField(_("检查人员库"))
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("种子登记时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("双随机抽取")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(seed=""), name="draw_has_a_seed"),
            models.CheckConstraint(
                condition=Q(count__gte=1, per_department__gte=1, quarter__gte=1, quarter__lte=4), name="draw_counts"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("draw", args=[self.pk])

    @property
    def period(self) -> Quarter:
        return Quarter(self.year, self.quarter)


class DrawAct(LedgerRow):
    """Drawn, with what came out; published."""

    class Kind(models.TextChoices):
        DRAWN = "drawn", _("已抽取")
        PUBLISHED = "published", _("已公开")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="acts")
    kind = models.CharField(_("办理"), max_length=10, choices=Kind)
    result = models.JSONField(_("抽取结果"), default=list, blank=True)  # [{"facility": key, "inspectors": [keys]}]
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("双随机办理")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["draw", "kind"], name="draw_act_once")]
