"""What may be done with an inspection, by whom, and by which list of items."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality.models import Inspection, InspectionKind, ItemList

MAX_REASON = Inspection._meta.get_field("reason").max_length
OF_A_FACILITY = (InspectionKind.SELF_CHECK,)


class InspectionError(Exception):
    """What was asked can't be done; the message is for people."""


def kinds_of(user) -> list[InspectionKind]:
    """The kinds that a user carries out: a facility its self-checks, the bureau and the towns all others."""
    own = bool(user.facility_id)
    return [kind for kind in InspectionKind if (kind in OF_A_FACILITY) == own]


def may_visit(user, inspection: Inspection) -> bool:
    """Whether the user records this inspection: its facility a self-check, its town what the town planned, the bureau the rest."""
    if not user.may(Permission.INSPECT) or inspection.kind not in kinds_of(user):
        return False
    if user.facility_id:
        return inspection.facility_id == user.facility_id
    if user.town_id:
        return inspection.facility.town_id == user.town_id and inspection.by.town_id == user.town_id
    return inspection.district_id in user.district_ids


def list_for(kind: str, facility: Facility, on: dt.date) -> ItemList:
    """The item list in force. Raises InspectionError where there is none."""
    district = facility.town.district
    if found := ItemList.objects.in_force(kind, district, on):
        return found
    told = {"kind": InspectionKind(kind).label, "day": on}
    raise InspectionError(_("%(day)s 没有施行中的“%(kind)s”检查项目表，请先导入。") % told)


def refusal(inspection: Inspection) -> str:
    """Why nothing more is recorded; "" where it is."""
    if getattr(inspection, "cancellation", None):
        return _("这次检查已取消：%(reason)s") % {"reason": inspection.cancellation.reason}
    if getattr(inspection, "result", None):
        return _("这次检查已提交，不能再改；有误请更正。")
    return ""


def reason_of(reason: str) -> str:
    """Without blanks around it. Raises InspectionError where there is none, or it is too long."""
    reason = reason.strip()
    if not reason:
        raise InspectionError(_("请填写原因。"))
    if len(reason) > MAX_REASON:
        raise InspectionError(
            _("原因不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_REASON, "found": len(reason)}
        )
    return reason
