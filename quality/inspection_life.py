"""What happened to an inspection, in order: for its history; and what of it stands in its facility's history."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality.models import Inspection
from tasks import histories
from tasks.history import Change, Event


def register_inspections() -> None:
    """Inspections have a page of their life in every programme of their district."""
    histories.register("inspection", Inspection._meta.verbose_name, Permission.SEE_PLAN, _rows, _tell, _url)


def events(inspection: Inspection) -> Iterator[Event]:
    """Planned, cancelled or submitted; of one that was read as `standing`."""
    words = _("更正：%(reason)s") % {"reason": inspection.reason} if inspection.reason else ""
    planned = [Change(_("计划日期"), "", str(inspection.planned_on))]
    yield Event(inspection.at, inspection.by, _("安排检查"), words, "waiting", changes=planned)
    if cancelled := getattr(inspection, "cancellation", None):
        yield Event(cancelled.at, cancelled.by, _("取消检查"), cancelled.reason, "returned")
    if result := getattr(inspection, "result", None):
        grade = [Change(_("结果"), "", result.grade_name or _("未评定等级"))]
        yield Event(result.at, result.by, _("提交检查结果"), result.words, "accepted", changes=grade)
    if corrected := getattr(getattr(inspection, "replacement", None), "result", None):
        yield Event(corrected.at, corrected.by, _("结果被更正"), inspection.replacement.reason, "returned")


def events_of_results(facility: Facility) -> Iterator[Event]:
    """What inspections of a facility came to (1 query): results are what everybody sees who sees the facility."""
    done = Inspection.objects.filter(facility=facility, result__isnull=False).select_related("result__by")
    for one in done:
        result = one.result
        told = {"kind": one.get_kind_display(), "grade": result.grade_name or _("未评定等级")}
        yield Event(result.at, result.by, _("%(kind)s结果：%(grade)s") % told, result.words, "accepted")


def _rows(user, programme):
    seen = Inspection.objects.visible_to(user).filter(district=programme.district_id)
    return seen.standing().select_related("by", "result__by", "cancellation__by", "replacement__result__by")


def _tell(user, inspection: Inspection) -> list[Event]:
    return list(events(inspection))


def _url(programme, inspection: Inspection) -> str:
    return inspection.get_absolute_url()
