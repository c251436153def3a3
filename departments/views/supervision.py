"""督办: the list with its filters, one item with its steps, a new one, and the forms that move it on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.uploads import refused_on_the_way
from departments.actions import Conflict, supervising
from departments.actions.evidence import add_evidence
from departments.models import Department, Evidence, SupervisionItem
from departments.models.supervision import ANSWERED, ASSIGNED, CLOSED, SupervisionQuerySet
from departments.permissions import supervision as permissions
from departments.permissions import visible_departments
from departments.permissions.evidence import check_can_change_supervision_evidence, visible_evidence
from departments.supervision_forms import AssignmentForm, StepForm
from departments.views.asked import is_row_number, lock_version_sent, person
from targets.actions import Refused
from targets.models import Indicator, Plan, PlanTask

PER_PAGE = 50
MOST_FILES_AT_ONCE = 20
VERBS: dict[str, Callable[..., SupervisionItem]] = {
    "answer": supervising.answer,
    "send_back": supervising.send_back,
    "postpone": supervising.postpone,
    "close": supervising.close,
    "reopen": supervising.reopen,
}
STATE_FILTERS = (
    ("", "未销号"),
    ("open", "待反馈"),
    ("overdue", "逾期未反馈"),
    ("answered", "已反馈待核"),
    ("closed", "已销号"),
    ("all", "全部"),
)
DONE = {
    "answer": "反馈已提交，等待统筹协调员核实。",
    "send_back": "已退回重办，理由已告知承办单位。",
    "postpone": "反馈期限已延至 {day}，已告知承办单位。",
    "close": "已销号。",
    "reopen": "已重新督办，请承办单位于 {day} 前反馈。",
}


@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    user = person(request)
    permissions.check_can_read(user)
    today = timezone.localdate()
    visible = permissions.visible_items(user)
    plans = list(Plan.objects.filter(pk__in=visible.values("plan")).for_switcher())
    bureaus = list(visible_departments(user).filter(pk__in=visible.values("department")))
    picked, problems = _picked(request, plans, bureaus)
    found = visible
    if picked["plan"]:
        found = found.filter(plan__code=picked["plan"])
    if picked["department"]:
        found = found.filter(department__code=picked["department"])
    counts = {
        "open": found.filter(state=ASSIGNED).count(),
        "overdue": found.overdue_on(today).count(),
        "answered": found.filter(state=ANSWERED).count(),
        "closed": found.filter(state=CLOSED).count(),
    }
    listed = _in_state(found, picked["state"], today).with_parts().order_by("state", "due_on", "plan", "number")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    for item in page:
        item.is_overdue = item.is_overdue_on(today)  # type: ignore[attr-defined]
    return render(
        request,
        "departments/supervision.html",
        {
            "page": page,
            "picked": picked,
            "problems": problems,
            "counts": counts,
            "plans": plans,
            "bureaus": bureaus,
            "states": STATE_FILTERS,
            "is_filtered": any(picked.values()),
            "kept": {key: value for key, value in picked.items() if value},
            "may_assign": permissions.can_assign(user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_new(request: HttpRequest) -> HttpResponse:
    """A new item about the indicator or task that the address names; without one, the coordinator is led to them."""
    user = person(request)
    permissions.check_can_assign(user)
    indicator, task = _subject(request)
    subject = indicator or task
    if subject is None:
        return render(request, "departments/supervision_start.html")
    permissions.check_can_assign(user, subject.plan)
    departments = supervising.bureaus_to_ask(indicator, task)
    form = AssignmentForm(department_code=departments[0].code if departments else "")
    if request.method == "POST":
        form = AssignmentForm.sent(request.POST, departments)
        if not form.errors and form.department is not None and form.due_on is not None:
            try:
                item = supervising.assign(
                    department=form.department,
                    demand=form.demand,
                    due_on=form.due_on,
                    by=user,
                    indicator=indicator,
                    task=task,
                )
            except Refused as refusal:
                _place(form.errors, str(refusal), other="demand")
            else:
                messages.success(request, f"{item.name}已交办{item.department.name}，请其于 {item.due_on} 前反馈。")
                return redirect("departments:supervision_item", item.pk)
    earlier = SupervisionQuerySet(SupervisionItem).filter(indicator=indicator, task=task).unclosed().with_parts()
    return render(
        request,
        "departments/supervision_new.html",
        {
            "form": form,
            "indicator": indicator,
            "task": task,
            "plan": subject.plan,
            "departments": departments,
            "earlier": earlier,
            "today": timezone.localdate(),
        },
        status=422 if form.errors else 200,
    )


@require_safe
def supervision_item(request: HttpRequest, item_id: int) -> HttpResponse:
    user = person(request)
    return _page(request, user, _asked_for(user, item_id))


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_step(request: HttpRequest, item_id: int, verb: str) -> HttpResponse:
    """Carries out one verb; who only opens the address, as after a login, is shown the item."""
    user = person(request)
    item = _asked_for(user, item_id)
    if request.method != "POST":
        return redirect("departments:supervision_item", item.pk)
    form = StepForm.sent(verb, request.POST)
    if form.errors:
        permissions.check_can(user, verb, item)
        return _page(request, user, item, form, status=422)
    words: dict[str, Any] = {"text": form.text, "by": user, "lock_version": lock_version_sent(request)}
    if form.offers_day:
        words["due_on"] = form.due_on
    try:
        item = VERBS[verb](item=item, **words)
    except Conflict as conflict:
        form.errors["text"] = str(conflict)
        return _page(request, user, _asked_for(user, item_id), form, status=409)
    except Refused as refusal:
        _place(form.errors, str(refusal), other="text")
        return _page(request, user, item, form, status=422)
    messages.success(request, f"{item.name}{DONE[verb].format(day=item.due_on)}")
    return redirect("departments:supervision_item", item.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_evidence(request: HttpRequest, item_id: int) -> HttpResponse:
    """Adds files or a link to what a bureau answers."""
    user = person(request)
    item = _asked_for(user, item_id)
    if request.method != "POST":
        return redirect("departments:supervision_item", item.pk)
    check_can_change_supervision_evidence(user, item)
    errors = refused_on_the_way(request)
    files = request.FILES.getlist("files")
    if len(files) > MOST_FILES_AT_ONCE:
        errors.append(f"一次最多上传 {MOST_FILES_AT_ONCE} 个文件，现选了 {len(files)} 个，都没有存入：请分几次上传。")
        files = []
    link = {"url": request.POST.get("url", ""), "title": request.POST.get("title", "")}
    parts: list[dict[str, Any]] = [{"file": file} for file in files]
    if any(text.strip() for text in link.values()) or not (parts or errors):
        parts.append(link)
    added: list[Evidence] = []
    typed: dict[str, str] = {}
    for part in parts:
        try:
            added.append(add_evidence(department=item.department, supervision=item, by=user, **part))
        except Refused as refusal:
            errors.append(str(refusal))
            typed = link if part is link else typed
    if errors:
        return _page(request, user, item, evidence={"errors": errors, **typed}, status=422)
    messages.success(request, f"已添加佐证材料{'、'.join(f'“{each.title}”' for each in added)}。")
    return redirect("departments:supervision_item", item.pk)


def _page(
    request: HttpRequest,
    user: User,
    item: SupervisionItem,
    form: StepForm | None = None,
    *,
    evidence: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`evidence`: what was typed into the form of a link, and why it was refused."""
    today = timezone.localdate()
    forms = [StepForm(verb) for verb in VERBS if permissions.can(user, verb, item)]
    lost = None
    if form is not None:
        lost = None if any(one.verb == form.verb for one in forms) else form  # overtaken: keep the words in sight
        forms = [form if one.verb == form.verb else one for one in forms]
    steps = list(item.steps.select_related("by"))
    for step in steps:
        is_late = step.verb == "answer" and step.due_on is not None and timezone.localdate(step.at) > step.due_on
        step.is_late = is_late  # type: ignore[attr-defined]
    return render(
        request,
        "departments/supervision_item.html",
        {
            "item": item,
            "steps": steps,
            "forms": forms,
            "lost": lost,
            "is_overdue": item.is_overdue_on(today),
            "days": abs((item.due_on - today).days),
            "today": today,
            "evidence": list(visible_evidence(user).kept().filter(supervision=item)),
            "evidence_form": evidence or {},
            "may_add": can_change_supervision_evidence(user, item),
        },
        status=status,
    )


def can_change_supervision_evidence(user: User, item: SupervisionItem) -> bool:
    try:
        check_can_change_supervision_evidence(user, item)
    except PermissionDenied:
        return False
    return True


def _asked_for(user: User, item_id: int) -> SupervisionItem:
    """An item that somebody may not see does not exist for him."""
    permissions.check_can_read(user)
    return get_object_or_404(permissions.visible_items(user).with_parts(), pk=item_id)


def _subject(request: HttpRequest) -> tuple[Indicator | None, PlanTask | None]:
    indicator_id, task_id = request.GET.get("indicator", ""), request.GET.get("task", "")
    if indicator_id and task_id:
        raise Http404("督办事项只能针对一项指标或一项任务。")
    if indicator_id:
        if not is_row_number(indicator_id):
            raise Http404("没有这项指标。")
        return get_object_or_404(Indicator.objects.select_related("plan", "sector"), pk=int(indicator_id)), None
    if task_id:
        if not is_row_number(task_id):
            raise Http404("没有这项任务。")
        return None, get_object_or_404(PlanTask.objects.select_related("plan", "sector"), pk=int(task_id))
    return None, None


def _picked(request: HttpRequest, plans: list[Plan], bureaus: list[Department]) -> tuple[dict[str, str], list[str]]:
    """The filter in the address; a value that does not exist is named and left out, never obeyed in silence."""
    known = {
        "state": {value for value, _ in STATE_FILTERS},
        "department": {one.code for one in bureaus},
        "plan": {plan.code for plan in plans},
    }
    words = {"state": "状态", "department": "单位", "plan": "方案"}
    picked, problems = dict.fromkeys(known, ""), []
    for key, values in known.items():
        value = request.GET.get(key, "").strip()
        if value in values:
            picked[key] = value
        elif value:
            problems.append(f"没有名为“{value[:40]}”的{words[key]}，或其下没有督办事项，未按它筛选。")
    return picked, problems


def _in_state(items: SupervisionQuerySet, state: str, today: Any) -> SupervisionQuerySet:
    if state == "overdue":
        return items.overdue_on(today)
    if state == "all":
        return items
    named = {"open": ASSIGNED, "answered": ANSWERED, "closed": CLOSED}
    return items.filter(state=named[state]) if state in named else items.unclosed()


def _place(errors: dict[str, str], sentence: str, *, other: str) -> None:
    """Puts a refusal beside the field that it names."""
    errors["due_on" if "反馈期限" in sentence else "department" if "责任单位" in sentence else other] = sentence
