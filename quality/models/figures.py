"""The ledger of what facilities count, quarter by quarter: rows are added, never changed or deleted."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Facility
from quality.figures import complete
from quality.measures import GRADED, Measure
from quality.quarters import Quarter
from tasks.models import Decision
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow


class FacilityReportQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Those of the facilities that the user sees."""
        return self.filter(district__in=user.district_ids, facility__in=Facility.objects.visible_to(user))

    def of_quarter(self, quarter: Quarter):
        return self.filter(year=quarter.year, quarter=quarter.number)

    def quarters(self) -> list[Quarter]:
        """Those for which anything was reported, the newest first."""
        found = self.order_by("-year", "-quarter").values_list("year", "quarter").distinct()
        return [Quarter(*one) for one in found]

    def latest_revisions(self, until: Known = None):
        """Of each facility and quarter only the highest revision of those sent by the end of a day (None: by now)."""
        return self.filter(known_by(until), ~Exists(_newer(FacilityReport.objects.filter(known_by(until)))))

    def waiting(self):
        """Submitted, not decided, and not replaced by a newer revision."""
        return self.filter(decision__isnull=True).latest_revisions()

    def standing(self, known_on: dt.date | None = None):
        """Of each facility and quarter the accepted revision that is the highest; as known on a day."""
        accepted = Q(decision__outcome=Decision.Outcome.ACCEPTED)
        known = accepted & Q(decision__at__date__lte=known_on) if known_on else accepted
        return self.filter(known, ~Exists(_newer(FacilityReport.objects.filter(known))))


def _newer(reports):
    same = {name: OuterRef(name) for name in ("facility", "year", "quarter")}
    return reports.filter(**same, revision__gt=OuterRef("revision"))


class FacilityReport(LedgerRow):
    """One revision of one facility's figures for one quarter (机构数据): all of them together."""

    class Source(models.TextChoices):
        FACILITY = "facility", _("机构填报")
        TOWN = "town", _("街镇代填")
        BUREAU = "bureau", _("区级代填")
        DEMO = "demo", _("演示数据")

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="reports", verbose_name=_("养老服务机构"))
    year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    revision = models.PositiveSmallIntegerField(_("版次"))
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    words = models.CharField(_("情况说明"), max_length=500, blank=True)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("报送时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = FacilityReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("机构数据")
        ordering = ["-year", "-quarter", "facility", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "year", "quarter", "revision"], name="facility_report_revision_once"
            ),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="facility_report_quarter"),
        ]
        indexes = [models.Index(fields=["district", "year", "quarter"])]

    def __str__(self):
        return f"{self.facility} {self.period}"

    @property
    def period(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    @property
    def values(self) -> dict[Measure, int]:
        """What is stated, and what is computed from it, by measure in their order."""
        return complete({Measure(figure.measure): figure.value for figure in self.figures.all()})


def _in_range() -> Q:
    """A grade is one of its ranks, a score at most 100 points."""
    condition = ~Q(measure=Measure.SATISFACTION) | Q(value__lte=100 * 100)
    for measure in GRADED:
        condition &= ~Q(measure=measure) | Q(value__in=list(measure.grades))
    return condition


class FacilityFigure(LedgerRow):
    """One measure of a report; what does not concern the facility is not stated."""

    report = models.ForeignKey(FacilityReport, models.PROTECT, related_name="figures")
    measure = models.CharField(_("项目"), max_length=20, choices=Measure)
    value = models.PositiveIntegerField(_("数值"))

    class Meta:
        verbose_name = verbose_name_plural = _("机构数据项")
        constraints = [
            models.UniqueConstraint(fields=["report", "measure"], name="facility_figure_once_in_report"),
            models.CheckConstraint(condition=_in_range(), name="facility_figure_is_a_known_grade"),
        ]

    def __str__(self):
        return f"{self.get_measure_display()} {Measure(self.measure).shown(self.value)}"


class FacilityDecision(LedgerRow):
    """Accepted or returned by the bureau, once for each report; a return needs a reason."""

    report = models.OneToOneField(FacilityReport, models.PROTECT, related_name="decision")
    outcome = models.CharField(_("结论"), max_length=10, choices=Decision.Outcome)
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    own = models.BooleanField(_("本人审核"), default=False)
    at = models.DateTimeField(_("审核时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("机构数据审核")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="accepted") | ~Q(reason=""), name="facility_decision_return_has_a_reason"
            )
        ]
