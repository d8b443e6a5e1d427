"""Which facilities a programme is about: a rule over the register, and what is decided for single facilities."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.models import HistoricalRecords

from districts.models import Facility
from tasks.models import Programme


class Scope(models.Model):
    """A programme's 实施范围; a programme without one is about every facility."""

    programme = models.OneToOneField(
        Programme, models.CASCADE, related_name="scope", verbose_name=gettext_lazy("年度方案")
    )
    kinds = models.JSONField(gettext_lazy("机构类别"), default=list, blank=True)  # of Facility.Kind; empty: all
    registered = models.BooleanField(gettext_lazy("仅计已登记或备案的机构"), default=False)
    words = models.CharField(gettext_lazy("通知原文"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("实施范围")

    def __str__(self):
        return str(self.programme)

    def takes(self, facility: Facility) -> bool:
        """What the rule says, exceptions aside."""
        return (not self.kinds or facility.kind in self.kinds) and (not self.registered or bool(facility.registration))

    def includes(self, facility: Facility) -> bool:
        """The rule, or what was decided for the facility (its exceptions are to be prefetched)."""
        decided = {one.facility_id: one.included for one in self.exceptions.all()}
        return decided.get(facility.pk, self.takes(facility))

    @property
    def told(self) -> str:
        """`养老院；仅计已登记或备案的机构`."""
        kinds = _("、").join(str(Facility.Kind(kind).label) for kind in self.kinds) or _("全部类别")
        return _("%(kinds)s；仅计已登记或备案的机构") % {"kinds": kinds} if self.registered else kinds


class ScopeException(models.Model):
    """One facility that the rule takes and the bureau leaves out, or the other way round; with the reason."""

    scope = models.ForeignKey(Scope, models.CASCADE, related_name="exceptions")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name=gettext_lazy("养老服务机构"))
    included = models.BooleanField(gettext_lazy("纳入"))
    reason = models.CharField(gettext_lazy("原因"), max_length=200)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("实施范围的例外")
        constraints = [
            models.UniqueConstraint(fields=["scope", "facility"], name="scope_exception_once_a_facility"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="scope_exception_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.scope} {self.facility}"
