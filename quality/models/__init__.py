from quality.models.figures import FacilityDecision, FacilityFigure, FacilityReport
from quality.models.roll_up import RollUp

__all__ = ["FacilityDecision", "FacilityFigure", "FacilityReport", "RollUp"]
