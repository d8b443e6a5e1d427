"""Reminding those who owe, and the sheet for what stays red."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from tasks.models.indicator import Indicator
from tasks.models.programme import Period, Programme, Task
from tasks.models.report import LedgerQuerySet, LedgerRow


class Reminder(LedgerRow):
    """One town was reminded of one period (催办), at most once a day."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="reminders", verbose_name=_("填报期"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    on = models.DateField(_("催办日"))
    owed = models.PositiveSmallIntegerField(_("欠报行数"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("催办")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["period", "town", "on"], name="reminder_once_a_day")]


class SupervisionState(models.TextChoices):
    """Where a sheet stands, by what was done with it last; a state owns its colour, one of `.state-…`, and its label."""

    ISSUED = "issued", "returned", _("待签收")
    SIGNED = "signed", "waiting", _("已签收，待答复")
    ANSWERED = "answered", "extended", _("已答复，待办结")
    RETURNED = "returned", "partial", _("答复退回，待再次答复")
    CLOSED = "closed", "accepted", _("已办结")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


class SupervisionQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """The sheets of the user's districts; a town's own only; none for a facility."""
        sheets = self.filter(district__in=user.district_ids)
        if user.town_id:
            return sheets.filter(town=user.town_id)
        return sheets.none() if user.facility_id else sheets

    def standing(self, on: dt.date | None = None):
        """The sheets issued by a day (None: by now), each with what was done with it last by then: they know their `state`."""
        sheets, acts = self, SupervisionAct.objects.filter(sheet=OuterRef("pk"))
        if on:
            sheets, acts = sheets.filter(at__date__lte=on), acts.filter(at__date__lte=on)
        last = Subquery(acts.order_by("-at", "-pk").values("kind")[:1])
        return sheets.annotate(last_act=last).select_related("programme", "town")

    def in_state(self, state: str):
        """Of those `standing` the ones in a state."""
        return self.filter(last_act=state) if state != SupervisionState.ISSUED else self.filter(last_act__isnull=True)

    def overdue(self, on: dt.date):
        """Of those `standing` the ones that are not closed though their last day is over."""
        return self.open().filter(due_on__lt=on)

    def open(self):
        """Of those `standing` the ones that are not closed."""
        return self.filter(Q(last_act__isnull=True) | ~Q(last_act=SupervisionState.CLOSED))


class Supervision(LedgerRow):
    """One matter put to one town on one sheet (督办单); what became of it are its acts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="supervisions", verbose_name=_("年度方案"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="supervisions", verbose_name=_("街镇"))
    number = models.PositiveIntegerField(_("编号"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="+", verbose_name=_("指标"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", verbose_name=_("任务"))
    matter = models.CharField(_("督办事项"), max_length=500)
    requirement = models.CharField(_("办理要求"), max_length=1000)
    due_on = models.DateField(_("办结期限"))
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("签发时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("督办单")
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="supervision_number_once"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=True) | Q(task__isnull=True), name="supervision_of_one_matter"
            ),
            models.CheckConstraint(condition=~Q(matter="") & ~Q(requirement=""), name="supervision_has_words"),
        ]

    def __str__(self):
        return numbered(self.programme.year, self.number)

    def get_absolute_url(self):
        return reverse("supervision", args=[self.programme.slug, self.number])

    @property
    def subject(self) -> Indicator | Task | None:
        """What it is about, where that is a line of the plan."""
        return self.indicator or self.task

    @property
    def state(self) -> SupervisionState:
        """Of a sheet that was read as `standing`."""
        return SupervisionState(self.last_act or SupervisionState.ISSUED)

    def days_overdue(self, on: dt.date) -> int:
        """How many days after its last day it is still not closed; 0 on that day and before."""
        return 0 if self.state == SupervisionState.CLOSED else max((on - self.due_on).days, 0)


def numbered(year: int, number: int) -> str:
    """`督〔2024〕1号`."""
    return gettext("督〔%(year)s〕%(number)s号") % {"year": year, "number": number}


class SupervisionAct(LedgerRow):
    """What was done with a sheet: signed for, answered, sent back, closed."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("已签收")
        ANSWERED = "answered", _("已答复")
        RETURNED = "returned", _("答复退回")
        CLOSED = "closed", _("已办结")

    sheet = models.ForeignKey(Supervision, models.PROTECT, related_name="acts", verbose_name=_("督办单"))
    kind = models.CharField(_("办理"), max_length=10, choices=Kind)
    words = models.CharField(_("内容"), max_length=1000, blank=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("督办办理")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="signed") | ~Q(words=""), name="supervision_act_has_words")
        ]
