"""PURE: the sentences on the whole of a plan: counts, changes, sectors, bureaus, tasks, cautions.

As in reports.briefing.wording: every sentence says numbers, and what is left out of a count is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from reports.briefing.wording import WITHOUT_JUDGEMENT, day, has_flag, is_behind, listed, timing
from reports.overview_values import DepartmentView, IndicatorRow, MilestoneView, StatusChange, StatusCount
from targets.labels import STATUS_LABELS
from targets.numbers import shown
from targets.terms import Flag, Status


def counted(counts: Sequence[StatusCount]) -> str:
    """已达标5项、符合时序进度6项; statuses of which there are none are left out."""
    return "、".join(f"{each.label}{each.count}项" for each in counts if each.count > 0)


def overall(counts: Sequence[StatusCount], *, quantified: int, assessed: int) -> str:
    """The counts, with what is not judged named and left out of the denominator aloud."""
    judged = [each for each in counts if each.status not in WITHOUT_JUDGEMENT]
    others = [each for each in counts if each.status in WITHOUT_JUDGEMENT]
    if quantified == 0:
        return "方案没有量化指标。"
    if assessed == 0:
        return f"方案共有量化指标{quantified}项，均未能评价：{counted(others)}。"
    words = f"方案共有量化指标{quantified}项，其中作出评价的{assessed}项：{counted(judged)}。"
    kept = sum(each.count for each in judged if each.status in (Status.ACHIEVED, Status.ON_TRACK))
    share = shown(Decimal(kept) / Decimal(assessed) * 100, 1, percent=True)
    words += f"已达标和符合时序进度的合计{kept}项，占作出评价指标的{share}%。"
    left = counted(others)
    return words + (f"另有{quantified - assessed}项未作评价，不计入上述比例：{left}。" if left else "")


def changed(changes: Sequence[StatusChange], *, previous: Mapping[Status, int], counts: Sequence[StatusCount]) -> str:
    """What changed against the period before; 无变化 and 持平 said as such, and a first issue as a first."""
    if not previous:
        return "本期为首期，没有上期可比。"
    now = {each.status: each.count for each in counts}
    kept = [
        _count_change(STATUS_LABELS[status], previous.get(status, 0), now.get(status, 0))
        for status in (Status.ACHIEVED, Status.ON_TRACK)
    ]
    words = f"与上期相比，{'，'.join(kept)}。"
    if not changes:
        return words + "各项指标的状态均无变化。"
    moves = [
        f"{each.name}由{each.before_label}转为{each.after_label}"
        if each.before is not None
        else f"{each.name}首次评价，为{each.after_label}"
        for each in changes
    ]
    shown = moves[:6]
    more = f"；其余{len(moves) - 6}项见表1" if len(moves) > 6 else ""
    return f"{words}状态有变化的指标{len(moves)}项：{'；'.join(shown)}{more}。"


def _count_change(label: str, before: int, now: int) -> str:
    if before == now:
        return f"{label}指标持平（{now}项）"
    return f"{label}指标{'增加' if now > before else '减少'}{abs(now - before)}项"


def sector_sentences(rows: Sequence[IndicatorRow], counts: Sequence[StatusCount]) -> list[str]:
    """Two or three sentences on a sector: its counts, who is farthest behind, what cannot be judged."""
    quantified = [row for row in rows if row.is_quantified]
    if not quantified:
        return ["本领域没有量化指标。"]
    sentences = [f"本领域有量化指标{len(quantified)}项：{counted(counts)}。"]
    timed = [row for row in quantified if row.assessment.lead_points is not None]
    behind = sorted(
        (row for row in timed if is_behind(row)), key=lambda row: (row.assessment.lead_points or Decimal(0), row.code)
    )
    if behind:
        most = "欠时序进度最多的是" if len(behind) > 1 else "欠时序进度的是"
        sentences.append(f"{most}{behind[0].name}，{timing(behind[0])}。")
    elif timed:
        sentences.append(f"可与时序进度比较的{len(timed)}项中，没有尚未达标而欠时序进度的。")
    fast = [row for row in timed if row.is_budget and (row.assessment.pace or Decimal(0)) < 1]
    if fast:
        sentences.append(f"用量快于时间进度的有{listed(f'{row.name}（{timing(row)}）' for row in fast)}。")
    unjudged = [row for row in quantified if row.status in WITHOUT_JUDGEMENT]
    if unjudged:
        named = listed((f"{row.name}（{row.status_label}）" for row in unjudged), at_most=4)
        sentences.append(f"未作评价的有{named}。")
    return sentences


def reporting(departments: Sequence[DepartmentView]) -> str:
    """Who sent the figures of the period on time, late, not at all; who was sent back, and what waits for review."""
    owing = [each for each in departments if each.owes > 0]
    if not owing:
        return "本期没有单位需要报送数据。"
    on_time = [each for each in owing if each.was_on_time is True]
    late = [each for each in owing if each.was_on_time is False]
    absent = [each for each in owing if each.was_on_time is None]
    overdue = [each for each in absent if each.is_overdue]
    waiting = [each for each in absent if not each.is_overdue]
    extended = [each for each in waiting if each.is_extended]
    parts = [f"应报送数据的单位{len(owing)}个，按时报送{len(on_time)}个"]
    parts.append(f"逾期报送{len(late)}个（{_names(late)}）" if late else "逾期报送0个")
    parts.append(f"逾期未报{len(overdue)}个（{_names(overdue)}）" if overdue else "逾期未报0个")
    if waiting:
        of_them = f"，其中准予延期{len(extended)}个" if extended else ""
        parts.append(f"未到报送期限而尚未报送{len(waiting)}个（{_names(waiting)}{of_them}）")
    words = "，".join(parts) + "。"
    correcting = [each for each in owing if each.is_correcting]
    returned = [each for each in owing if each.state == "returned" and not each.is_correcting]
    reviewed = [each for each in owing if each.state in ("submitted", "endorsed") and not each.is_correcting]
    if returned:
        words += f"退回修改{len(returned)}个（{_names(returned)}）。"
    if reviewed:
        words += f"已报送待审{len(reviewed)}个（{_names(reviewed)}），其数据未计入本期简报。"
    if correcting:
        words += f"正在更正已通过数据的{len(correcting)}个（{_names(correcting)}），更正通过前以原数为准。"
    return words


def tasks(task_count: int, milestones: Sequence[MilestoneView], *, until: date) -> str:
    """The milestones of the year that are due by the day, those of earlier years still open, and those to come."""
    words = f"方案共有重点任务{task_count}项。"
    if not milestones:
        return words + "没有登记有期限的任务节点。"
    due = [each for each in milestones if each.due_on <= until and each.due_on.year == until.year]
    done = [each for each in due if each.reached_on is not None]
    late = [each for each in done if each.reached_on is not None and each.reached_on > each.due_on]
    span = f"{until.year}年截至{until.month}月{until.day}日"
    after = f"（其中逾期完成{len(late)}个）" if late else ""
    if due:
        words += f"{span}到期的任务节点{len(due)}个，已完成{len(done)}个{after}，未完成{len(due) - len(done)}个。"
    else:
        words += f"{span}没有到期的任务节点。"
    older = [each for each in milestones if each.due_on.year < until.year and each.reached_on is None]
    if older:
        words += f"以前年度到期、至今未完成的{len(older)}个。"
    coming = [each.due_on for each in milestones if each.due_on > until]
    if coming:
        words += f"其后的任务节点{len(coming)}个，最近的{day(min(coming))}到期。"
    return words


def cautions(rows: Sequence[IndicatorRow]) -> list[str]:
    """What a reader must know of the data itself: old, provisional, partial, substituted or absent figures."""
    said = []
    unfinished = [row.name for row in rows if row.status is Status.NO_FINAL_FIGURE]
    if unfinished:
        said.append(f"终期数应报未报、不作终期判定：{listed(unfinished)}。")
    for flag, words in _CAUTIONS.items():
        names = [row.name for row in rows if has_flag(row, flag)]
        if names:
            said.append(f"{words}：{listed(names)}。")
    return said


_CAUTIONS = {
    Flag.STALE: "数据较旧",
    Flag.WITHDRAWN: "数据过旧、不再据以判定",
    Flag.PROVISIONAL: "采用快报数、以核定数为准",
    Flag.PARTIAL_SUM: "累计数缺期、只是下限",
    Flag.NOT_HELD: "有的年份未稳定在目标以内",
    Flag.TOLERANCE_USED: "按系统设定的容差达标、按严格口径未达",
    Flag.SUBSTITUTE_BASELINE: "采用替代基期值",
    Flag.CONDITION_UNKNOWN: "前提条件是否成立尚未登记",
    Flag.DEFINITION_CHANGED: "口径有变",
}


def _names(departments: Sequence[DepartmentView]) -> str:
    return "、".join(each.name for each in departments)
