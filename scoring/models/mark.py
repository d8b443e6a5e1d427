"""The points that people give; computed points are not stored, they follow from the reports."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from scoring.models.rubric import POINTS, Criterion
from tasks.models.report import LedgerQuerySet, LedgerRow


class MarkQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """All marks of the user's districts; a town's own only."""
        marks = self.filter(district__in=user.district_ids)
        if user.town_id:
            return marks.filter(town=user.town_id)
        return marks.none() if user.facility_id else marks

    def written(self, *, as_of: dt.date, known_on: dt.date | None = None):
        """Marks dated up to `as_of` and written by `known_on`, revoked or not, but no revocations."""
        known = Q(at__date__lte=known_on) if known_on else Q()
        return self.filter(known, revokes=None, given_on__lte=as_of)

    def standing(self, *, as_of: dt.date, known_on: dt.date | None = None):
        """Marks dated up to `as_of`, written by `known_on`, and not revoked by then."""
        known = Q(at__date__lte=known_on) if known_on else Q()
        revoked = models.Exists(Mark.objects.filter(known, revokes=models.OuterRef("pk")))
        return self.filter(known, ~revoked, revokes=None, given_on__lte=as_of)


class Mark(LedgerRow):
    """Points given by people on one line to one town: a mark, an external score of 100, a bonus or a penalty.

    A row that `revokes` another takes it back with a reason; neither is ever changed.
    """

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name=_("评分项"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="marks", verbose_name=_("街镇"))
    points = models.DecimalField(_("分值"), **POINTS)
    grade = models.CharField(_("等次"), max_length=20, blank=True)
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
