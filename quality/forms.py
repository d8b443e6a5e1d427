"""Forms of the register and of roll-ups: they validate; what they save is a facility, or goes through quality/roll_ups.py."""

import datetime as dt

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Facility, FacilityStatus, Town
from quality.figures import value_of
from quality.measures import Measure
from quality.models import RollUp, Scope
from quality.quarters import Quarter, read
from tasks.models import Indicator

ALL = [("", gettext_lazy("全部"))]


class FacilityFilter(forms.Form):
    """What narrows the register; what makes no sense narrows nothing."""

    q = forms.CharField(label=gettext_lazy("名称或地址"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=[*ALL, *Facility.Kind.choices], required=False)
    operation = forms.ChoiceField(
        label=gettext_lazy("运营方式"), choices=[*ALL, *Facility.Operation.choices], required=False
    )
    status = forms.ChoiceField(label=gettext_lazy("状态"), choices=[*ALL, *FacilityStatus.choices], required=False)
    town = forms.ChoiceField(label=gettext_lazy("街镇"), required=False)
    quarter = forms.TypedChoiceField(label=gettext_lazy("数据季度"), coerce=read, required=False)

    def __init__(self, *args, towns, quarters: list[Quarter], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [*ALL, *((town.code, town.name) for town in towns)]
        self.fields["quarter"].choices = [(str(quarter), quarter.name) for quarter in quarters]
        self.is_valid()

    def narrow(self, facilities, on: dt.date):
        """Those of the facilities that are asked for, open or closed as of a day."""
        asked = self.cleaned_data
        if q := asked.get("q"):
            facilities = facilities.filter(Q(name__icontains=q) | Q(address__icontains=q))
        exact = {"kind": asked.get("kind"), "operation": asked.get("operation"), "town__code": asked.get("town")}
        facilities = facilities.filter(**{name: value for name, value in exact.items() if value})
        match asked.get("status"):
            case FacilityStatus.OPEN:
                return facilities.open_on(on)
            case FacilityStatus.CLOSED:
                return facilities.filter(closed_on__lte=on)
            case FacilityStatus.NOT_OPEN:
                return facilities.filter(opened_on__gt=on).exclude(closed_on__lte=on)
        return facilities


class FacilityForm(forms.ModelForm):
    """A row of the register; a town's official keeps those of the own town."""

    class Meta:
        model = Facility
        fields = (
            *("town", "name", "kind", "operation", "director", "phone", "address", "registration"),
            *("opened_on", "closed_on"),
        )
        widgets = {name: forms.DateInput({"type": "date"}, format="%Y-%m-%d") for name in ("opened_on", "closed_on")}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = towns = Town.objects.visible_to(user)
        if user.town_id:
            self.fields["town"].initial, self.fields["town"].empty_label = towns.first(), None
        for field in ("kind", "operation"):
            self.fields[field].required = True
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # what is too long is told: a browser would cut it without a word


class RollUpForm(forms.ModelForm):
    """Which measures make the indicator, by which rule and over which kinds of facilities."""

    at_least = forms.CharField(
        label=gettext_lazy("计入的最低值"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("按机构家数汇总时填写，如“优秀”“示范”“1”；不选汇总项目则计所有应计机构"),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("机构类别"),
        choices=Facility.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("不选为全部类别"),
    )

    class Meta:
        model = RollUp
        fields = ("rule", "numerator", "denominator", "at_least", "reach", "kinds", "automatic")

    def __init__(self, *args, indicator: Indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["numerator"].choices = self.fields["denominator"].choices = [("", "—"), *Measure.choices]
        self.fields["rule"].required = self.fields["reach"].required = False
        if indicator.is_rate:
            self.fields["numerator"].label = _("分子")
        else:
            self.fields["numerator"].label = _("汇总项目")
            del self.fields["denominator"]
            self.fields["rule"].choices = [one for one in RollUp.Rule.choices if one[0] != RollUp.Rule.MEAN]
        if self.instance.pk and self.instance.at_least is not None:
            shown = Measure(self.instance.numerator).shown(self.instance.at_least)
            self.initial["at_least"] = str(shown)

    def clean(self):
        values = super().clean()
        values["rule"] = values.get("rule") or RollUp.Rule.SUM
        values["reach"] = values.get("reach") or RollUp.Reach.QUARTER
        by_facilities = values["rule"] == RollUp.Rule.FACILITIES
        self._check_measures(values, by_facilities)
        values["at_least"] = self._least(values, by_facilities)
        if values["reach"] == RollUp.Reach.BEST and not by_facilities:
            self.add_error("reach", _("“以前达到过的继续计入”只用于按机构家数汇总。"))
        return values

    def _check_measures(self, values: dict, by_facilities: bool) -> None:
        if by_facilities:
            if values.get("denominator"):
                self.add_error("denominator", _("按机构家数汇总时，分母是应计机构家数，请留空。"))
            return
        for name in ("numerator", "denominator"):
            if name in self.fields and not values.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if values.get("numerator") and values.get("numerator") == values.get("denominator"):
            self.add_error("denominator", _("分母不能与分子相同。"))

    def _least(self, values: dict, by_facilities: bool) -> int | None:
        """The least figure that counts, as it is held."""
        text, name = values.get("at_least", ""), values.get("numerator")
        if not (by_facilities and name):
            if text:
                self.add_error("at_least", _("只在按机构家数汇总并选了汇总项目时填写。"))
            return None
        if not text:
            self.add_error("at_least", _("请填写达到多少的机构计入。"))
            return None
        try:
            return value_of(text, Measure(name))
        except ValueError as error:
            self.add_error("at_least", str(error))
            return None


class ScopeForm(forms.ModelForm):
    """Which facilities a programme is about."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("机构类别"),
        choices=Facility.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("不选为全部类别"),
    )

    class Meta:
        model = Scope
        fields = ("kinds", "registered", "words")
