from scoring.models.appeal import Appeal, AppealFile, AppealRuling
from scoring.models.assessment import Assessment, AssessmentAct, AssessmentState, Ties, Visibility
from scoring.models.mark import Mark
from scoring.models.result import FinalResult, Result, ResultLine
from scoring.models.rubric import Criterion, CriterionLink, NoTarget, Rubric, Section

__all__ = [
    "Appeal",
    "AppealFile",
    "AppealRuling",
    "Assessment",
    "AssessmentAct",
    "AssessmentState",
    "Criterion",
    "CriterionLink",
    "FinalResult",
    "Mark",
    "NoTarget",
    "Result",
    "ResultLine",
    "Rubric",
    "Section",
    "Ties",
    "Visibility",
]
