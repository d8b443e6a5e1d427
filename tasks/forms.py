"""Forms of the tasks pages: they validate; what they save goes through tasks/reporting.py."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks import entry, evidence
from tasks.lights import Light
from tasks.models import Period, Report, Task
from tasks.reporting import KEY_LENGTH, new_key


class TaskFilter(forms.Form):
    """What the task list is narrowed to."""

    q = forms.CharField(label=gettext_lazy("关键词"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("项目类别"), required=False)
    light = forms.ChoiceField(label=gettext_lazy("亮灯"), required=False)

    def __init__(self, data, *, entries):
        super().__init__(data)
        categories = dict.fromkeys(entry.task.category for entry in entries)
        self.fields["category"].choices = [("", _("全部类别")), *((c, c) for c in categories)]
        self.fields["light"].choices = [("", _("全部亮灯")), *Light.choices]

    def narrow(self, entries):
        """The entries that match; a choice that does not exist narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        return [
            e
            for e in entries
            if wanted.get("q", "") in f"{e.task.number} {e.task.title}"
            and wanted.get("category", "") in ("", e.task.category)
            and wanted.get("light", "") in ("", e.light)
        ]


class ManyFiles(forms.FileField):
    """Several files, each checked as evidence."""

    widget = type("ManyFilesInput", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        problems = []
        for file in files:
            try:
                evidence.check(file)
            except evidence.EvidenceError as error:
                problems.append(str(error))
        if problems:
            raise forms.ValidationError(problems)
        return files


class ImportForm(forms.Form):
    """An official table to preview. Without a kind the headers tell it; a period makes it a progress table."""

    file = forms.FileField(label=gettext_lazy("文件"), help_text=gettext_lazy("Excel、Word 或 CSV，不超过 20 MB"))
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        required=False,
        choices=[
            ("", gettext_lazy("自动识别")),
            ("tasks", gettext_lazy("重点工作清单")),
            ("allocation", gettext_lazy("指标分解表")),
            ("rubric", gettext_lazy("考核评分细则")),
            ("progress", gettext_lazy("进展表（累计数）")),
            ("monitoring", gettext_lazy("监测得分表")),
        ],
    )
    period = forms.ModelChoiceField(
        Period.objects.none(),
        label=gettext_lazy("填报期"),
        required=False,
        empty_label=gettext_lazy("仅进展表需要"),
    )

    def __init__(self, *args, programme, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        self.fields["period"].queryset = programme.periods.quarters()

    def clean(self):
        values = super().clean()
        for name in self.oversized:
            self.errors.pop("file", None)
            self.add_error("file", evidence.too_large(name))
        if values.get("kind") == "progress" and not values.get("period"):
            self.add_error("period", _("导入进展表须选择填报期。"))
        if values.get("kind") not in ("", "progress") and values.get("period"):
            self.add_error("period", _("只有进展表需要选择填报期。"))
        return values


class RulingForm(forms.Form):
    """What the bureau decided about one of the differences that the page shows."""

    difference = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("核对意见"), max_length=500)

    def __init__(self, *args, keys, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = keys

    def clean_difference(self):
        key = self.cleaned_data["difference"]
        if key not in self.keys:
            raise forms.ValidationError(_("这处不一致已不存在，请刷新页面。"))
        return key


class LogForm(forms.Form):
    """A quarter's progress of one task, as bureau staff log it."""

    period = forms.ChoiceField(label=gettext_lazy("填报期"))
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[("", gettext_lazy("请选择")), *Report.State.choices])
    percent = forms.CharField(
        label=gettext_lazy("完成比例（%）"),
        required=False,
        help_text=gettext_lazy("截至期末的累计完成比例；“未启动”按 0、“已完成”按 100 记"),
    )
    # Its length is told by entry.check: a browser would cut what is too long without a word.
    words = forms.CharField(label=gettext_lazy("情况说明"), required=False, widget=forms.Textarea({"rows": 3}))
    as_at = forms.CharField(
        label=gettext_lazy("数据日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("不填则按期末计"),
    )
    files = ManyFiles(label=gettext_lazy("佐证材料"), required=False, help_text=gettext_lazy("可选，可多选"))
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, periods, seen, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.periods = {period.label: period for period in periods}
        self.oversized = oversized
        self.fields["period"].choices = [(label, period.name) for label, period in self.periods.items()]
        self.initial["seen"] = " ".join(f"{label}:{revision}" for label, revision in seen.items())

    def clean_period(self):
        return self.periods[self.cleaned_data["period"]]

    def clean_key(self):
        return self.cleaned_data["key"][:KEY_LENGTH] or new_key()

    def clean_as_at(self):
        period = self.cleaned_data.get("period")
        try:
            return entry.read_as_at(self.cleaned_data["as_at"], period) if period else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self):
        values = super().clean()
        for name in self.oversized:
            self.add_error("files", evidence.too_large(name))
        typed = {name: self.data.get(name, "") for name in entry.TASK_FIELDS}
        checked = entry.check(Task(), typed)
        for name, message in checked.errors.items():
            if not self.has_error(name):
                self.add_error(name, message)
        if checked.entry:
            values["percent"] = checked.entry.percent
        period = values.get("period")
        values["seen"] = self._seen().get(period.label, 0) if period else 0
        return values

    def see(self, report: Report):
        """The reader has now been told of this revision: the next submit is another one and comes after it."""
        seen = self._seen() | {report.period.label: report.revision}
        self.data = self.data.copy()
        self.data["key"] = new_key()
        self.data["seen"] = " ".join(f"{label}:{revision}" for label, revision in seen.items())

    def _seen(self) -> dict[str, int]:
        pairs = (pair.partition(":") for pair in self.data.get("seen", "").split())
        return {label: max(0, entry.read_whole(revision)) for label, _, revision in pairs}
