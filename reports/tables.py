"""Lists with sorting and paging (django-tables2)."""

import datetime as dt

import django_tables2 as tables
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from departments.models import TaskResponsibility
from targets.models import Milestone, Plan, PlanTask


def tasks_with_parts(plan: Plan, *, today: dt.date | None = None) -> QuerySet[PlanTask]:
    """The tasks of a plan with everything a list of them prints, those with an overdue step first."""
    late = Milestone.objects.filter(
        task=OuterRef("pk"), reached_on__isnull=True, due_on__lt=today or timezone.localdate()
    )
    return (
        PlanTask.objects.filter(plan=plan)
        .annotate(is_late=Exists(late))
        .select_related("sector", "clause")
        .prefetch_related("milestones", "indicators", "responsibilities__department")
        .order_by("-is_late", "position", "code")
    )


def departments_of_tasks(plan: Plan) -> list[tuple[str, str]]:
    """The bureaus that some task of the plan lists, as (code, name), in their order."""
    rows = TaskResponsibility.objects.filter(task__plan=plan).order_by("department__position", "department__code")
    return list(dict.fromkeys(rows.values_list("department__code", "department__name")))


class TaskTable(tables.Table):
    code = tables.Column(verbose_name="编号", attrs={"td": {"class": "nowrap"}})
    text = tables.Column(verbose_name="任务", attrs={"td": {"class": "long"}})
    sector = tables.Column(verbose_name="领域", order_by="sector__position", attrs={"td": {"class": "nowrap"}})
    kind = tables.Column(verbose_name="性质", attrs={"td": {"class": "nowrap"}})
    departments = tables.Column(verbose_name="责任单位（按方案列名次序）", empty_values=(), orderable=False)
    milestones = tables.Column(verbose_name="节点", empty_values=(), orderable=False, attrs={"td": {"class": "nowrap"}})
    indicators = tables.Column(
        verbose_name="关联指标", empty_values=(), orderable=False, attrs={"td": {"class": "linked"}}
    )

    class Meta:
        model = PlanTask
        fields = ("code", "text", "sector", "kind", "departments", "milestones", "indicators")
        attrs = {"class": "grid", "aria-label": "重点任务"}
        empty_text = "没有符合条件的任务。"

    def render_departments(self, record: PlanTask) -> str:
        return "、".join(each.department.name for each in record.responsibilities.all()) or "—"

    def render_milestones(self, record: PlanTask) -> SafeString:
        steps = [_step(step) for step in record.milestones.all()]
        return format_html_join("", "<div>{}{}</div>", steps) if steps else format_html("{}", "—")

    def render_indicators(self, record: PlanTask) -> SafeString:
        rows = [(reverse("reports:indicator", args=[each.pk]), each.name) for each in record.indicators.all()]
        return format_html_join("、", '<a href="{}">{}</a>', rows) if rows else format_html("{}", "—")

    def render_text(self, record: PlanTask) -> SafeString:
        return format_html("{}<small>条款 {}</small>", record.text, record.clause.section)


def _step(step: Milestone) -> tuple[str, SafeString]:
    day = f"{step.due_on.year}年{step.due_on.month}月{step.due_on.day}日前"
    return day, step_mark(step)


def step_mark(step: Milestone) -> SafeString:
    """How a dated step stands today: done in time or late, overdue, or to come."""
    if step.reached_on is not None:
        tone, word = ("tag tag-warn", "逾期完成") if step.reached_on > step.due_on else ("tag", "完成")
        return format_html('<span class="{}">{}{}</span>', tone, f"{step.reached_on:%Y-%m-%d}", word)
    if step.due_on < timezone.localdate():
        return format_html('<span class="tag tag-bad">{}</span>', "逾期未完成")
    return format_html('<span class="tag">{}</span>', "未到期")
