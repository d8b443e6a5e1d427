"""Forms of the assessment pages: they validate; what they save goes through scoring/assessments.py and appealing.py."""

import unicodedata
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.acting import MAX_REASON, Kind
from scoring.appealing import MAX_REASON as MAX_RULING
from scoring.appealing import MAX_WORDS
from scoring.grading import DEFAULT_BANDS, Band, faults
from scoring.models import AppealRuling, Assessment, ResultLine, Ties, Visibility
from tasks import entry
from tasks.evidence import too_large
from tasks.forms import ManyFiles
from tasks.models import Period, Programme

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
LONG = forms.Textarea({"rows": 4})
LONGEST_TERM = 60


class PointsField(forms.CharField):
    """Points as typed, also in full-width digits, with two decimals at most."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value) -> Decimal | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            number = Decimal(unicodedata.normalize("NFKC", typed))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number.as_tuple().exponent < -2 or abs(number) >= 100000:
            words = _("“%(found)s”不是分值：应为最多两位小数的数字，如 5 或 2.5。")
            raise forms.ValidationError(words % {"found": typed[: entry.SHOWN]})
        return number


class DraftForm(forms.Form):
    """A new assessment; its bands are those of the default by other numbers."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=Assessment.Kind)
    period = forms.ModelChoiceField(
        Period.objects.none(),
        label=gettext_lazy("季度"),
        required=False,
        help_text=gettext_lazy("季度通报选择季度，年度考核不选"),
    )
    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("不填则按季度或年度命名"),
    )
    as_of = forms.DateField(
        label=gettext_lazy("数据截至"), widget=DAY, required=False, help_text=gettext_lazy("不填则为季末或年末")
    )
    excellent = PointsField(label=gettext_lazy("优秀（不低于）"))
    good = PointsField(label=gettext_lazy("良好（不低于）"))
    passed = PointsField(label=gettext_lazy("合格（不低于）"), help_text=gettext_lazy("低于此分为不合格"))
    ties = forms.ChoiceField(label=gettext_lazy("同分名次"), choices=Ties)
    appeal_days = forms.IntegerField(
        label=gettext_lazy("申诉期（天）"),
        min_value=1,
        max_value=LONGEST_TERM,
        help_text=gettext_lazy("自公布次日起算"),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, programme: Programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.fields["period"].queryset = programme.periods.quarters()
        self.fields["period"].label_from_instance = lambda period: period.name

    def clean(self):
        values = super().clean()
        kind, period = values.get("kind"), values.get("period")
        if kind == Assessment.Kind.QUARTERLY and not period and "period" not in self.errors:
            self.add_error("period", _("季度通报须选择季度。"))
        if kind == Assessment.Kind.ANNUAL:
            values["period"] = period = None
        if not self.errors:
            values["as_of"] = values["as_of"] or (period or self.programme).ends_on
            values["title"] = values["title"].strip() or self._title(kind, period)
        self._clean_bands(values)
        return values

    def _title(self, kind, period) -> str:
        title = _("%(year)s年度考核") % {"year": self.programme.year}
        if kind == Assessment.Kind.QUARTERLY:
            title = _("%(quarter)s通报") % {"quarter": period.name}
        sealed = Assessment.objects.filter(programme=self.programme, kind=kind, period=period, acts__kind=Kind.FROZEN)
        corrects = sealed.exclude(acts__kind=Kind.DISCARDED).exists()
        return _("%(title)s（更正）") % {"title": title} if corrects else title

    def _clean_bands(self, values) -> None:
        names = ("excellent", "good", "passed")
        if any(values.get(name) is None for name in names):
            return
        *bands, last = DEFAULT_BANDS
        values["bands"] = [*(Band(b.name, values.pop(n)) for b, n in zip(bands, names, strict=True)), last]
        for at in faults(values["bands"]):
            above = {"above": values["bands"][at - 1].least}
            words = _("应低于上一等次的 %(above)s。") % above if at < len(names) else _("应大于 0。")
            self.add_error(names[min(at, len(names) - 1)], words)


class FreezeForm(forms.Form):
    """Why an assessment is frozen though lines wait, or though its quarter or year has one."""

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=MAX_REASON,
        required=False,
        widget=LONG,
        help_text=gettext_lazy("有评分项尚待填报或评定，或同一季度、年度已有考核时必填"),
    )


class PublishForm(forms.Form):
    visibility = forms.ChoiceField(
        label=gettext_lazy("街镇可见范围"), choices=Visibility, widget=forms.RadioSelect, initial=Visibility.OWN_RANK
    )


class DiscardForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("作废原因"), max_length=MAX_REASON)


class AppealForm(forms.Form):
    """What a town says against one of its lines."""

    line = forms.ModelChoiceField(ResultLine.objects.none(), label=gettext_lazy("评分项"), to_field_name="key")
    words = forms.CharField(label=gettext_lazy("申诉理由"), max_length=MAX_WORDS, widget=LONG)
    files = ManyFiles(label=gettext_lazy("申诉材料"), required=False, help_text=gettext_lazy("可选，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, lines, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        self.fields["line"].queryset = lines
        self.fields["line"].label_from_instance = lambda line: line.title
        self.fields["words"].widget.attrs.pop("maxlength", None)  # what is too long is told, not cut

    def clean(self):
        values = super().clean()
        for name in self.oversized:
            self.add_error("files", too_large(name))
        return values


class AppealRulingForm(forms.Form):
    """What the bureau rules on one appeal."""

    outcome = forms.ChoiceField(label=gettext_lazy("裁定"), choices=AppealRuling.Outcome, widget=forms.RadioSelect)
    points = PointsField(
        label=gettext_lazy("调整后得分"), required=False, help_text=gettext_lazy("支持申诉时填写，不予支持时不填")
    )
    reason = forms.CharField(label=gettext_lazy("裁定理由"), max_length=MAX_RULING, widget=LONG)

    def clean(self):
        values = super().clean()
        upheld = values.get("outcome") == AppealRuling.Outcome.UPHELD
        if not upheld and values.get("points") is not None:
            self.add_error("points", _("不予支持时不填调整后得分。"))
        return values
