"""Forms of the supervision pages: they validate; what they save goes through tasks/supervising.py."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Town
from tasks.models import Indicator, Programme, Supervision, SupervisionState, Task
from tasks.supervising import MAX_WORDS

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
LINES = {"rows": 5, "cols": 40}
OVERDUE, OPEN = "overdue", "open"


def _longest(name: str) -> int:
    return Supervision._meta.get_field(name).max_length


class IssueForm(forms.Form):
    """A new sheet: which town, which matter, what is to be done by when."""

    town = forms.ModelChoiceField(Town.objects.none(), label=gettext_lazy("街镇"))
    indicator = forms.ModelChoiceField(Indicator.objects.none(), label=gettext_lazy("指标"), required=False)
    task = forms.ModelChoiceField(Task.objects.none(), label=gettext_lazy("任务"), required=False)
    matter = forms.CharField(
        label=gettext_lazy("督办事项"), max_length=_longest("matter"), widget=forms.Textarea(LINES)
    )
    requirement = forms.CharField(
        label=gettext_lazy("办理要求"), max_length=_longest("requirement"), widget=forms.Textarea(LINES)
    )
    due_on = forms.DateField(label=gettext_lazy("办结期限（含当日）"), widget=DAY)
    key = forms.CharField(widget=forms.HiddenInput, max_length=_longest("key"))

    def __init__(self, *args, programme: Programme, towns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = towns
        self.fields["indicator"].queryset = programme.indicators.all()
        self.fields["task"].queryset = programme.tasks.all()
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # what is too long is told: a browser would cut it without a word

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("办结期限 %(day)s 已经过去。") % {"day": day})
        return day

    def clean(self):
        values = super().clean()
        if values.get("indicator") and values.get("task"):
            self.add_error("task", _("一份督办单只督办一件事：指标和任务只选一项，或都不选。"))
        return values


class ActForm(forms.Form):
    """What is done with a sheet; `seen` is how many acts stood on the page."""

    words = forms.CharField(required=False, max_length=MAX_WORDS, widget=forms.Textarea({"rows": 4}))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, label: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        self.fields["words"].widget.attrs.pop("maxlength", None)


class SupervisionFilter(forms.Form):
    """What the list of sheets is narrowed to; a choice that does not exist narrows nothing."""

    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    town = forms.ChoiceField(label=gettext_lazy("街镇"), required=False)

    def __init__(self, data, *, towns):
        super().__init__(data)
        kinds = [("", _("全部状态")), (OPEN, _("未办结")), (OVERDUE, _("逾期未办结"))]
        self.fields["state"].choices = [*kinds, *SupervisionState.choices]
        self.fields["town"].choices = [("", _("全部街镇")), *((town.code, town.name) for town in towns)]

    def narrow(self, sheets, on):
        """Of sheets that are `standing` on a day those that match."""
        self.is_valid()
        town, state = self.cleaned_data.get("town"), self.cleaned_data.get("state")
        if town:
            sheets = sheets.filter(town__code=town)
        if state == OVERDUE:
            return sheets.overdue(on)
        if state == OPEN:
            return sheets.open()
        return sheets.in_state(state) if state else sheets
