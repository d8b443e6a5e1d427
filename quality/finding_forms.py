"""Forms of the pages of findings: they validate; what they save goes through quality/rectifying.py."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Facility
from quality.finding_lists import View
from quality.finding_rules import MAX_NAME, MAX_WORDS
from quality.models import Finding, FindingAct, FindingState, HazardCriterion, Severity
from quality.recording import MAX_SUBJECT
from tasks.board import Moment
from tasks.evidence import too_large
from tasks.forms import ManyFiles

ALL = [("", gettext_lazy("全部"))]
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
LINES = {"rows": 4}
OPEN, OVERDUE, REPEATED = "open", "overdue", "repeated"
Kind = FindingAct.Kind


class FindingFilter(forms.Form):
    """What narrows the lists; what makes no sense narrows nothing."""

    view = forms.ChoiceField(label=gettext_lazy("清单"), choices=View.choices, required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("等级"), choices=[*ALL, *Severity.choices], required=False)
    town = forms.ChoiceField(label=gettext_lazy("街镇"), required=False)
    facility = forms.ModelChoiceField(
        Facility.objects.none(), label=gettext_lazy("机构"), empty_label=gettext_lazy("全部"), required=False
    )
    q = forms.CharField(label=gettext_lazy("项目或问题"), required=False)

    def __init__(self, data, *, towns, facilities):
        super().__init__(data)
        self.fields["state"].choices = [
            *ALL,
            (OPEN, _("未销号")),
            (OVERDUE, _("逾期未整改")),
            (REPEATED, _("重复发现")),
            *FindingState.choices,
        ]
        self.fields["town"].choices = [*ALL, *((town.code, town.name) for town in towns)]
        self.fields["facility"].queryset = facilities
        self.is_valid()

    @property
    def view_shown(self) -> View:
        return View(self.cleaned_data.get("view") or View.HAZARDS)

    def of_places(self, findings):
        """Those of the town and the facility asked for."""
        if town := self.cleaned_data.get("town"):
            findings = findings.filter(facility__town__code=town)
        facility = self.cleaned_data.get("facility")
        return findings.filter(facility=facility) if facility else findings

    def narrow(self, findings, moment: Moment):
        """Of findings that are `standing` at a moment those that are asked for; voided ones only where they are."""
        findings, asked = self.of_places(findings), self.cleaned_data
        if asked.get("state") != FindingState.VOIDED:
            findings = findings.in_force(moment.known_on)
        if q := asked.get("q"):
            findings = findings.filter(Q(subject__icontains=q) | Q(words__icontains=q))
        if severity := asked.get("severity"):
            findings = findings.filter(major=severity == Severity.MAJOR)
        match asked.get("state"):
            case "" | None:
                return findings
            case "open":
                return findings.open()
            case "overdue":
                return findings.overdue(moment.as_of)
            case "repeated":
                return findings.filter(times__gt=1)
            case state:
                return findings.in_state(state)


class AssignAllForm(forms.Form):
    """One last day for the findings that are ticked in the list."""

    due_on = forms.DateField(label=gettext_lazy("整改期限（含当日）"), widget=DAY)
    responsible = forms.CharField(label=gettext_lazy("整改责任人"), max_length=MAX_NAME, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


class Uploading(forms.Form):
    """Knows the names of files that were too large to be taken."""

    def __init__(self, *args, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # what is too long is told: a browser would cut it without a word

    def clean(self):
        values = super().clean()
        for name in self.oversized:
            self.add_error("files", too_large(name))
        return values


class RecordForm(Uploading):
    """A finding recorded by hand."""

    facility = forms.ModelChoiceField(Facility.objects.none(), label=gettext_lazy("养老服务机构"))
    subject = forms.CharField(
        label=gettext_lazy("检查项目"),
        max_length=MAX_SUBJECT,
        help_text=gettext_lazy("同一机构同一项目再次发现的，记为重复发现"),
    )
    words = forms.CharField(label=gettext_lazy("问题描述"), max_length=MAX_WORDS, widget=forms.Textarea(LINES))
    severity = forms.ChoiceField(label=gettext_lazy("等级"), choices=Severity.choices, widget=forms.RadioSelect)
    found_on = forms.DateField(label=gettext_lazy("发现日期"), widget=DAY)
    files = ManyFiles(label=gettext_lazy("照片"), required=False, help_text=gettext_lazy("可选，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=Finding._meta.get_field("key").max_length)

    def __init__(self, *args, facilities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = facilities


class Act(Uploading):
    """What every act on a finding brings: `seen` is how many acts stood on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=FindingAct._meta.get_field("key").max_length)

    field_order = ("severity", "criterion", "responsible", "due_on", "words", "files")

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, **kwargs)


class WordsForm(Act):
    words = forms.CharField(required=False, max_length=MAX_WORDS, widget=forms.Textarea(LINES))

    def __init__(self, *args, label: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class FilesForm(WordsForm):
    files = ManyFiles(label=gettext_lazy("照片和材料"), required=False, help_text=gettext_lazy("可多选"))


class ExtendForm(WordsForm):
    due_on = forms.DateField(label=gettext_lazy("新的整改期限（含当日）"), widget=DAY)


class AssignForm(WordsForm):
    """Rules how grave it is, and puts it to a person with a last day."""

    severity = forms.ChoiceField(label=gettext_lazy("等级"), choices=Severity.choices, widget=forms.RadioSelect)
    criterion = forms.ModelChoiceField(
        HazardCriterion.objects.none(),
        label=gettext_lazy("重大隐患判定标准"),
        required=False,
        help_text=gettext_lazy("判定为重大隐患时必选"),
    )
    responsible = forms.CharField(label=gettext_lazy("整改责任人"), max_length=MAX_NAME)
    due_on = forms.DateField(label=gettext_lazy("整改期限（含当日）"), widget=DAY)

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, finding=finding, **kwargs)
        self.fields["criterion"].queryset = HazardCriterion.objects.in_force(finding.district_id, finding.found_on)
