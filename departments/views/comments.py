"""Adding to the thread of a figure or task, from the page of its cell or from a sheet."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from departments import actions
from departments.templatetags.cells import cell_address
from departments.views.asked import person
from departments.views.cells import cell_asked_for, cell_page, done_with
from targets.actions import Refused


@require_POST
def comment_add(request: HttpRequest, department_code: str, period_code: str, cell_key: str) -> HttpResponse:
    """Adds what is in `text`; `next` leads back to the page that the form was on, else the cell's page opens."""
    user = person(request)
    cell = cell_asked_for(request, department_code, period_code, cell_key)
    text = request.POST.get("text", "")
    try:
        actions.add_comment(**cell.place, text=text, by=user)
    except Refused as refusal:
        return cell_page(request, user, cell, comment=text, comment_error=str(refusal), status=422)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = f"{cell_address(cell.sheet, cell.key)}#comments"
    return done_with(request, user, cell, "意见已发出。", back)
