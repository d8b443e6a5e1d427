"""Assessments, what was done with them, appeals and rulings in the audit chain (tasks/audited.py)."""

from scoring import canonical, sealing
from scoring.files import join
from scoring.models import Appeal, AppealFile, AppealRuling, Assessment, AssessmentAct
from tasks import audited

Kind = AssessmentAct.Kind


def register_assessments() -> None:
    """Called once the app is ready."""
    audited.register(Assessment, told=audited.named(Assessment, "title"))
    audited.register(AssessmentAct, told=audited.named(AssessmentAct, "assessment__title", "kind"), join=_join_seals)
    audited.register(
        Appeal, told=audited.named(Appeal, "line__result__name", "line__title"), join=join(AppealFile, "appeal")
    )
    audited.register(
        AppealRuling, told=audited.named(AppealRuling, "appeal__line__result__name", "appeal__line__title")
    )


def _join_seals(acts: list[dict]) -> None:
    """To freezing and finishing: the hash over the rows as they are stored now, so that the chain guards them as well."""
    for act in acts:
        if act["kind"] in (Kind.FROZEN, Kind.FINAL):
            assessment = Assessment.objects.get(pk=act["assessment_id"])
            frozen = AssessmentAct.objects.get(assessment=assessment, kind=Kind.FROZEN)
            of_end = act["kind"] == Kind.FINAL
            act["stored"] = (
                canonical.digest(sealing.final_document(frozen)) if of_end else sealing.seal_of(assessment, frozen)
            )
