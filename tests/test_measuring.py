"""The arithmetic of the benchmark and its table, from made samples: nothing here takes a time."""

import pytest

from tests.bench import measuring, pages, paint, queries, weight
from tests.bench.measuring import Outcome, Row


def test_a_percentile_lies_between_two_samples_in_proportion():
    samples = [4.0, 1.0, 3.0, 2.0]
    assert measuring.percentile(samples, 0) == 1
    assert measuring.percentile(samples, 1) == 4
    assert measuring.median(samples) == 2.5
    assert measuring.percentile(range(101), 0.95) == 95
    assert measuring.percentile([10, 20], 0.95) == pytest.approx(19.5)
    assert measuring.percentile([7], 0.95) == 7


@pytest.mark.parametrize(("samples", "share"), [([], 0.5), ([1], 1.01), ([1], -0.1)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(samples, share):
    with pytest.raises(ValueError):
        measuring.percentile(samples, share)


def test_a_ratio_needs_a_floor_above_zero():
    assert measuring.ratio(24, 2) == 12
    with pytest.raises(ValueError):
        measuring.ratio(24, 0)


def test_a_goal_is_judged_by_the_figure_and_not_by_its_print():
    assert measuring.at_most(12, 12) is Outcome.HELD
    assert measuring.at_most(12.04, 12) is Outcome.MISSED
    assert measuring.times(12.04) == "12.0 ×"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0004567, "0.457 ms"), (0.009123, "9.12 ms"), (0.0123, "12.3 ms"), (0.9996, "1000 ms"), (0, "0.000 ms")],
)
def test_milliseconds_are_printed_with_three_digits(seconds, text):
    assert measuring.milliseconds(seconds) == text


def test_ratios_and_bytes_are_printed_with_their_unit():
    assert (measuring.times(0.871), measuring.times(3.14), measuring.times(240.4)) == ("0.87 ×", "3.1 ×", "240 ×")
    assert measuring.kilobytes(59_950) == "60.0 KB"


def test_a_table_stands_in_columns_whatever_the_width_of_its_characters():
    lines = measuring.table([Row("总览", "1 ms"), Row("a longer name", "22 ms", outcome=Outcome.HELD)]).splitlines()
    assert {measuring.columns_of(line) for line in lines} == {measuring.columns_of(lines[0])}
    assert [cell.strip() for cell in lines[2].strip("|").split("|")] == ["总览", "1 ms", "–", "–", "–", "no goal"]


def test_missed_goals_are_named_and_rows_without_one_are_not_counted():
    rows = [Row("a", "1", outcome=Outcome.HELD), Row("b", "2", outcome=Outcome.MISSED), Row("c", "3")]
    assert measuring.verdict(rows) == "1 of 2 goals are missed: b."
    assert measuring.verdict([rows[0], rows[2]]) == "All 1 goals are held."


def test_results_replace_what_an_earlier_run_wrote_and_nothing_else():
    page = f"before\n{measuring.BEGIN}\nold\n{measuring.END}\nafter\n"
    written = measuring.with_results(page, "new\n")
    assert written == f"before\n{measuring.BEGIN}\n\nnew\n\n{measuring.END}\nafter\n"
    assert measuring.with_results(written, "new") == written


@pytest.mark.parametrize("page", ["", measuring.BEGIN, f"{measuring.END} {measuring.BEGIN}", measuring.BEGIN * 2])
def test_results_are_not_written_into_a_page_without_its_marks(page):
    with pytest.raises(ValueError):
        measuring.with_results(page, "new")


def test_pages_are_compared_with_the_hello_view_of_the_same_run():
    rows = {row.what: row for row in pages.rows({"hello": [0.002] * 3, "overview": [0.03] * 3, "tasks": [0.01] * 3})}
    assert (rows["overview, p50"].ratio, rows["overview, p50"].outcome) == ("15.0 ×", Outcome.MISSED)
    assert (rows["tasks, p50"].ratio, rows["tasks, p50"].outcome) == ("5.0 ×", Outcome.NO_GOAL)
    assert rows["overview, p95"].outcome is Outcome.NO_GOAL
    (held,) = [row for row in pages.rows({"hello": [0.002], "overview": [0.024]}) if row.what == "overview, p50"]
    assert held.outcome is Outcome.HELD


@pytest.mark.parametrize(
    ("demonstration", "made", "expected"),
    [(12, 12, Outcome.HELD), (11, 10, Outcome.HELD), (13, 13, Outcome.MISSED), (9, 10, Outcome.MISSED)],
)
def test_queries_may_neither_be_many_nor_grow_with_the_plan(demonstration, made, expected):
    (row,) = queries.rows({"overview": demonstration}, {"overview": made}, 1000)
    assert row.outcome is expected
    assert row.beside == f"1,000 indicators: {made}"


def test_a_paint_waits_for_the_library_where_one_visit_shows_it():
    before, after = paint.Visit(0.2, 0.3), paint.Visit(0.4, 0.3)
    assert paint.row("sector", [before, before]).outcome is Outcome.HELD
    assert paint.row("sector", [before, after]).outcome is Outcome.MISSED
    never = paint.row("overview", [paint.Visit(0.2, None)])
    assert (never.outcome, never.beside) == (Outcome.HELD, "Plotly not asked for")


def test_style_sheets_are_found_in_the_order_of_the_page():
    html = '<link rel="icon" href="/i.svg"><link rel="stylesheet" href="/a.css"><link href="/b.css" rel="stylesheet">'
    assert weight.style_sheets_of(html) == ["/a.css", "/b.css"]
