"""How an indicator of the towns and of the district follows from the figures of the facilities."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.models import Facility
from quality.measures import Measure
from tasks.models import Indicator


class RollUp(models.Model):
    """A sum, Σ ÷ Σ (never a mean of percentages), or how many facilities reach a grade (机构数据汇总)."""

    class Rule(models.TextChoices):
        SUM = "sum", _("数量合计")
        FACILITIES = "facilities", _("机构家数")
        MEAN = "mean", _("得分按份数加权平均")

    class Reach(models.TextChoices):
        """Which of a facility's accepted quarters count for a date."""

        QUARTER = "quarter", _("只计本季度数据")
        LATEST = "latest", _("本季度没有的，沿用以前最近一次的结果")
        BEST = "best", _("以前达到过的继续计入")

    indicator = models.OneToOneField(Indicator, models.CASCADE, related_name="roll_up", verbose_name=_("指标"))
    rule = models.CharField(_("汇总规则"), max_length=10, choices=Rule, default=Rule.SUM)
    numerator = models.CharField(_("汇总项目（比率的分子）"), max_length=20, choices=Measure, blank=True)
    denominator = models.CharField(_("比率的分母"), max_length=20, choices=Measure, blank=True)
    at_least = models.PositiveIntegerField(
        _("计入的最低值"), null=True, blank=True, help_text=_("按机构家数汇总时，达到此值的机构计入")
    )
    reach = models.CharField(_("取数范围"), max_length=10, choices=Reach, default=Reach.QUARTER)
    kinds = models.JSONField(_("机构类别"), default=list, blank=True)  # of Facility.Kind; empty: all
    automatic = models.BooleanField(
        _("自动计入"), default=False, help_text=_("机构数据通过审核即计入各街镇和全区，街镇不必再确认")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("机构数据汇总")
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator="") | ~Q(numerator=F("denominator")), name="roll_up_of_two_measures"
            ),
            models.CheckConstraint(
                condition=Q(rule="sum", at_least__isnull=True) & ~Q(numerator="") & ~Q(reach="best")
                | Q(rule="mean", at_least__isnull=True) & ~Q(numerator="") & ~Q(denominator="") & ~Q(reach="best")
                | Q(rule="facilities", denominator="", numerator="", at_least__isnull=True)
                | Q(rule="facilities", denominator="", at_least__isnull=False) & ~Q(numerator=""),
                name="roll_up_rule_has_what_it_needs",
            ),
        ]

    def __str__(self):
        return str(self.indicator)

    @property
    def measures(self) -> list[Measure]:
        """What a facility must state to be counted."""
        return [Measure(name) for name in (self.numerator, self.denominator) if name]

    @property
    def told(self) -> str:
        """`Σ 持证护理员 ÷ Σ 养老护理员（养老院）`."""
        told = self._told()
        if self.kinds:
            kinds = gettext("、").join(str(Facility.Kind(kind).label) for kind in self.kinds)
            told = gettext("%(told)s（%(kinds)s）") % {"told": told, "kinds": kinds}
        if self.reach != self.Reach.QUARTER:
            told = gettext("%(told)s；%(reach)s") % {"told": told, "reach": self.get_reach_display()}
        return told

    def _told(self) -> str:
        if self.rule == self.Rule.SUM:
            return " ÷ ".join(f"Σ {measure.label}" for measure in self.measures)
        if self.rule == self.Rule.MEAN:
            score, weight = (measure.label for measure in self.measures)
            return f"Σ {score} × {weight} ÷ Σ {weight}"
        told = gettext("机构家数")
        if self.numerator:
            measure = Measure(self.numerator)
            what = {"measure": measure.label, "value": measure.shown(self.at_least)}
            told = gettext("%(measure)s不低于%(value)s的机构家数") % what
        return gettext("%(told)s ÷ 应计机构家数") % {"told": told} if self.indicator.is_rate else told
