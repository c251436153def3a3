"""Addresses of the room: what I owe, a bureau's sheet, the way of a sheet to approval."""

from django.urls import path

from departments.views import (
    autosave,
    comments,
    counties,
    deadlines,
    deliveries,
    duties,
    entry,
    evidence,
    history,
    history_workbooks,
    inbox,
    notices,
    nudges,
    punctuality,
    reminder_rules,
    requests,
    review,
    snapshots,
    steps,
    supervision,
    trial,
    workbooks,
)

app_name = "departments"

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("departments/<slug:department_code>/periods/<slug:period_code>/", entry.entry, name="entry"),
    path("departments/<slug:department_code>/periods/<slug:period_code>/autosave/", autosave.autosave, name="autosave"),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/workbook/", workbooks.workbook, name="workbook"
    ),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/workbook/upload/",
        workbooks.workbook_upload,
        name="workbook_upload",
    ),
    path("workbooks/<int:upload_id>/", workbooks.workbook_confirm, name="workbook_confirm"),
    path("departments/<slug:department_code>/periods/<slug:period_code>/trial/", trial.trial, name="trial"),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/extension/",
        deadlines.extend,
        name="extend",
    ),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/cells/<slug:cell_key>/",
        evidence.evidence,
        name="evidence",
    ),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/cells/<slug:cell_key>/comments/",
        comments.comment_add,
        name="comment_add",
    ),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/counties/<int:indicator_id>/",
        counties.counties,
        name="counties",
    ),
    path("departments/<slug:department_code>/history/", history.history, name="history"),
    path("departments/<slug:department_code>/history/check/", history.history_check, name="history_check"),
    path(
        "departments/<slug:department_code>/history/workbook/",
        history_workbooks.history_workbook,
        name="history_workbook",
    ),
    path(
        "departments/<slug:department_code>/history/workbook/upload/",
        history_workbooks.history_workbook_upload,
        name="history_workbook_upload",
    ),
    path("evidence/<int:evidence_id>/file/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:evidence_id>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/request/",
        requests.request_make,
        name="request_make",
    ),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/<int:request_id>/", requests.request_decide, name="request_decide"),
    path("requests/<int:request_id>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("departments/<slug:department_code>/periods/<slug:period_code>/nudge/", nudges.nudge, name="nudge"),
    path("review/nudge-overdue/", nudges.nudge_overdue, name="nudge_overdue"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<int:notice_id>/", notices.notice_open, name="notice_open"),
    path("reminders/", reminder_rules.reminder_rule, name="reminder_rule"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/again/", deliveries.deliveries_again, name="deliveries_again"),
    path("duties/", duties.duties, name="duties"),
    path("review/", review.review_list, name="review_list"),
    path("review/approve/", steps.approve_many, name="approve_many"),
    path("snapshots/<int:snapshot_id>/", snapshots.snapshot, name="snapshot"),
    path("submissions/<int:submission_id>/", review.submission, name="submission"),
    path("submissions/<int:submission_id>/submit/", steps.submit, name="submit"),
    path("submissions/<int:submission_id>/withdraw/", steps.withdraw, name="withdraw"),
    path("submissions/<int:submission_id>/endorse/", steps.endorse, name="endorse"),
    path("submissions/<int:submission_id>/return/", steps.return_for_correction, name="return"),
    path("submissions/<int:submission_id>/approve/", steps.approve, name="approve"),
    path("submissions/<int:submission_id>/reopen/", steps.reopen, name="reopen"),
    path("punctuality/", punctuality.punctuality, name="punctuality"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/new/", supervision.supervision_new, name="supervision_new"),
    path("supervision/<int:item_id>/", supervision.supervision_item, name="supervision_item"),
    path("supervision/<int:item_id>/evidence/", supervision.supervision_evidence, name="supervision_evidence"),
    *(
        path(
            f"supervision/<int:item_id>/{address}/",
            supervision.supervision_step,
            {"verb": verb},
            name=f"supervision_{verb}",
        )
        for verb, address in (
            ("answer", "answer"),
            ("send_back", "send-back"),
            ("postpone", "postpone"),
            ("close", "close"),
            ("reopen", "reopen"),
        )
    ),
]
