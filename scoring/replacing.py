"""Of a quarter or a year one assessment stands: what replaces what, with a reason, and when."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from scoring.acting import FOLLOWS, AssessmentError, Kind, act_of, appeals_of, did, may
from scoring.models import Assessment, AssessmentAct


class AlreadyAssessed(AssessmentError):
    """The quarter or the year has been assessed: another one needs a reason."""

    def __init__(self, before: Sequence[Assessment]):
        super().__init__(self.told(before))

    @staticmethod
    def told(before: Sequence[Assessment]) -> str:
        """What is there already, and what another one asks for."""
        named = _("、").join(_("“%(title)s”（%(state)s）") % {"title": one, "state": one.state.label} for one in before)
        return _("同一季度或年度已有%(before)s；冻结另一次考核须填写更正原因，公布后替代原结果。") % {"before": named}


def sealed_before(assessment: Assessment) -> list[Assessment]:
    """The others of the same quarter or year that are frozen or later and stand, the earliest first."""
    others = Assessment.objects.beside(assessment).standing().order_by("pk")
    return [one for one in others if Kind.REPLACED in FOLLOWS[one.state]]


def all_ruled(assessment: Assessment) -> None:
    """Raises AssessmentError while an appeal against the assessment has no ruling."""
    if open_ := [str(appeal) for appeal in appeals_of(assessment).open()]:
        told = {"title": assessment, "lines": _("、").join(open_)}
        raise AssessmentError(_("“%(title)s”还有申诉没有裁定：%(lines)s。") % told)


def replace(before: Sequence[Assessment], assessment: Assessment, act: AssessmentAct) -> None:
    """Write to each of `before` that the assessment stands in its place, for the reason of its freezing."""
    if not before:
        return
    reason = act_of(assessment, Kind.FROZEN).reason
    if not reason:  # the other came to be published after this one was frozen without a word
        raise AlreadyAssessed(before)
    for one in before:
        may(one, Kind.REPLACED)
        did(one, AssessmentAct(kind=Kind.REPLACED, reason=reason, successor=assessment), act.by, act.at)
