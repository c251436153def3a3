"""The verbs that change what was promised and what was reported: keyword-only, atomic, with an actor, audited.

Each verb asks `targets.permissions` who may; marks the series whose assessment it changes as dirty, in its own
transaction; and rings the bell after the commit. The audit event comes last: whoever holds the log's lock must not wait
for a row. `record_observations`, `record_task_progress`, `write_milestone` and `set_due_day` are steps of a bureau's
acts: the room above asks who may, and audits what was done.
"""

from targets.actions.baselines import approve_baseline, propose_baseline, reject_baseline, withdraw_baseline
from targets.actions.conditions import confirm_choices, record_condition
from targets.actions.duties import NewTaskProgress, record_milestone, record_task_progress, write_milestone
from targets.actions.observations import NewObservation, record_observations, set_due_day
from targets.actions.refusing import Refused, refuse_closed

__all__ = [
    "NewObservation",
    "NewTaskProgress",
    "Refused",
    "approve_baseline",
    "confirm_choices",
    "propose_baseline",
    "record_condition",
    "record_milestone",
    "record_observations",
    "record_task_progress",
    "refuse_closed",
    "reject_baseline",
    "set_due_day",
    "withdraw_baseline",
    "write_milestone",
]
