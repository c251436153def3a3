"""Overviews made by hand for the briefing's tests: every status and reporting state, without a database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from reports.overview_values import (
    DepartmentView,
    IndicatorRow,
    MilestoneView,
    Overview,
    PeriodView,
    PlanView,
    ReadingView,
    SectorView,
    StatusChange,
    StatusCount,
)
from targets.labels import STATUS_LABELS
from targets.terms import Status
from tests.briefing.row_factory import QUARTER_END
from tests.briefing.sample_rows import make_rows

JUDGED = set(Status) - {
    Status.NOT_ASSESSED,
    Status.NO_DATA,
    Status.BASELINE_MISSING,
    Status.TOO_EARLY,
    Status.NO_FINAL_FIGURE,
}


def counts_of(rows: tuple[IndicatorRow, ...]) -> tuple[StatusCount, ...]:
    found = Counter(row.status for row in rows)
    return tuple(
        StatusCount(status, label, found[status], "none") for status, label in STATUS_LABELS.items() if found[status]
    )


def make_department(name: str, **changes: Any) -> DepartmentView:
    fields: dict[str, Any] = {
        "code": name,
        "name": name,
        "official_name": f"临沂{name}",
        "owes": 3,
        "state": "approved",
        "state_label": "已通过",
        "due_on": dt.date(2025, 10, 15),
        "is_extended": False,
        "is_overdue": False,
        "sent_on": dt.date(2025, 10, 12),
        "was_on_time": True,
    }
    return DepartmentView(**{**fields, **changes})


def make_departments() -> tuple[DepartmentView, ...]:
    return (
        make_department("市发展改革委"),
        make_department("市生态环境局", state="submitted", state_label="待审核"),
        make_department("市农业农村局", sent_on=dt.date(2025, 10, 18), was_on_time=False),
        make_department("市住房和城乡建设局", state="returned", state_label="已退回", owes=2),
        make_department(
            "市交通运输局", state="missing", state_label="未填报", sent_on=None, was_on_time=None, is_overdue=True
        ),
        make_department(
            "市商务局",
            state="draft",
            state_label="填报中",
            sent_on=None,
            was_on_time=None,
            is_extended=True,
            due_on=dt.date(2025, 10, 31),
        ),
        make_department("市科技局", owes=0, state="missing", state_label="无须填报", sent_on=None, was_on_time=None),
    )


def make_milestone(code: str = "T-03", **changes: Any) -> MilestoneView:
    fields: dict[str, Any] = {
        "task_code": code,
        "text": "建立工业源全口径VOCs排放因子清单。",
        "sector": "工业",
        "departments": ("市生态环境局", "市发展改革委"),
        "due_on": dt.date(2025, 6, 30),
        "reached_on": None,
        "is_overdue": False,
        "note": "",
    }
    return MilestoneView(**{**fields, **changes})


def make_overview(rows: tuple[IndicatorRow, ...] | None = None, **changes: Any) -> Overview:
    rows = make_rows() if rows is None else rows
    sectors = tuple(
        SectorView(place, name, own := tuple(row for row in rows if row.sector == name), counts_of(own), 5, "")
        for place, name in enumerate(dict.fromkeys(row.sector for row in rows), 1)
    )
    fields: dict[str, Any] = {
        "plan": PlanView(
            1,
            "LY-CP-14",
            "临沂市“十四五”清洁生产推行方案",
            "临沂市生态环境局",
            "临沂市清洁生产推行工作简报",
            dt.date(2021, 1, 1),
            dt.date(2025, 12, 31),
            2020,
            "公开的图解文字稿；条文以正式文件为准",
            is_demonstration=False,
            is_closed=False,
        ),
        "period": PeriodView(
            19,
            "2025Q3",
            "2025年三季度",
            dt.date(2025, 7, 1),
            QUARTER_END,
            dt.date(2025, 10, 15),
            is_last_of_plan=False,
        ),
        "cut_off": dt.datetime(2025, 10, 20, 1, 30, tzinfo=dt.UTC),
        "sentence": "",
        "counts": counts_of(rows),
        "assessed_count": sum(row.status in JUDGED for row in rows),
        "quantified_count": len(rows),
        "sectors": sectors,
        "departments": make_departments(),
        "milestones": (
            make_milestone(),
            make_milestone("T-11", reached_on=dt.date(2025, 6, 20), text="印发清洁生产审核年度计划。"),
            make_milestone("T-12", reached_on=dt.date(2025, 7, 8), text="公布重点企业名单。"),
            make_milestone("T-40", due_on=dt.date(2025, 12, 31), text="完成年度总结。"),
        ),
        "task_count": 55,
        "changes": (
            StatusChange(
                "LY-09",
                "农用薄膜回收率",
                Status.ON_TRACK,
                Status.AT_RISK,
                STATUS_LABELS[Status.ON_TRACK],
                STATUS_LABELS[Status.AT_RISK],
                "warn",
            ),
        ),
        "previous_counts": {Status.ACHIEVED: 2, Status.ON_TRACK: 3, Status.AT_RISK: 0},
        "readings": (
            ReadingView(
                "D-08", "“左右”的容差", "文中无容差。", "系统默认容差为承诺量的5%，同时显示按严格口径的结果。", "高"
            ),
            ReadingView("D-07", "LY-19/20“下降3%、3.5%”的截止年", "未再写年份。", "2025年。", "低"),
            ReadingView("D-26", "LY-77的口径", "与本期无关。", "不出现。", "低"),
        ),
        "is_demonstration": True,
    }
    fields.update(changes)
    return Overview(**fields)
