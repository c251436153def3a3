"""The tables of who owes a figure, who sent it and who approved it."""

from departments.models.department import Department, DepartmentName, Membership
from departments.models.responsibility import ClauseDepartment, Responsibility, TaskResponsibility
from departments.models.submission import Entry, Extension, Submission, SubmissionStep

__all__ = [
    "ClauseDepartment",
    "Department",
    "DepartmentName",
    "Entry",
    "Extension",
    "Membership",
    "Responsibility",
    "Submission",
    "SubmissionStep",
    "TaskResponsibility",
]
