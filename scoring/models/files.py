"""Files that back what people write into the ledger of the assessment: hashed, stored once written, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.models.report import LedgerRow, evidence_path


class LedgerFile(LedgerRow):
    """One file with its size in bytes and the hash of its content; what it belongs to is each model's own."""

    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta(LedgerRow.Meta):
        abstract = True
        ordering = ["pk"]
