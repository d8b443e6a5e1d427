"""A programme's people: who is put forward, trained, certified and subsidised. No more of a person than the name."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.models import Facility
from tasks.models import Programme
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow


class PersonKind(models.TextChoices):
    MANAGER = "manager", _("金牌管理者")
    EXPERT = "expert", _("养老护理职业技能尖兵")
    TRAINING = "training", _("参加培训")
    CERTIFICATE = "certificate", _("等级证书")
    SUBSIDY = "subsidy", _("入职补贴")


class Level(models.IntegerChoices):
    """Of skill; a smaller number is a higher one (养老护理员国家职业技能标准)."""

    FIVE = 5, _("五级（初级工）")
    FOUR = 4, _("四级（中级工）")
    THREE = 3, _("三级（高级工）")
    TWO = 2, _("二级（技师）")
    ONE = 1, _("一级（高级技师）")


class PersonState(models.TextChoices):
    """Where a record stands; a state owns its colour, one of `.state-…`, and its label."""

    WAITING = "waiting", "waiting", _("待确认")
    CONFIRMED = "confirmed", "accepted", _("已确认")
    PAID = "paid", "open", _("已发放")
    REFUSED = "refused", "returned", _("不予确认")
    WITHDRAWN = "withdrawn", "closed", _("已撤销")

    def __new__(cls, code: str, colour: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.colour = colour
        return member


STANDS = (PersonState.CONFIRMED, PersonState.PAID)  # what counts


class PeoplePlan(models.Model):
    """How many of a kind the programme aims at; `words` are the notice's own. Without a number it aims at none."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="people_plans", verbose_name=_("年度方案"))
    kind = models.CharField(_("类别"), max_length=15, choices=PersonKind)
    target = models.PositiveIntegerField(_("目标人数"), null=True, blank=True, validators=[MinValueValidator(1)])
    words = models.CharField(_("通知原文"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("人才计划")
        ordering = ["programme", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind"], name="people_plan_once_a_kind"),
            models.CheckConstraint(condition=Q(target__isnull=True) | Q(target__gte=1), name="people_plan_target"),
        ]

    def __str__(self):
        return self.get_kind_display()


class Training(LedgerRow):
    """A training session that the bureau held; who attended are records of persons."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="trainings", verbose_name=_("年度方案"))
    subject = models.CharField(_("培训内容"), max_length=100)
    held_on = models.DateField(_("培训日期"))
    hours = models.DecimalField(
        _("学时"), max_digits=5, decimal_places=1, validators=[MinValueValidator(Decimal("0.5"))]
    )
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("登记时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("培训")
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "subject", "held_on"], name="training_once"),
            models.CheckConstraint(condition=~Q(subject="") & Q(hours__gt=0), name="training_has_subject_and_hours"),
        ]

    def __str__(self):
        return f"{self.subject} {self.held_on}"


class PersonQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Those of the facilities that the user sees."""
        return self.filter(district__in=user.district_ids, facility__in=Facility.objects.visible_to(user))

    def standing(self, until: Known = None):
        """Each with what was decided of it last by a day (None: by now) and why: they know their `state` and `last_words`."""
        acts = PersonAct.objects.filter(known_by(until), record=OuterRef("pk")).order_by("-pk")
        return self.annotate(last_act=Subquery(acts.values("kind")[:1]), last_words=Subquery(acts.values("words")[:1]))

    def in_state(self, *states: str):
        """Of those `standing` the ones in these states."""
        waiting = Q(last_act__isnull=True) if PersonState.WAITING in states else Q()
        return self.filter(Q(last_act__in=states) | waiting)


class PersonRecord(LedgerRow):
    """One thing about one person of a facility: put forward, attended, certified, or to be paid (in yuan, for a month).

    Each kind has its own fields; constraints keep half-recorded ones out.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="people", verbose_name=_("年度方案"))
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="people", verbose_name=_("养老服务机构"))
    kind = models.CharField(_("类别"), max_length=15, choices=PersonKind)
    name = models.CharField(_("姓名"), max_length=50)
    words = models.CharField(_("推荐理由或备注"), max_length=500, blank=True)
    training = models.ForeignKey(Training, models.PROTECT, null=True, related_name="people", verbose_name=_("培训"))
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=Level, null=True)
    number = models.CharField(_("证书编号"), max_length=50, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=9, decimal_places=2, null=True)
    month = models.DateField(_("补贴月份"), null=True)  # its first day
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("登记时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("人员记录")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["programme", "kind"])]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind="training", training__isnull=False) | ~Q(kind="training") & Q(training__isnull=True),
                name="person_training",
            ),
            models.CheckConstraint(
                condition=Q(kind="certificate", level__range=(1, 5), issued_on__isnull=False) & ~Q(number="")
                | ~Q(kind="certificate") & Q(level__isnull=True, issued_on__isnull=True, number=""),
                name="person_certificate",
            ),
            models.CheckConstraint(
                condition=Q(kind="subsidy", amount__gt=0, month__isnull=False)
                | ~Q(kind="subsidy") & Q(amount__isnull=True, month__isnull=True),
                name="person_subsidy",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.get_kind_display()}"

    @property
    def state(self) -> PersonState:
        """Of a record that was read as `standing`."""
        return PersonState(self.last_act or PersonState.WAITING)


class PersonAct(LedgerRow):
    """A record was confirmed, paid, refused or withdrawn; each once, the last two with a reason."""

    record = models.ForeignKey(PersonRecord, models.PROTECT, related_name="acts", verbose_name=_("人员记录"))
    kind = models.CharField(_("办理"), max_length=10, choices=PersonState)
    words = models.CharField(_("原因"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("人员记录办理")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "kind"], name="person_act_once"),
            models.CheckConstraint(condition=~Q(kind="waiting"), name="person_act_does_something"),
            models.CheckConstraint(
                condition=~Q(kind__in=["refused", "withdrawn"]) | ~Q(words=""), name="person_act_has_a_reason"
            ),
        ]
