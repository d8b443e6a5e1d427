"""Forms of the periods page: they validate; what they save goes through tasks/periods.py."""

from django import forms
from django.utils.translation import gettext_lazy

from districts.models import Town
from tasks.periods import MAX_REASON

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class ReasonForm(forms.Form):
    """Why the period is closed or opened again."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=MAX_REASON)


class ExtendForm(forms.Form):
    """A later due day for one town."""

    town = forms.ModelChoiceField(Town.objects.none(), label=gettext_lazy("街镇"))
    due_on = forms.DateField(label=gettext_lazy("延期至（含当日）"), widget=DAY)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=MAX_REASON)

    def __init__(self, *args, towns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = towns


class DatesForm(forms.Form):
    """The period's days."""

    opens_on = forms.DateField(label=gettext_lazy("开放填报日"), widget=DAY)
    due_on = forms.DateField(label=gettext_lazy("填报截止日"), widget=DAY, help_text=gettext_lazy("当日仍算按时"))
    closes_on = forms.DateField(
        label=gettext_lazy("关闭日"),
        widget=DAY,
        required=False,
        help_text=gettext_lazy("当日仍可填报；不填则不自动关闭"),
    )
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=MAX_REASON,
        required=False,
        help_text=gettext_lazy("已开放的填报期，改日期必须说明原因"),
    )
