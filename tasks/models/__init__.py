from tasks.models.audit import AuditEntry, AuditHead
from tasks.models.check_rule import CheckRule
from tasks.models.imports import ImportRecord
from tasks.models.indicator import Indicator, Target
from tasks.models.light_change import LightChange, LightRun
from tasks.models.notification import Delivery, Notification
from tasks.models.period_act import PeriodAct
from tasks.models.programme import Frequency, Milestone, Period, Programme, Task
from tasks.models.report import Decision, Draft, Evidence, Report, Site, Submission
from tasks.models.ruling import Ruling
from tasks.models.supervision import Reminder, Supervision, SupervisionAct, SupervisionState

__all__ = [
    "AuditEntry",
    "AuditHead",
    "CheckRule",
    "Decision",
    "Delivery",
    "Draft",
    "Evidence",
    "Frequency",
    "ImportRecord",
    "Indicator",
    "LightChange",
    "LightRun",
    "Milestone",
    "Notification",
    "Period",
    "PeriodAct",
    "Programme",
    "Reminder",
    "Report",
    "Ruling",
    "Site",
    "Submission",
    "Supervision",
    "SupervisionAct",
    "SupervisionState",
    "Target",
    "Task",
]
