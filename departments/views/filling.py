"""Who may fill in the sheet of an address, and whether he does it for a bureau that is not his own."""

from django.http import HttpRequest

from accounts.models import User
from departments import permissions
from departments.models import Department, Submission
from departments.sheets import Sheet
from targets.models import ReportingPeriod

ON_BEHALF = "on_behalf"


def is_on_behalf(request: HttpRequest, user: User) -> bool:
    """Whether the coordinator asked to fill in for the bureau: without `?on_behalf=1` he reads the sheet."""
    return ON_BEHALF in request.GET and permissions.fills_on_behalf(user)


def check_fills(
    request: HttpRequest, user: User, department: Department, period: ReportingPeriod, submission: Submission | None
) -> None:
    """Raises PermissionDenied with a sentence where the sheet cannot be filled in."""
    on_behalf = is_on_behalf(request, user)
    permissions.check_can_fill(user, department, period, on_behalf=on_behalf)
    if submission is not None:
        permissions.check_can_save(user, submission, on_behalf=on_behalf)


def fills(request: HttpRequest, user: User, sheet: Sheet) -> bool:
    """The same, asked as a question."""
    on_behalf = is_on_behalf(request, user)
    if sheet.submission is None:
        return permissions.can_fill(user, sheet.department, sheet.period, on_behalf=on_behalf)
    return permissions.can_save(user, sheet.submission, on_behalf=on_behalf)


def form_address(sheet: Sheet, *, on_behalf: bool) -> str:
    """Where the form is shown and sent to."""
    return f"{sheet.url}&{ON_BEHALF}=1" if on_behalf else sheet.url
