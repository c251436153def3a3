"""The sections of a briefing: which sentences, tables and charts of the overview each of them shows."""

from __future__ import annotations

import re
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports import figures
from reports.briefing import summaries, wording
from reports.briefing.blocks import Block, Cell, Charts, Column, Heading, Paragraph, Table, TableRow
from reports.drawing import laid_out
from reports.overview_values import DepartmentView, IndicatorRow, MilestoneView, Overview, ReadingView
from reports.row_charts import course, progress_bar
from targets.numbers import plain, shown
from targets.terms import Flag, Status, Thresholds

FULL_WIDTH = 442.2  # points: 156 mm
HALF_WIDTH = 215.4  # two charts with 4 mm between them
BEIJING = ZoneInfo("Asia/Shanghai")
LEVELS = "零一二三四五六七八九"
DRAWN_AT_MOST = 12  # trajectories in one briefing: the gravest ones

STATUS_INK = {
    Status.ACHIEVED: "#00695F",
    Status.ON_TRACK: "#00695F",
    Status.AT_RISK: "#8F5200",
    Status.NOT_YET_MET: "#8F5200",
    Status.OFF_TRACK: "#A8141E",
    Status.MOVING_AWAY: "#A8141E",
    Status.MISSED: "#A8141E",
}


def overall(overview: Overview) -> list[Block]:
    """One paragraph on how the promises stand, one on what changed, and the bar of the statuses."""
    counts = overview.counts
    said = summaries.overall(counts, quantified=overview.quantified_count, assessed=overview.assessed_count)
    changed = summaries.changed(overview.changes, previous=overview.previous_counts, counts=counts)
    blocks: list[Block] = [Paragraph(f"截至{wording.as_of(overview.period.ends_on)}，{said}"), Paragraph(changed)]
    if any(each.count > 0 for each in counts):
        bar = figures.status_counts([(each.status, each.count) for each in counts])
        blocks.append(Charts((laid_out(bar, width=FULL_WIDTH),)))
    return blocks


def indicator_table(overview: Overview) -> list[Block]:
    """Every quantified promise, by sector: target, actual, gap, progress with lead or lag, status, bureau."""
    rows: list[TableRow] = []
    for sector in overview.sectors:
        quantified = [row for row in sector.rows if row.is_quantified]
        if quantified:
            rows.append(TableRow((Cell(sector.name),), group=True))
            rows.extend(_indicator_row(row) for row in quantified)
    if not rows:
        return []
    columns = (
        Column("指标", 21.5),
        Column("目标", 17),
        Column("实际", 13.5, "right"),
        Column("差距", 14, "right"),
        Column("完成进度", 11.8, "right"),
        Column("状态", 11.6, "center"),
        Column("报送单位", 12.6),
    )
    note = (
        "完成进度为已完成的变化量占承诺变化量的比例，其下为超（+）、欠（−）时序进度的百分点；“—”表示没有或不计算；"
        "“（快）”为快报数，以核定数为准。"
    )
    return [Table("indicators", "重点指标一览", columns, tuple(rows), note)]


def _indicator_row(row: IndicatorRow) -> TableRow:
    actual = wording.closed_up(row.actual_text)
    if wording.has_flag(row, Flag.PROVISIONAL) and actual != wording.NONE:
        actual += "（快）"
    progress = wording.closed_up(row.progress_text)
    if row.assessment.lead_points is not None and row.lead_text != wording.NONE and not row.is_budget:
        progress += f" {_signed(row.assessment.lead_points)}"
    target = wording.closed_up(row.target_text)
    return TableRow(
        (
            Cell(row.name),
            Cell(target),
            Cell(actual),
            Cell(wording.closed_up(row.gap_text)),
            Cell(progress),
            Cell(row.status_label, STATUS_INK.get(row.status, "")),
            Cell(row.department or wording.NONE),
        )
    )


def _signed(points: Decimal) -> str:
    text = shown(abs(points), 1)
    if Decimal(text) == 0:
        return "持平"
    return f"{'+' if points > 0 else '−'}{text}"


def sectors(overview: Overview) -> list[Block]:
    """Per sector: two or three sentences, and the ranking of its indicators by progress."""
    blocks: list[Block] = []
    number = 0
    for sector in overview.sectors:
        if not any(row.is_quantified for row in sector.rows):
            continue
        blocks.append(Heading(f"（{ordinal(number)}）{sector.name}", level=2))
        number += 1
        blocks.append(Paragraph("".join(summaries.sector_sentences(sector.rows, sector.counts))))
        bars = [progress_bar(row) for row in sector.rows if row.is_quantified and row.assessment.progress is not None]
        if bars:
            chart = figures.gap_ranking(bars, name=sector.name)
            blocks.append(Charts((laid_out(chart, width=FULL_WIDTH),)))
    return blocks


def lagging(overview: Overview) -> list[Block]:
    """Each lagging promise with gap, required against observed pace and the bureau's words; then cautions on data.

    The gravest come first; of them the first dozen is drawn.
    """
    behind = [row for status in wording.LAGGING for row in overview.rows if row.is_quantified and row.status is status]
    blocks: list[Block] = []
    if not behind:
        blocks.append(Paragraph("本期作出评价的指标中，没有滞后、反向或未达标的指标。"))
    for number, row in enumerate(behind):
        blocks.append(Heading(f"（{ordinal(number)}）{row.name}", level=2))
        said = wording.standing(row) + wording.pace(row)
        blocks.append(Paragraph(said + wording.explanation(row)))
    drawn = [row for row in behind if sum(point.actual is not None for point in row.series) >= 2]
    for first in range(0, min(len(drawn), DRAWN_AT_MOST), 2):
        pair = drawn[first : first + 2]
        blocks.append(Charts(tuple(laid_out(course(row, overview), width=HALF_WIDTH) for row in pair)))
    cautions = summaries.cautions([row for row in overview.rows if row.is_quantified])
    if cautions:
        blocks.append(Paragraph("数据提示：" + "".join(cautions)))
    return blocks


def tasks(overview: Overview) -> list[Block]:
    """Milestones due by the end of the period, and a table of those that are overdue or were due this year."""
    until = overview.period.ends_on
    said = summaries.tasks(overview.task_count, overview.milestones, until=until)
    listed = [
        each
        for each in overview.milestones
        if each.due_on <= until and (each.reached_on is None or each.due_on.year == until.year)
    ]
    blocks: list[Block] = [Paragraph(said)]
    if listed:
        columns = (
            Column("任务节点", 46),
            Column("到期日", 16, "center"),
            Column("完成情况", 18, "center"),
            Column("责任单位", 20),
        )
        rows = tuple(_milestone_row(each) for each in sorted(listed, key=lambda each: (each.due_on, each.task_code)))
        blocks.append(Table("milestones", f"{until.year}年到期和逾期未完成的任务节点", columns, rows))
    return blocks


def _milestone_row(milestone: MilestoneView) -> TableRow:
    if milestone.reached_on is None:
        state = Cell("逾期未完成" if milestone.is_overdue else "未完成", STATUS_INK[Status.MISSED])
    elif milestone.reached_on > milestone.due_on:
        state = Cell(f"逾期完成（{milestone.reached_on.isoformat()}）", STATUS_INK[Status.AT_RISK])
    else:
        state = Cell("按期完成", STATUS_INK[Status.ACHIEVED])
    bureaus = wording.listed(milestone.departments, at_most=3, counted_as="个单位")
    return TableRow((Cell(milestone.text), Cell(milestone.due_on.isoformat()), state, Cell(bureaus or wording.NONE)))


def reporting(overview: Overview) -> list[Block]:
    """One paragraph on who reported when, and the table of the bureaus that owe figures."""
    blocks: list[Block] = [Paragraph(summaries.reporting(overview.departments))]
    owing = [each for each in overview.departments if each.owes > 0]
    if owing:
        columns = (
            Column("单位", 27),
            Column("应报项数", 12, "center"),
            Column("报送期限", 23, "center"),
            Column("报送日期", 23, "center"),
            Column("状态", 15, "center"),
        )
        blocks.append(Table("reporting", "数据报送情况", columns, tuple(_department_row(each) for each in owing)))
    return blocks


def _department_row(department: DepartmentView) -> TableRow:
    due = department.due_on.isoformat() + ("（延期）" if department.is_extended else "")
    sent = department.sent_on.isoformat() if department.sent_on is not None else wording.NONE
    if department.was_on_time is False:
        sent += "（逾期）"
    state = "逾期未报" if department.sent_on is None and department.is_overdue else department.state_label
    colour = STATUS_INK[Status.MISSED] if department.is_overdue or department.state == "returned" else ""
    owes = Cell(f"{department.owes}项")
    return TableRow((Cell(department.name), owes, Cell(due), Cell(sent), Cell(state, colour)))


def annex(overview: Overview, *, thresholds: Thresholds, data_digest: str) -> list[Block]:
    """Method, thresholds, data cut-off, the readings that bear on this issue, and the digest of what was said."""
    moment = overview.cut_off.astimezone(BEIJING)
    on_track, at_risk = plain(thresholds.on_track), plain(thresholds.at_risk)
    texts = [
        f"数据截止。本简报采用{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute:02d}分"
        "（北京时间）前审核通过的数据，其后审核通过的数据列入下期。",
        "计算方法。完成进度＝（实际值−基期值）÷（目标值−基期值）；差距为距目标的余量；时序进度按最新数据所属期末"
        "已过时间占规划期的比例推算；进度比＝完成进度÷时序进度。只按年评价的指标取最近一个完整年度。",
        f"状态判定。进度比不低于{on_track}为符合时序进度，不低于{at_risk}而低于{on_track}为略滞后，"
        f"低于{at_risk}为明显滞后；与基期相比向目标相反方向变化为与目标反向。判定用未修约的数值，修约只用于显示。",
        "汇总方法。按状态计项数，不对各指标求平均；未作评价的指标单列，不计入比例。",
    ]
    if overview.is_demonstration:
        texts.insert(0, "本期含演示数据，所列数值均为虚构，不作为决策依据。")
    if overview.plan.nature:
        texts.append(f"方案文本。{wording.sentence(overview.plan.nature)}")
    assumed = [row.name for row in overview.rows if row.has_unconfirmed_choices]
    if assumed:
        texts.append(f"待确认的设定。单位、口径等系统设定尚待确认的指标{len(assumed)}项。")
    blocks: list[Block] = [Paragraph(f"{number}．{text}") for number, text in enumerate(texts, 1)]
    readings = relevant_readings(overview)
    if readings:
        blocks.append(
            Paragraph(f"{len(texts) + 1}．条文读法。方案条文有疑义之处，在有权解释的单位明确之前按下表读法计算。")
        )
        columns = (Column("疑义", 34), Column("本简报采用的读法", 66))
        rows = tuple(TableRow((Cell(each.about), Cell(each.default_reading))) for each in readings)
        blocks.append(Table("readings", "有关条文的读法", columns, rows))
    blocks.append(Paragraph(f"数据摘要（SHA-256）：{' '.join(re.findall('.{8}', data_digest))}", justified=False))
    return blocks


def relevant_readings(overview: Overview) -> list[ReadingView]:
    """The readings of high risk, and those that name an indicator which lags or was not judged."""
    concerned = (*wording.LAGGING, *wording.WITHOUT_JUDGEMENT)
    codes = {row.code for row in overview.rows if row.status in concerned}
    return [each for each in overview.readings if each.risk == "高" or codes & _codes_in(each.about)]


def _codes_in(text: str) -> set[str]:
    """The indicator codes that a text names, also in the short form XX-18/19/20."""
    return {
        f"{prefix}-{number}"
        for prefix, numbers in re.findall(r"([A-Z]+)-(\d+(?:/\d+)*)", text)
        for number in numbers.split("/")
    }


def ordinal(number: int) -> str:
    """The Chinese ordinal of a place counted from nought, below a thousand: 一 for 0, 十一 for 10, 一百零一 for 100."""
    hundreds, rest = divmod(number + 1, 100)
    tens, ones = divmod(rest, 10)
    words = f"{LEVELS[hundreds]}百" if hundreds else ""
    if tens:
        words += f"{LEVELS[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and ones:
        words += "零"
    return words + (LEVELS[ones] if ones else "")
