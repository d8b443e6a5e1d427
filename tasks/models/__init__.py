from tasks.models.imports import ImportRecord
from tasks.models.indicator import Indicator, Target
from tasks.models.programme import Milestone, Period, Programme, Task
from tasks.models.report import Decision, Draft, Evidence, Report, Submission
from tasks.models.ruling import Ruling

__all__ = [
    "Decision",
    "Draft",
    "Evidence",
    "ImportRecord",
    "Indicator",
    "Milestone",
    "Period",
    "Programme",
    "Report",
    "Ruling",
    "Submission",
    "Target",
    "Task",
]
