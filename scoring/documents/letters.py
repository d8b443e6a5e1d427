"""Which letters can be made of an assessment, by its kind, once it is frozen."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from scoring.documents.bulletin import bulletin, notice
from scoring.documents.results import Results
from scoring.documents.summary import summary
from scoring.models import Assessment, AssessmentState

STANDING = {AssessmentState.FROZEN, AssessmentState.PUBLISHED, AssessmentState.FINAL}
STORED = STANDING | {AssessmentState.REPLACED}
LETTERS: dict[str, dict[str, Callable[[Results], bytes]]] = {
    Assessment.Kind.QUARTERLY: {"bulletin": bulletin},
    Assessment.Kind.ANNUAL: {"notice": notice, "summary": summary},
}


def letters_of(assessment: Assessment) -> dict[str, str]:
    """The letters' names by their kind; none before it is frozen, and none of one that was discarded."""
    if assessment.state not in STORED:
        return {}
    names = {"bulletin": _("季度通报"), "notice": _("考核结果通报"), "summary": _("年度工作总结")}
    return {kind: names[kind] for kind in LETTERS[assessment.kind]}
