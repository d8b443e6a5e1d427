from quality.models.draw import Draw, DrawAct
from quality.models.figures import FacilityDecision, FacilityFigure, FacilityReport
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
from quality.models.roll_up import RollUp

__all__ = [
    "Department",
    "Draw",
    "DrawAct",
    "FacilityDecision",
    "FacilityFigure",
    "FacilityReport",
    "Grade",
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
    "RollUp",
    "Severity",
    "Verdict",
    "VisitLine",
]
