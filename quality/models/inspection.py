"""Inspections: planned, visited, submitted. What is submitted is never changed; a correction is a new one that replaces it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.models import District, Facility
from quality.models.item_list import InspectionItem, InspectionKind, ItemList
from quality.quarters import Quarter
from tasks.board import Moment
from tasks.models import Programme
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow


class Department(models.TextChoices):
    CIVIL = "civil", _("民政")
    HEALTH = "health", _("卫健")
    FIRE = "fire", _("消防")
    MARKET = "market", _("市场监管")


class InspectionState(models.TextChoices):
    """Where an inspection stands; a state owns its colour, one of `.state-…`, and its label."""

    PLANNED = "planned", "waiting", _("已计划")
    VISITING = "visiting", "extended", _("检查中")
    SUBMITTED = "submitted", "accepted", _("已提交")
    REPLACED = "replaced", "none", _("已被更正")
    CANCELLED = "cancelled", "closed", _("已取消")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


class InspectorQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.none() if user.town_id or user.facility_id else self.filter(district__in=user.district_ids)


class Inspector(models.Model):
    """One of the pool from which teams are drawn."""

    district = models.ForeignKey(District, models.PROTECT, related_name="inspectors", verbose_name=_("区"))
    name = models.CharField(_("姓名"), max_length=50)
    department = models.CharField(_("部门"), max_length=10, choices=Department)
    card = models.CharField(_("执法证号"), max_length=50, blank=True)
    active = models.BooleanField(_("在库"), default=True)

    objects = InspectorQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("检查人员")
        ordering = ["department", "name"]
        constraints = [models.UniqueConstraint(fields=["district", "department", "name"], name="inspector_once")]

    def __str__(self):
        return self.name


def _told(moment: Moment | None, name: str, day: str = "at__date") -> Q:
    """Whether an inspection's row `name` was there at a moment: it stands for a day, and was known."""
    told = Q(**{f"{name}__isnull": False})
    if moment is None:
        return told
    return told & Q(**{f"{name}__{day}__lte": moment.as_of}) & known_by(moment.known_on, f"{name}__at")


class InspectionQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """The district's; a town's and a facility's own once submitted, and what they planned themselves in any state."""
        rows = self.filter(district__in=user.district_ids, facility__in=Facility.objects.visible_to(user))
        if user.town_id:
            return rows.filter(Q(result__isnull=False) | Q(by__town=user.town_id))
        return rows.filter(Q(result__isnull=False) | Q(by__facility=user.facility_id)) if user.facility_id else rows

    def standing(self, moment: Moment | None = None):
        """With all that tells the state of each (1 query); of a moment (None: now) those that there were, as they were then.

        A result stands for the day of its visit, the rest for the day of its record.
        """
        rows = self.select_related("result", "cancellation", "replacement__result", "facility__town").annotate(
            is_begun=Exists(VisitLine.objects.filter(inspection=OuterRef("pk"))),
            is_submitted=_told(moment, "result", "visited_on"),
            is_cancelled=_told(moment, "cancellation"),
            is_replaced=_told(moment, "replacement__result", "visited_on"),
        )
        if moment is None:
            return rows
        return rows.filter(known_by(moment.known_on), Q(at__date__lte=moment.as_of) | Q(is_submitted=True))

    def in_state(self, state: str):
        """Of those `standing` the ones in a state."""
        if state in (InspectionState.SUBMITTED, InspectionState.REPLACED):
            return self.filter(is_submitted=True, is_replaced=state == InspectionState.REPLACED)
        if state == InspectionState.CANCELLED:
            return self.filter(is_cancelled=True)
        begun = state == InspectionState.VISITING
        return self.filter(is_submitted=False, is_cancelled=False, is_begun=begun)

    def of_programme(self, programme: Programme):
        """Those planned for it, and those of its district and year that name no programme."""
        mine = Q(programme=programme) | Q(programme__isnull=True, year=programme.year)
        return self.filter(mine, district=programme.district_id)

    def open(self):
        """Neither submitted nor cancelled."""
        return self.filter(result__isnull=True, cancellation__isnull=True)

    def in_force(self, known_on: Known = None):
        """Submitted, and not replaced by a submitted correction, as known on a day (None: by now)."""
        replaced = InspectionResult.objects.filter(known_by(known_on), inspection__replaces=OuterRef("pk"))
        return self.filter(known_by(known_on, "result__at"), ~Exists(replaced), result__isnull=False)


class Inspection(LedgerRow):
    """One inspection of one facility, as planned; what was found are its result and the answers."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="inspections", verbose_name=_("养老服务机构"))
    item_list = models.ForeignKey(ItemList, models.PROTECT, related_name="inspections", verbose_name=_("检查项目表"))
    kind = models.CharField(_("检查类别"), max_length=20, choices=InspectionKind)
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, related_name="inspections", verbose_name=_("年度方案")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    planned_on = models.DateField(_("计划日期"))
    department = models.CharField(_("牵头部门"), max_length=10, choices=Department, default=Department.CIVIL)
    team = models.JSONField(_("检查人员"), default=list, blank=True)  # as they were then: {"name", "department"}
    draw = models.ForeignKey("quality.Draw", models.PROTECT, null=True, related_name="inspections")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replacement")
    reason = models.CharField(_("更正原因"), max_length=500, blank=True)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("计划时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("检查")
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="inspection_quarter"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") | Q(replaces__isnull=False) & ~Q(reason=""),
                name="inspection_correction_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["district", "year", "quarter"])]

    def __str__(self):
        return f"{self.facility} {self.get_kind_display()} {self.period}"

    def get_absolute_url(self):
        return reverse("inspection", args=[self.pk])

    @property
    def period(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    @property
    def state(self) -> InspectionState:
        """Of an inspection that was read as `standing`."""
        if self.is_cancelled:
            return InspectionState.CANCELLED
        if not self.is_submitted:
            return InspectionState.VISITING if self.is_begun else InspectionState.PLANNED
        return InspectionState.REPLACED if self.is_replaced else InspectionState.SUBMITTED

    @property
    def outcome(self) -> "InspectionResult | None":
        """Of an inspection that was read as `standing`: what it came to by then."""
        return self.result if self.is_submitted else None


class InspectionResult(LedgerRow):
    """What an inspection came to, written when it is submitted, once."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, related_name="result", verbose_name=_("检查"))
    visited_on = models.DateField(_("检查日期"))
    points = models.DecimalField(_("得分"), max_digits=7, decimal_places=2)
    attainable = models.DecimalField(_("适用项总分"), max_digits=7, decimal_places=2)
    grade = models.CharField(_("等级代码"), max_length=20, blank=True)
    grade_name = models.CharField(_("等级"), max_length=20, blank=True)
    respondents = models.PositiveIntegerField(_("答卷份数"), null=True)
    words = models.CharField(_("总体评价"), max_length=1000, blank=True)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("提交时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("检查结果")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, attainable__gte=models.F("points")), name="inspection_points_in_bounds"
            )
        ]

    def __str__(self):
        return str(self.inspection)

    @property
    def percent(self) -> Decimal:
        """Points gained of those attainable, in percent with two decimals; 0 where no item applied."""
        share = self.points / self.attainable * 100 if self.attainable else Decimal(0)
        return share.quantize(Decimal("0.01"), "ROUND_HALF_UP")


class Verdict(models.TextChoices):
    """What was found of an item; the value is also its colour."""

    MET = "met", _("合格")
    PARTLY = "partly", _("部分得分")
    NOT_MET = "not_met", _("不合格")
    NOT_APPLICABLE = "na", _("不适用")


class Severity(models.TextChoices):
    ORDINARY = "ordinary", _("一般")
    MAJOR = "major", _("重大")


class InspectionAnswer(LedgerRow):
    """What was found of one item; one that is not met says what was found, and how grave it is."""

    result = models.ForeignKey(InspectionResult, models.PROTECT, related_name="answers")
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="answers")
    verdict = models.CharField(_("结论"), max_length=10, choices=Verdict)
    points = models.DecimalField(_("得分"), max_digits=6, decimal_places=2)
    words = models.CharField(_("发现的问题"), max_length=500, blank=True)
    severity = models.CharField(_("程度"), max_length=10, choices=Severity, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("检查结论")
        ordering = ["item__number"]
        constraints = [
            models.UniqueConstraint(fields=["result", "item"], name="inspection_answer_once"),
            models.CheckConstraint(
                condition=~Q(verdict="not_met") | (~Q(words="") & ~Q(severity="")),
                name="inspection_answer_not_met_says_what",
            ),
        ]


class InspectionCancellation(LedgerRow):
    """A plan that is given up, and why."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, related_name="cancellation")
    reason = models.CharField(_("取消原因"), max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("检查取消")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="inspection_cancelled_for_a_reason")]


class VisitLine(models.Model):
    """What was typed of an item during the visit, not yet submitted; `version` counts the saves, for a second phone."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="lines")
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="+")
    typed = models.JSONField(default=dict)  # verdict, points, words, severity: the very characters
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("检查草稿")
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="visit_line_once")]


def photo_path(photo, filename):
    return f"{photo.district.code}/{photo.sha256[:2]}/{photo.sha256}"


class InspectionPhoto(models.Model):
    """A photo of what was found; the browser names it by a key, so that one sent twice is kept once."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos")
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=photo_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("上传时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("检查照片")
        ordering = ["item__number", "at"]
