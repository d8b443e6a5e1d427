"""New versions of the lists that inspections go by, from a table: read, looked at, and stored as they were seen."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import District
from quality import hazards, item_lists
from quality import list_preview as preview
from quality.models import HazardList, ItemList
from tasks.annexes.problems import Problem

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def posted(request) -> tuple:
    """What a form is made of: nothing before it is sent."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


class ListForm(forms.ModelForm):
    """A table and what is said of it. With `sealed` rows, which a preview made, it can be stored."""

    sealed = forms.CharField(widget=forms.HiddenInput, required=False)
    errors_of_lists = (hazards.HazardError, item_lists.ItemListError)
    day = ""  # the name of the field that says from when on

    def __init__(self, *args, district: District | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.district, self.rows, self.problems = district, None, []
        self.instance.district = district
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # what is too long is told, not cut
        self.fields[self.day].initial = timezone.localdate()
        self.fields["file"].required = False

    def clean(self):
        values = super().clean()
        if file := values.get("file"):
            try:
                self.rows = self.read(file.read(), file.name)
            except self.errors_of_lists as error:
                self.refuse(error)
        elif sealed := preview.unseal(values.get("sealed", "")):
            self.rows = self.unpack(sealed["rows"])
        elif "file" not in self.errors:
            self.add_error("file", _("请选择文件。"))
        return values

    def refuse(self, error: hazards.HazardError | item_lists.ItemListError) -> None:
        """Tell what is wrong with the table."""
        self.add_error("file", str(error))
        self.problems: list[Problem] = error.problems

    def apply(self, *, by) -> tuple[Any, dict | None]:
        """The list that was stored, else the preview of one that is not; neither where nothing, or nothing good, was sent."""
        if not self.is_bound or not self.is_valid():
            return None, None
        if self._is_seen:
            return self._store(by), None
        return None, self._preview(by)

    @property
    def _is_seen(self) -> bool:
        """Whether these rows were looked at, beside the list that is in force still."""
        sealed = preview.unseal(self.cleaned_data.get("sealed", "")) if not self.cleaned_data.get("file") else None
        return sealed is not None and sealed["before"] == self._key(self.before())

    def _preview(self, by) -> dict | None:
        """What would change, and the sealed rows; None where they can't be stored: the run is real, and rolled back."""
        with transaction.atomic():
            made = self._store(by)
            transaction.set_rollback(True)
        if made is None:
            return None
        before = self.before()
        changes = preview.changes(self.told_before(before) if before else {}, self.told())
        sealed = preview.seal({"rows": self.pack(), "before": self._key(before)})
        said = [(name, self.data.get(name, "")) for name in self._meta.fields if name in self.data]
        return {
            "before": before,
            "changes": changes,
            "count": len(self.told()),
            "day": self.cleaned_data[self.day],
            "said": [*said, ("sealed", sealed)],
        }

    def _store(self, by) -> Any:
        """Store them; None where they can't be, with the reasons in the form."""
        said: Mapping = {name: self.cleaned_data[name] for name in self._meta.fields}
        try:
            return self.add(said | {"district": self.district, "by": by})
        except self.errors_of_lists as error:
            self.refuse(error)
            return None

    @staticmethod
    def _key(found) -> int | None:
        return found.pk if found else None


class HazardListForm(ListForm):
    """A new version of the criteria for major hazards."""

    day = "from_day"
    file = forms.FileField(
        label=gettext_lazy("标准表"), help_text=gettext_lazy("xlsx、xls、docx 或 csv，表头为：序号、类别、情形")
    )

    class Meta:
        model = HazardList
        fields = ("version", "source", "from_day", "placeholder")
        widgets = {"from_day": DAY}

    def read(self, content: bytes, name: str):
        return hazards.read(content, name=name)

    def before(self) -> HazardList | None:
        return HazardList.objects.in_force(self.district, self.cleaned_data["from_day"]).first()

    def told_before(self, before: HazardList) -> dict[str, str]:
        return preview.told_criteria(before.criteria.all())

    def told(self) -> dict[str, str]:
        return preview.told_criteria(self.rows)

    def pack(self) -> list:
        return preview.pack_criteria(self.rows)

    def unpack(self, rows: list):
        return preview.unpack_criteria(rows)

    def add(self, said: dict) -> HazardList:
        return hazards.add(criteria=self.rows, **said)


class ItemListForm(ListForm):
    """A new version of a kind's item list."""

    day = "from_on"
    file = forms.FileField(
        label=gettext_lazy("项目表"),
        help_text=gettext_lazy(
            "xlsx、xls、docx 或 csv，表头为：序号、分组、检查内容、检查方法、分值、评判方式、否决项；另有“等级”表时改用新的等级"
        ),
    )

    class Meta:
        model = ItemList
        fields = ("kind", "title", "source", "from_on", "scale", "placeholder")
        widgets = {"from_on": DAY}

    def read(self, content: bytes, name: str):
        return item_lists.read(content, name=name)

    def before(self) -> ItemList | None:
        asked = self.cleaned_data
        return ItemList.objects.in_force(asked["kind"], self.district, asked["from_on"])

    def told_before(self, before: ItemList) -> dict[str, str]:
        return preview.told_items(before.items.all(), before.grades.all())

    def told(self) -> dict[str, str]:
        before = self.before()
        return preview.told_items(self.rows.items, self.rows.grades or (before.grades.all() if before else []))

    def pack(self) -> list:
        return preview.pack_items(self.rows)

    def unpack(self, rows: list):
        return preview.unpack_items(rows)

    def add(self, said: dict) -> ItemList:
        return item_lists.add(contents=self.rows, **said)
