"""A user has one role in one place: districts (city), a district, a town or a facility."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.permissions import PERMISSIONS, Permission, Role
from districts.models import District, Facility, Town

_DISTRICT_ROLES = [Role.ADMIN, Role.STAFF, Role.LEADER]
_PLACE_MATCHES_ROLE = (
    Q(role__in=_DISTRICT_ROLES, district__isnull=False, town__isnull=True, facility__isnull=True)
    | Q(role=Role.TOWN, district__isnull=False, town__isnull=False, facility__isnull=True)
    | Q(role=Role.FACILITY, district__isnull=False, town__isnull=True, facility__isnull=False)
    | Q(role__in=[Role.CITY, ""], district__isnull=True, town__isnull=True, facility__isnull=True)
)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The users of the user's districts, and oneself."""
        return self.filter(Q(district__in=user.district_ids) | Q(pk=user.pk))

    def who_may(self, permission: Permission):
        """Those whose role gives the permission."""
        return self.filter(role__in=[role for role, given in PERMISSIONS.items() if permission in given])


class PortalUserManager(UserManager.from_queryset(UserQuerySet)):
    """Django's own manager with our vocabulary."""


class User(AbstractUser):
    name = models.CharField(_("姓名"), max_length=50, blank=True)
    role = models.CharField(_("角色"), max_length=10, choices=Role, blank=True)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, null=True, blank=True, verbose_name=_("街镇"))
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, blank=True, verbose_name=_("养老服务机构"))
    districts = models.ManyToManyField(District, blank=True, related_name="+", verbose_name=_("可查看的区（市级）"))
    digest = models.BooleanField(_("每日邮件摘要"), default=True)
    muted = models.JSONField(_("不接收的通知"), default=list, blank=True)  # kinds of tasks.Notification
    demo = models.BooleanField(_("演示账号"), default=False, editable=False)

    objects = PortalUserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"], m2m_fields=[districts])

    class Meta:
        verbose_name = verbose_name_plural = _("用户")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=_PLACE_MATCHES_ROLE,
                name="user_place_matches_role",
                violation_error_message=_(
                    "角色与所属不匹配：区级管理员、民政局工作人员、区领导只选区；街镇工作人员选区和街镇；养老机构选区和机构；市级都不选。"
                ),
            )
        ]

    def __str__(self):
        return self.name or self.username

    def clean(self):
        """A town or facility lies in the user's own district, and every role has its place."""
        super().clean()
        if self.town and self.town.district_id != self.district_id:
            raise ValidationError({"town": _("该街镇不属于所选的区。")})
        if self.facility and self.facility.town.district_id != self.district_id:
            raise ValidationError({"facility": _("该机构不属于所选的区。")})

    @cached_property
    def district_ids(self) -> tuple[int, ...]:
        """Primary keys of the districts this user's role lies in; none without a role."""
        if self.role == Role.CITY:
            return tuple(self.districts.values_list("pk", flat=True))
        return (self.district_id,) if self.district_id else ()

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS.get(self.role, ())
