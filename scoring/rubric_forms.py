"""Forms of the rubric's pages: they validate; what they save goes through scoring/versions.py."""

from django import forms
from django.utils.translation import gettext_lazy

from scoring.models import Criterion, Rubric, Section
from scoring.rule_json import plain
from tasks.models import Indicator


class TermsForm(forms.ModelForm):
    """What holds for the whole version."""

    class Meta:
        model = Rubric
        fields = ["full", "no_target", "notes"]
        widgets = {"notes": forms.Textarea({"rows": 3})}
        help_texts = {"full": gettext_lazy("各项考核内容的权重之和，不含加分和扣分；空白则不核对")}


class SectionForm(forms.ModelForm):
    """A section's title and weight; a section of penalties weighs less than nothing."""

    class Meta:
        model = Section
        fields = ["title", "weight"]


class LineForm(forms.ModelForm):
    """A line beside its rule, which scoring/rule_forms.py reads."""

    new_indicator = forms.CharField(
        label=gettext_lazy("新建指标"),
        max_length=Indicator._meta.get_field("name").max_length,
        required=False,
        help_text=gettext_lazy("指标分解表里没有的，写名称，保存时新建并对应"),
    )
    new_unit = forms.CharField(
        label=gettext_lazy("新建指标的单位"), max_length=Indicator._meta.get_field("unit").max_length, required=False
    )

    class Meta:
        model = Criterion
        fields = ["title", "clause", "weight", "pending"]
        widgets = {"clause": forms.Textarea({"rows": 4})}
        help_texts = {"pending": gettext_lazy("计算办法公布后取消勾选")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.weight is not None:
            self.initial["weight"] = plain(self.instance.weight)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("执行的原因"), max_length=100, help_text=gettext_lazy("如：两项计算办法已由市局公布")
    )
