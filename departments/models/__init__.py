"""The tables of who owes a figure, who sent it and who approved it."""

from departments.models.deadline import Extension, ReminderRule, SheetRequest
from departments.models.department import Department, DepartmentName, Membership
from departments.models.evidence import Comment, Evidence
from departments.models.notice import Delivery, Notice, Nudge
from departments.models.responsibility import ClauseDepartment, Responsibility, TaskResponsibility
from departments.models.save_receipt import SaveReceipt
from departments.models.submission import (
    Entry,
    MilestoneReport,
    Submission,
    SubmissionHand,
    SubmissionSnapshot,
    SubmissionStep,
    TaskReport,
)
from departments.models.supervision import SupervisionItem, SupervisionStep
from departments.models.workbook import WorkbookUpload

__all__ = [
    "ClauseDepartment",
    "Comment",
    "Delivery",
    "Department",
    "DepartmentName",
    "Entry",
    "Evidence",
    "Extension",
    "Membership",
    "MilestoneReport",
    "Notice",
    "Nudge",
    "ReminderRule",
    "Responsibility",
    "SaveReceipt",
    "SheetRequest",
    "Submission",
    "SubmissionHand",
    "SubmissionSnapshot",
    "SubmissionStep",
    "SupervisionItem",
    "SupervisionStep",
    "TaskReport",
    "TaskResponsibility",
    "WorkbookUpload",
]
