"""Where: a district, its streets and towns, their facilities."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.robots import allowed


class DistrictQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The districts of the user's role."""
        return self.filter(pk__in=user.district_ids)


class District(models.Model):
    code = models.CharField(_("区划代码"), max_length=6, unique=True, help_text=_("GB/T 2260 六位代码"))
    name = models.CharField(_("名称"), max_length=50)
    reviews_own = models.BooleanField(_("允许审核本人填报"), default=False, help_text=_("允许时，本人审核会记录在案"))
    webhook_url = models.URLField(
        _("群机器人地址"), max_length=300, blank=True, help_text=_("企业微信群机器人的 https 地址，留空则不推送")
    )

    objects = DistrictQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("区")
        ordering = ["code"]

    def __str__(self):
        return self.name

    def clean(self):
        """A robot's address is one that the portal would post to."""
        super().clean()
        if self.webhook_url and not allowed(self.webhook_url):
            found = {"hosts": "、".join(settings.WEBHOOK_HOSTS)}
            raise ValidationError({"webhook_url": _("地址须以 https:// 开头，主机须为：%(hosts)s。") % found})


class TownQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every town of the user's districts; a town user's own town only; none for a facility."""
        towns = self.filter(district__in=user.district_ids)
        if user.town_id:
            return towns.filter(pk=user.town_id)
        return towns.none() if user.facility_id else towns


class Town(models.Model):
    """A subdistrict (街道) or a town (镇); `order` is the notice's own order."""

    district = models.ForeignKey(District, models.PROTECT, related_name="towns", verbose_name=_("区"))
    code = models.CharField(_("统计代码"), max_length=9, unique=True, help_text=_("九位统计用区划代码"))
    name = models.CharField(_("名称"), max_length=50)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    objects = TownQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("街镇")
        ordering = ["order", "code"]
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="town_name_once_in_district")]

    def __str__(self):
        return self.name


class FacilityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Facilities of the user's districts, narrowed to the user's town or to the user's own facility."""
        facilities = self.filter(town__district__in=user.district_ids)
        if user.facility_id:
            return facilities.filter(pk=user.facility_id)
        return facilities.filter(town=user.town_id) if user.town_id else facilities


class Facility(models.Model):
    """An eldercare facility (养老服务机构/设施)."""

    town = models.ForeignKey(Town, models.PROTECT, related_name="facilities", verbose_name=_("街镇"))
    name = models.CharField(_("名称"), max_length=100)

    objects = FacilityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("养老服务机构")
        ordering = ["town", "name"]
        constraints = [models.UniqueConstraint(fields=["town", "name"], name="facility_name_once_in_town")]

    def __str__(self):
        return self.name
