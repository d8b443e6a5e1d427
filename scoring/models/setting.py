"""How people give points on a line of the rubric: who, whether their marks are averaged, and what each level is worth."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks.models import Programme
from tasks.models.known import known_by
from tasks.models.report import LedgerQuerySet, LedgerRow


class LineSettingQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Of the user's districts; nothing for a facility."""
        return self.none() if user.facility_id else self.filter(district__in=user.district_ids)

    def standing(self, *, known_on: dt.date | None = None):
        """Of each line the last setting written by `known_on`."""
        later = LineSetting.objects.filter(known_by(known_on), programme=OuterRef("programme"), title=OuterRef("title"))
        return self.filter(pk=Subquery(later.order_by("-pk").values("pk")[:1]))


class LineSetting(LedgerRow):
    """A revision of one line's setting (评分项设置); like marks it goes by the line's title and outlives a version.

    `levels` are pairs of a name and its points, highest first; `category` is what a monitoring table calls the line's
    facilities (养老机构).
    """

    class Several(models.TextChoices):
        LATEST = "latest", _("取最近一次评分")
        AVERAGE = "average", _("取各评分人评分的平均值")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("年度方案"))
    title = models.CharField(_("评分项"), max_length=100)
    several = models.CharField(_("多人评分"), max_length=10, choices=Several, default=Several.LATEST)
    category = models.CharField(_("监测类别"), max_length=50, blank=True)
    levels = models.JSONField(_("级别与分值"), default=list)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = LineSettingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评分项设置")
        ordering = ["pk"]
        indexes = [models.Index(fields=["programme", "title"])]

    def __str__(self):
        return self.title

    @property
    def is_averaged(self) -> bool:
        return self.several == self.Several.AVERAGE

    @property
    def points(self) -> dict[str, Decimal]:
        """The points of each level, highest first."""
        return {name: Decimal(points) for name, points in self.levels}


class Assessor(LedgerRow):
    """One person (评分人) who marks a line, named by one revision of its setting."""

    setting = models.ForeignKey(LineSetting, models.PROTECT, related_name="assessors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("评分人")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["setting", "user"], name="assessor_once_a_line")]

    def __str__(self):
        return str(self.user)
