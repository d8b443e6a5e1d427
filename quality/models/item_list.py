"""What is inspected: versioned lists of items, and the grades that a list's points give. All of it is imported as data."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import District


class InspectionKind(models.TextChoices):
    DAILY = "daily", _("日常监测")
    SAFETY = "safety", _("安全达标测评")
    REASSESSMENT = "reassessment", _("安全达标复评")
    JOINT = "joint", _("双随机、一公开联合检查")
    PLATFORM = "platform", _("每季度平台检查")
    SELF_CHECK = "self_check", _("自查")
    SATISFACTION = "satisfaction", _("满意度调查")
    STAR = "star", _("等级评定")


class ItemListQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The lists of the user's districts, and those that every district shares."""
        return self.filter(Q(district__in=user.district_ids) | Q(district__isnull=True))

    def in_force(self, kind: str, district: District, on: dt.date) -> "ItemList | None":
        """The highest version of a kind in force on a day; a district's own comes before a shared one."""
        lists = self.filter(Q(district=district) | Q(district__isnull=True), kind=kind, from_on__lte=on)
        return lists.order_by(models.F("district").asc(nulls_last=True), "-version").first()


class ItemList(models.Model):
    """One version of the items of one kind of inspection (检查项目表); a district's own, or shared by all."""

    class Scale(models.TextChoices):
        PERCENT = "percent", _("得分率（%）")
        POINTS = "points", _("总分")

    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区")
    )
    kind = models.CharField(_("检查类别"), max_length=20, choices=InspectionKind)
    version = models.PositiveSmallIntegerField(_("版次"))
    title = models.CharField(_("名称"), max_length=100)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    placeholder = models.BooleanField(
        _("占位文本"), default=False
    )  # our own words where the official ones are not public
    from_on = models.DateField(_("施行日期"))
    scale = models.CharField(_("等级按"), max_length=10, choices=Scale, default=Scale.PERCENT)
    at = models.DateTimeField(_("导入时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ItemListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("检查项目表")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "version"], name="item_list_version_once"),
            models.UniqueConstraint(
                fields=["kind", "version"], condition=Q(district__isnull=True), name="shared_item_list_version_once"
            ),
        ]

    def __str__(self):
        return self.title


class InspectionItem(models.Model):
    """One line of a list: its points, and whether it is scored or passed."""

    class Judged(models.TextChoices):
        SCORE = "score", _("打分")
        CHECK = "check", _("合格与否")

    item_list = models.ForeignKey(ItemList, models.PROTECT, related_name="items", verbose_name=_("检查项目表"))
    number = models.PositiveSmallIntegerField(_("序号"))
    group = models.CharField(_("分组"), max_length=50)
    words = models.CharField(_("检查内容"), max_length=500)
    method = models.CharField(_("检查方法"), max_length=500, blank=True)
    points = models.DecimalField(_("分值"), max_digits=6, decimal_places=2)
    judged = models.CharField(_("评判方式"), max_length=10, choices=Judged, default=Judged.CHECK)
    veto = models.BooleanField(_("否决项"), default=False)  # not passed: the lowest grade, whatever the points

    class Meta:
        verbose_name = verbose_name_plural = _("检查项目")
        ordering = ["item_list", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item_list", "number"], name="inspection_item_number_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="inspection_item_has_points"),
        ]

    def __str__(self):
        return f"{self.number} {self.words}"


class Grade(models.Model):
    """What a list's points give: from `minimum` on, where every group reaches `part_minimum` percent of its own points.

    `minimum` is in percent or in points, as the list's scale says. `code` is what other records know the grade by.
    """

    item_list = models.ForeignKey(ItemList, models.PROTECT, related_name="grades", verbose_name=_("检查项目表"))
    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("等级"), max_length=20)
    minimum = models.DecimalField(_("最低分"), max_digits=6, decimal_places=2)
    part_minimum = models.DecimalField(_("各部分最低得分率（%）"), max_digits=5, decimal_places=2, default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("检查等级")
        ordering = ["item_list", "-minimum"]
        constraints = [
            models.UniqueConstraint(fields=["item_list", "code"], name="grade_code_once_in_list"),
            models.UniqueConstraint(fields=["item_list", "minimum"], name="grade_minimum_once_in_list"),
            models.CheckConstraint(
                condition=Q(minimum__gte=0, part_minimum__gte=0, part_minimum__lte=100), name="grade_bounds"
            ),
        ]

    def __str__(self):
        return self.name
