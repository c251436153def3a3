"""Addresses of the room: what I owe, a bureau's sheet, the way of a sheet to approval."""

from django.urls import path

from departments.views import deadlines, entry, inbox, review, steps

app_name = "departments"

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("departments/<slug:department_code>/periods/<slug:period_code>/", entry.entry, name="entry"),
    path(
        "departments/<slug:department_code>/periods/<slug:period_code>/extension/",
        deadlines.extend,
        name="extend",
    ),
    path("review/", review.review_list, name="review_list"),
    path("submissions/<int:submission_id>/", review.submission, name="submission"),
    path("submissions/<int:submission_id>/submit/", steps.submit, name="submit"),
    path("submissions/<int:submission_id>/withdraw/", steps.withdraw, name="withdraw"),
    path("submissions/<int:submission_id>/endorse/", steps.endorse, name="endorse"),
    path("submissions/<int:submission_id>/return/", steps.return_for_correction, name="return"),
    path("submissions/<int:submission_id>/approve/", steps.approve, name="approve"),
    path("submissions/<int:submission_id>/reopen/", steps.reopen, name="reopen"),
]
