"""The chain of hashes over what must never change behind the portal's back."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import District
from tasks.models.report import LedgerRow


class AuditHead(models.Model):
    """The end of a district's chain: how many entries there are, and the last one's hash."""

    district = models.OneToOneField(District, models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)


class AuditEntry(LedgerRow):
    """One row of the ledger, by the hash of its content, chained to the entry before it."""

    number = models.PositiveBigIntegerField()
    kind = models.CharField(_("类型"), max_length=30)  # model's label, such as tasks.decision
    row = models.BigIntegerField(_("行"))
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = _("审计链")
        ordering = ["district", "number"]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="audit_number_once"),
            models.UniqueConstraint(fields=["kind", "row"], name="audit_row_once"),
        ]
