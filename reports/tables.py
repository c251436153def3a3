"""Lists with sorting and paging (django-tables2)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from departments.models import SupervisionItem, TaskResponsibility
from targets.models import Milestone, Plan, PlanTask, TaskProgress

LISTED_REPORT = 120
"""Characters of a report on a task that a list shows before the reader opens the rest."""


def tasks_with_parts(plan: Plan, *, today: dt.date | None = None) -> QuerySet[PlanTask]:
    """The tasks of a plan with everything a list of them prints, those with an overdue step first."""
    late = Milestone.objects.filter(
        task=OuterRef("pk"), reached_on__isnull=True, due_on__lt=today or timezone.localdate()
    )
    return (
        PlanTask.objects.filter(plan=plan)
        .annotate(is_late=Exists(late))
        .select_related("sector", "clause")
        .prefetch_related(
            "milestones",
            "indicators",
            "responsibilities__department",
            Prefetch(
                "progress",
                TaskProgress.objects.current().select_related("period").order_by("-period__ends_on"),
                to_attr="reports_newest_first",
            ),
        )
        .order_by("-is_late", "position", "code")
    )


def departments_of_tasks(plan: Plan) -> list[tuple[str, str]]:
    """The bureaus that some task of the plan lists, as (code, name), in their order."""
    rows = TaskResponsibility.objects.filter(task__plan=plan).order_by("department__position", "department__code")
    return list(dict.fromkeys(rows.values_list("department__code", "department__name")))


class TaskTable(tables.Table):
    code = tables.Column(verbose_name="编号", attrs={"td": {"class": "nowrap", "data-label": "编号"}})
    text = tables.Column(verbose_name="任务", attrs={"td": {"class": "long", "data-label": "任务"}})
    sector = tables.Column(
        verbose_name="领域", order_by="sector__position", attrs={"td": {"class": "nowrap", "data-label": "领域"}}
    )
    kind = tables.Column(verbose_name="性质", attrs={"td": {"class": "nowrap", "data-label": "性质"}})
    departments = tables.Column(
        verbose_name="责任单位（按列名次序）",
        empty_values=(),
        orderable=False,
        attrs={"td": {"data-label": "责任单位"}},
    )
    milestones = tables.Column(
        verbose_name="节点",
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "nowrap", "data-label": "节点"}},
    )
    progress = tables.Column(
        verbose_name="最近进展",
        accessor="pk",
        orderable=False,
        attrs={"td": {"class": "long report", "data-label": "最近进展"}},
    )
    supervision = tables.Column(
        verbose_name="督办", accessor="pk", orderable=False, attrs={"td": {"class": "nowrap", "data-label": "督办"}}
    )

    def __init__(
        self,
        *args: Any,
        open_items: Mapping[int, Sequence[SupervisionItem]] | None = None,
        may_assign: bool = False,
        **kwargs: Any,
    ) -> None:
        """`open_items`: what is still supervised, by task id; without any, and for who may not assign, no column."""
        super().__init__(*args, **kwargs)
        self.open_items = open_items or {}
        self.may_assign = may_assign
        if not self.open_items and not may_assign:
            self.columns.hide("supervision")

    class Meta:
        model = PlanTask
        fields = ("code", "text", "sector", "kind", "departments", "milestones", "progress")
        sequence = (*fields, "supervision")
        attrs = {"class": "grid as-cards", "aria-label": "重点任务"}
        empty_text = "没有符合条件的任务。"

    def render_departments(self, record: PlanTask) -> str:
        return (
            "、".join(
                each.department.name + ("（报送）" if each.is_reporter else "")
                for each in record.responsibilities.all()
            )
            or "—"
        )

    def render_milestones(self, record: PlanTask) -> SafeString:
        steps = [_step(step) for step in record.milestones.all()]
        return format_html_join("", "<div>{}{}</div>", steps) if steps else format_html("{}", "—")

    def render_progress(self, record: PlanTask) -> SafeString:
        """The newest approved report with its period and source; earlier ones behind it."""
        reports: list[TaskProgress] = record.reports_newest_first  # type: ignore[attr-defined]
        if not reports:
            return format_html('<span class="muted">{}</span>', "尚无审核通过的进展")
        newest, *earlier = reports
        shown = _report(newest)
        if not earlier:
            return shown
        older = format_html_join("", "{}", ((_report(each),) for each in earlier))
        return format_html("{}<details><summary>历次进展（{}）</summary>{}</details>", shown, len(earlier), older)

    def render_supervision(self, record: PlanTask) -> SafeString:
        today = timezone.localdate()
        lines = [
            (
                reverse("departments:supervision_item", args=[item.pk]),
                f"第{item.number}号",
                "tag tag-bad" if item.is_overdue_on(today) else "tag",
                "逾期未反馈" if item.is_overdue_on(today) else item.get_state_display(),
            )
            for item in self.open_items.get(record.pk, ())
        ]
        found = format_html_join("", '<div><a href="{}">{}</a><span class="{}">{}</span></div>', lines)
        if self.may_assign:
            address = f"{reverse('departments:supervision_new')}?task={record.pk}"
            found += format_html('<a href="{}" aria-label="交办督办：{}">交办</a>', address, record.code)
        return found or format_html("{}", "—")

    def render_text(self, record: PlanTask) -> SafeString:
        rows = [(reverse("reports:indicator", args=[each.pk]), each.name) for each in record.indicators.all()]
        linked = format_html_join("、", '<a href="{}">{}</a>', rows)
        words = format_html("<small>关联指标：{}</small>", linked) if rows else ""
        return format_html("{}<small>条款 {}</small>{}", record.text, record.clause.section, words)


def _report(report: TaskProgress) -> SafeString:
    mark = format_html('<span class="tag tag-warn">{}</span>', "演示") if report.is_demonstration else ""
    who = report.reference.partition(" ")[0]  # the bureau comes first in what the sheet is called
    source = format_html("{}{}", report.period.name + (f"，{who}" if who else ""), mark)
    if len(report.text) <= LISTED_REPORT:
        return format_html("<div>{}<small>{}</small></div>", report.text, source)
    return format_html(
        "<div><details><summary>{}…</summary>{}</details><small>{}</small></div>",
        report.text[:LISTED_REPORT],
        report.text,
        source,
    )


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
