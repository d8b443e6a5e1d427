"""What people are told, and what was sent for it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import District
from tasks.models.programme import Programme

# Of each kind the icon that stands beside its words.
_ICONS = {
    "submitted": "inbox",
    "returned": "arrow-back-up",
    "accepted": "circle-check",
    "reminded": "bell-ringing",
    "due": "calendar-due",
    "extended": "calendar-plus",
    "period": "calendar-cog",
    "light": "traffic-lights",
    "supervision": "clipboard-text",
    "delivery": "mail-exclamation",
    "assessment": "trophy",
    "appeal": "gavel",
    "claim": "award",
    "inspection": "clipboard-check",
    "finding": "alert-triangle",
    "plan": "clipboard-list",
    "year": "calendar-event",
}


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own only."""
        return self.filter(user=user)

    def unread(self):
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One thing told to one person (通知), once for each key; its words are made from `kind` and `facts` when shown."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("有新填报待审核")
        RETURNED = "returned", _("填报被退回")
        ACCEPTED = "accepted", _("填报已通过")
        REMINDED = "reminded", _("催办")
        DUE = "due", _("填报将到期")
        EXTENDED = "extended", _("填报期延期")
        PERIOD = "period", _("填报期关闭或重新开放")
        LIGHT = "light", _("亮灯变化")
        SUPERVISION = "supervision", _("督办单")
        DELIVERY = "delivery", _("发送失败")
        ASSESSMENT = "assessment", _("考核结果")
        APPEAL = "appeal", _("考核申诉")
        CLAIM = "claim", _("加分和扣分")
        INSPECTION = "inspection", _("检查结果")
        FINDING = "finding", _("问题隐患")
        PLAN = "plan", _("一院一案")
        YEAR = "year", _("年度工作安排")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(_("类型"), max_length=15, choices=Kind)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    read_at = models.DateTimeField(_("阅读时间"), null=True)
    digest = models.ForeignKey("tasks.Delivery", models.SET_NULL, null=True, related_name="notifications")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once_a_key")]
        indexes = [models.Index(fields=["user", "read_at"])]

    @property
    def icon(self) -> str:
        return _ICONS[self.kind]


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the user's districts."""
        return self.filter(district__in=user.district_ids)

    def due(self, now: dt.datetime):
        """What may be sent now."""
        return self.filter(state=Delivery.State.WAITING, next_at__lte=now)

    def stuck(self, now: dt.datetime):
        """What was given up, or ended without anybody knowing how: only a person sends it again."""
        return self.filter(Q(state=Delivery.State.FAILED) | Q(state=Delivery.State.SENDING, next_at__lte=now))


class Delivery(models.Model):
    """One message that leaves the portal: a person's digest of a day, or a post to the group robot; once for each key.

    While it is being sent, `next_at` is when the send must be over: a row that is still SENDING then has an unknown end.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮件")
        WEBHOOK = "webhook", _("群机器人")

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    error = models.CharField(_("错误"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    next_at = models.DateTimeField(_("下次尝试"), default=timezone.now)
    sent_at = models.DateTimeField(_("发送时间"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("发送记录")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="delivery_sent_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(channel="email", user__isnull=False) | Q(channel="webhook", user__isnull=True),
                name="delivery_mail_has_a_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_at"])]

    @property
    def is_unknown(self) -> bool:
        """Sending began, and nobody knows how it ended."""
        return self.state == self.State.SENDING and self.next_at <= timezone.now()

    @property
    def is_stuck(self) -> bool:
        return self.state == self.State.FAILED or self.is_unknown

    @property
    def told(self) -> str:
        """How it stands, for people."""
        return _("结果未知") if self.is_unknown else self.get_state_display()
