"""The checks that ask for a word of reason: rows that the bureau edits."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tasks.models.indicator import FIGURE, Indicator
from tasks.models.programme import Programme


class CheckRule(models.Model):
    """One check of what is typed (校验规则); a row with an indicator takes the general row's place for it."""

    class Kind(models.TextChoices):
        DECREASE = "decrease", _("低于上次累计数")
        OVER_TARGET = "over_target", _("超过目标值的百分之几")
        JUMP = "jump", _("增幅超过以往每期平均增幅的几倍")
        OVER_RATE = "over_rate", _("比率超过百分之几")
        DONE_WITHOUT_WORDS = "done_without_words", _("任务完成而无说明")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="check_rules", verbose_name=_("年度方案"))
    kind = models.CharField(_("规则"), max_length=20, choices=Kind)
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, null=True, blank=True, related_name="check_rules", verbose_name=_("指标")
    )
    limit = models.DecimalField(_("界限"), null=True, blank=True, **FIGURE)
    active = models.BooleanField(_("启用"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = _("校验规则")
        ordering = ["programme", "kind", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind"], condition=Q(indicator__isnull=True), name="check_rule_once_in_programme"
            ),
            models.UniqueConstraint(
                fields=["programme", "kind", "indicator"],
                condition=Q(indicator__isnull=False),
                name="check_rule_once_for_indicator",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["over_target", "jump", "over_rate"], limit__isnull=False, limit__gt=0)
                | Q(kind__in=["decrease", "done_without_words"], limit__isnull=True),
                name="check_rule_limit_matches_kind",
                violation_error_message=_("带界限的规则须填写大于 0 的界限，其他规则不填。"),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
