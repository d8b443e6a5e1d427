"""What is counted, and what each town owes on it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.models import District, Town
from tasks.models.known import Known, known_by
from tasks.models.programme import Frequency, Period, Programme

FIGURE = {"max_digits": 20, "decimal_places": 10}  # exact to ten places; a cell may hold 15 digits in all


class Indicator(models.Model):
    """Something counted or a rate; rates are held in percent (85, not 0.85)."""

    class Kind(models.TextChoices):
        COUNT = "count", _("数量")
        RATE = "rate", _("比率")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("越高越好")
        LOWER = "lower", _("越低越好")

    class Aggregation(models.TextChoices):
        SUM = "sum", _("累加")
        WEIGHTED_RATE = "weighted_rate", _("分子合计 ÷ 分母合计")
        LATEST = "latest", _("不汇总")

    class Source(models.TextChoices):
        TYPED = "typed", _("街镇填报")
        FACILITIES = "facilities", _("由机构数据汇总")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="indicators", verbose_name=_("年度方案"))
    code = models.CharField(_("编号"), max_length=10)
    name = models.CharField(_("指标名称"), max_length=100)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    group = models.CharField(_("指标分组"), max_length=50, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind, default=Kind.COUNT)
    direction = models.CharField(_("方向"), max_length=10, choices=Direction, default=Direction.HIGHER)
    aggregation = models.CharField(_("汇总方式"), max_length=15, choices=Aggregation, default=Aggregation.SUM)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    frequency = models.CharField(_("填报频次"), max_length=10, choices=Frequency, default=Frequency.QUARTER)
    monthly_from = models.DateField(_("按月填报起始日"), null=True, blank=True, editable=False)
    source = models.CharField(_("数据来源"), max_length=12, choices=Source, default=Source.TYPED)
    evidence_required = models.BooleanField(_("须附佐证材料"), default=False)
    by_increment = models.BooleanField(
        _("按新增数填报"), default=False, help_text=_("填写本期新增数，系统换算为累计数；仅用于数量指标")
    )
    by_sites = models.BooleanField(
        _("按点位清单填报"), default=False, help_text=_("数量等于点位清单的行数；仅用于数量指标")
    )
    printed_total = models.DecimalField(
        _("合计行数字"), null=True, blank=True, editable=False, help_text=_("仅用于与各街镇之和核对"), **FIGURE
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("指标")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="indicator_code_once_in_programme"),
            models.UniqueConstraint(fields=["programme", "name"], name="indicator_name_once_in_programme"),
            models.CheckConstraint(
                condition=Q(by_increment=False, by_sites=False)
                | Q(kind="count") & (Q(by_increment=False) | Q(by_sites=False)),
                name="indicator_counts_by_one_way",
                violation_error_message=_("按新增数与按点位清单填报只用于数量指标，且只能选一种。"),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("indicator", args=[self.programme.slug, self.code])

    @property
    def is_rate(self) -> bool:
        return self.kind == self.Kind.RATE

    @property
    def shown_unit(self) -> str:
        """What stands behind its figures."""
        return "%" if self.is_rate else self.unit

    @property
    def lower_is_better(self) -> bool:
        return self.direction == self.Direction.LOWER

    def is_asked_in(self, period: Period) -> bool:
        """Months ask for what is monthly, from the month on in which it became so; quarters for all the rest."""
        monthly = self.frequency == Frequency.MONTH and (
            self.monthly_from is None or period.ends_on >= self.monthly_from
        )
        return monthly == (period.frequency == Frequency.MONTH)


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The district's own targets and those of the towns the user may see."""
        targets = self.filter(district__in=user.district_ids)
        if user.town_id:
            return targets.filter(Q(town=user.town_id) | Q(town__isnull=True))
        return targets.filter(town__isnull=True) if user.facility_id else targets

    def current(self, known_on: Known = None):
        """The revision in force for each indicator and town; as known on a day, the plan's first revision counting as known."""
        known = Q() if known_on is None else known_by(known_on, "created_at") | Q(revision=1)
        newer = Target.objects.filter(
            known, indicator=OuterRef("indicator"), revision__gt=OuterRef("revision"), town_key=OuterRef("town_key")
        )
        return self.filter(known, ~Exists(newer))


class Target(models.Model):
    """What one town (or, without a town, the district) owes on one indicator; revised, never overwritten.

    `text` holds the cell's own words. `comparator` none means that the target was taken away.
    """

    class Comparator(models.TextChoices):
        GE = "ge", _("不低于")
        LE = "le", _("不超过")
        TEXT = "text", _("文字要求")
        NONE = "none", _("无指标")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name=_("指标"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=_("街镇")
    )
    # The town's primary key, 0 for the district: a null would not be compared by a unique constraint.
    town_key = models.GeneratedField(
        expression=Coalesce("town_id", 0), output_field=models.BigIntegerField(), db_persist=True
    )
    revision = models.PositiveSmallIntegerField(_("版次"))
    comparator = models.CharField(_("比较"), max_length=5, choices=Comparator)
    value = models.DecimalField(_("目标值"), null=True, blank=True, **FIGURE)
    text = models.CharField(_("原文"), max_length=100, blank=True)
    document = models.CharField(_("依据文件"), max_length=200, blank=True)
    reason = models.CharField(_("调整原因"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("指标分解")
        ordering = ["indicator", "town", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "town_key", "revision"], name="target_revision_once"),
            models.CheckConstraint(
                condition=Q(comparator__in=["ge", "le"], value__isnull=False, value__gte=0)
                | Q(comparator__in=["text", "none"], value__isnull=True),
                name="target_value_matches_comparator",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} · {self.town or self.district}：{self.text}"
