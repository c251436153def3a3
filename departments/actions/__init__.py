"""The verbs that move a bureau's sheet: keyword-only, atomic, with an actor, audited; the only writers of a state.

Every verb is a conditional UPDATE on (state, lock_version): of two people who act on the same version the second one
gets `Conflict` with a sentence that says who was first. Who may do what is asked from `departments.permissions`.
"""

from departments.actions.approving import Outcome, approve, approve_many
from departments.actions.commenting import add_comment
from departments.actions.deadlines import LONGEST_EXTENSION, extend_deadline
from departments.actions.drafts import CellConflict, Change, Saved, open_submission, save_cells, save_draft
from departments.actions.evidence import add_evidence, record_download, remove_evidence
from departments.actions.importing import Imported, import_workbook, keep_upload, label_of_upload
from departments.actions.moving import Conflict, NotReady, label_of
from departments.actions.reopening import reopen
from departments.actions.saving_once import save_cells_once
from departments.actions.steps import endorse, return_for_correction, submit, withdraw

__all__ = [
    "LONGEST_EXTENSION",
    "CellConflict",
    "Change",
    "Conflict",
    "Imported",
    "NotReady",
    "Outcome",
    "Saved",
    "add_comment",
    "add_evidence",
    "approve",
    "approve_many",
    "endorse",
    "extend_deadline",
    "import_workbook",
    "keep_upload",
    "label_of",
    "label_of_upload",
    "open_submission",
    "record_download",
    "remove_evidence",
    "reopen",
    "return_for_correction",
    "save_cells",
    "save_cells_once",
    "save_draft",
    "submit",
    "withdraw",
]
