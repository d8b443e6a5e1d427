"""Forms of the pages of examples; what they save goes through quality/publicity.py."""

from django import forms
from django.utils.translation import gettext_lazy

from districts.models import Facility
from quality.event_forms import DAY
from quality.models import Example, Finding
from quality.publicity import MAX_REASON
from tasks.evidence import too_large
from tasks.forms import ManyFiles

ALL = [("", gettext_lazy("全部"))]


class ExampleForm(forms.ModelForm):
    """An example to be published."""

    files = ManyFiles(label=gettext_lazy("材料"), required=False, help_text=gettext_lazy("照片或文件，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=Example._meta.get_field("key").max_length)

    class Meta:
        model = Example
        fields = ("kind", "facility", "finding", "title", "words", "published_on")
        widgets = {"published_on": DAY, "words": forms.Textarea({"rows": 6})}

    def __init__(self, *args, facilities, findings, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        self.fields["words"].widget.attrs.pop("maxlength", None)  # what is too long is told, not cut
        self.fields["facility"].queryset = facilities
        finding = self.fields["finding"]
        finding.queryset, finding.required = findings, False
        finding.label_from_instance = _told
        self.fields["finding"].help_text = gettext_lazy("曝光问题可选，列出该机构的问题隐患")

    def clean(self):
        for name in self.oversized:
            self.add_error("files", too_large(name))
        return super().clean()


class WithdrawForm(forms.Form):
    """Why an example is no longer public."""

    reason = forms.CharField(label=gettext_lazy("撤回原因"), max_length=MAX_REASON)


class ExampleFilter(forms.Form):
    """What narrows the list; what makes no sense narrows nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=[*ALL, *Example.Kind.choices], required=False)
    facility = forms.ModelChoiceField(
        Facility.objects.none(), label=gettext_lazy("机构"), empty_label=gettext_lazy("全部"), required=False
    )

    def __init__(self, data, *, facilities):
        super().__init__(data)
        self.fields["facility"].queryset = facilities
        self.is_valid()

    def narrow(self, examples):
        """Of the examples those that are asked for."""
        if kind := self.cleaned_data.get("kind"):
            examples = examples.filter(kind=kind)
        facility = self.cleaned_data.get("facility")
        return examples.filter(facility=facility) if facility else examples


def _told(finding: Finding) -> str:
    return f"{finding} {finding.facility} {finding.subject}"
