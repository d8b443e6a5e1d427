"""What of the notices comes to a person by mail."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from tasks.models import Notification

Kind = Notification.Kind
# Who is told of these at all; everybody else is not asked about them.
_TOLD = {
    Kind.SUBMITTED: Permission.REVIEW,
    Kind.DELIVERY: Permission.MANAGE,
    Kind.ASSESSMENT: Permission.APPEAL,
    Kind.FINDING: Permission.RECTIFY,
    Kind.PLAN: Permission.RECTIFY,
    Kind.YEAR: Permission.RECTIFY,
}


class NoticeSettingsForm(forms.ModelForm):
    """Ticked kinds come by mail; the others are the user's `muted`."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("邮件中包括"),
        required=False,
        choices=[],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾选的只在平台内显示。"),
    )

    class Meta:
        model = User
        fields = ["digest"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.instance
        choices = [(kind.value, kind.label) for kind in Kind if kind not in _TOLD or user.may(_TOLD[kind])]
        self.fields["kinds"].choices = choices
        self.initial["kinds"] = [kind for kind, _label in choices if kind not in user.muted]

    def save(self, commit=True):
        ticked, asked = set(self.cleaned_data["kinds"]), dict(self.fields["kinds"].choices)
        unasked = [kind for kind in self.instance.muted if kind not in asked]
        self.instance.muted = unasked + [kind for kind in asked if kind not in ticked]
        return super().save(commit)
