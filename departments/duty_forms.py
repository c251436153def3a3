"""The table of duties as typed: who reports what, with one reason for what is changed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from departments.actions.duties import Duty, Reporter
from departments.models import Department, Responsibility, TaskResponsibility
from targets.models import Indicator, Plan, PlanTask
from targets.reporting_settings import REASON_LIMIT


@dataclass(slots=True)
class DutyRow:
    """One indicator or task with the bureaus listed for it; `typed` and `was` are their codes, empty for nobody."""

    of: Indicator | PlanTask
    text: str
    listed: list[Department]
    typed: str
    was: str
    error: str = ""

    @property
    def key(self) -> str:
        return f"{'i' if isinstance(self.of, Indicator) else 't'}{self.of.pk}"

    @property
    def is_changed(self) -> bool:
        return self.typed != self.was

    @property
    def department(self) -> Department | None:
        return next((one for one in self.listed if one.code == self.typed), None)

    @property
    def reporter(self) -> Reporter:
        return Reporter(self.of, self.department)


@dataclass(slots=True)
class DutiesForm:
    indicators: list[DutyRow]
    tasks: list[DutyRow]
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, data: Mapping[str, str] | None = None) -> "DutiesForm":
        """The plan's duties in a fixed number of queries, with what was typed over them."""
        form = cls(_indicator_rows(plan), _task_rows(plan), reason="" if data is None else data.get("reason", ""))
        if data is None:
            return form
        for row in form.rows:
            _read(row, data)
        if not form.changed and not any(row.error for row in form.rows):
            form.errors["rows"] = "表中没有改动：请先改选报送单位，再保存。"
        reason = form.reason.strip()
        if not reason:
            form.errors["reason"] = "“理由”未填：请写明为什么调整，理由会留在变更记录里。"
        elif len(reason) > REASON_LIMIT:
            form.errors["reason"] = f"“理由”最多 {REASON_LIMIT} 字，现有 {len(reason)} 字，请缩短。"
        return form

    @property
    def rows(self) -> list[DutyRow]:
        return [*self.indicators, *self.tasks]

    @property
    def changed(self) -> list[DutyRow]:
        return [row for row in self.rows if row.is_changed]

    @property
    def is_valid(self) -> bool:
        return not self.errors and not any(row.error for row in self.rows)


def _read(row: DutyRow, data: Mapping[str, str]) -> None:
    if f"{row.key}-was" not in data:
        return
    stored, was, typed = row.was, data[f"{row.key}-was"], data.get(row.key, row.was)
    if typed == was:
        return
    if was != stored and typed != stored:
        row.error = "刚刚已有人改动了这一项，请核对后再保存。"
    elif typed and typed not in {department.code for department in row.listed}:
        row.error = "所选单位不在这一项的责任单位里，请重新选择。"
        return
    row.typed = typed


def _indicator_rows(plan: Plan) -> list[DutyRow]:
    duties = Responsibility.objects.filter(indicator__plan=plan).select_related(
        "department", "indicator", "indicator__sector"
    )
    by_indicator: dict[Indicator, list[Duty]] = {}
    for duty in duties.order_by("indicator__position", "indicator__code", "position"):
        if duty.indicator.is_reported:
            by_indicator.setdefault(duty.indicator, []).append(duty)
    return [_row(indicator, indicator.name, listed) for indicator, listed in by_indicator.items()]


def _task_rows(plan: Plan) -> list[DutyRow]:
    duties = TaskResponsibility.objects.filter(task__plan=plan).select_related("department", "task", "task__sector")
    by_task: dict[PlanTask, list[Duty]] = {}
    for duty in duties.order_by("task__position", "task__code", "position"):
        by_task.setdefault(duty.task, []).append(duty)
    return [_row(task, task.text, listed) for task, listed in by_task.items()]


def _row(of: Indicator | PlanTask, text: str, listed: list[Duty]) -> DutyRow:
    now = next((duty.department.code for duty in listed if duty.is_reporter), "")
    return DutyRow(of=of, text=text, listed=[duty.department for duty in listed], typed=now, was=now)
