"""What the bureau makes public: good examples (正面典型) and criticised ones (曝光)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Facility
from quality.models.finding import Finding
from tasks.models import Programme
from tasks.models.known import Known, known_by
from tasks.models.report import LedgerQuerySet, LedgerRow, evidence_path


class ExampleQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Published ones are everybody's in the district."""
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def in_force(self, until: Known = None):
        """Not withdrawn by the end of a day (None: by now)."""
        withdrawn = ExampleWithdrawal.objects.filter(known_by(until), example=OuterRef("pk"))
        return self.filter(~Exists(withdrawn))


class Example(LedgerRow):
    """One example, published by the bureau; withdrawn it is kept, with the reason."""

    class Kind(models.TextChoices):
        GOOD = "good", _("正面典型")
        CRITICISED = "criticised", _("曝光问题")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="examples", verbose_name=_("年度方案"))
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="examples", verbose_name=_("养老服务机构"))
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, related_name="examples", verbose_name=_("对应问题隐患")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    title = models.CharField(_("标题"), max_length=100)
    words = models.CharField(_("内容"), max_length=2000)
    published_on = models.DateField(_("发布日期"))
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("登记时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ExampleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("典型案例")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(words=""), name="example_has_words"),
            models.CheckConstraint(
                condition=Q(finding__isnull=True) | Q(kind="criticised"), name="example_of_a_finding_criticises"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("example", args=[self.programme.slug, self.pk])

    @property
    def colour(self) -> str:
        """One of `.state-…`."""
        return "accepted" if self.kind == self.Kind.GOOD else "late"

    @property
    def label(self) -> str:
        return self.get_kind_display()


class ExampleFile(LedgerRow):
    """A photo or another file of an example."""

    example = models.ForeignKey(Example, models.PROTECT, related_name="files", verbose_name=_("典型案例"))
    name = models.CharField(_("文件名"), max_length=200)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("典型案例材料")
        ordering = ["pk"]


class ExampleWithdrawal(LedgerRow):
    """An example is no longer public, with the reason; once."""

    example = models.OneToOneField(Example, models.PROTECT, related_name="withdrawal", verbose_name=_("典型案例"))
    reason = models.CharField(_("撤回原因"), max_length=500)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("典型案例撤回")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="example_withdrawn_with_a_reason")]
