"""A town against one line of its result (申诉), and what was ruled."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring.models.files import LedgerFile
from scoring.models.result import ResultLine
from scoring.models.rubric import POINTS
from tasks.models.report import LedgerQuerySet, LedgerRow


class AppealQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Of the user's districts; a town's own only."""
        appeals = self.filter(district__in=user.district_ids)
        if user.town_id:
            return appeals.filter(line__result__town=user.town_id)
        return appeals.none() if user.facility_id else appeals

    def open(self):
        """Those without a ruling."""
        return self.filter(ruling__isnull=True)


class Appeal(LedgerRow):
    """What a town says against the points of one line, once for each line."""

    line = models.OneToOneField(ResultLine, models.PROTECT, related_name="appeal", verbose_name=_("评分项"))
    words = models.CharField(_("申诉理由"), max_length=2000)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("申诉时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申诉")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="appeal_has_words")]

    def __str__(self):
        return str(self.line)

    def get_absolute_url(self):
        assessment = self.line.result.assessment
        return reverse("appeal", args=[assessment.programme.slug, assessment.pk, self.pk])


class AppealFile(LedgerFile):
    """A file that backs an appeal."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="files", verbose_name=_("申诉"))

    class Meta(LedgerFile.Meta):
        verbose_name = verbose_name_plural = _("申诉材料")


class AppealRuling(LedgerRow):
    """Upheld with the points that the line gets instead, or refused; once, with a reason."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("支持")
        REFUSED = "refused", _("不予支持")

    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="ruling", verbose_name=_("申诉"))
    outcome = models.CharField(_("裁定"), max_length=10, choices=Outcome)
    points = models.DecimalField(_("调整后得分"), null=True, **POINTS)
    reason = models.CharField(_("裁定理由"), max_length=500)
    at = models.DateTimeField(_("裁定时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("申诉裁定")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="upheld", points__isnull=False) | Q(outcome="refused", points__isnull=True),
                name="appeal_ruling_adjusts_when_upheld",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_ruling_has_a_reason"),
        ]

    @property
    def tone(self) -> str:
        """Its colour in a timeline."""
        return "accepted" if self.outcome == self.Outcome.UPHELD else "returned"
