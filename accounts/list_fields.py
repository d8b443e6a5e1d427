"""What stands in the cells of plain lists: places by their codes, roles by their names. A fault is a ValueError."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from accounts.permissions import Role

TOWN, FACILITY = "统计代码", "养老服务机构"  # a facility's user is told by both columns


class Code(Widget):
    """A row named by one of its fields, among those that the administrator sees."""

    def __init__(self, rows, field):
        self.rows, self.field = rows, field
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        found = self.rows.filter(**{self.field: value}).first()
        if found is None:
            raise ValueError(_("没有“%(value)s”，或不在您管理的范围内。") % {"value": value})
        return found

    def render(self, value, obj=None, **kwargs):
        return getattr(value, self.field) if value else ""


class RoleWidget(Widget):
    """The role's Chinese name, as the heads are Chinese, or its code."""

    def __init__(self):
        super().__init__()
        with translation.override(settings.LANGUAGE_CODE):
            self.names = {role: str(label) for role, label in Role.choices}

    def clean(self, value, row=None, **kwargs):
        found = [role for role, name in self.names.items() if value in (role, name)]
        if not found:
            raise ValueError(_("没有角色“%(value)s”。") % {"value": value})
        return found[0]

    def render(self, value, obj=None, **kwargs):
        return self.names.get(value, "")


class YesNo(Widget):
    """Any other word is an error, never a no."""

    def clean(self, value, row=None, **kwargs):
        if value not in ("是", "否"):
            raise ValueError(_("应为“是”或“否”，不是“%(value)s”。") % {"value": value})
        return value == "是"

    def render(self, value, obj=None, **kwargs):
        return "是" if value else "否"


class Whole(Widget):
    def clean(self, value, row=None, **kwargs):
        if not (value.isascii() and value.isdigit()):
            raise ValueError(_("“%(value)s”不是整数。") % {"value": value})
        return int(value)


class UserTown(Code):
    """The town of its official; for a facility's user it only tells which facility is meant."""

    def clean(self, value, row=None, **kwargs):
        town = super().clean(value, row, **kwargs)
        return None if row.get(FACILITY) else town


class UserFacility(Code):
    """A facility by its town's code and its name."""

    def clean(self, value, row=None, **kwargs):
        return Code(self.rows.filter(town__code=row.get(TOWN) or ""), self.field).clean(value)
