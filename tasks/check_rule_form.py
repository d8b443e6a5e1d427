"""Forms of the rules behind the checks: the limit of one that stands, or one more for a single indicator."""

from django import forms
from django.utils.translation import gettext as _

from tasks.check_rules import FIGURES, LIMITED
from tasks.models import CheckRule


class RuleForm(forms.ModelForm):
    """The limit of a rule, and whether it is in force."""

    class Meta:
        model = CheckRule
        fields = ["limit", "active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.limit is not None:
            self.initial["limit"] = f"{self.instance.limit.normalize():f}"

    @property
    def kind(self) -> str:
        return self.instance.kind

    def clean(self):
        values = super().clean()
        if self.kind not in LIMITED:
            values["limit"] = None
        elif "limit" in values and (values["limit"] is None or values["limit"] <= 0):
            self.add_error("limit", _("请填写大于 0 的界限。"))
        return values


class OwnRuleForm(RuleForm):
    """A rule of an indicator's own, which takes the general one's place."""

    class Meta(RuleForm.Meta):
        fields = ["indicator", "kind", "limit", "active"]

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, instance=CheckRule(programme=programme), **kwargs)
        self.fields["indicator"].queryset = programme.indicators.all()
        self.fields["indicator"].required = True
        for name in ("indicator", "kind"):
            self.fields[name].widget.attrs["class"] = "form-select"
        self.fields["limit"].widget.attrs["class"] = "form-control"
        self.fields["active"].widget.attrs["class"] = "form-check-input d-block"
        self.fields["kind"].choices = [(kind, CheckRule.Kind(kind).label) for kind in FIGURES]

    @property
    def kind(self) -> str:
        return self.cleaned_data.get("kind", "")

    def clean(self):
        values = super().clean()
        found = self.instance.programme.check_rules.filter(indicator=values.get("indicator"), kind=self.kind)
        if values.get("indicator") and found.exists():
            self.add_error("indicator", _("该指标已有这条规则，请直接修改。"))
        return values
