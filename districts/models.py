"""Where: a district, its streets and towns, their facilities."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
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

    def open_on(self, day: dt.date):
        """Those that were open on a day; one whose opening day is not known was open from the first."""
        return self.exclude(opened_on__gt=day).exclude(closed_on__lte=day)


class FacilityStatus(models.TextChoices):
    """Whether a facility is open; the value is also its colour: `.state-open` in static/components.css."""

    NOT_OPEN = "not_open", _("未开业")
    OPEN = "open", _("运营中")
    CLOSED = "closed", _("已停业")


class Facility(models.Model):
    """An eldercare facility (养老服务机构/设施); closed from `closed_on` on."""

    class Kind(models.TextChoices):
        NURSING_HOME = "nursing_home", _("养老院")
        CARE_HOME = "care_home", _("长者照护之家")
        DAY_CARE = "day_care", _("日间照护")
        SERVICE_CENTRE = "service_centre", _("综合为老服务中心")
        CANTEEN = "canteen", _("社区长者食堂")
        MEAL_POINT = "meal_point", _("助餐点")
        DOORSTEP_STATION = "doorstep_station", _("家门口服务站")
        NEIGHBOURHOOD = "neighbourhood", _("睦邻点")
        FITNESS_HOME = "fitness_home", _("长者运动健康之家")

    class Operation(models.TextChoices):
        PUBLIC = "public", _("公建公营")
        CONTRACTED = "contracted", _("公建民营")
        PRIVATE = "private", _("民建民营")

    town = models.ForeignKey(Town, models.PROTECT, related_name="facilities", verbose_name=_("街镇"))
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind, blank=True)
    operation = models.CharField(_("建设与运营方式"), max_length=10, choices=Operation, blank=True)
    director = models.CharField(_("负责人"), max_length=50, blank=True, help_text=_("养老服务质量第一责任人"))
    phone = models.CharField(_("联系电话"), max_length=50, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    registration = models.CharField(_("登记或备案编号"), max_length=50, blank=True)
    opened_on = models.DateField(_("开业日期"), null=True, blank=True)
    closed_on = models.DateField(_("停业日期"), null=True, blank=True, help_text=_("自这一天起不再运营"))

    objects = FacilityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("养老服务机构")
        ordering = ["town", "name"]
        constraints = [
            models.UniqueConstraint(fields=["town", "name"], name="facility_name_once_in_town"),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="facility_closes_after_it_opens",
                violation_error_message=_("停业日期不能早于开业日期。"),
            ),
        ]

    def __str__(self):
        return self.name

    def status_on(self, day: dt.date) -> FacilityStatus:
        """Whether it was open on a day."""
        if self.closed_on and self.closed_on <= day:
            return FacilityStatus.CLOSED
        return FacilityStatus.NOT_OPEN if self.opened_on and self.opened_on > day else FacilityStatus.OPEN

    @property
    def status(self) -> FacilityStatus:
        return self.status_on(timezone.localdate())
