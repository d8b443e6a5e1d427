"""One facility, one plan (一院一案): versions of it, their measures and approvals: rows are added, never changed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import Facility
from quality.models.finding import Finding
from quality.models.inspection import Inspection
from tasks.models import Programme, Task
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow


class PlanState(models.TextChoices):
    """Where a version stands; a state owns its colour, one of `.state-…`, and its label."""

    SUBMITTED = "submitted", "waiting", _("待街镇审核")
    TOWN = "town", "extended", _("街镇已审核，待区级批准")
    BUREAU = "bureau", "accepted", _("已批准")
    RETURNED = "returned", "returned", _("已退回")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


class PlanQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Those of the facilities that the user sees."""
        return self.filter(district__in=user.district_ids, facility__in=Facility.objects.visible_to(user))

    def latest(self, until: Known = None):
        """Of each programme and facility only the newest version of those written by the end of a day (None: by now)."""
        same = {name: OuterRef(name) for name in ("programme", "facility")}
        newer = ImprovementPlan.objects.filter(known_by(until), version__gt=OuterRef("version"), **same)
        return self.filter(known_by(until), ~Exists(newer))

    def standing(self, until: Known = None):
        """Each with what was done with it last by the end of a day (None: by now): they know their `state`."""
        acts = PlanAct.objects.filter(known_by(until), plan=OuterRef("pk")).order_by("-pk")
        return self.annotate(last_act=Subquery(acts.values("kind")[:1]))


class ImprovementPlan(LedgerRow):
    """One version of a facility's plan for a programme; `analysis` keeps what the last inspection showed when it was written.

    `analysis` is a list of groups: {"group", "lost", "of"}, points as text.
    """

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("优秀")
        GOOD = "good", _("良好")
        FAIR = "fair", _("一般")
        POOR = "poor", _("较差")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("年度方案"))
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="plans", verbose_name=_("养老服务机构"))
    version = models.PositiveSmallIntegerField(_("版次"))
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, related_name="+", verbose_name=_("分析所据的检查")
    )
    analysis = models.JSONField(_("失分分析"), default=list)
    words = models.CharField(_("问题分析"), max_length=2000)
    grade = models.CharField(_("目标监测结果"), max_length=10, choices=Grade)
    star = models.PositiveSmallIntegerField(
        _("目标等级"), null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("报送时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("一院一案")
        ordering = ["programme", "facility", "version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "facility", "version"], name="plan_version_once"),
            models.CheckConstraint(condition=~Q(words=""), name="plan_has_words"),
            models.CheckConstraint(condition=Q(star__isnull=True) | Q(star__gte=1, star__lte=5), name="plan_star"),
        ]

    def __str__(self):
        return gettext("%(facility)s一院一案 第%(version)s版") % {"facility": self.facility, "version": self.version}

    def get_absolute_url(self):
        return f"{reverse('plan', args=[self.facility_id])}?programme={self.programme.slug}"

    @property
    def state(self) -> PlanState:
        """Of a version that was read as `standing`."""
        return PlanState(self.last_act or PlanState.SUBMITTED)


class PlanMeasure(LedgerRow):
    """What the facility does, who answers for it and by when; tied to findings and to one of the programme's tasks."""

    plan = models.ForeignKey(ImprovementPlan, models.PROTECT, related_name="measures", verbose_name=_("一院一案"))
    number = models.PositiveSmallIntegerField(_("序号"))
    words = models.CharField(_("整改提升措施"), max_length=500)
    owner = models.CharField(_("责任人"), max_length=50)
    due_on = models.DateField(_("完成期限"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", verbose_name=_("对应行动"))
    findings = models.ManyToManyField(Finding, related_name="measures", verbose_name=_("对应问题隐患"))

    class Meta:
        verbose_name = verbose_name_plural = _("整改提升措施")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_measure_number_once"),
            models.UniqueConstraint(fields=["plan", "words"], name="plan_measure_words_once"),
            models.CheckConstraint(condition=~Q(words="") & ~Q(owner=""), name="plan_measure_has_words"),
        ]

    def __str__(self):
        return self.words


class MeasureDone(LedgerRow):
    """A measure without findings is marked done, once, with words on what was done."""

    measure = models.OneToOneField(PlanMeasure, models.PROTECT, related_name="done", verbose_name=_("整改提升措施"))
    words = models.CharField(_("完成情况"), max_length=500)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("措施完成")
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="measure_done_has_words")]


class PlanAct(LedgerRow):
    """A version was approved by the town, then by the bureau, or returned by either with a reason; each once."""

    class Kind(models.TextChoices):
        TOWN = "town", _("街镇审核通过")
        BUREAU = "bureau", _("区级批准")
        RETURNED = "returned", _("退回")

    plan = models.ForeignKey(ImprovementPlan, models.PROTECT, related_name="acts", verbose_name=_("一院一案"))
    kind = models.CharField(_("办理"), max_length=10, choices=Kind)
    words = models.CharField(_("意见"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("一院一案审批")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="plan_act_once"),
            models.CheckConstraint(condition=~Q(kind="returned") | ~Q(words=""), name="plan_return_has_a_reason"),
        ]
