"""How a town's indicator follows from the figures of its facilities."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from districts.models import Facility
from quality.measures import Measure
from tasks.models import Indicator


class RollUp(models.Model):
    """A count's measure, or a rate's two (机构数据汇总): Σ over a town's facilities, never a mean of percentages."""

    indicator = models.OneToOneField(Indicator, models.CASCADE, related_name="roll_up", verbose_name=_("指标"))
    numerator = models.CharField(_("汇总项目（比率的分子）"), max_length=20, choices=Measure)
    denominator = models.CharField(_("比率的分母"), max_length=20, choices=Measure, blank=True)
    kinds = models.JSONField(_("机构类别"), default=list, blank=True)  # of Facility.Kind; empty: all

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("机构数据汇总")
        constraints = [models.CheckConstraint(condition=~Q(numerator=F("denominator")), name="roll_up_of_two_measures")]

    def __str__(self):
        return str(self.indicator)

    @property
    def measures(self) -> list[Measure]:
        """What a facility must state to be counted."""
        return [Measure(name) for name in (self.numerator, self.denominator) if name]

    @property
    def told(self) -> str:
        """`Σ 持证护理员 ÷ Σ 养老护理员（养老院）`."""
        told = " ÷ ".join(f"Σ {measure.label}" for measure in self.measures)
        if not self.kinds:
            return told
        kinds = gettext("、").join(str(Facility.Kind(kind).label) for kind in self.kinds)
        return gettext("%(told)s（%(kinds)s）") % {"told": told, "kinds": kinds}
