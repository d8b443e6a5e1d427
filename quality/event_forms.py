"""Forms of the pages of a programme's phases and events; what is recorded goes through quality/scheduling.py."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality.models import Event, EventAct, EventState, Phase
from quality.scheduling import MAX_WORDS
from tasks.evidence import too_large
from tasks.forms import ManyFiles
from tasks.models import Programme

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
KEY_LENGTH = EventAct._meta.get_field("key").max_length


class PhaseForm(forms.ModelForm):
    """A phase of a programme."""

    class Meta:
        model = Phase
        fields = ("title", "starts_on", "ends_on", "words")
        widgets = {"starts_on": DAY, "ends_on": DAY, "words": forms.Textarea({"rows": 3})}


class EventForm(forms.ModelForm):
    """An event of a programme; its phase and its task are the programme's own."""

    class Meta:
        model = Event
        fields = (
            *("phase", "task", "kind", "title", "starts_on", "ends_on", "department", "participants", "deliverable"),
            *("when", "words", "inspection_kind"),
        )
        widgets = {"starts_on": DAY, "ends_on": DAY, "words": forms.Textarea({"rows": 3})}

    def __init__(self, *args, programme: Programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phase"].queryset = Phase.objects.filter(programme=programme)
        self.fields["task"].queryset = programme.tasks.all()
        self.fields["inspection_kind"].help_text = _("由这一类检查完成的，显示期间内计划和完成的检查数")


class EventFilter(forms.Form):
    """What narrows the list; what makes no sense narrows nothing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("类别"), choices=[("", gettext_lazy("全部")), *Event.Kind.choices], required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状态"), choices=[("", gettext_lazy("全部")), *EventState.choices], required=False
    )

    def narrow(self, rows):
        """Of the rows those that are asked for."""
        self.is_valid()
        kind, state = (self.cleaned_data.get(name) for name in ("kind", "state"))
        return [row for row in rows if kind in ("", None, row.event.kind) and state in ("", None, row.state)]


class ActForm(forms.Form):
    """What is recorded of an event: that it was held (with its day), dropped, or is taken up again."""

    done_on = forms.DateField(label=gettext_lazy("完成日期"), widget=DAY)
    words = forms.CharField(label=gettext_lazy("情况说明"), max_length=MAX_WORDS, widget=forms.Textarea({"rows": 3}))
    files = ManyFiles(label=gettext_lazy("材料"), required=False, help_text=gettext_lazy("照片或文件，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH)

    def __init__(self, *args, kind: EventAct.Kind, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        self.fields["words"].widget.attrs.pop("maxlength", None)  # what is too long is told, not cut
        if kind != EventAct.Kind.DONE:
            del self.fields["done_on"], self.fields["files"]
            self.fields["words"].label = _("原因")

    def clean(self):
        for name in self.oversized:
            self.add_error("files" if "files" in self.fields else None, too_large(name))
        return super().clean()
