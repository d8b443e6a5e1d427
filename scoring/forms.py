"""Forms of the scoring pages: they validate; what they save goes through scoring/marking.py."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Town
from scoring.marking import BY_LEVEL, not_a_level
from scoring.models import Criterion, LineSetting, Matter, Rubric
from scoring.rule_json import plain
from scoring.rules import Graded, Veto, load_rule
from tasks import entry
from tasks.evidence import too_large
from tasks.forms import ManyFiles

BY_PEOPLE = ("manual", "average", "graded", "bonus", "penalty")


class CriterionChoice(forms.ModelChoiceField):
    def label_from_instance(self, criterion):
        return _("%(section)s · %(criterion)s（%(weight)s 分）") % {
            "section": criterion.section.title,
            "criterion": criterion.title,
            "weight": f"{criterion.weight.normalize():f}",
        }


class MarkForm(forms.Form):
    """One mark, external score of 100, bonus or penalty to one town."""

    criterion = CriterionChoice(Criterion.objects.none(), label=gettext_lazy("评分项"))
    town = forms.ModelChoiceField(Town.objects.none(), label=gettext_lazy("街镇"))
    points = forms.CharField(
        label=gettext_lazy("分值"),
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("监测得分按百分制填写；扣分填正数"),
    )
    grade = forms.CharField(label=gettext_lazy("等次"), max_length=20, required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("级别"),
        required=False,
        help_text=gettext_lazy("设有级别的加分项、扣分项须选级别，分值随级别而定"),
    )
    matter = forms.CharField(
        label=gettext_lazy("加分事项"),
        max_length=Matter._meta.get_field("name").max_length,
        required=False,
        widget=forms.TextInput({"list": "matters", "autocomplete": "off"}),
        help_text=gettext_lazy("只用于加分项；同一街镇的同一事项只计最高级别，与已有事项相同时请选用已有名称"),
    )
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=500)
    document = forms.CharField(
        label=gettext_lazy("依据文件"), max_length=200, help_text=gettext_lazy("文件名称、文号或检查记录编号")
    )
    given_on = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    files = ManyFiles(label=gettext_lazy("佐证材料"), required=False, help_text=gettext_lazy("可选，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, rubric: Rubric, towns, settings: Mapping[str, LineSetting], oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.settings, self.oversized = settings, oversized
        by_people = Q(rule__kind__in=BY_PEOPLE) | Q(rule__kind="veto", rule__by_people=True)
        criteria = Criterion.objects.filter(by_people, section__rubric=rubric).select_related(
            "section__rubric__programme__district"
        )
        self.fields["criterion"].queryset = criteria
        levels = dict.fromkeys(name for setting in settings.values() for name in setting.points)
        self.fields["level"].choices = [("", _("请选择")), *((name, name) for name in levels)]
        if not levels:
            del self.fields["level"]
        self.fields["town"].queryset = towns
        kinds = {criterion.rule["kind"] for criterion in criteria}
        if "graded" not in kinds:
            del self.fields["grade"]
        if "bonus" not in kinds:
            del self.fields["matter"]
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # what is too long is told: a browser would cut it without a word

    def clean_points(self) -> Decimal | None:
        """The number as typed, also in full-width digits; None when nothing is."""
        found = self.cleaned_data["points"]
        if not found:
            return None
        typed = unicodedata.normalize("NFKC", found)
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", typed):
            words = _("“%(found)s”不是分值：应为不小于 0、最多两位小数的数字，如 5 或 2.5。")
            raise forms.ValidationError(words % {"found": found[: entry.SHOWN]})
        return Decimal(typed)

    def clean_given_on(self):
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("日期 %(day)s 还没有到。") % {"day": day})
        return day

    def clean(self):
        values = super().clean()
        for name in self.oversized:
            self.add_error("files", too_large(name))
        criterion = values.get("criterion")
        if criterion is None or "points" in self.errors:
            return values
        rule = load_rule(criterion.rule)
        if values.get("matter") and rule.kind != "bonus":
            self.add_error("matter", _("只有加分项填写加分事项。"))
        setting = self.settings.get(criterion.title)
        if isinstance(rule, Graded):
            self._clean_grade(rule, values)
        elif isinstance(rule, Veto):
            values["points"] = Decimal(0)  # that it came about is all there is to say
        elif rule.kind in BY_LEVEL and setting and setting.levels:
            self._clean_level(setting, values)
        elif values.get("points") is None:
            self.add_error("points", _("请填写分值。"))
        elif values["points"] > (limit := _limit(criterion, rule)):
            message = _("最多 %(limit)s 分，现为 %(found)s 分。")
            self.add_error("points", message % {"limit": f"{limit.normalize():f}", "found": values["points"]})
        return values

    def _clean_grade(self, rule: Graded, values):
        if values.get("grade") not in rule.grades:
            self.add_error("grade", _("等次应为：%(grades)s") % {"grades": _("、").join(rule.grades)})
        values["points"] = Decimal(0)

    def _clean_level(self, setting: LineSetting, values):
        """The level decides the points; points that are typed beside it must be its own."""
        points = setting.points.get(values.get("level"))
        if points is None:
            self.add_error("level", not_a_level(setting.points, values.get("level") or ""))
        elif values["points"] not in (None, points):
            told = {"level": values["level"], "points": plain(points), "found": plain(values["points"])}
            self.add_error("points", _("“%(level)s”为 %(points)s 分，现为 %(found)s 分；可以不填。") % told)
        else:
            values["points"] = points


def _limit(criterion: Criterion, rule) -> Decimal:
    return Decimal(100) if rule.kind == "average" else abs(criterion.weight)
