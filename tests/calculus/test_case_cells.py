"""What is read from the cells of a table of cases: days as a spreadsheet writes them, and the factor of a ratio."""

import csv
import io

import pytest

from targets.case_columns import OPTIONAL_COLUMNS, REQUIRED_COLUMNS
from targets.case_files import assess_table

COLUMNS = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
RISE = {
    "case_id": "rise",
    "starts_on": "2020-12-31",
    "ends_on": "2025-12-31",
    "accumulation": "latest",
    "form": "value",
    "comparison": ">=",
    "direction": "increase",
    "baseline": "60",
    "target": "80",
    "figures": '[["2023-12-31", 70]]',
}
SHARE = {**RISE, "accumulation": "ratio", "baseline": "", "target": "95", "figures": '[["2024-12-31", 403.2, 426.2]]'}


def result_of(row: dict[str, str]) -> dict[str, str]:
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, restval="")
    writer.writeheader()
    writer.writerow(row)
    outcome = assess_table(table.getvalue().encode())
    assert outcome.faults == ()
    return outcome.rows[0]


@pytest.mark.parametrize("day", ["2023-12-31", "2023/12/31", " 2023-12-31 "])
def test_a_day_may_be_written_as_a_spreadsheet_saves_it(day: str) -> None:
    expected = result_of(RISE)
    assert result_of({**RISE, "as_of": day, "figures": f'[["{day}", 70]]'}) == expected
    assert result_of({**RISE, "starts_on": "2020/12/31", "ends_on": "2025/12/31"}) == expected
    assert result_of({**RISE, "due_on": "2025/12/31"}) == expected


@pytest.mark.parametrize("day", ["2023-03-31", "2023/03/31", "2023/3/31", "2023-3-31", "2023/3", "2023-3"])
def test_a_month_may_have_one_digit(day: str) -> None:
    row = result_of({**RISE, "as_of": day, "figures": f'[["{day}", 70]]'})
    assert row == result_of({**RISE, "as_of": "2023-03-31", "figures": '[["2023Q1", 70]]'})


@pytest.mark.parametrize("due", ["2022-11-30", "2022/11/30"])
def test_the_day_of_a_milestone_may_be_written_so_as_well(due: str) -> None:
    step = {**RISE, "form": "milestone", "target": due, "figures": '[["2022/11/3", 1]]'}
    assert (result_of(step)["status"], result_of(step)["flags"]) == ("achieved", "")


@pytest.mark.parametrize("due", ["11-30", "11/30", "11月30日"])
def test_the_day_of_a_yearly_milestone_may_be_written_so_as_well(due: str) -> None:
    step = {**RISE, "form": "yearly_milestone", "target": due, "as_of": "2021/12/1", "figures": ""}
    assert "2021-11-30" in result_of(step)["reason"]


def test_a_value_reported_since_the_start_rises_from_zero_whatever_its_baseline() -> None:
    row = {**RISE, "basis": "since_start", "comparison": "", "direction": "", "baseline": "200", "target": "100"}
    result = result_of({**row, "figures": '[["2023-12-31", 60]]'})
    assert (result["progress"], result["status"]) == ("0.6", "on_track")


def test_shares_beside_a_target_in_per_cent_are_per_cent() -> None:
    row = result_of(SHARE)
    assert row["actual"].startswith("94.6")
    assert row["gap"].startswith("0.39")
    assert row == result_of({**SHARE, "factor": "100"})


def test_a_baseline_in_per_cent_says_it_too() -> None:
    row = {**SHARE, "form": "change_points", "baseline": "60", "target": "5", "figures": '[["2024", 13, 20]]'}
    assert (result_of(row)["actual"], result_of(row)["status"]) == ("65", "achieved")


def test_a_band_in_per_cent_says_it_too() -> None:
    row = {**SHARE, "form": "band", "comparison": "", "direction": "", "target": "15..20"}
    assert result_of({**row, "figures": '[["2024", 17, 100]]'})["status"] == "achieved"


def test_a_factor_that_is_given_is_taken() -> None:
    assert result_of({**SHARE, "factor": "1"})["actual"].startswith("0.946")


def test_an_intensity_is_left_as_it_is() -> None:
    intensity = {**SHARE, "comparison": "<=", "direction": "decrease", "target": "20"}
    assert result_of({**intensity, "figures": '[["2024", 65000, 3250]]'})["actual"] == "20"
    small = {**intensity, "baseline": "0.5", "target": "0.4", "figures": '[["2024", 45, 100]]'}
    assert result_of(small)["actual"] == "0.45"


def test_a_change_in_per_cent_does_not_make_its_level_a_percentage() -> None:
    grows = {**SHARE, "form": "change_percent", "baseline": "0.5", "target": "20", "figures": '[["2024", 55, 100]]'}
    assert (result_of(grows)["actual"], result_of(grows)["progress"]) == ("0.55", "0.5")


@pytest.mark.parametrize(
    ("done", "of_all", "status"), [(50, 50, "achieved"), (9996, 10000, "on_track"), (0, 0, "not_assessed")]
)
def test_all_that_are_eligible_are_compared_with_a_hundred_per_cent(done: int, of_all: int, status: str) -> None:
    row = {**SHARE, "whole_units": "true", "baseline": "50", "target": "100"}
    result = result_of({**row, "figures": f'[["2024", {done}, {of_all}]]'})
    assert (result["status"], result["met"]) == (status, {"achieved": "true", "on_track": "false"}.get(status, ""))
