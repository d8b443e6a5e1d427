"""What freezing writes: each town's result and every line of it, with all that the points were made from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.models import Town
from scoring.models.assessment import Assessment, AssessmentAct
from scoring.models.rubric import POINTS
from tasks.models.report import LedgerQuerySet, LedgerRow

WITHIN_THE_WEIGHT = Q(points__lte=F("weight"), points__gte=-F("weight")) | Q(points__lte=0, points__gte=F("weight"))


class ResultQuerySet(LedgerQuerySet):
    def visible_to(self, user):
        """Of the user's districts; a town's own only, and once it is published."""
        results = self.filter(district__in=user.district_ids)
        if user.town_id:
            published = AssessmentAct.Kind.PUBLISHED
            return results.filter(town=user.town_id, assessment__acts__kind=published)
        return results.none() if user.facility_id else results


class Result(LedgerRow):
    """One town's frozen total, rank and grade; its name and code as they were that day."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="results", verbose_name=_("考核"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    code = models.CharField(_("统计代码"), max_length=9)
    name = models.CharField(_("街镇"), max_length=50)
    total = models.DecimalField(_("总分"), **POINTS)
    earned = models.DecimalField(_("已得分"), **POINTS)
    attainable = models.DecimalField(_("可得分"), **POINTS)
    rank = models.PositiveSmallIntegerField(_("名次"))
    grade = models.CharField(_("等次"), max_length=20)
    sections = models.JSONField(_("各部分得分"))  # number, title, weight, points
    digest = models.CharField(max_length=64)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核结果")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "town"], name="result_once_a_town"),
            models.CheckConstraint(condition=Q(total__gte=0, rank__gte=1), name="result_has_a_place"),
        ]

    def __str__(self):
        return f"{self.name} {self.total}"


class ResultLine(LedgerRow):
    """One line of a town's result: the clause, its rule, what the rule saw, and the points that came of it."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="lines", verbose_name=_("考核结果"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    key = models.CharField(_("编号"), max_length=10)
    section = models.PositiveSmallIntegerField(_("考核内容"))  # the section's number
    title = models.CharField(_("评分项"), max_length=100)
    clause = models.TextField(_("评分办法"))
    weight = models.DecimalField(_("权重"), **POINTS)
    points = models.DecimalField(_("得分"), **POINTS)
    status = models.CharField(_("状态"), max_length=10)  # one of scoring/facts.py
    pending = models.BooleanField(_("计算方式待定"))
    rule = models.JSONField(_("计分规则"))
    inputs = models.JSONField(_("计分依据"))
    explanation = models.TextField(_("计算"))
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("逐项得分")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["result", "key"], name="result_line_once"),
            models.CheckConstraint(condition=WITHIN_THE_WEIGHT, name="result_line_within_its_weight"),
        ]

    def __str__(self):
        return f"{self.result.name} {self.title}"


class FinalResult(LedgerRow):
    """A town's result after the rulings; the frozen one stays beside it as it was."""

    result = models.OneToOneField(Result, models.PROTECT, related_name="final", verbose_name=_("考核结果"))
    total = models.DecimalField(_("总分"), **POINTS)
    rank = models.PositiveSmallIntegerField(_("名次"))
    grade = models.CharField(_("等次"), max_length=20)
    sections = models.JSONField(_("各部分得分"))

    class Meta:
        verbose_name = verbose_name_plural = _("最终结果")
        ordering = ["rank", "pk"]
        constraints = [models.CheckConstraint(condition=Q(total__gte=0, rank__gte=1), name="final_result_has_a_place")]
