"""Bonus claims of towns (加分申报): what was taken on, on whose paper; and what the bureau made of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from scoring.models.files import LedgerFile
from scoring.models.mark import Mark, Matter
from scoring.models.rubric import Criterion
from tasks.models.report import LedgerQuerySet, LedgerRow


class ClaimQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Of the user's districts; a town's own only."""
        claims = self.filter(district__in=user.district_ids)
        if user.town_id:
            return claims.filter(town=user.town_id)
        return claims.none() if user.facility_id else claims

    def waiting(self):
        """Those without a decision, the longest waiting first."""
        return self.filter(decision__isnull=True).order_by("at", "pk")


class Claim(LedgerRow):
    """What a town says it has taken on: the matter, at which level, by which document of which day."""

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="claims", verbose_name=_("评分项"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    matter = models.CharField(_("事项"), max_length=100)
    level = models.CharField(_("级别"), max_length=20)
    document = models.CharField(_("文号"), max_length=200)
    document_on = models.DateField(_("发文日期"))
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("申报时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("加分申报")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(matter="") & ~Q(document=""), name="claim_has_matter_and_document")
        ]

    def __str__(self):
        return f"{self.town} {self.matter}"

    def get_absolute_url(self):
        return reverse("claim", args=[self.criterion.section.rubric.programme.slug, self.pk])


class ClaimFile(LedgerFile):
    """The document that a claim rests on."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="files", verbose_name=_("加分申报"))

    class Meta(LedgerFile.Meta):
        verbose_name = verbose_name_plural = _("申报材料")

    def get_absolute_url(self):
        return reverse("claim-file", args=[self.pk])


class ClaimDecision(LedgerRow):
    """Approved, tied to a matter, with the mark that it became; refused, with a reason; or withdrawn by the town. Once."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("通过")
        REFUSED = "refused", _("不予加分")
        WITHDRAWN = "withdrawn", _("已撤回")

    TONES = {Outcome.APPROVED: "accepted", Outcome.REFUSED: "returned", Outcome.WITHDRAWN: "closed"}

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="decision", verbose_name=_("加分申报"))
    outcome = models.CharField(_("结论"), max_length=10, choices=Outcome)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", verbose_name=_("归并事项"))
    mark = models.OneToOneField(Mark, models.PROTECT, null=True, related_name="decision")
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    at = models.DateTimeField(_("审核时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("加分审核")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="approved", matter__isnull=False, mark__isnull=False)
                | Q(outcome="refused", matter__isnull=True, mark__isnull=True) & ~Q(reason="")
                | Q(outcome="withdrawn", matter__isnull=True, mark__isnull=True),
                name="claim_decision_matches_its_outcome",
            )
        ]

    @property
    def tone(self) -> str:
        """Its colour in a timeline."""
        return self.TONES[self.outcome]
