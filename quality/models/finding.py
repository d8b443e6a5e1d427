"""What inspections found (问题、隐患), and what was done about each: rows are added, never changed or deleted."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import Facility
from quality.models.hazard import HazardCriterion
from quality.models.inspection import Inspection, Severity
from quality.models.item_list import InspectionItem
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow, evidence_path


class FindingState(models.TextChoices):
    """Where a finding stands; a state owns its colour, one of `.state-…`, and its label."""

    FOUND = "found", "returned", _("待交办")
    ASSIGNED = "assigned", "returned", _("待签收")
    RECTIFYING = "rectifying", "waiting", _("整改中")
    SUBMITTED = "submitted", "extended", _("待验收")
    VERIFIED = "verified", "extended", _("已复核，待销号")
    RETURNED = "returned", "partial", _("退回重改")
    CLOSED = "closed", "accepted", _("已销号")
    VOIDED = "voided", "closed", _("已作废")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


class FindingQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Those of the facilities that the user sees."""
        return self.filter(district__in=user.district_ids, facility__in=Facility.objects.visible_to(user))

    def standing(self, until: Known = None):
        """Each with what was done with it by the end of a day (None: by now): they know their `state` and what is asked of it.

        These are `major`, `due_on`, `responsible` and `closed_at`.
        `times` is the how manyth it is on its subject at its facility, those that were voided left out.
        """
        acts = FindingAct.objects.filter(known_by(until), finding=OuterRef("pk")).order_by("-number")
        same = Finding.objects.filter(facility=OuterRef("facility"), subject=OuterRef("subject")).order_by()
        same = same.filter(occurrence__lte=OuterRef("occurrence")).in_force()
        assigned = acts.filter(kind=FindingAct.Kind.ASSIGNED)
        return self.annotate(
            major=Coalesce(Subquery(assigned.values("major")[:1]), Q(severity=Severity.MAJOR)),
            last_act=Subquery(acts.filter(kind__in=MOVES).values("kind")[:1]),
            due_on=Subquery(acts.filter(due_on__isnull=False).values("due_on")[:1]),
            responsible=Subquery(assigned.values("responsible")[:1]),
            closed_at=Subquery(acts.filter(kind=FindingAct.Kind.CLOSED).values("at")[:1]),
            times=Subquery(same.values("facility").annotate(count=Count("pk")).values("count")),
        ).select_related("facility__town")

    def in_state(self, state: str):
        """Of those `standing` the ones in a state."""
        if state == FindingState.FOUND:
            return self.filter(last_act__isnull=True)
        return self.filter(last_act__in=[act for act, led_to in MOVES.items() if led_to == state])

    def in_force(self, known_on: Known = None):
        """Those that were not voided, as known on a day."""
        voided = FindingAct.objects.filter(known_by(known_on), finding=OuterRef("pk"), kind=FindingAct.Kind.VOIDED)
        return self.exclude(Exists(voided))

    def open(self):
        """Of those `standing` the ones that are neither closed nor voided."""
        return self.filter(Q(last_act__isnull=True) | ~Q(last_act__in=SETTLED))

    def unrectified(self):
        """Of those `standing` the ones that their facility still has to do something about."""
        return self.filter(Q(last_act__isnull=True) | ~Q(last_act__in=RECTIFIED))

    def overdue(self, on: dt.date):
        """Of those `standing` the ones not rectified though their last day is over; what waits for its check is not."""
        return self.unrectified().filter(due_on__lt=on)


class Finding(LedgerRow):
    """One problem at one facility (问题、隐患). The three lists are three views of these rows and of their acts.

    What was found before on the same subject at the same facility is `previous`; `occurrence` counts from 1, also over
    those that were voided later.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="findings", verbose_name=_("养老服务机构"))
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveIntegerField(_("编号"))
    subject = models.CharField(_("检查项目"), max_length=500)
    words = models.CharField(_("问题描述"), max_length=1000)
    severity = models.CharField(_("发现时判断的等级"), max_length=10, choices=Severity)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, related_name="findings", verbose_name=_("检查")
    )
    item = models.ForeignKey(
        InspectionItem, models.PROTECT, null=True, related_name="findings", verbose_name=_("检查项目表中的项目")
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    occurrence = models.PositiveSmallIntegerField(_("同一问题第几次发现"))
    found_on = models.DateField(_("发现日期"))
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("登记时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("问题隐患")
        ordering = ["district", "-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "number"], name="finding_number_once"),
            models.UniqueConstraint(fields=["facility", "subject", "occurrence"], name="finding_occurrence_once"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(words=""), name="finding_has_words"),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(inspection__isnull=False), name="finding_item_of_an_inspection"
            ),
            models.CheckConstraint(
                condition=Q(occurrence=1, previous__isnull=True) | Q(occurrence__gt=1, previous__isnull=False),
                name="finding_repeated_after_another",
            ),
        ]
        indexes = [models.Index(fields=["facility", "subject"])]

    def __str__(self):
        return gettext("隐患〔%(year)s〕%(number)s号") % {"year": self.year, "number": self.number}

    def get_absolute_url(self):
        return reverse("finding", args=[self.pk])

    @property
    def grade(self) -> Severity:
        """Of a finding that was read as `standing`: how grave it is, as ruled when it was assigned, else as found."""
        return Severity.MAJOR if self.major else Severity.ORDINARY

    @property
    def state(self) -> FindingState:
        """Of a finding that was read as `standing`."""
        return MOVES[self.last_act] if self.last_act else FindingState.FOUND

    def days_overdue(self, on: dt.date) -> int:
        """Of one read as `standing`: days since its last day while it is not rectified; 0 on that day and before."""
        if self.due_on is None or self.last_act in RECTIFIED:
            return 0
        return max((on - self.due_on).days, 0)


class FindingAct(LedgerRow):
    """What was done with a finding, in order of `number`; extending and reporting on the way leave its state.

    Assigning rules how grave it is: `major` by a criterion of the list in force; every later act carries the ruling.
    A verification and a closing name who had rectified, and a closing who had verified, so that the database itself
    refuses one person in two of these parts.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", _("交办")
        SIGNED = "signed", _("签收")
        PROGRESSED = "progressed", _("整改进展")
        SUBMITTED = "submitted", _("提交整改")
        RETURNED = "returned", _("退回重改")
        EXTENDED = "extended", _("延期")
        VERIFIED = "verified", _("复核通过")
        CLOSED = "closed", _("销号")
        VOIDED = "voided", _("作废")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="acts", verbose_name=_("问题隐患"))
    number = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("办理"), max_length=10, choices=Kind)
    words = models.CharField(_("内容"), max_length=1000, blank=True)
    responsible = models.CharField(_("责任人"), max_length=50, blank=True)
    due_on = models.DateField(_("整改期限"), null=True)
    major = models.BooleanField(_("重大隐患"))
    criterion = models.ForeignKey(
        HazardCriterion, models.PROTECT, null=True, related_name="+", verbose_name=_("重大隐患判定标准")
    )
    rectifier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("隐患办理")
        ordering = ["finding", "number"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "number"], name="finding_act_number_once"),
            models.UniqueConstraint(fields=["finding"], condition=Q(kind="closed"), name="finding_closed_once"),
            models.UniqueConstraint(fields=["finding"], condition=Q(kind="voided"), name="finding_voided_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["assigned", "signed"]) | ~Q(words=""), name="finding_act_has_words"
            ),
            models.CheckConstraint(
                condition=Q(kind="assigned", due_on__isnull=False) & ~Q(responsible="")
                | Q(kind="extended", due_on__isnull=False, responsible="")
                | Q(due_on__isnull=True, responsible="") & ~Q(kind__in=["assigned", "extended"]),
                name="finding_act_due_when_assigned_or_extended",
            ),
            models.CheckConstraint(
                condition=Q(kind="assigned", major=True, criterion__isnull=False)
                | Q(criterion__isnull=True) & ~Q(kind="assigned", major=True),
                name="finding_major_by_a_criterion",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["verified", "closed"], rectifier__isnull=False) & ~Q(by=F("rectifier"))
                | Q(rectifier__isnull=True) & ~Q(kind__in=["verified", "closed"]),
                name="finding_rectifier_does_not_verify",
            ),
            models.CheckConstraint(
                condition=Q(kind="closed", major=True, verifier__isnull=False) & ~Q(by=F("verifier"))
                | Q(verifier__isnull=True) & ~Q(kind="closed", major=True),
                name="finding_major_closed_by_a_second",
            ),
        ]


# Where each act leads; those that are not here leave the finding where it stands.
MOVES = {
    FindingAct.Kind.ASSIGNED: FindingState.ASSIGNED,
    FindingAct.Kind.SIGNED: FindingState.RECTIFYING,
    FindingAct.Kind.SUBMITTED: FindingState.SUBMITTED,
    FindingAct.Kind.RETURNED: FindingState.RETURNED,
    FindingAct.Kind.VERIFIED: FindingState.VERIFIED,
    FindingAct.Kind.CLOSED: FindingState.CLOSED,
    FindingAct.Kind.VOIDED: FindingState.VOIDED,
}
SETTLED = (FindingAct.Kind.CLOSED, FindingAct.Kind.VOIDED)  # nobody's turn
RECTIFIED = (FindingAct.Kind.SUBMITTED, FindingAct.Kind.VERIFIED, *SETTLED)  # others' turn, or nobody's


class FindingFile(LedgerRow):
    """A photo or another file: of what was found, or of an act."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files", verbose_name=_("问题隐患"))
    act = models.ForeignKey(FindingAct, models.PROTECT, null=True, related_name="files", verbose_name=_("隐患办理"))
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("隐患照片与材料")
        ordering = ["pk"]

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it."""
        return self.name.lower().endswith((".jpg", ".jpeg", ".png"))
