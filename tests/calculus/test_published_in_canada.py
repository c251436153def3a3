"""Statistics Canada published growth-rate classes: the geometric pace finds the same."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from targets.paths import Course
from targets.progress import assess
from targets.terms import (
    Accumulation,
    Assessment,
    Baseline,
    Comparison,
    Direction,
    Figure,
    Form,
    Path,
    Status,
    Terms,
)
from tests.calculus.published import Row, rows_of

CLASSES = {
    "substantial_progress": Status.ON_TRACK,
    "moderate_progress": Status.AT_RISK,
    "limited_progress": Status.OFF_TRACK,
    "deterioration": Status.MOVING_AWAY,
    "target_achieved": Status.ACHIEVED,
}


def canadian_rows() -> list[Row]:
    return [row for row in rows_of("statcan_cif_components.csv") if row["target"] and row["published_progress_value"]]


def canadian_terms(row: Row) -> Terms:
    rising = row["direction"] == "1"
    return Terms(
        starts_on=date(int(float(row["base_year"])), 12, 31),
        ends_on=date(int(float(row["target_year"])), 12, 31),
        accumulation=Accumulation.LATEST,
        form=Form.VALUE,
        comparison=Comparison.AT_LEAST if rising else Comparison.AT_MOST,
        direction=Direction.INCREASE if rising else Direction.DECREASE,
        path=Path.GEOMETRIC,
        value=Decimal(row["target"]),
        baseline=Baseline(Decimal(row["base_value"])),
    )


def canadian_assessment(row: Row) -> Assessment:
    day = date(int(float(row["current_year"])), 12, 31)
    return assess(canadian_terms(row), [Figure(day, Decimal(row["current_value"]))], as_of=day)


def met_at_the_base(row: Row) -> bool:
    sign = int(row["direction"])
    return sign * (Decimal(row["base_value"]) - Decimal(row["target"])) >= 0


def gradable(row: Row) -> bool:
    substituted = "0.001" in (row["base_value"], row["target"])
    return row["published_status"] != "target_achieved" and not met_at_the_base(row) and not substituted


def test_thirty_three_canadian_rows_can_be_graded() -> None:
    assert len([row for row in canadian_rows() if gradable(row)]) == 33


@pytest.mark.parametrize("row", [row for row in canadian_rows() if gradable(row)], ids=lambda row: row["case_id"])
def test_the_geometric_pace_gives_the_class_that_statistics_canada_published(row: Row) -> None:
    terms = canadian_terms(row)
    months = 12 * (terms.ends_on.year - terms.starts_on.year)
    passed = 12 * (int(float(row["current_year"])) - terms.starts_on.year)
    course = Course(Fraction(row["base_value"]), Fraction(row["target"]), months, geometric=True)
    progress = course.progress(Fraction(row["current_value"]))
    assert progress is not None
    pace = progress / Fraction(passed, months)
    limits = terms.thresholds
    if pace < 0:
        found = Status.MOVING_AWAY
    elif pace < Fraction(limits.at_risk):
        found = Status.OFF_TRACK
    else:
        found = Status.AT_RISK if pace < Fraction(limits.on_track) else Status.ON_TRACK
    assert found is CLASSES[row["published_status"]]
    assert canadian_assessment(row).status is found


@pytest.mark.parametrize(
    "row", [row for row in canadian_rows() if row["published_status"] == "target_achieved"], ids=lambda r: r["case_id"]
)
def test_targets_published_as_achieved_are_achieved(row: Row) -> None:
    assert canadian_assessment(row).status is Status.ACHIEVED


def met_now(row: Row) -> bool:
    sign = int(row["direction"])
    return sign * (Decimal(row["current_value"]) - Decimal(row["target"])) >= 0


def test_every_row_published_as_achieved_is_met_by_its_own_numbers() -> None:
    assert all(met_now(row) for row in canadian_rows() if row["published_status"] == "target_achieved")


@pytest.mark.parametrize(
    "row", [r for r in canadian_rows() if met_at_the_base(r) and not met_now(r)], ids=lambda r: r["case_id"]
)
def test_a_series_met_at_the_base_and_worse_now_moves_away_as_published(row: Row) -> None:
    result = canadian_assessment(row)
    assert (result.status, CLASSES[row["published_status"]]) == (Status.MOVING_AWAY, Status.MOVING_AWAY)
    assert result.pace is None
