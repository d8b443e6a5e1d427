"""What can be done with a finding, by whom, and why not: the rules of rectification (整改、销号)."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission
from quality import voiding
from quality.models import Finding, FindingAct, FindingState, HazardCriterion
from quality.models.finding import MOVES
from quality.models.inspection import Severity

Kind, State = FindingAct.Kind, FindingState
MAX_WORDS = FindingAct._meta.get_field("words").max_length
MAX_NAME = FindingAct._meta.get_field("responsible").max_length
OWN = (Kind.SIGNED, Kind.PROGRESSED, Kind.SUBMITTED)  # of those who rectify: the facility, or its town on its behalf
APART = (Kind.EXTENDED, Kind.VERIFIED, Kind.CLOSED)  # never of somebody who rectified the same finding
FOLLOWS = {  # what can be done with a finding in each state, the usual first
    State.FOUND: (Kind.ASSIGNED, Kind.VOIDED),
    State.ASSIGNED: (Kind.SIGNED, Kind.EXTENDED, Kind.ASSIGNED, Kind.VOIDED),
    State.RECTIFYING: (Kind.SUBMITTED, Kind.PROGRESSED, Kind.EXTENDED, Kind.VOIDED),
    State.RETURNED: (Kind.SUBMITTED, Kind.PROGRESSED, Kind.EXTENDED, Kind.VOIDED),
    State.SUBMITTED: (Kind.VERIFIED, Kind.CLOSED, Kind.RETURNED, Kind.VOIDED),
    State.VERIFIED: (Kind.CLOSED, Kind.RETURNED, Kind.VOIDED),
    State.CLOSED: (Kind.VOIDED,),
    State.VOIDED: (),
}
NEEDS_WORDS = {
    Kind.PROGRESSED: gettext_lazy("请填写整改进展。"),
    Kind.SUBMITTED: gettext_lazy("请填写采取的整改措施和结果。"),
    Kind.RETURNED: gettext_lazy("退回必须填写原因。"),
    Kind.EXTENDED: gettext_lazy("延期必须填写原因。"),
    Kind.VERIFIED: gettext_lazy("请填写复核意见。"),
    Kind.CLOSED: gettext_lazy("请填写验收意见。"),
    Kind.VOIDED: gettext_lazy("请填写作废原因。"),
}


class FindingError(Exception):
    """What was asked can't be done; the message is for people."""


def may(user, kind: Kind, finding: Finding) -> bool:
    """Whether it is this user's part: the facility (or its town for it) rectifies, the town or the bureau does the rest.

    Voiding is the bureau's alone.
    """
    town = finding.facility.town_id
    if kind in OWN:
        here = user.facility_id == finding.facility_id or (user.town_id is not None and user.town_id == town)
        return user.may(Permission.RECTIFY) and here
    places = (None,) if kind == Kind.VOIDED else (None, town)
    return user.may(Permission.FIND) and finding.district_id in user.district_ids and user.town_id in places


def next_acts(finding: Finding, acts: Sequence[FindingAct], user) -> list[Kind]:
    """What this user can do now with a finding that was read as `standing`; `acts` are its acts so far."""
    can = [kind for kind in FOLLOWS[finding.state] if may(user, kind, finding) and not _not_yours(kind, acts, user)]
    return [kind for kind in can if kind != Kind.VOIDED or not voiding.refusal(finding)]


def refusal(finding: Finding, acts: Sequence[FindingAct], kind: Kind, by, *, words: str, files: int) -> str:
    """Why this can't be done now with a finding with these acts; "" where it can."""
    state, major = standing(acts), is_major(finding, acts)
    if not may(by, kind, finding):
        return _("签收和整改由机构（或街镇代办）办理，交办、验收和销号由街镇或区民政局办理，作废由区民政局办理。")
    if kind not in FOLLOWS[state]:
        told = {"finding": finding, "state": state.label, "act": kind.label}
        return _("%(finding)s目前“%(state)s”，不能%(act)s。") % told
    if refused := _not_yours(kind, acts, by):
        return refused
    if not words and kind in NEEDS_WORDS:
        return str(NEEDS_WORDS[kind])
    if len(words) > MAX_WORDS:
        return _("内容不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_WORDS, "found": len(words)}
    if kind == Kind.VOIDED and (refused := voiding.refusal(finding)):
        return refused
    if kind == Kind.SUBMITTED and major and not files:
        return _("重大隐患提交整改须附照片或材料。")
    return ""


def refused_assignment(
    finding: Finding,
    *,
    major: bool,
    criterion: HazardCriterion | None,
    responsible: str,
    due_on,
    words: str,
    on: dt.date,
) -> str:
    """Why a finding can't be assigned like this on a day; "" where it can."""
    if not responsible:
        return _("请填写整改责任人。")
    if len(responsible) > MAX_NAME:
        return _("责任人不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_NAME, "found": len(responsible)}
    if due_on < on:
        return _("整改期限 %(day)s 已经过去。") % {"day": due_on}
    if major and criterion is None:
        return _("判定为重大隐患须选择判定标准。")
    if not major and criterion:
        return _("一般隐患不选重大隐患判定标准。")
    in_force = HazardCriterion.objects.in_force(finding.district_id, finding.found_on)
    if criterion and not in_force.filter(pk=criterion.pk).exists():
        return _("所选标准在发现日期 %(day)s 不是施行的版本。") % {"day": finding.found_on}
    if major != (finding.severity == Severity.MAJOR) and not words:
        found = {"found": finding.get_severity_display()}
        return _("检查时判断为%(found)s，改变等级须说明理由。") % found
    return ""


def refused_extension(acts: Sequence[FindingAct], due_on: dt.date, on: dt.date) -> str:
    """Why the last day can't become this one; "" where it can."""
    now = due_day(acts)
    if due_on < on:
        return _("整改期限 %(day)s 已经过去。") % {"day": due_on}
    if due_on <= now:
        return _("延期后的期限应晚于现在的期限 %(now)s，现为 %(found)s。") % {"now": now, "found": due_on}
    return ""


def standing(acts: Sequence[FindingAct]) -> State:
    """Where a finding with these acts stands."""
    moves = [act.kind for act in acts if act.kind in MOVES]
    return MOVES[moves[-1]] if moves else State.FOUND


def is_major(finding: Finding, acts: Sequence[FindingAct]) -> bool:
    """As ruled when it was assigned, else as found."""
    return acts[-1].major if acts else finding.severity == Severity.MAJOR


def due_day(acts: Sequence[FindingAct]) -> dt.date | None:
    """The last day in force."""
    return next((act.due_on for act in reversed(acts) if act.due_on), None)


def last_of(acts: Sequence[FindingAct], kind: Kind) -> FindingAct | None:
    return next((act for act in reversed(acts) if act.kind == kind), None)


def done(act: FindingAct) -> str:
    """`已由 李院长 于 2024-10-16 09:00 签收`."""
    told = {"who": act.by, "at": f"{timezone.localtime(act.at):%Y-%m-%d %H:%M}", "what": act.get_kind_display()}
    return _("已由 %(who)s 于 %(at)s %(what)s") % told


def _not_yours(kind: Kind, acts: Sequence[FindingAct], by) -> str:
    """Verifying follows its own order for major hazards, and is never done by who rectified, nor closing by who verified."""
    major = bool(acts) and acts[-1].major
    if kind == Kind.VERIFIED and not major:
        return _("一般隐患验收后直接销号，不须复核。")
    if kind == Kind.CLOSED and major and standing(acts) != State.VERIFIED:
        return _("重大隐患须先复核，再由另一人销号。")
    if kind in APART and any(act.by_id == by.pk for act in acts if act.kind in (Kind.SUBMITTED, Kind.PROGRESSED)):
        return _("您办理过这项整改，须由他人%(act)s。") % {"act": kind.label}
    if kind == Kind.CLOSED and major and last_of(acts, Kind.VERIFIED).by_id == by.pk:
        return _("您已复核这项重大隐患，须由另一人销号。")
    return ""
