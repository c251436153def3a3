"""Sentences on the whole: counts with their denominator, changes, sectors, bureaus, tasks, cautions."""

import datetime as dt
from decimal import Decimal

from reports.briefing import summaries, wording
from reports.overview_values import StatusChange, StatusCount
from targets.labels import STATUS_LABELS
from targets.terms import Flag, FlagNote, Status
from tests.briefing.factory import counts_of, make_department, make_departments, make_milestone
from tests.briefing.row_factory import make_row
from tests.briefing.sample_rows import make_rows

UNTIL = dt.date(2025, 9, 30)


def counts(**found):
    return [StatusCount(Status(name), STATUS_LABELS[Status(name)], number, "none") for name, number in found.items()]


def test_the_share_kept_is_of_those_judged_and_the_others_are_named():
    said = summaries.overall(counts(achieved=2, off_track=1, no_data=1), quantified=4, assessed=3)
    assert said == (
        "方案共有量化指标4项，其中作出评价的3项：已达标2项、明显滞后1项。已达标和符合时序进度的合计2项，"
        "占作出评价指标的66.7%。另有1项未作评价，不计入上述比例：暂无数据1项。"
    )


def test_a_share_short_of_all_is_never_rounded_up_to_all():
    said = summaries.overall(counts(on_track=2999, missed=1), quantified=3000, assessed=3000)
    assert "占作出评价指标的99.9%" in said


def test_nothing_judged_is_said_without_a_share():
    said = summaries.overall(counts(baseline_missing=3), quantified=3, assessed=0)
    assert said == "方案共有量化指标3项，均未能评价：缺基期值3项。"
    assert summaries.overall([], quantified=0, assessed=0) == "方案没有量化指标。"


def move(name, before, after):
    return StatusChange(
        "LY", name, before, after, STATUS_LABELS[before] if before else "", STATUS_LABELS[after], "none"
    )


def test_changes_name_both_statuses_and_level_counts_are_said_to_be_level():
    said = summaries.changed(
        [move("甲", Status.AT_RISK, Status.ON_TRACK), move("乙", None, Status.ACHIEVED)],
        previous={Status.ACHIEVED: 2, Status.ON_TRACK: 1},
        counts=counts(achieved=2, on_track=3),
    )
    assert said == (
        "与上期相比，已达标指标持平（2项），符合时序进度指标增加2项。"
        "状态有变化的指标2项：甲由略滞后转为符合时序进度；乙首次评价，为已达标。"
    )


def test_no_change_and_a_first_issue_are_said_as_such():
    level = summaries.changed([], previous={Status.ACHIEVED: 2}, counts=counts(achieved=2))
    assert level.endswith("各项指标的状态均无变化。")
    assert summaries.changed([], previous={}, counts=[]) == "本期为首期，没有上期可比。"


def test_a_sector_says_its_counts_who_is_farthest_behind_and_what_is_not_judged():
    rows = [row for row in make_rows() if row.sector == "农业"]
    assert summaries.sector_sentences(rows, counts_of(tuple(rows))) == [
        "本领域有量化指标5项：已达标1项、略滞后1项、与目标反向1项、尚未达到1项、不作评价1项。",
        "欠时序进度最多的是单位耕地面积化肥施用量，完成进度−26.1%，欠时序进度121.1个百分点。",
        "未作评价的有单位农作物种植面积化学农药使用量（不作评价）。",
    ]


def test_a_sector_where_none_is_behind_says_how_many_were_compared():
    rows = [make_row(status=Status.ON_TRACK, progress="0.96")]
    assert "可与时序进度比较的1项中，没有尚未达标而欠时序进度的。" in summaries.sector_sentences(
        rows, counts_of(tuple(rows))
    )


def test_a_thrifty_budget_is_not_called_behind():
    row = make_row(
        status=Status.ON_TRACK, progress="0.5", expected="0.8", is_budget=True, assessment={"pace": Decimal("1.6")}
    )
    said = "".join(summaries.sector_sentences([row], counts_of((row,))))
    assert "欠时序进度的是" not in said
    assert "已用去目标数的50.0%" in wording.standing(row)
    assert "时序进度30.0" not in wording.standing(row)


def test_a_budget_used_up_faster_than_time_passes_is_named():
    row = make_row(
        status=Status.AT_RISK, progress="0.9", expected="0.8", is_budget=True, assessment={"pace": Decimal("0.889")}
    )
    said = "".join(summaries.sector_sentences([row], counts_of((row,))))
    assert "用量快于时间进度的有农用薄膜回收率（已用去目标数的90.0%）。" in said


def test_an_achieved_indicator_is_not_called_behind():
    row = make_row(status=Status.ACHIEVED, progress="0.97", expected="1")
    assert "欠时序进度的是" not in "".join(summaries.sector_sentences([row], counts_of((row,))))


def test_a_correction_of_approved_figures_is_not_called_missing_from_the_briefing():
    said = summaries.reporting((make_department("市水利局", state="submitted", is_correcting=True),))
    assert said == (
        "应报送数据的单位1个，按时报送1个，逾期报送0个，逾期未报0个。"
        "正在更正已通过数据的1个（市水利局），更正通过前以原数为准。"
    )


def test_bureaus_are_told_apart_by_when_they_reported():
    assert summaries.reporting(make_departments()) == (
        "应报送数据的单位6个，按时报送3个，逾期报送1个（市农业农村局），逾期未报1个（市交通运输局），"
        "未到报送期限而尚未报送1个（市商务局，其中准予延期1个）。退回修改1个（市住房和城乡建设局）。"
        "已报送待审1个（市生态环境局），其数据未计入本期简报。"
    )


def test_all_on_time_is_said_with_noughts():
    assert summaries.reporting([make_department("市水利局")]) == (
        "应报送数据的单位1个，按时报送1个，逾期报送0个，逾期未报0个。"
    )
    assert summaries.reporting([make_department("市水利局", owes=0)]) == "本期没有单位需要报送数据。"


def test_tasks_count_what_is_due_done_late_open_and_to_come():
    steps = [
        make_milestone(),
        make_milestone(reached_on=dt.date(2025, 6, 30)),
        make_milestone(reached_on=dt.date(2025, 7, 1)),
        make_milestone(due_on=dt.date(2023, 12, 31)),
        make_milestone(due_on=dt.date(2025, 12, 31)),
    ]
    assert summaries.tasks(55, steps, until=UNTIL) == (
        "方案共有重点任务55项。2025年截至9月30日到期的任务节点3个，已完成2个（其中逾期完成1个），未完成1个。"
        "以前年度到期、至今未完成的1个。其后的任务节点1个，最近的2025年12月31日到期。"
    )


def test_no_milestones_is_said():
    assert summaries.tasks(55, [], until=UNTIL) == "方案共有重点任务55项。没有登记有期限的任务节点。"


def test_cautions_name_the_indicators_of_each_flag():
    rows = [make_row(flags=(FlagNote(Flag.STALE),)), make_row(name="甲", flags=(FlagNote(Flag.STALE),)), make_row()]
    assert summaries.cautions(rows) == ["数据较旧：农用薄膜回收率、甲。"]
    assert summaries.cautions([make_row()]) == []


def test_a_final_figure_that_is_owed_is_a_caution():
    rows = [make_row(status=Status.NO_FINAL_FIGURE)]
    assert summaries.cautions(rows) == ["终期数应报未报、不作终期判定：农用薄膜回收率。"]
