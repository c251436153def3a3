"""What a briefing says and in which order; nothing that the overview does not hold."""

import dataclasses
import datetime as dt
import json
from decimal import Decimal

import pytest

from reports.briefing import sections
from reports.briefing.blocks import BriefingContent, Charts, Heading, Paragraph, Table
from reports.briefing.content import Edition, build_content, title_lines
from targets.terms import Flag, FlagNote, Status, Thresholds
from tests.briefing.factory import make_overview
from tests.briefing.row_factory import make_row
from tests.briefing.sample_rows import make_rows

DAY = dt.date(2025, 10, 20)


def build(overview=None, **edition) -> BriefingContent:
    return build_content(overview or make_overview(), edition=Edition(dated_on=DAY, **edition), thresholds=Thresholds())


def headings(content: BriefingContent, level: int = 1) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, Heading) and block.level == level]


def tables(content: BriefingContent) -> dict[str, Table]:
    return {block.name: block for block in (*content.blocks, *content.annex) if isinstance(block, Table)}


def said(content: BriefingContent) -> str:
    return "\n".join(block.text for block in (*content.blocks, *content.annex) if isinstance(block, Paragraph))


def test_the_sections_come_in_the_order_of_a_briefing():
    assert headings(build(suggestions="请加快。")) == [
        "一、总体情况",
        "二、重点指标一览",
        "三、分领域进展",
        "四、滞后与预警",
        "五、任务推进",
        "六、报送情况",
        "七、下步建议",
    ]


def test_empty_suggestions_are_left_out():
    assert headings(build(suggestions=" \n "))[-1] == "六、报送情况"


def test_the_mast_comes_from_the_data_and_an_editor_may_set_it():
    assert build().organisation == "临沂市清洁生产推行工作简报"
    assert build().editor == "临沂市生态环境局"
    named = build(organisation="某市工作简报", editor="某市某局")
    assert build().issue == "2025年三季度"
    assert (named.organisation, named.editor, named.printed_by) == ("某市工作简报", "某市某局", "某市某局")


def test_the_table_holds_every_quantified_indicator_under_its_sector():
    rows = tables(build())["indicators"].rows
    assert [row.cells[0].text for row in rows if row.group] == ["工业", "农业", "建筑业", "交通运输业", "服务业"]
    assert [row.cells[0].text for row in rows if not row.group] == [row.name for row in make_rows()]


def test_an_unquantified_indicator_is_not_in_the_table():
    rows = (make_row(), make_row("LY-99", "岸电覆盖率", Status.NOT_ASSESSED, is_quantified=False))
    assert "岸电覆盖率" not in str(tables(build(make_overview(rows)))["indicators"].as_data())


def test_a_provisional_figure_is_marked_in_the_table():
    rows = (make_row(flags=(FlagNote(Flag.PROVISIONAL),)),)
    assert tables(build(make_overview(rows)))["indicators"].rows[1].cells[2].text == "88.4%（快）"


def test_lagging_indicators_come_with_the_gravest_first_and_nothing_else():
    start = build()
    listed = headings(start, level=2)[5:]
    assert [text.partition("）")[2] for text in listed] == [
        "累计新增绿色建筑面积",
        "单位耕地面积化肥施用量",
        "可再生能源电量占比",
        "农用薄膜回收率",
        "农田灌溉水有效利用系数",
    ]
    assert "抽水蓄能项目延期并网" in said(start)


def test_without_a_lagging_indicator_that_is_said():
    overview = make_overview((make_row(status=Status.ACHIEVED, actual="93"),))
    assert "没有滞后、反向或未达标的指标。" in said(build(overview))


def test_every_chart_has_words_for_those_who_do_not_see_it():
    drawings = [each for block in build().blocks if isinstance(block, Charts) for each in block.drawings]
    assert len(drawings) >= 6
    assert all(each.alt for each in drawings)


def test_the_annex_names_cut_off_thresholds_and_the_relevant_readings_only():
    overview = make_overview()
    thresholds = Thresholds(on_track=Decimal("0.9"), at_risk=Decimal("0.5"))
    content = build_content(overview, edition=Edition(dated_on=DAY), thresholds=thresholds)
    text = said(content)
    assert "2025年10月20日9时30分（北京时间）" in text
    assert "进度比不低于0.9为符合时序进度，不低于0.5而低于0.9为略滞后" in text
    assert [row.cells[0].text for row in tables(content)["readings"].rows] == [
        "“左右”的容差",
        "LY-19/20“下降3%、3.5%”的截止年",
    ]


def test_the_digest_changes_with_the_data_and_only_with_it():
    def digest(content):
        return content.annex[-1].text

    changed = make_overview(tuple(dataclasses.replace(row, actual_text="1%") for row in make_rows()))
    assert digest(build()) == digest(build())
    assert digest(build()) != digest(build(changed))


def test_the_demonstration_mark_stands_only_on_demonstration_data():
    assert build().demonstration_mark == "演示数据，不作为决策依据"
    assert "虚构" in said(build())
    real = build(make_overview(is_demonstration=False))
    assert real.demonstration_mark == ""
    assert "虚构" not in said(real)


def test_a_draft_is_marked_and_an_issue_is_not():
    assert build(is_draft=True).draft_mark == "草稿"
    assert build().draft_mark == ""


def test_content_is_plain_json():
    assert json.loads(json.dumps(build().as_data()))["title_lines"] == [
        "临沂市“十四五”清洁生产推行方案",
        "2025年三季度进展情况",
    ]


def test_a_plan_without_figures_still_makes_a_briefing():
    empty = make_overview(
        (make_row(status=Status.NO_DATA, actual=None, progress=None, series=()),),
        milestones=(),
        departments=(),
        changes=(),
        previous_counts={},
        readings=(),
    )
    text = said(build(empty))
    assert "均未能评价：暂无数据1项。" in text
    assert "本期为首期，没有上期可比。" in text
    assert "本期没有单位需要报送数据。" in text


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("临沂市“十四五”清洁生产推行方案", ["临沂市“十四五”清洁生产推行方案"]),
        (
            "某某市人民政府关于印发“十四五”清洁生产推行方案的进展情况",
            ["某某市人民政府关于印发", "“十四五”清洁生产推行方案的进展情况"],
        ),
    ],
)
def test_a_title_is_broken_by_sense(title, lines):
    assert title_lines(title) == lines


def test_a_title_never_breaks_within_a_number_or_quotation():
    for line in title_lines("某某省某某市某某区2025年三季度重点行业清洁生产审核工作推进情况的通报材料汇编"):
        assert len(line) <= 20
        assert not line.startswith(("年", "0", "2025年三季度"[1:]))


def test_a_row_that_does_not_fit_its_table_is_refused():
    table = tables(build())["indicators"]
    with pytest.raises(ValueError, match="one cell for each column"):
        dataclasses.replace(table, columns=table.columns[:2])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
    ],
)
def test_places_are_counted_in_chinese(number, words):
    assert sections.ordinal(number - 1) == words


def test_a_plan_with_hundreds_of_lagging_indicators_names_each_and_draws_the_first_dozen():
    rows = tuple(make_row(f"LY-{number:03}", f"指标{number}") for number in range(1, 151))
    content = build(make_overview(rows))
    assert len(headings(content, level=2)) == 1 + 150
    drawn = [each for block in content.blocks if isinstance(block, Charts) for each in block.drawings]
    assert len([each for each in drawn if each.width < 300]) == 12
