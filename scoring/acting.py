"""What can be done with an assessment in each state, and the writing of it: every act once, one after the other."""

import datetime as dt

from django.utils.translation import gettext as _

from scoring.models import Appeal, Assessment, AssessmentAct, AssessmentState
from tasks import audit

Kind, State = AssessmentAct.Kind, AssessmentState
MAX_REASON = AssessmentAct._meta.get_field("reason").max_length
FOLLOWS = {  # what can be done in each state
    State.DRAFT: (Kind.FROZEN, Kind.DISCARDED),
    State.FROZEN: (Kind.PUBLISHED, Kind.DISCARDED, Kind.REPLACED),
    State.PUBLISHED: (Kind.FINAL, Kind.REPLACED),
    State.FINAL: (Kind.REPLACED,),
    State.DISCARDED: (),
    State.REPLACED: (),
}


class AssessmentError(Exception):
    """What was asked can't be done; the message is for people."""


def appeals_of(assessment: Assessment):
    return Appeal.objects.filter(line__result__assessment=assessment).select_related("line__result", "ruling__by", "by")


def act_of(assessment: Assessment, kind: str) -> AssessmentAct | None:
    return AssessmentAct.objects.filter(assessment=assessment, kind=kind).first()


def lock(assessment: Assessment) -> Assessment:
    """The assessment as it stands now; whoever writes to the district's chain waits until the transaction ends."""
    audit.begin(assessment.district_id)
    return Assessment.objects.standing().get(pk=assessment.pk)


def may(assessment: Assessment, kind: str) -> None:
    """Hold the district's chain until the transaction ends. Raises AssessmentError where the state has no such act."""
    state = lock(assessment).state
    if kind not in FOLLOWS[state]:
        told = {"state": state.label, "act": Kind(kind).label}
        raise AssessmentError(_("考核%(state)s，不能%(act)s；请刷新页面核对。") % told)


def reason_of(typed: str) -> str:
    """A reason as it is stored. Raises AssessmentError where it is too long."""
    if len(typed.strip()) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(typed.strip())}
        raise AssessmentError(_("原因不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    return typed.strip()


def did(assessment: Assessment, act: AssessmentAct, by, at: dt.datetime) -> AssessmentAct:
    """Write an act into the ledger and its chain."""
    act.assessment, act.district_id, act.by, act.at = assessment, assessment.district_id, by, at
    act.save()
    audit.append(rows=[act])
    return act
