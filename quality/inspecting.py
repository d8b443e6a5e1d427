"""Planning, cancelling, submitting and correcting inspections. Every function is one transaction and writes history."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from districts.models import District, Facility, FacilityStatus
from quality.inspection_rules import InspectionError, kinds_of, list_for, reason_of, refusal
from quality.models import (
    Department,
    Inspection,
    InspectionAnswer,
    InspectionCancellation,
    InspectionKind,
    InspectionResult,
    Verdict,
    VisitLine,
)
from quality.quarters import quarter_of
from quality.rectifying import findings_of, raise_findings
from quality.visit_reading import Reading, outcome_of, read_all
from tasks import audit, notifying
from tasks.models import Notification, Programme

LATEST = {  # what a facility's figures take over, by the kinds that tell it
    "monitoring": (InspectionKind.DAILY,),
    "safety": (InspectionKind.SAFETY, InspectionKind.REASSESSMENT),
    "star": (InspectionKind.STAR,),
    "satisfaction": (InspectionKind.SATISFACTION,),
}


class Latest(NamedTuple):
    """What the last inspection of a kind says of a facility, for its figures."""

    grade: str  # the code of the list's grade; "" where none was reached
    name: str
    percent: object  # Decimal
    respondents: int | None
    inspection: Inspection


@transaction.atomic
def plan(
    *,
    facilities: Iterable[Facility],
    kind: str,
    planned_on: dt.date,
    by,
    key: str,
    department: str = Department.CIVIL,
    team: Sequence[dict] = (),
    programme: Programme | None = None,
    draw=None,
) -> list[Inspection]:
    """Plan one inspection of each facility, all or none; a key that was sent before returns what it wrote then.

    `team` are {"name", "department"}. Raises InspectionError for a kind that is not the user's, for a facility that is not
    open on the day, where no item list is in force, and for a spent key that comes with something else.
    """
    facilities = list(facilities)
    list(District.objects.select_for_update(no_key=True).filter(pk__in=by.district_ids))  # sent twice, the second waits
    if earlier := _planned_before(key, facilities, {"kind": kind, "planned_on": planned_on, "by_id": by.pk}):
        return earlier
    if not (by.may(Permission.INSPECT) and kind in kinds_of(by)):
        raise InspectionError(_("自查由机构办理，其他检查由区民政局和街镇办理。"))
    rows = []
    for facility in facilities:
        if facility.status_on(planned_on) != FacilityStatus.OPEN:
            told = {"facility": facility, "day": planned_on}
            raise InspectionError(_("%(facility)s在 %(day)s 不在运营中，不能安排检查。") % told)
        rows.append(
            Inspection.objects.create(
                district_id=facility.town.district_id,
                facility=facility,
                item_list=list_for(kind, facility, planned_on),
                kind=kind,
                programme=programme,
                year=planned_on.year,
                quarter=quarter_of(planned_on).number,
                planned_on=planned_on,
                department=department,
                team=list(team),
                draw=draw,
                key=f"{key}:{facility.pk}",
                by=by,
            )
        )
    if not rows:
        raise InspectionError(_("请选择至少一家机构。"))
    return rows


@transaction.atomic
def cancel(*, inspection: Inspection, reason: str, by) -> InspectionCancellation:
    """Give a plan up. Raises InspectionError when it was submitted or cancelled, is a correction, or without a reason."""
    _lock(inspection)
    reason = reason_of(reason)
    if refused := refusal(inspection):
        raise InspectionError(refused)
    if inspection.replaces_id:
        raise InspectionError(_("更正用的检查不能取消；原结果在更正提交前一直有效。"))
    return InspectionCancellation.objects.create(
        district_id=inspection.district_id, inspection=inspection, reason=reason, by=by
    )


@transaction.atomic
def correct(*, inspection: Inspection, reason: str, by) -> Inspection:
    """Begin a new inspection that replaces a submitted one once it is submitted itself; it starts with the same answers.

    Asked again, the one begun before is returned. Raises InspectionError before the first was submitted.
    """
    _lock(inspection)
    reason = reason_of(reason)
    if getattr(inspection, "result", None) is None:
        raise InspectionError(_("尚未提交，可直接修改，不必更正。"))
    if begun := Inspection.objects.filter(replaces=inspection).first():
        return begun
    same = ("district_id", "facility", "item_list", "kind", "programme", "year", "quarter", "planned_on", "department")
    made = Inspection.objects.create(
        **{name: getattr(inspection, name) for name in (*same, "team", "draw")},
        replaces=inspection,
        reason=reason,
        key=f"correct:{inspection.pk}",
        by=by,
    )
    answers = inspection.result.answers.select_related("item")
    VisitLine.objects.bulk_create(
        VisitLine(inspection=made, item=answer.item, typed=_typed(answer), by=by) for answer in answers
    )
    return made


@transaction.atomic
def submit(
    *,
    inspection: Inspection,
    visited_on: dt.date,
    by,
    key: str,
    words: str = "",
    respondents: int | None = None,
    at: dt.datetime | None = None,
) -> InspectionResult:
    """Write what stands in the visit's lines as the result, with its grade; a key that was sent before returns it.

    The facility's director and its town are told. Raises InspectionError when somebody submitted it before, for a day to
    come, and for lines that are missing or cannot be read: all of them at once.
    """
    _lock(inspection)
    if earlier := InspectionResult.objects.filter(inspection=inspection).select_related("by").first():
        if earlier.key == key:
            return earlier
        told = {"who": earlier.by, "at": f"{timezone.localtime(earlier.at):%Y-%m-%d %H:%M}"}
        raise InspectionError(_("%(who)s 已于 %(at)s 提交本次检查；有误请更正。") % told)
    if InspectionResult.objects.filter(key=key).exists():
        raise InspectionError(_("提交凭证已被使用，请刷新页面后重试。"))
    at = at or timezone.now()
    _check(inspection, visited_on, respondents, timezone.localdate(at))
    readings = read_all(inspection)
    outcome = outcome_of(inspection.item_list, readings)
    result = InspectionResult.objects.create(
        district_id=inspection.district_id,
        inspection=inspection,
        visited_on=visited_on,
        points=outcome.total.points,
        attainable=outcome.total.attainable,
        grade=outcome.grade.code if outcome.grade else "",
        grade_name=outcome.grade.name if outcome.grade else "",
        respondents=respondents,
        words=words,
        key=key,
        at=at,
        by=by,
    )
    answers = _answers(result, readings)
    audit.append(rows=[result])
    raise_findings(inspection=inspection, findings=findings_of(inspection, answers), by=by, found_on=visited_on, at=at)
    _tell(inspection, result, sum(1 for answer in answers if answer.severity), by)
    return result


def _answers(result: InspectionResult, readings: Sequence[Reading]) -> list[InspectionAnswer]:
    """What was said of each item, as it stood in the visit's lines."""
    return InspectionAnswer.objects.bulk_create(
        InspectionAnswer(
            district_id=result.district_id,
            result=result,
            item=one.item,
            verdict=one.verdict,
            points=one.points,
            words=one.words,
            severity=one.severity,
        )
        for one in readings
    )


def latest_results(facility: Facility, day: dt.date) -> dict[str, Latest]:
    """Of each of LATEST what the last submitted inspection up to a day says; nothing where there was none (1 query).

    For a facility's quarterly figures: monitoring (优秀…较差), safety (达标, 不达标), star (1–5), satisfaction.
    """
    wanted = [kind for kinds in LATEST.values() for kind in kinds]
    rows = Inspection.objects.in_force().filter(facility=facility, kind__in=wanted, result__visited_on__lte=day)
    found: dict[str, Latest] = {}
    for one in rows.select_related("result").order_by("-result__visited_on", "-pk"):
        name = next(name for name, kinds in LATEST.items() if one.kind in kinds)
        result = one.result
        found.setdefault(name, Latest(result.grade, result.grade_name, result.percent, result.respondents, one))
    return found


def _planned_before(key: str, facilities: Sequence[Facility], said: dict) -> list[Inspection]:
    """What a key wrote, nothing for a new one. Raises InspectionError where it wrote something else."""
    earlier = list(Inspection.objects.filter(key__startswith=f"{key}:").order_by("pk"))
    same = {one.facility_id for one in earlier} == {one.pk for one in facilities}
    if earlier and not (same and all(said == {name: getattr(one, name) for name in said} for one in earlier)):
        raise InspectionError(_("这张表已提交过，没有重复登记；另登记一项请重新打开本页。"))
    return earlier


def _lock(inspection: Inspection) -> None:
    """One act at a time."""
    Inspection.objects.select_for_update(no_key=True, of=("self",)).get(pk=inspection.pk)
    for name in ("result", "cancellation"):
        inspection._state.fields_cache.pop(name, None)


def _check(inspection: Inspection, visited_on: dt.date, respondents: int | None, today: dt.date) -> None:
    if refused := refusal(inspection):
        raise InspectionError(refused)
    if visited_on > today:
        raise InspectionError(_("检查日期 %(day)s 还没有到。") % {"day": visited_on})
    if inspection.kind == InspectionKind.SATISFACTION and not respondents:
        raise InspectionError(_("请填写收回的答卷份数。"))


def _typed(answer: InspectionAnswer) -> dict[str, str]:
    is_score = answer.item.judged == answer.item.Judged.SCORE and answer.verdict != Verdict.NOT_APPLICABLE
    return {
        "verdict": "" if is_score else answer.verdict,
        "points": f"{answer.points.normalize():f}" if is_score else "",
        "words": answer.words,
        "severity": answer.severity,
    }


def _tell(inspection: Inspection, result: InspectionResult, findings: int, by) -> None:
    facility = inspection.facility
    directors = User.objects.filter(facility=facility, is_active=True)
    users = {user.pk: user for user in (*directors, *notifying.townspeople(facility.town)) if user.pk != by.pk}
    facts = {"facility": facility.name, "kind": inspection.kind, "grade": result.grade_name, "findings": findings}
    notifying.tell(
        users=users.values(),
        kind=Notification.Kind.INSPECTION,
        district=facility.town.district,
        programme=inspection.programme,
        facts=facts,
        url=reverse("inspection", args=[inspection.pk]),
        key=f"inspection-{result.pk}",
    )
