"""Forms of the pages of plans: they validate; what they save goes through quality/improvement.py."""

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Facility
from quality.improvement import MAX_WORDS, Said
from quality.models import Finding, ImprovementPlan, PlanMeasure, PlanState
from tasks.models import Programme, Task

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
STARS = [("", "—"), *((star, str(star)) for star in range(1, 6))]
ALL, NONE = "", "none"
MOST = 60  # measures of one plan


def _longest(model, name: str) -> int:
    return model._meta.get_field(name).max_length


class PlanForm(forms.Form):
    """The head of a version: what is wrong, and what is aimed at; `seen` is the version that stood on the page."""

    words = forms.CharField(label=gettext_lazy("问题分析"), max_length=MAX_WORDS, widget=forms.Textarea({"rows": 5}))
    grade = forms.ChoiceField(label=gettext_lazy("目标监测结果"), choices=ImprovementPlan.Grade.choices)
    star = forms.TypedChoiceField(
        label=gettext_lazy("目标等级（1—5 级）"), choices=STARS, coerce=int, empty_value=None, required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=_longest(ImprovementPlan, "key"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs.pop("maxlength", None)  # what is too long is told, not cut


class MeasureForm(forms.Form):
    """One measure; a line that is left empty is none."""

    words = forms.CharField(
        label=gettext_lazy("整改提升措施"),
        max_length=_longest(PlanMeasure, "words"),
        widget=forms.Textarea({"rows": 2}),
    )
    owner = forms.CharField(label=gettext_lazy("责任人"), max_length=_longest(PlanMeasure, "owner"))
    due_on = forms.DateField(label=gettext_lazy("完成期限"), widget=DAY)
    task = forms.TypedChoiceField(label=gettext_lazy("对应行动"), required=False, empty_value=None)
    findings = forms.TypedMultipleChoiceField(
        label=gettext_lazy("对应问题隐患"), required=False, widget=forms.CheckboxSelectMultiple, empty_value=()
    )

    def __init__(self, *args, tasks: dict[int, Task], findings: dict[int, Finding], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = [("", "—"), *((key, str(task)) for key, task in tasks.items())]
        self.fields["task"].coerce = lambda key: tasks.get(int(key))
        self.fields["findings"].choices = [(key, f"{one} {one.subject}") for key, one in findings.items()]
        self.fields["findings"].coerce = lambda key: findings[int(key)]
        for name in ("words", "owner"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    @property
    def said(self) -> Said:
        told = self.cleaned_data
        return Said(told["words"], told["owner"], told["due_on"], told["task"], list(told["findings"]))


class Measures(BaseFormSet):
    @property
    def said(self) -> list[Said]:
        """The measures of the lines that are filled in."""
        return [form.said for form in self.forms if form.has_changed()]


def measures(data, *, initial, extra: int, programme: Programme, findings) -> Measures:
    """The lines of a plan with room for more; `data` is what was posted, if anything."""
    made = formset_factory(MeasureForm, formset=Measures, extra=extra, max_num=MOST, absolute_max=MOST)
    choices = {
        "tasks": {task.pk: task for task in programme.tasks.all()},
        "findings": {one.pk: one for one in findings},
    }
    return made(data, initial=initial, prefix="m", form_kwargs=choices)


class PlanFilter(forms.Form):
    """What narrows the list of plans; what makes no sense narrows nothing."""

    programme = forms.ChoiceField(label=gettext_lazy("年度方案"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    town = forms.ChoiceField(label=gettext_lazy("街镇"), required=False)

    def __init__(self, data, *, programmes, towns):
        super().__init__(data)
        self.fields["programme"].choices = [(one.slug, str(one)) for one in programmes]
        self.fields["state"].choices = [(ALL, _("全部")), (NONE, _("尚未报送")), *PlanState.choices]
        self.fields["town"].choices = [(ALL, _("全部")), *((town.code, town.name) for town in towns)]
        self.is_valid()

    def takes(self, facility: Facility, plan: ImprovementPlan | None) -> bool:
        """Whether a facility with its newest version is asked for."""
        state, town = self.cleaned_data.get("state"), self.cleaned_data.get("town")
        found = plan.state.value if plan else NONE
        return (not state or state == found) and (not town or town == facility.town.code)
