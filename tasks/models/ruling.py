"""What the bureau decided about a difference inside its own notice."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks.models.programme import Programme


class Ruling(models.Model):
    """A note on one difference (核对意见); a later one takes an earlier one's place, and both stay."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rulings", verbose_name=_("年度方案"))
    difference = models.CharField(_("不一致之处"), max_length=300)
    text = models.CharField(_("核对意见"), max_length=500)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("核对意见")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="ruling_has_words")]

    def __str__(self):
        return f"{self.difference}：{self.text}"
