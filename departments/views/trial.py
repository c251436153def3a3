"""What figures would mean, while they are typed: findings and the resulting status, without storing anything."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from departments.forms import EntryForm
from departments.row_answers import checked
from departments.sheets import build_sheet
from departments.views.asked import current_submission, department_and_period, person
from departments.views.filling import check_fills
from departments.views.sent_cells import Unreadable, refusal, sent_cells


@require_POST
def trial(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """POST {"fields": {name: text}} → {"rows": {key: {errors, findings, quotient, trial, filled}}}."""
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    submission = current_submission(department, period)
    try:
        check_fills(request, user, department, period, submission)
        sent = sent_cells(request)
    except PermissionDenied as refused:
        return refusal(str(refused), status=403, is_over=True)
    except Unreadable as error:
        return refusal(str(error), status=400)
    form = EntryForm.sent_by_cell(build_sheet(department, period, submission), sent.fields)
    return JsonResponse({"rows": checked(form.rows, period)})
