"""The tables of what was promised and what was reported; each file with its QuerySet."""

from targets.models.area import Area
from targets.models.assessment import Assessment
from targets.models.dirty import DirtySeries
from targets.models.indicator import Baseline, ConditionRecord, Indicator, InterimTarget, Target
from targets.models.observation import Observation
from targets.models.period import DueDay, ReportingPeriod
from targets.models.plan import Clause, Goal, Plan, Reading, Sector
from targets.models.setting import SettingChange
from targets.models.task import Milestone, PlanTask, TaskProgress

__all__ = [
    "Area",
    "Assessment",
    "Baseline",
    "Clause",
    "ConditionRecord",
    "DirtySeries",
    "DueDay",
    "Goal",
    "Indicator",
    "InterimTarget",
    "Milestone",
    "Observation",
    "Plan",
    "PlanTask",
    "Reading",
    "ReportingPeriod",
    "Sector",
    "SettingChange",
    "Target",
    "TaskProgress",
]
