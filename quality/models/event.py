"""When a programme does what: its phases with the events of each month, and whether these were held."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from quality.models.item_list import InspectionKind
from tasks.board import Moment
from tasks.models import Programme, Task
from tasks.models.known import known_by
from tasks.models.report import LedgerRow, evidence_path


class EventState(models.TextChoices):
    """Where an event stands on a day; a state owns its colour, one of `.state-…`, and its label."""

    TO_COME = "to_come", "none", _("未到期")
    RUNNING = "running", "waiting", _("进行中")
    DONE = "done", "accepted", _("已完成")
    OVERDUE = "overdue", "late", _("逾期")
    DROPPED = "dropped", "closed", _("已取消")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


class Phase(models.Model):
    """A part of the programme's year (实施阶段); `words` are the notice's own."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="phases", verbose_name=_("年度方案"))
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("阶段"), max_length=50)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    words = models.CharField(_("通知原文"), max_length=1000, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("实施阶段")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="phase_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="phase_ends_after_it_starts",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self):
        return self.title


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody of the district sees its programmes' events."""
        return self.filter(phase__programme__in=Programme.objects.visible_to(user))

    def standing(self, moment: Moment | None = None):
        """Each with what was recorded of it last: they know their state on a day (1 query).

        Of a moment (None: now) what was known then; what was held counts from its own day on, the rest from its record.
        """
        acts = EventAct.objects.filter(event=OuterRef("pk")).order_by("-pk")
        if moment:
            held = Q(done_on__isnull=False, done_on__lte=moment.as_of)
            said = Q(done_on__isnull=True) & known_by(moment.as_of)
            acts = acts.filter(known_by(moment.known_on), held | said)
        return self.annotate(last_act=Subquery(acts.values("kind")[:1]), done_on=Subquery(acts.values("done_on")[:1]))

    def open(self):
        """Of those `standing` the ones that are neither done nor dropped."""
        return self.filter(Q(last_act__isnull=True) | Q(last_act=EventAct.Kind.REOPENED))


class Event(models.Model):
    """Something that a programme does in a month: who answers for it, who takes part, what comes of it.

    With an `inspection_kind` it is carried out by the inspections of that kind within its days.
    """

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("动员部署")
        TRAINING = "training", _("培训")
        INSPECTION = "inspection", _("检查测评")
        REASSESSMENT = "reassessment", _("整改与复评")
        MEETING = "meeting", _("推进会、例会")
        COMPETITION = "competition", _("技能竞赛")
        PEOPLE = "people", _("人才培养")
        REPORT = "report", _("自查与总结")
        ROUTINE = "routine", _("日常工作")

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="events", verbose_name=_("阶段"))
    task = models.ForeignKey(Task, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("对应任务"))
    kind = models.CharField(_("类别"), max_length=15, choices=Kind)
    title = models.CharField(_("事项"), max_length=100)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    department = models.CharField(_("责任部门"), max_length=100, blank=True)
    participants = models.CharField(_("参加对象"), max_length=200, blank=True)
    deliverable = models.CharField(_("成果要求"), max_length=200, blank=True)
    when = models.CharField(_("原文时间"), max_length=50, blank=True)
    words = models.CharField(_("通知原文"), max_length=500, blank=True)
    inspection_kind = models.CharField(_("对应检查"), max_length=20, choices=InspectionKind, blank=True)

    objects = EventQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("阶段安排")
        ordering = ["starts_on", "ends_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "title", "starts_on"], name="event_once"),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_it_starts",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("event", args=[self.phase.programme.slug, self.pk])

    def state_on(self, day: dt.date) -> EventState:
        """Of one read as `standing`: what was recorded last, else what the calendar says."""
        if self.last_act == EventAct.Kind.DONE:
            return EventState.DONE
        if self.last_act == EventAct.Kind.DROPPED:
            return EventState.DROPPED
        if day < self.starts_on:
            return EventState.TO_COME
        return EventState.RUNNING if day <= self.ends_on else EventState.OVERDUE


class EventAct(LedgerRow):
    """An event was held, with the day and what came of it; or it was dropped, or taken up again, with the reason."""

    class Kind(models.TextChoices):
        DONE = "done", _("完成")
        DROPPED = "dropped", _("取消")
        REOPENED = "reopened", _("撤回记录")

    event = models.ForeignKey(Event, models.PROTECT, related_name="acts", verbose_name=_("阶段安排"))
    kind = models.CharField(_("记录"), max_length=10, choices=Kind)
    done_on = models.DateField(_("完成日期"), null=True)
    words = models.CharField(_("情况说明"), max_length=1000)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("阶段安排记录")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="event_act_has_words"),
            models.CheckConstraint(
                condition=Q(kind="done", done_on__isnull=False) | Q(done_on__isnull=True) & ~Q(kind="done"),
                name="event_act_done_on_a_day",
            ),
        ]


class EventFile(LedgerRow):
    """A paper or a photo of what was held."""

    act = models.ForeignKey(EventAct, models.PROTECT, related_name="files", verbose_name=_("阶段安排记录"))
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("阶段安排材料")
        ordering = ["pk"]
