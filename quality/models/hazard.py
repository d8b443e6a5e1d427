"""By what a hazard is a major one: versioned lists of criteria (重大隐患判定标准)."""

import datetime as dt

from django.db import models
from django.db.models import Q, Subquery
from django.utils.translation import gettext_lazy as _


class HazardList(models.Model):
    """One version of the criteria, from a day on; it holds for every district, as its source does."""

    version = models.CharField(_("版本"), max_length=20, unique=True)
    source = models.CharField(_("依据"), max_length=200)
    from_day = models.DateField(_("施行日期"), unique=True)
    placeholder = models.BooleanField(_("占位文本"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("重大隐患判定标准版本")
        ordering = ["-from_day"]

    def __str__(self):
        return f"{self.source} {self.version}"


class HazardCriterionQuerySet(models.QuerySet):
    def in_force(self, on: dt.date):
        """The criteria of the list that holds on a day."""
        last = HazardList.objects.filter(from_day__lte=on).order_by("-from_day").values("pk")[:1]
        return self.filter(list=Subquery(last))


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
