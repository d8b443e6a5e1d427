"""What stands in the cells of plain lists: places by their codes, choices by their names. A fault is a ValueError."""

import datetime as dt
import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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


class Choice(Widget):
    """A choice by its Chinese name, as the heads are Chinese, or by its code; an empty cell is none."""

    fault = gettext_lazy("没有“%(value)s”这一项。")

    def __init__(self, choices):
        super().__init__()
        with translation.override(settings.LANGUAGE_CODE):
            self.names = {code: str(label) for code, label in choices.choices}

    def clean(self, value, row=None, **kwargs):
        found = [code for code, name in self.names.items() if value in (code, name)]
        if not found and value:
            raise ValueError(self.fault % {"value": value})
        return found[0] if found else ""

    def render(self, value, obj=None, **kwargs):
        return self.names.get(value, "")


class RoleWidget(Choice):
    """The role of a user, who has one."""

    fault = gettext_lazy("没有角色“%(value)s”。")

    def __init__(self):
        super().__init__(Role)

    def clean(self, value, row=None, **kwargs):
        if not value:
            raise ValueError(self.fault % {"value": value})
        return super().clean(value, row, **kwargs)


class Day(Widget):
    """A day, as a workbook or a person writes it; an empty cell is none."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?: 00:00:00)?", value)
        try:
            return dt.date(*map(int, found.groups()))
        except (AttributeError, ValueError):
            raise ValueError(_("“%(value)s”不是日期，应如 2024-09-30。") % {"value": value}) from None

    def render(self, value, obj=None, **kwargs):
        return f"{value:%Y-%m-%d}" if value else ""


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
