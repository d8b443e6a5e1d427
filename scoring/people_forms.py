"""Forms about points that people give: claims, monitoring scores and the lines' settings."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Facility, Town
from scoring.assessment_forms import DAY, PointsField
from scoring.claiming import MAX_MATTER, MAX_REASON
from scoring.forms import CriterionChoice
from scoring.models import Claim, ClaimDecision, Criterion, LineSetting
from scoring.rule_json import plain
from tasks.choices import SeveralField
from tasks.evidence import too_large
from tasks.forms import ManyFiles

_LEVEL = re.compile(r"(.+?)[\s:：]+([0-9.]+)分?")


class PastDay(forms.DateField):
    """A day that has come."""

    widget = DAY

    def clean(self, value):
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("日期 %(day)s 还没有到。") % {"day": day})
        return day


class WithFiles(forms.Form):
    """A form whose files may have been refused by their size before it saw them."""

    def __init__(self, *args, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # what is too long is told, not cut

    def clean(self):
        values = super().clean()
        for name in self.oversized:
            self.errors.pop("files", None)
            self.add_error("files", too_large(name))
        return values


class ClaimForm(WithFiles):
    """A town's claim; the level must be one of the line's."""

    criterion = CriterionChoice(Criterion.objects.none(), label=gettext_lazy("加分项"), empty_label=None)
    matter = forms.CharField(
        label=gettext_lazy("事项"),
        max_length=Claim._meta.get_field("matter").max_length,
        help_text=gettext_lazy("试点、承担、承办的当年度重点工作"),
    )
    level = forms.ChoiceField(label=gettext_lazy("级别"))
    document = forms.CharField(label=gettext_lazy("文号"), max_length=200)
    document_on = PastDay(label=gettext_lazy("发文日期"))
    files = ManyFiles(label=gettext_lazy("依据文件"), help_text=gettext_lazy("可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, lines, levels: dict[str, dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.levels = levels
        self.fields["criterion"].queryset = lines
        names = dict.fromkeys(name for points in levels.values() for name in points)
        self.fields["level"].choices = [("", _("请选择")), *((name, name) for name in names)]

    def clean_files(self):
        if not self.cleaned_data["files"]:
            raise forms.ValidationError(_("请上传依据文件。"))
        return self.cleaned_data["files"]


class ClaimDecisionForm(forms.Form):
    """What the bureau makes of a claim: a matter and a level, or a reason."""

    OUTCOMES = (ClaimDecision.Outcome.APPROVED, ClaimDecision.Outcome.REFUSED)
    outcome = forms.ChoiceField(
        label=gettext_lazy("结论"), choices=[(one, one.label) for one in OUTCOMES], widget=forms.RadioSelect
    )
    matter = forms.CharField(
        label=gettext_lazy("归并事项"),
        max_length=MAX_MATTER,
        required=False,
        widget=forms.TextInput({"list": "matters", "autocomplete": "off"}),
        help_text=gettext_lazy("同一街镇的同一事项只计最高级别；与已有事项相同时请选用已有名称"),
    )
    level = forms.ChoiceField(label=gettext_lazy("认定级别"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("不予加分时必填"),
    )

    def __init__(self, *args, levels: dict[str, Decimal], **kwargs):
        super().__init__(*args, **kwargs)
        told = _("%(level)s %(points)s 分")
        self.fields["level"].choices = [(n, told % {"level": n, "points": plain(p)}) for n, p in levels.items()]
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("撤回原因"), max_length=MAX_REASON, required=False, widget=forms.Textarea({"rows": 2})
    )


class FacilityChoice(forms.ModelChoiceField):
    def label_from_instance(self, facility):
        return f"{facility.town} · {facility}"


class MonitoringForm(WithFiles):
    """One score of a facility, or of a town as a whole."""

    line = CriterionChoice(Criterion.objects.none(), label=gettext_lazy("评分项"))
    facility = FacilityChoice(
        Facility.objects.none(),
        label=gettext_lazy("养老服务机构"),
        required=False,
        empty_label=gettext_lazy("街镇整体得分"),
    )
    town = forms.ModelChoiceField(
        Town.objects.none(), label=gettext_lazy("街镇"), required=False, help_text=gettext_lazy("选了机构可以不选")
    )
    score = PointsField(label=gettext_lazy("得分（百分制）"))
    on = PastDay(label=gettext_lazy("监测日期"))
    reason = forms.CharField(label=gettext_lazy("批次或说明"), max_length=500, required=False)
    document = forms.CharField(label=gettext_lazy("依据文件"), max_length=200)
    files = ManyFiles(label=gettext_lazy("佐证材料"), required=False, help_text=gettext_lazy("可选，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, lines, towns, facilities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines
        self.fields["town"].queryset = towns
        self.fields["facility"].queryset = facilities.select_related("town")

    def clean(self):
        values = super().clean()
        facility, town = values.get("facility"), values.get("town")
        if facility and not town:
            values["town"] = facility.town
        if not facility and not town and not {"facility", "town"} & self.errors.keys():
            self.add_error("town", _("请选择机构或街镇。"))
        return values


class LineSettingForm(forms.Form):
    """The setting of one line, with the fields that its rule has a use for."""

    several = forms.ChoiceField(label=gettext_lazy("多人评分"), choices=LineSetting.Several)
    assessors = SeveralField(None, label=gettext_lazy("评分人"), required=False, widget=forms.CheckboxSelectMultiple)
    levels = forms.CharField(
        label=gettext_lazy("级别与分值"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("每行一个级别，由高到低，如：市级 5"),
    )
    category = forms.CharField(
        label=gettext_lazy("监测类别"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("监测得分表“类别”一列的用词，如：养老机构；不填则按评分项名称对应"),
    )
    OF_KIND = {
        "manual": ("assessors", "several"),
        "graded": ("assessors",),
        "average": ("category",),
        "bonus": ("levels",),
        "penalty": ("levels",),
    }

    def __init__(self, *args, line: Criterion, people, choices, **kwargs):
        super().__init__(*args, prefix=str(line.pk), **kwargs)
        self.line = line
        self.fields["assessors"].queryset = people
        self.fields["assessors"].choices = choices  # asked once for all lines of the page
        self.fields = {name: self.fields[name] for name in self.OF_KIND[line.rule["kind"]]}

    def clean_levels(self) -> list[tuple[str, Decimal]]:
        """The levels as typed, also in full-width digits; a line that can't be read is told."""
        levels = []
        for number, typed in enumerate(self.cleaned_data["levels"].splitlines(), 1):
            text = unicodedata.normalize("NFKC", typed).strip()
            if text and (match := _LEVEL.fullmatch(text)) and re.fullmatch(r"\d{1,4}(\.\d{1,2})?", match[2]):
                levels.append((match[1].strip(), Decimal(match[2])))
            elif text:
                told = {"number": number, "found": typed[:50]}
                raise forms.ValidationError(_("第 %(number)s 行“%(found)s”应为级别和分值，如：市级 5") % told)
        return levels
