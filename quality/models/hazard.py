"""By what a hazard is a major one: versioned lists of criteria (重大隐患判定标准)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import District


class HazardListQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The lists of the user's districts, and those that every district shares."""
        return self.filter(Q(district__in=user.district_ids) | Q(district__isnull=True))

    def in_force(self, district: District | int | None, on: dt.date):
        """At most one: the newest that holds on a day; a district's own comes before a shared one."""
        lists = self.filter(Q(district=district) | Q(district__isnull=True), from_day__lte=on)
        return lists.order_by(F("district").asc(nulls_last=True), "-from_day")[:1]


class HazardList(models.Model):
    """One version of the criteria, from a day on; a district's own, or shared by all, as its source is."""

    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+", verbose_name=_("区"))
    version = models.CharField(_("版本"), max_length=20)
    source = models.CharField(_("依据"), max_length=200)
    from_day = models.DateField(_("施行日期"))
    placeholder = models.BooleanField(_("占位文本"), default=False)
    at = models.DateTimeField(_("导入时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = HazardListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("重大隐患判定标准版本")
        ordering = ["-from_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="hazard_version_once"),
            models.UniqueConstraint(fields=["district", "from_day"], name="hazard_day_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(district__isnull=True), name="shared_hazard_version_once"
            ),
            models.UniqueConstraint(
                fields=["from_day"], condition=Q(district__isnull=True), name="shared_hazard_day_once"
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.version}"

    def get_absolute_url(self):
        return reverse("hazard-list", args=[self.pk])


class HazardCriterionQuerySet(models.QuerySet):
    def in_force(self, district: District | int | None, on: dt.date):
        """The criteria of the list that holds in a district on a day."""
        return self.filter(list=Subquery(HazardList.objects.in_force(district, on).values("pk")))


class HazardCriterion(models.Model):
    """One case that makes a hazard a major one, within its class."""

    list = models.ForeignKey(HazardList, models.PROTECT, related_name="criteria", verbose_name=_("版本"))
    number = models.PositiveSmallIntegerField(_("序号"))
    category = models.CharField(_("类别"), max_length=50)
    words = models.CharField(_("情形"), max_length=300)

    objects = HazardCriterionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("重大隐患判定标准")
        ordering = ["list", "number"]
        constraints = [
            models.UniqueConstraint(fields=["list", "number"], name="hazard_criterion_number_once"),
            models.CheckConstraint(condition=~Q(words=""), name="hazard_criterion_has_words"),
        ]

    def __str__(self):
        return f"{self.number}. {self.words}"
