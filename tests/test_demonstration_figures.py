"""The rule by which the demonstration's small table becomes the figures of every quarter."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from departments.demonstration_dealings import read_task_texts
from departments.demonstration_figures import Rule, read_table
from targets.plan_files import read_plan_file

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def test_a_flow_follows_its_shape_to_the_figure_of_the_year():
    rule = Rule(years=[Decimal(200)], shape=[Decimal("0.1"), Decimal("0.4"), Decimal("0.75"), Decimal(1)], decimals=1)
    assert [rule.at(0, quarter) for quarter in (1, 2, 3, 4)] == [Decimal(n) for n in ("20.0", "80.0", "150.0", "200")]


def test_a_stock_runs_straight_from_year_end_to_year_end():
    rule = Rule(years=[Decimal(12), Decimal(20)], before=Decimal(4), decimals=0)
    assert [rule.at(0, 2), rule.at(0, 4), rule.at(1, 1), rule.at(1, 3)] == [8, 12, 14, 18]


def test_a_figure_that_is_not_there_stays_away():
    assert Rule(years=[None]).at(0, 4) is None
    assert Rule(years=[Decimal(5)]).at(0, 1) is None
    assert Rule(quarters=[[Decimal(0), None, None, None]]).at(0, 1) == 0


@pytest.mark.parametrize("name", ["figures.json", "forms_figures.json"])
def test_the_table_covers_every_reported_indicator_part_by_part(name):
    table = read_table(FIXTURES / "demo" / name)
    draft = read_plan_file(FIXTURES / table.plan_file)
    expected = {
        one.code: {"value"} if one.value is not None else {"numerator", "denominator"}
        for one in draft.indicators
        if one.is_reported
    }
    assert {code: set(parts) for code, parts in table.rules.items()} == expected
    assert "演示数据" in json.loads((FIXTURES / "demo" / name).read_text(encoding="utf-8"))["about"]


def test_every_task_of_the_plan_has_a_text_that_says_it_is_a_demonstration():
    texts = read_task_texts(FIXTURES / "demo" / "task_reports.json")
    draft = read_plan_file(FIXTURES / "linyi_cp_14.json")
    assert set(texts.texts) == {one.code for one in draft.tasks}
    assert texts.mark.startswith("演示数据")
