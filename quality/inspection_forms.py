"""Forms of inspections: they validate; what they save goes through quality/inspecting.py, item_lists.py and drawing.py."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Facility
from quality.inspection_rules import kinds_of
from quality.models import Department, Inspection, InspectionKind, InspectionState, Inspector
from quality.quarters import Quarter, read
from tasks.choices import SeveralField

ALL = [("", gettext_lazy("全部"))]
MAX_TEXT = 1000


def _day():
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class InspectionFilter(forms.Form):
    """What narrows the list; what makes no sense narrows nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("检查类别"), choices=[*ALL, *InspectionKind.choices], required=False)
    town = forms.ChoiceField(label=gettext_lazy("街镇"), required=False)
    quarter = forms.TypedChoiceField(label=gettext_lazy("季度"), coerce=read, required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[*ALL, *InspectionState.choices], required=False)

    def __init__(self, *args, towns, quarters: list[Quarter], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [*ALL, *((town.code, town.name) for town in towns)]
        self.fields["quarter"].choices = [*ALL, *((str(quarter), quarter.name) for quarter in quarters)]
        self.is_valid()

    def narrow(self, inspections):
        """Those of the `standing` inspections that are asked for."""
        asked = self.cleaned_data
        exact = {"kind": asked.get("kind"), "facility__town__code": asked.get("town")}
        if quarter := asked.get("quarter"):
            exact |= {"year": quarter.year, "quarter": quarter.number}
        inspections = inspections.filter(**{name: value for name, value in exact.items() if value})
        return inspections.in_state(asked["state"]) if asked.get("state") else inspections


class PlanForm(forms.Form):
    """One inspection of each facility that is ticked; a facility plans its own self-check."""

    kind = forms.ChoiceField(label=gettext_lazy("检查类别"))
    planned_on = forms.DateField(label=gettext_lazy("计划日期"), widget=_day())
    department = forms.ChoiceField(label=gettext_lazy("牵头部门"), choices=Department.choices)
    facilities = SeveralField(
        Facility.objects.none(), label=gettext_lazy("养老服务机构"), widget=forms.CheckboxSelectMultiple
    )
    inspectors = SeveralField(
        Inspector.objects.none(),
        label=gettext_lazy("检查人员"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds_of(user)]
        self.fields["planned_on"].initial = today
        open_ = Facility.objects.visible_to(user).open_on(today).select_related("town")
        self.fields["facilities"].queryset = open_.order_by("town__order", "name")
        self.fields["facilities"].label_from_instance = lambda one: f"{one.name} · {one.town}"
        self.fields["inspectors"].queryset = pool = Inspector.objects.visible_to(user).filter(active=True)
        self.fields["inspectors"].label_from_instance = lambda one: f"{one} · {one.get_department_display()}"
        if user.facility_id:
            del self.fields["department"]
            self.fields["facilities"].widget = forms.MultipleHiddenInput()
            self.fields["facilities"].initial = [user.facility_id]
        if user.facility_id or user.town_id or not pool.exists():
            del self.fields["inspectors"]

    @property
    def said(self) -> dict:
        """What `inspecting.plan` takes."""
        values = dict(self.cleaned_data)
        team = [{"name": one.name, "department": one.department} for one in values.pop("inspectors", [])]
        return values | {"team": team}


class ReasonForm(forms.Form):
    """Why a plan is given up, or a result corrected."""

    reason = forms.CharField(max_length=Inspection._meta.get_field("reason").max_length)

    def __init__(self, *args, label: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].widget.attrs.pop("maxlength", None)


class SubmitForm(forms.Form):
    """What a visit says beside its items."""

    visited_on = forms.DateField(label=gettext_lazy("检查日期"), widget=_day())
    respondents = forms.IntegerField(label=gettext_lazy("收回答卷份数"), min_value=1, max_value=100_000, required=False)
    words = forms.CharField(
        label=gettext_lazy("总体评价"), widget=forms.Textarea({"rows": 2}), max_length=MAX_TEXT, required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs.pop("maxlength", None)
        if kind != InspectionKind.SATISFACTION:
            del self.fields["respondents"]


class InspectorForm(forms.ModelForm):
    class Meta:
        model = Inspector
        fields = ("name", "department", "card")

    def __init__(self, *args, district, **kwargs):
        super().__init__(*args, **kwargs)
        self.district = district
        self.instance.district = district
        for name in ("name", "card"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean(self):
        values = super().clean()
        same = {name: values.get(name) for name in ("name", "department")}
        if Inspector.objects.filter(district=self.district, **same).exists():
            self.add_error("name", _("%(name)s 已在检查人员库中。") % {"name": values.get("name")})
        return values


class DrawForm(forms.Form):
    """What is recorded before a draw."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    planned_on = forms.DateField(label=gettext_lazy("计划检查日期"), widget=_day())
    kind = forms.ChoiceField(label=gettext_lazy("机构类别"), choices=[*ALL, *Facility.Kind.choices], required=False)
    count = forms.IntegerField(label=gettext_lazy("抽取机构数"), min_value=1, max_value=1000)
    per_department = forms.IntegerField(label=gettext_lazy("每组每部门人数"), min_value=1, max_value=10, initial=1)
    seed = forms.CharField(
        label=gettext_lazy("随机种子"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("可用事先公布、无法预知的数，如某期彩票号码；留空由系统生成"),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "seed"):
            self.fields[name].widget.attrs.pop("maxlength", None)
