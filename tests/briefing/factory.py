"""Overviews made by hand for the briefing's tests: every status, form and reporting state, without a database."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

from reports import phrases
from reports.overview_values import (
    BaselineView,
    DepartmentView,
    IndicatorRow,
    MilestoneView,
    Overview,
    PeriodView,
    PlanView,
    ReadingView,
    SectorView,
    SeriesPoint,
    StatusChange,
    StatusCount,
)
from targets.labels import STATUS_LABELS
from targets.terms import Absence, Assessment, Direction, Flag, FlagNote, Form, Path, Status

QUARTER_END = dt.date(2025, 9, 30)
JUDGED = set(Status) - {
    Status.NOT_ASSESSED,
    Status.NO_DATA,
    Status.BASELINE_MISSING,
    Status.TOO_EARLY,
    Status.NO_FINAL_FIGURE,
}


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def make_row(
    code: str = "LY-09",
    name: str = "农用薄膜回收率",
    status: Status = Status.AT_RISK,
    *,
    sector: str = "农业",
    unit: str = "%",
    target_text: str = "≥92%",
    target: str | None = "92",
    actual: str | None = "88.4",
    base: str | None = "80",
    progress: str | None = "0.7",
    expected: str | None = "0.95",
    flags: tuple[FlagNote, ...] = (),
    series: tuple[tuple[int, str], ...] = ((2021, "82.1"), (2022, "84.0"), (2023, "86.2"), (2024, "88.4")),
    **changes: Any,
) -> IndicatorRow:
    done, due = number(progress), number(expected)
    falls = base is not None and target is not None and Decimal(target) < Decimal(base)
    lead = None if done is None or due is None else (done - due) * 100
    assessment_fields: dict[str, Any] = {
        "status": status,
        "reason": "",
        "datum_on": QUARTER_END if actual is not None else None,
        "actual": number(actual),
        "target": number(target),
        "baseline": number(base),
        "progress": done,
        "expected_progress": due,
        "lead_points": lead,
        "gap": None if actual is None or target is None else (Decimal(target) - Decimal(actual)) * (-1 if falls else 1),
        "flags": flags,
    }
    assessment_fields.update(changes.pop("assessment", {}))
    assessment_fields.setdefault("met", status is Status.ACHIEVED)
    assessed = Assessment(**assessment_fields)
    shape: dict[str, Any] = {"decimals": changes.get("decimals", 1), "unit": unit}
    direction = Direction.DECREASE if falls else Direction.INCREASE
    fields: dict[str, Any] = {
        "id": int(code[-2:]),
        "code": code,
        "name": name,
        "unit": unit,
        "unit_is_assumed": False,
        "decimals": 1,
        "sector": sector,
        "department": "市农业农村局",
        "departments": ("市农业农村局",),
        "clause_section": "2.2.1",
        "clause_text": "",
        "is_aspirational": False,
        "is_quantified": True,
        "condition": "",
        "target_text": target_text,
        "target_value_text": phrases.value_text(assessed.target, **shape),
        "baseline": None
        if base is None
        else BaselineView(
            2020,
            Decimal(base),
            phrases.value_text(Decimal(base), **shape),
            "统计年鉴",
            "",
            is_substitute=False,
            is_demonstration=True,
        ),
        "actual_text": phrases.actual_text(assessed, direction=direction, **shape),
        "gap_text": phrases.gap_text(assessed, form=Form.VALUE, direction=direction, **shape),
        "progress_text": phrases.share_text(assessed.progress),
        "lead_text": phrases.lead_text(assessed.lead_points),
        "required_text": phrases.yearly_text(assessed.required_per_year, path=Path.LINEAR, **shape),
        "observed_text": phrases.yearly_text(assessed.observed_per_year, path=Path.LINEAR, **shape),
        "datum_text": "" if actual is None else "2025年三季度",
        "status": status,
        "status_label": STATUS_LABELS[status],
        "flag_texts": (),
        "assessment": assessed,
        "series": tuple(
            SeriesPoint(
                dt.date(year, 12, 31),
                f"{year}Q4",
                Decimal(value),
                None
                if base is None or target is None
                else Decimal(base) + (Decimal(target) - Decimal(base)) * (year - 2020) / 5,
                status,
                is_provisional=False,
            )
            for year, value in series
        ),
        "absence": None,
        "note": "",
        "has_unconfirmed_choices": False,
    }
    fields.update(changes)
    return IndicatorRow(**fields)


def make_rows() -> tuple[IndicatorRow, ...]:
    """A plan's worth of rows, with long names, every status and the flags that a reader must see."""
    pace: dict[str, Any] = {
        "assessment": {
            "required_per_year": Decimal("3.6"),
            "observed_per_year": Decimal("1.8"),
            "effort_ratio": Decimal("2.0"),
        }
    }
    return (
        make_row(
            "LY-01",
            "非化石能源消费比重",
            Status.ACHIEVED,
            sector="工业",
            department="市发展改革委",
            target_text="13%左右",
            target="13",
            actual="12.6",
            base="8.2",
            progress="0.917",
            expected="0.95",
            flags=(FlagNote(Flag.TOLERANCE_USED), FlagNote(Flag.EARLY)),
            series=((2021, "9.1"), (2022, "10.4"), (2023, "11.5"), (2024, "12.6")),
        ),
        make_row(
            "LY-02",
            "可再生能源电量占比",
            Status.OFF_TRACK,
            sector="工业",
            department="市发展改革委",
            target_text="＞30%",
            target="30",
            actual="21.0",
            base="16",
            progress="0.357",
            expected="0.95",
            series=((2021, "17.0"), (2022, "18.4"), (2023, "20.1"), (2024, "21.0")),
            note="抽水蓄能项目延期并网，预计2026年一季度投运。",
            **pace,
        ),
        make_row(
            "LY-03",
            "具备条件的园区循环化改造实施比例",
            Status.ON_TRACK,
            sector="工业",
            department="市生态环境局",
            target_text="≥100%",
            target="100",
            actual="97.5",
            base="40",
            progress="0.958",
            expected="0.95",
            flags=(FlagNote(Flag.PROVISIONAL),),
        ),
        make_row(
            "LY-05",
            "单位耕地面积化肥施用量",
            Status.MOVING_AWAY,
            unit="千克/亩",
            target_text="较2020年下降6%左右",
            target="23.97",
            actual="25.90",
            base="25.50",
            progress="-0.261",
            expected="0.95",
            decimals=2,
            series=((2021, "25.40"), (2022, "25.62"), (2023, "25.80"), (2024, "25.90")),
        ),
        make_row(
            "LY-06",
            "单位农作物种植面积化学农药使用量",
            Status.NOT_ASSESSED,
            unit="千克/亩",
            target_text="较2020年下降10%左右",
            target="0.09",
            actual="0.098",
            base="0.1",
            progress=None,
            expected=None,
            decimals=3,
            assessment={"reason": "2024年农业病虫害平稳的条件不成立。"},
        ),
        make_row(
            "LY-08",
            "农作物秸秆综合利用率",
            Status.ACHIEVED,
            target_text="稳定在95%以上",
            target="95",
            actual="96.2",
            base="94.1",
            progress=None,
            expected=None,
            flags=(FlagNote(Flag.NOT_HELD, 2022),),
            series=((2021, "95.3"), (2022, "94.6"), (2023, "95.8"), (2024, "96.2")),
        ),
        make_row(**pace, note='回收网点覆盖不足，正在增设 #import "x" $a$ ] \\ 昇 的回收点。'),
        make_row(
            "LY-10",
            "农田灌溉水有效利用系数",
            Status.NOT_YET_MET,
            unit="系数",
            target_text="≥0.642",
            target="0.642",
            actual="0.640",
            base=None,
            progress=None,
            expected=None,
            decimals=3,
            series=((2022, "0.636"), (2023, "0.639"), (2024, "0.640")),
        ),
        make_row(
            "LY-13",
            "累计新增绿色建筑面积",
            Status.MISSED,
            sector="建筑业",
            unit="万平方米",
            department="市住房和城乡建设局",
            target_text="≥4500万平方米（累计）",
            target="4500",
            actual="3980.25",
            base="0",
            progress="0.8845",
            expected="1",
            decimals=2,
            series=((2021, "820.5"), (2022, "1655"), (2023, "2490"), (2024, "3980.25")),
        ),
        make_row(
            "LY-15",
            "新开工装配式建筑占新建建筑比例",
            Status.NO_FINAL_FIGURE,
            sector="建筑业",
            department="市住房和城乡建设局",
            target_text="≥40%",
            target="40",
            actual="38.5",
            base="25",
            progress="0.9",
            expected="0.95",
        ),
        make_row(
            "LY-18",
            "高速公路服务区充电站",
            Status.TOO_EARLY,
            sector="交通运输业",
            unit="座",
            department="市交通运输局",
            target_text="力争≥20座",
            target="20",
            actual="3",
            base=None,
            progress=None,
            expected=None,
            decimals=0,
            is_aspirational=True,
            assessment={"reason": "规划期刚开始。"},
            series=(),
        ),
        make_row(
            "LY-19",
            "营运车辆单位运输周转量二氧化碳排放",
            Status.BASELINE_MISSING,
            sector="交通运输业",
            unit="千克/百吨公里",
            department="市交通运输局",
            target_text="较2020年下降3%",
            target=None,
            actual="4.1210",
            base=None,
            progress=None,
            expected=None,
            decimals=4,
            series=(),
            has_unconfirmed_choices=True,
        ),
        make_row(
            "LY-21",
            "在商务部绿色流通服务平台登记注册一次性塑料使用、回收法人企业",
            Status.ON_TRACK,
            sector="服务业",
            unit="家",
            department="市商务局",
            target_text="≥35家",
            target="35",
            actual="34",
            base="4",
            progress="0.968",
            expected="0.95",
            decimals=0,
        ),
        make_row(
            "LY-22",
            "数据报送率",
            Status.NO_DATA,
            sector="服务业",
            department="市商务局",
            target_text="较2020年提高10个百分点",
            target=None,
            actual=None,
            base=None,
            progress=None,
            expected=None,
            absence=Absence.NOT_YET_PUBLISHED,
            series=(),
        ),
    )


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
        "is_recomputing": False,
    }
    fields.update(changes)
    return Overview(**fields)


def replace_assessment(row: IndicatorRow, **changes: Any) -> IndicatorRow:
    return dataclasses.replace(row, assessment=dataclasses.replace(row.assessment, **changes))
