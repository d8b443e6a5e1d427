"""The form of an indicator's settings: it validates; what it saves goes through tasks/indicator_settings.py."""

from django import forms
from django.utils.translation import gettext as _

from tasks.models import Indicator


class SettingsForm(forms.ModelForm):
    """How the indicator is reported: how often, where the figure comes from, what must stand behind it."""

    class Meta:
        model = Indicator
        fields = ("frequency", "source", "evidence_required", "by_increment", "by_sites")

    def clean(self):
        values = super().clean()
        ways = [name for name in ("by_increment", "by_sites") if values.get(name)]
        if ways and self.instance.is_rate:
            self.add_error(ways[0], _("比率指标填写分子和分母，不能按新增数或点位清单填报。"))
        if len(ways) > 1:
            self.add_error("by_sites", _("按新增数与按点位清单填报只能选一种。"))
        return values
