"""The admin's lists as they are shown: a file with the same columns under the same heads."""

from decimal import Decimal

from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget


class Shown(Widget):
    """A number stays a number; everything else reads as in the list."""

    def render(self, value, obj=None, **kwargs):
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return value if isinstance(value, int | Decimal) else super().render(value)


def as_shown(model_admin, names) -> type[resources.ModelResource]:
    """A resource that writes the columns `names` of the admin's list."""
    model = model_admin.model
    columns = {
        name: Field(_attribute(model, name), str(label_for_field(name, model, model_admin)), Shown()) for name in names
    }
    return resources.modelresource_factory(model, meta_options={"fields": list(names)}, custom_fields=columns)


def _attribute(model, name: str) -> str:
    return f"get_{name}_display" if model._meta.get_field(name).choices else name
