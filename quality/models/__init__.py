from quality.models.draw import Draw, DrawAct
from quality.models.event import Event, EventAct, EventFile, EventState, Phase
from quality.models.example import Example, ExampleFile, ExampleWithdrawal
from quality.models.figures import FacilityDecision, FacilityFigure, FacilityReport
from quality.models.finding import Finding, FindingAct, FindingFile, FindingState
from quality.models.hazard import HazardCriterion, HazardList
from quality.models.inspection import (
    Department,
    Inspection,
    InspectionAnswer,
    InspectionCancellation,
    InspectionPhoto,
    InspectionResult,
    InspectionState,
    Inspector,
    Severity,
    Verdict,
    VisitLine,
)
from quality.models.item_list import Grade, InspectionItem, InspectionKind, ItemList
from quality.models.people import (
    STANDS,
    Level,
    PeoplePlan,
    PersonAct,
    PersonKind,
    PersonRecord,
    PersonState,
    Training,
)
from quality.models.plan import ImprovementPlan, MeasureDone, PlanAct, PlanMeasure, PlanState
from quality.models.roll_up import RollUp
from quality.models.scope import Scope, ScopeException

__all__ = [
    "STANDS",
    "Department",
    "Draw",
    "DrawAct",
    "Event",
    "EventAct",
    "EventFile",
    "EventState",
    "Example",
    "ExampleFile",
    "ExampleWithdrawal",
    "FacilityDecision",
    "FacilityFigure",
    "FacilityReport",
    "Finding",
    "FindingAct",
    "FindingFile",
    "FindingState",
    "Grade",
    "HazardCriterion",
    "HazardList",
    "ImprovementPlan",
    "Inspection",
    "InspectionAnswer",
    "InspectionCancellation",
    "InspectionItem",
    "InspectionKind",
    "InspectionPhoto",
    "InspectionResult",
    "InspectionState",
    "Inspector",
    "ItemList",
    "Level",
    "MeasureDone",
    "PeoplePlan",
    "PersonAct",
    "PersonKind",
    "PersonRecord",
    "PersonState",
    "Phase",
    "PlanAct",
    "PlanMeasure",
    "PlanState",
    "RollUp",
    "Scope",
    "ScopeException",
    "Severity",
    "Training",
    "Verdict",
    "VisitLine",
]
