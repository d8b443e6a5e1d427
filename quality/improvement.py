"""One facility, one plan (一院一案): written, approved by the town and then by the bureau, carried out measure by measure."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility
from quality import plan_notices
from quality.models import (
    Finding,
    ImprovementPlan,
    MeasureDone,
    PlanAct,
    PlanMeasure,
    PlanState,
)
from quality.plan_analysis import analysis_of, last_inspection
from tasks import audit
from tasks.models import Programme, Task

MAX_WORDS = ImprovementPlan._meta.get_field("words").max_length
MAX_REASON = PlanAct._meta.get_field("words").max_length
MAX_DONE = MeasureDone._meta.get_field("words").max_length
Kind, State = PlanAct.Kind, PlanState
FOLLOWS = {  # what can be done with a version in each state
    State.SUBMITTED: (Kind.TOWN, Kind.RETURNED),
    State.TOWN: (Kind.BUREAU, Kind.RETURNED),
    State.BUREAU: (),
    State.RETURNED: (),
}


class PlanError(Exception):
    """What was asked can't be done; the message is for people."""


class Said(NamedTuple):
    """A measure as it was written."""

    words: str
    owner: str
    due_on: dt.date
    task: Task | None = None
    findings: Sequence[Finding] = ()


def may_write(user, facility: Facility) -> bool:
    """The facility writes its own plan, or its town on its behalf."""
    here = user.facility_id == facility.pk or (user.town_id is not None and user.town_id == facility.town_id)
    return user.may(Permission.RECTIFY) and here


def next_acts(plan: ImprovementPlan, user) -> list[Kind]:
    """What this user can do now with a version that was read as `standing`: its town first, then the bureau."""
    if not user.may(Permission.FIND) or plan.district_id not in user.district_ids:
        return []
    turn = {State.SUBMITTED: user.town_id == plan.facility.town_id, State.TOWN: user.town_id is None}
    return list(FOLLOWS[plan.state]) if turn.get(plan.state) else []


@transaction.atomic
def write(
    *,
    facility: Facility,
    programme: Programme,
    words: str,
    grade: str,
    star: int | None,
    measures: Sequence[Said],
    by,
    key: str,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> ImprovementPlan:
    """Write a new version, to be approved; it keeps what the last inspection showed. A key sent before returns its version.

    `seen` is the version that the person had before them (0: none). Raises PlanError where there is a newer one.
    """
    Facility.objects.select_for_update(no_key=True, of=("self",)).get(pk=facility.pk)  # versions are numbered once
    if earlier := ImprovementPlan.objects.filter(key=key).first():
        if (earlier.facility_id, earlier.programme_id, earlier.words) != (facility.pk, programme.pk, words.strip()):
            raise PlanError(_("提交凭证已被使用，请刷新页面后重试。"))
        return earlier
    versions = ImprovementPlan.objects.filter(facility=facility, programme=programme)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    if seen is not None and last > seen:
        newer = versions.select_related("by").get(version=last)
        raise PlanError(_("%(who)s 已报送第 %(version)s 版，请看过后再提交。") % {"who": newer.by, "version": last})
    _check(facility, programme, words.strip(), measures, by)
    inspection = last_inspection(facility)
    plan = ImprovementPlan.objects.create(
        district_id=programme.district_id,
        programme=programme,
        facility=facility,
        version=last + 1,
        inspection=inspection,
        analysis=analysis_of(inspection),
        words=words.strip(),
        grade=grade,
        star=star,
        key=key,
        at=at or timezone.now(),
        by=by,
    )
    for place, said in enumerate(measures, 1):
        _measure(plan, place, said)
    audit.append(rows=[plan])
    plan_notices.written(plan)
    return plan


@transaction.atomic
def decide(*, plan: ImprovementPlan, kind: Kind, by, words: str = "", at: dt.datetime | None = None) -> PlanAct:
    """The town, then the bureau, approves the newest version, or sends it back with a reason; said twice, written once."""
    Facility.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.facility_id)
    plan = ImprovementPlan.objects.standing().select_related("facility__town", "programme").get(pk=plan.pk)
    if earlier := PlanAct.objects.filter(plan=plan, kind=kind, by=by).first():
        return earlier
    words = words.strip()
    if kind not in next_acts(plan, by):
        raise PlanError(
            _("第 %(version)s 版目前“%(state)s”，先由街镇审核，再由区民政局批准。")
            % {"version": plan.version, "state": plan.state.label}
        )
    if not ImprovementPlan.objects.filter(pk=plan.pk).latest().exists():
        raise PlanError(_("第 %(version)s 版已有新版本，请办理新版。") % {"version": plan.version})
    if kind == Kind.RETURNED and not words:
        raise PlanError(_("退回必须填写原因。"))
    if len(words) > MAX_REASON:
        raise PlanError(_("内容不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_REASON, "found": len(words)})
    act = PlanAct.objects.create(
        district_id=plan.district_id, plan=plan, kind=kind, words=words, at=at or timezone.now(), by=by
    )
    audit.append(rows=[act])
    plan_notices.decided(plan, act)
    return act


@transaction.atomic
def mark_done(*, measure: PlanMeasure, words: str, by, at: dt.datetime | None = None) -> MeasureDone:
    """A measure without findings was carried out, with words on what was done; one with findings follows these."""
    plan, words = measure.plan, words.strip()
    Facility.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.facility_id)
    if earlier := MeasureDone.objects.filter(measure=measure).first():
        return earlier
    if not may_write(by, plan.facility):
        raise PlanError(_("措施完成情况由机构（或街镇代办）填写。"))
    if measure.findings.in_force().exists():
        raise PlanError(_("这项措施对应问题隐患，隐患全部销号后自动计为完成。"))
    if not words:
        raise PlanError(_("请填写完成情况。"))
    if len(words) > MAX_DONE:
        raise PlanError(_("内容不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_DONE, "found": len(words)})
    done = MeasureDone.objects.create(
        district_id=measure.district_id, measure=measure, words=words, at=at or timezone.now(), by=by
    )
    audit.append(rows=[done])
    return done


def _check(facility: Facility, programme: Programme, words: str, measures: Sequence[Said], by) -> None:
    if not may_write(by, facility):
        raise PlanError(_("一院一案由机构（或街镇代办）报送。"))
    if programme.district_id != facility.town.district_id:
        raise PlanError(_("这一年度方案不属于机构所在的区。"))
    if not words:
        raise PlanError(_("请填写问题分析。"))
    if len(words) > MAX_WORDS:
        raise PlanError(_("内容不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_WORDS, "found": len(words)})
    if not measures:
        raise PlanError(_("请至少填写一项措施。"))
    if len({one.words for one in measures}) < len(measures):
        raise PlanError(_("有两项措施内容相同，请合并。"))
    if any(finding.facility_id != facility.pk for one in measures for finding in one.findings):
        raise PlanError(_("所选问题隐患不属于本机构。"))


def _measure(plan: ImprovementPlan, place: int, said: Said) -> None:
    measure = PlanMeasure.objects.create(
        district_id=plan.district_id,
        plan=plan,
        number=place,
        words=said.words,
        owner=said.owner,
        due_on=said.due_on,
        task=said.task,
    )
    measure.findings.set(said.findings)
