"""Which plan a page speaks of: the one named in the address, else the first that readers are offered."""

from django.http import Http404, HttpRequest

from targets.models import Plan


def plan_asked_for(request: HttpRequest) -> Plan | None:
    """The plan of `?plan=CODE`; without a code the first one; None when no plan has been loaded yet."""
    code = request.GET.get("plan", "")
    if not code:
        return Plan.objects.for_switcher().first()
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        raise Http404("没有这个方案。")
    return plan
