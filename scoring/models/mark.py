"""The points that people give; computed points are not stored, they follow from the reports."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Facility, Town
from scoring.models.files import LedgerFile
from scoring.models.rubric import POINTS, Criterion
from tasks.models import Programme
from tasks.models.known import known_by
from tasks.models.report import LedgerQuerySet, LedgerRow

# Not `revokes=None`: SQLite would look in the unique index of `revokes`, where nearly all marks of all districts are alike.
IS_NO_REVOCATION = Exact(Coalesce("revokes", 0), 0)


class MarkQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """All marks of the user's districts; a town's own only."""
        marks = self.filter(district__in=user.district_ids)
        if user.town_id:
            return marks.filter(town=user.town_id)
        return marks.none() if user.facility_id else marks

    def with_papers(self):
        """Each with the files that back it."""
        return self.prefetch_related("files", "decision__claim__files")

    def written(self, *, as_of: dt.date, known_on: dt.date | None = None):
        """Marks dated up to `as_of` and written by `known_on`, revoked or not, but no revocations."""
        return self.filter(known_by(known_on), IS_NO_REVOCATION, given_on__lte=as_of)

    def standing(self, *, as_of: dt.date, known_on: dt.date | None = None):
        """Marks dated up to `as_of`, written by `known_on`, and not revoked by then."""
        known = known_by(known_on)
        revoked = models.Exists(Mark.objects.filter(known, revokes=models.OuterRef("pk")))
        return self.filter(known, ~revoked, IS_NO_REVOCATION, given_on__lte=as_of)


class Matter(LedgerRow):
    """What a bonus is given for (加分事项), whatever the papers call it: of one matter a town's highest level counts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("年度方案"))
    name = models.CharField(_("事项"), max_length=100)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("加分事项")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="matter_once_in_programme")]

    def __str__(self):
        return self.name


class Mark(LedgerRow):
    """Points given by people on one line to one town: a mark, an external score of 100, a bonus or a penalty.

    A score of monitoring may name its `facility`; a bonus that a town claimed its `matter`; a bonus or a penalty its `level`.
    A row that `revokes` another takes it back with a reason; neither is ever changed.
    """

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name=_("评分项"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="marks", verbose_name=_("街镇"))
    points = models.DecimalField(_("分值"), **POINTS)
    grade = models.CharField(_("等次"), max_length=20, blank=True)
    level = models.CharField(_("级别"), max_length=20, blank=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", verbose_name=_("加分事项"))
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+", verbose_name=_("养老服务机构"))
    reason = models.CharField(_("事由"), max_length=500)
    document = models.CharField(_("依据文件"), max_length=200)
    given_on = models.DateField(_("日期"))
    at = models.DateTimeField(_("记录时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revokes = models.OneToOneField("self", models.PROTECT, null=True, related_name="revocation")
    key = models.CharField(max_length=64, unique=True)
    demo = models.BooleanField(default=False)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评分")
        ordering = ["given_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="mark_points_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="mark_has_a_reason"),
            models.CheckConstraint(condition=~Q(document="") | Q(revokes__isnull=False), name="mark_has_a_document"),
        ]

    @property
    def papers(self) -> list[LedgerFile]:
        """The files that back it: its own, and those of the claim that it follows from (for many marks: `with_papers`)."""
        decision = getattr(self, "decision", None)
        return [*self.files.all(), *(decision.claim.files.all() if decision else ())]


class MarkFile(LedgerFile):
    """A file that backs a mark: the paper that it follows from."""

    mark = models.ForeignKey(Mark, models.PROTECT, related_name="files", verbose_name=_("评分"))

    class Meta(LedgerFile.Meta):
        verbose_name = verbose_name_plural = _("评分材料")

    def get_absolute_url(self):
        return reverse("mark-file", args=[self.pk])
