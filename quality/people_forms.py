"""Forms of the pages of a programme's people; what they save goes through quality/people.py."""

import datetime as dt
import re
from decimal import Decimal

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Facility, Town
from quality.event_forms import DAY
from quality.models import Level, PeoplePlan, PersonKind, PersonRecord, PersonState, Training
from quality.people import OWN_FIELDS
from tasks.models import Programme

ALL = [("", gettext_lazy("全部"))]
KEY = forms.HiddenInput


def _longest(name: str) -> int:
    return PersonRecord._meta.get_field(name).max_length


class PersonForm(forms.Form):
    """A person of a facility; only the fields of the kind are left in it."""

    facility = forms.ModelChoiceField(Facility.objects.none(), label=gettext_lazy("养老服务机构"))
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=_longest("name"), help_text=gettext_lazy("只填姓名，不填身份证号等")
    )
    training = forms.ModelChoiceField(Training.objects.none(), label=gettext_lazy("培训"))
    level = forms.TypedChoiceField(label=gettext_lazy("技能等级"), choices=Level.choices, coerce=int)
    number = forms.CharField(label=gettext_lazy("证书编号"), max_length=_longest("number"))
    issued_on = forms.DateField(label=gettext_lazy("发证日期"), widget=DAY)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )
    month = forms.CharField(label=gettext_lazy("补贴月份"), widget=forms.TextInput({"type": "month"}))
    words = forms.CharField(
        label=gettext_lazy("推荐理由或备注"),
        max_length=_longest("words"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    key = forms.CharField(widget=KEY, max_length=_longest("key"))

    def __init__(self, *args, kind: PersonKind, programme: Programme, facilities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs.pop("maxlength", None)  # what is too long is told, not cut
        own = OWN_FIELDS.get(kind, ())
        for name in {name for names in OWN_FIELDS.values() for name in names} - set(own):
            del self.fields[name]
        self.fields["facility"].queryset = facilities
        if "training" in own:
            self.fields["training"].queryset = Training.objects.filter(programme=programme).order_by("-held_on")

    def clean_month(self) -> dt.date:
        """`2023-07` is the first of July."""
        typed = self.cleaned_data["month"]
        found = re.fullmatch("(20[0-9]{2})-(0[1-9]|1[0-2])", typed)
        if not found:
            raise forms.ValidationError(_("“%(found)s”不是月份，应如 2023-07。") % {"found": typed[:20]})
        return dt.date(int(found[1]), int(found[2]), 1)


class TrainingForm(forms.ModelForm):
    """A training session."""

    key = forms.CharField(widget=KEY, max_length=_longest("key"))

    class Meta:
        model = Training
        fields = ("subject", "held_on", "hours")
        widgets = {"held_on": DAY}


class PeoplePlanForm(forms.ModelForm):
    """How many of a kind the programme aims at."""

    class Meta:
        model = PeoplePlan
        fields = ("target", "words")


class PeopleFilter(forms.Form):
    """What narrows the list; what makes no sense narrows nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=[*ALL, *PersonKind.choices], required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[*ALL, *PersonState.choices], required=False)
    town = forms.ChoiceField(label=gettext_lazy("街镇"), required=False)
    q = forms.CharField(label=gettext_lazy("姓名或机构"), required=False)

    def __init__(self, data, *, user, programme: Programme):
        super().__init__(data)
        towns = Town.objects.visible_to(user).filter(district=programme.district_id)
        self.fields["town"].choices = [*ALL, *((town.code, town.name) for town in towns)]
        self.is_valid()

    def narrow(self, records):
        """Of records that are `standing` those that are asked for."""
        asked = self.cleaned_data
        if kind := asked.get("kind"):
            records = records.filter(kind=kind)
        if state := asked.get("state"):
            records = records.in_state(state)
        if town := asked.get("town"):
            records = records.filter(facility__town__code=town)
        if q := asked.get("q"):
            records = records.filter(Q(name__icontains=q) | Q(facility__name__icontains=q))
        return records
