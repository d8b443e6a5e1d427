"""What was imported: the file itself, who brought it, what it did or would do."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import District
from tasks.models.programme import Period, Programme


def import_path(record, filename):
    return f"imports/{record.district.code}/{record.sha256[:2]}/{record.sha256}"


def findings_path(record, filename):
    return f"{import_path(record, filename)}.zip"


class ImportRecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(district__in=user.district_ids)


class ImportRecord(models.Model):
    """One uploaded table (导入记录). `outcome` counts what its last preview found, or what was written; `findings` is the
    archive of all its rows (tasks/findings.py).

    `kind` is what was asked for, empty where the headers shall tell it; the outcome holds what was found. `choices`
    has for columns that the plan does not know the name of the indicator that is meant, empty for a new one.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("待确认")
        APPLIED = "applied", _("已写入")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="imports", verbose_name=_("年度方案"))
    kind = models.CharField(_("类型"), max_length=40, blank=True)
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="+", verbose_name=_("填报期"))
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=import_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)
    choices = models.JSONField(default=dict)
    document = models.CharField(_("依据文件"), max_length=200, blank=True)
    reason = models.CharField(_("调整原因"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PREVIEW)
    outcome = models.JSONField(default=dict)
    findings = models.FileField(upload_to=findings_path, max_length=200, blank=True)
    at = models.DateTimeField(_("上传时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(_("写入时间"), null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ImportRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("导入记录")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="preview", applied_at=None, applied_by=None)
                | models.Q(state="applied", applied_at__isnull=False, applied_by__isnull=False),
                name="import_applied_by_somebody",
            )
        ]

    def __str__(self):
        return f"{self.name} {self.sha256[:8]}"

    @property
    def is_faulty(self) -> bool:
        """Does it wait with errors, that must be mended in the file?"""
        return self.state == self.State.PREVIEW and bool(self.outcome.get("errors"))
