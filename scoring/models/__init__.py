from scoring.models.appeal import Appeal, AppealFile, AppealRuling
from scoring.models.assessment import Assessment, AssessmentAct, AssessmentState, Ties, Visibility
from scoring.models.claim import Claim, ClaimDecision, ClaimFile
from scoring.models.mark import Mark, MarkFile, Matter
from scoring.models.result import FinalResult, Result, ResultLine
from scoring.models.rubric import Criterion, CriterionLink, NoTarget, Rubric, Section
from scoring.models.setting import Assessor, LineSetting

__all__ = [
    "Appeal",
    "AppealFile",
    "AppealRuling",
    "Assessment",
    "AssessmentAct",
    "AssessmentState",
    "Assessor",
    "Claim",
    "ClaimDecision",
    "ClaimFile",
    "Criterion",
    "CriterionLink",
    "FinalResult",
    "LineSetting",
    "Mark",
    "MarkFile",
    "Matter",
    "NoTarget",
    "Result",
    "ResultLine",
    "Rubric",
    "Section",
    "Ties",
    "Visibility",
]
