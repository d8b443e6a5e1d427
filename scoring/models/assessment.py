"""One run of a rubric at a date (考核); where it stands follows from what was done with it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scoring.grading import DEFAULT_BANDS, Band
from scoring.models.rubric import NoTarget, Rubric
from tasks.models import Period, Programme
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow


class AssessmentState(models.TextChoices):
    """Where an assessment stands; a state owns its colour, one of `.state-…`, and its label."""

    DRAFT = "draft", "draft", _("草案")
    FROZEN = "frozen", "extended", _("已冻结")
    PUBLISHED = "published", "waiting", _("已公布")
    FINAL = "final", "accepted", _("已定稿")
    DISCARDED = "discarded", "closed", _("已作废")
    REPLACED = "replaced", "closed", _("已被替代")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


class Visibility(models.TextChoices):
    """What a town sees of the others once an assessment is published; its own result it always sees."""

    FULL = "full", _("公开全部得分与名次")
    OWN_RANK = "own_rank", _("只公开本街镇名次")
    BANDS = "bands", _("只公开各街镇等次")


class Ties(models.TextChoices):
    """How equal totals are placed."""

    SHARED = "shared", _("同分并列")
    BY_SECTIONS = "by_sections", _("同分依次比较各部分得分，仍相同则并列")


def default_bands() -> list[list[str]]:
    return [[name, str(least)] for name, least in DEFAULT_BANDS]


class AssessmentQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Of the user's districts; a town's only what is published, a facility's nothing."""
        assessments = self.filter(district__in=user.district_ids)
        if user.town_id:
            return assessments.filter(acts__kind=AssessmentAct.Kind.PUBLISHED)
        return assessments.none() if user.facility_id else assessments

    def standing(self, until: Known = None):
        """Each with what was done with it last by the end of a day (None: by now): they know their `state`."""
        acts = AssessmentAct.objects.filter(known_by(until), assessment=OuterRef("pk"))
        last = Subquery(acts.order_by("-pk").values("kind")[:1])
        return self.annotate(last_act=last).select_related("programme__district", "period", "rubric")

    def beside(self, assessment: "Assessment"):
        """The others of the same quarter, or the same year, of the programme."""
        same = self.filter(programme=assessment.programme_id, kind=assessment.kind, period=assessment.period_id)
        return same.exclude(pk=assessment.pk)


class Assessment(LedgerRow):
    """A quarterly bulletin (季度通报) or the year's assessment (年度考核) at a date, by one version of the rubric."""

    class Kind(models.TextChoices):
        QUARTERLY = "quarterly", _("季度通报")
        ANNUAL = "annual", _("年度考核")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="assessments", verbose_name=_("年度方案"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="+", verbose_name=_("季度"))
    as_of = models.DateField(_("数据截至"))
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="assessments", verbose_name=_("评分细则"))
    no_target = models.CharField(_("未分解指标的计分"), max_length=10, choices=NoTarget)
    title = models.CharField(_("名称"), max_length=100)
    bands = models.JSONField(_("等次"), default=default_bands)  # names with the least points of each, highest first
    ties = models.CharField(_("同分名次"), max_length=15, choices=Ties, default=Ties.SHARED)
    appeal_days = models.PositiveSmallIntegerField(_("申诉期（天）"), default=7)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("建立时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="quarterly", period__isnull=False) | Q(kind="annual", period__isnull=True),
                name="assessment_of_a_quarter_or_a_year",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="assessment_has_a_title"),
            models.CheckConstraint(condition=Q(appeal_days__gte=1), name="assessment_can_be_appealed"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("assessment", args=[self.programme.slug, self.pk])

    @property
    def state(self) -> AssessmentState:
        """Of one that was read as `standing`."""
        return AssessmentState(self.last_act or AssessmentState.DRAFT)

    @property
    def scope(self) -> str:
        """What is assessed: the programme, and its quarter or its year."""
        return f"{self.programme_id} {self.kind} {self.period_id or ''}".strip()

    @property
    def grading(self) -> list[Band]:
        return [Band(name, Decimal(least)) for name, least in self.bands]


_TONES = {
    "frozen": "draft",
    "published": "waiting",
    "final": "accepted",
    "discarded": "returned",
    "replaced": "returned",
}


class AssessmentAct(LedgerRow):
    """What was done with an assessment, each once: who, when, why, and what came into being by it.

    Freezing and finishing seal the results with a hash; publishing says what towns see and until when they may appeal.
    Of a quarter or a year one assessment stands: `first_of` marks the first that was published, every later one puts a
    `successor` in the place of the one before.
    """

    class Kind(models.TextChoices):
        FROZEN = "frozen", _("冻结")
        PUBLISHED = "published", _("公布")
        FINAL = "final", _("定稿")
        DISCARDED = "discarded", _("作废")
        REPLACED = "replaced", _("替代")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="acts", verbose_name=_("考核"))
    kind = models.CharField(_("操作"), max_length=10, choices=Kind)
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    known_on = models.DateField(_("按当时已知"), null=True)
    visibility = models.CharField(_("公开范围"), max_length=10, choices=Visibility, blank=True)
    appeal_until = models.DateField(_("申诉截止"), null=True)
    first_of = models.CharField(max_length=60, blank=True)
    successor = models.ForeignKey(
        Assessment, models.PROTECT, null=True, related_name="replacements", verbose_name=_("替代者")
    )
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("考核操作")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "kind"], name="assessment_act_once"),
            models.UniqueConstraint(
                fields=["first_of"], condition=~Q(first_of=""), name="assessment_first_published_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="replaced", successor__isnull=False) | Q(successor=None) & ~Q(kind="replaced"),
                name="assessment_replaced_by_another",
            ),
            models.CheckConstraint(
                condition=Q(kind="published") | Q(first_of=""), name="assessment_first_is_published"
            ),
            models.CheckConstraint(
                condition=Q(kind="frozen", known_on__isnull=False, visibility="", appeal_until=None) & ~Q(sha256="")
                | Q(kind="published", known_on=None, sha256="", appeal_until__isnull=False) & ~Q(visibility="")
                | Q(kind="final", known_on=None, visibility="", appeal_until=None) & ~Q(sha256="")
                | Q(kind__in=("discarded", "replaced"), known_on=None, sha256="", visibility="", appeal_until=None)
                & ~Q(reason=""),
                name="assessment_act_matches_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.assessment} · {self.get_kind_display()}"

    @property
    def tone(self) -> str:
        """Its colour in a timeline."""
        return _TONES[self.kind]

    @property
    def told(self) -> str:
        """What is to be said of it, one thing a line."""
        said = [gettext("由“%(title)s”替代") % {"title": self.successor}] if self.successor else []
        said += [self.reason] if self.reason else []
        if self.visibility:
            said.append(self.get_visibility_display())
        if self.appeal_until:
            said.append(gettext("申诉截止 %(day)s（含当日）") % {"day": self.appeal_until})
        if self.sha256:
            said.append(f"SHA-256 {self.sha256}")
        return "\n".join(said)
