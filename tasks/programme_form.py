"""Forms of a new programme: the notice, then what was read in it, to be corrected and completed."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks import evidence
from tasks.annexes.files import read_paragraphs
from tasks.annexes.grid import GridError
from tasks.annexes.notice import read_notice
from tasks.models import Programme

RESERVED = ("new",)  # the page that makes a programme stands where this one's would
FIRST_YEAR, LAST_YEAR = 2000, 2100


class NoticeForm(forms.Form):
    """A notice as a Word file; once valid, `notice` is what was read in it."""

    file = forms.FileField(label=gettext_lazy("通知"), help_text=gettext_lazy(".docx 文件，可含附件，不超过 20 MB"))

    def __init__(self, *args, oversized=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.oversized = oversized

    def clean(self):
        for name in self.oversized:
            self.errors.pop("file", None)
            self.add_error("file", evidence.too_large(name))
        if file := self.cleaned_data.get("file"):
            try:
                self.notice = read_notice(read_paragraphs(file.read()))
            except GridError as refused:
                self.add_error("file", refused.message)
            file.seek(0)


class ProgrammeForm(forms.ModelForm):
    """What the programme will be; `kept` names the notice's file."""

    kept = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Programme
        fields = (
            "title",
            "slug",
            "year",
            "notice_title",
            "document_number",
            "issuer",
            "issued_on",
            "notice_text",
        )
        widgets = {
            "issued_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "notice_text": forms.Textarea({"rows": 12}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].validators += [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(_("代号“%(slug)s”另有用途，请另取。") % {"slug": slug})
        return slug

    @property
    def missing(self) -> list[str]:
        """The labels of what the notice did not tell."""
        return [field.label for field in self if field.name in self.initial and not self.initial[field.name]]


class RollForm(ProgrammeForm):
    """Next year's programme, when it is rolled forward from `source`."""

    kept = None
    with_tasks = forms.BooleanField(
        label=gettext_lazy("带上重点任务清单"),
        required=False,
        help_text=gettext_lazy("任务、进度安排和对应指标一并结转，各项期限顺延；原文中的年份请自行核对"),
    )

    class Meta:
        model = Programme
        fields = ("title", "slug", "year")

    def __init__(self, *args, source: Programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.source = source

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year <= self.source.year:
            told = {"found": year, "source": self.source.year}
            raise forms.ValidationError(_("年度 %(found)s 应晚于原方案的 %(source)s。") % told)
        return year

    @property
    def facts(self) -> dict:
        """The new programme's fields; once valid."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
