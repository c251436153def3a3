"""The cases worked by hand that other trackers get wrong."""

from decimal import Decimal

import pytest

from targets.paths import chained
from targets.terms import Comparison, Direction, Form, Path, Status
from tests.calculus.promises import falling, promise, stands

HALFWAY = 2023  # 36 of 60 months: e = 0.6


def close(value: Decimal | None, expected: float, within: float = 5e-5) -> bool:
    return value is not None and abs(float(value) - expected) <= within


def test_a_rise_half_done_after_three_fifths_of_the_time_lags_a_little() -> None:
    result = stands(promise(baseline=60, value=80), {HALFWAY: 70})
    assert (result.progress, result.gap, result.status) == (Decimal("0.5"), Decimal(10), Status.AT_RISK)
    assert close(result.pace, 0.8333)
    assert result.expected == Decimal(72)
    assert result.lead_points == Decimal(-10)


@pytest.mark.parametrize(
    ("now", "progress", "pace", "gap", "status"),
    [
        ("0.46", "0.4", 0.6667, "0.06", Status.AT_RISK),
        ("0.52", "-0.2", -0.3333, "0.12", Status.MOVING_AWAY),
        ("0.38", "1.2", 2.0, "-0.02", Status.ACHIEVED),
    ],
)
def test_a_fall_is_measured_downwards(now: str, progress: str, pace: float, gap: str, status: Status) -> None:
    result = stands(falling(baseline="0.50", value="0.40"), {HALFWAY: now})
    assert (result.progress, result.gap, result.status) == (Decimal(progress), Decimal(gap), status)
    assert close(result.pace, pace)


def test_a_promise_to_hold_is_achieved_without_any_progress() -> None:
    result = stands(promise(form=Form.HOLD, baseline=95, value=95), {2021: 95, 2022: 96, HALFWAY: 96})
    assert (result.status, result.progress, result.pace) == (Status.ACHIEVED, None, None)


def test_a_fall_to_zero_is_a_fall_like_any_other() -> None:
    result = stands(falling(baseline=10, value=0), {HALFWAY: 4})
    assert (result.progress, result.pace, result.status) == (Decimal("0.6"), Decimal(1), Status.ON_TRACK)


def test_a_large_number_near_its_target_is_not_progress() -> None:
    result = stands(falling(baseline=60000, value=50000), {HALFWAY: 59000})
    assert (result.progress, result.status) == (Decimal("0.1"), Status.OFF_TRACK)


def test_official_energy_progress_is_logarithmic() -> None:
    tianjin = falling(form=Form.CHANGE_PERCENT, value=-20, baseline=100, path=Path.GEOMETRIC)
    assert close(stands(tianjin, {2024: "79.93"}).progress, 1.00392, 5e-6)
    country = falling(form=Form.CHANGE_PERCENT, value=-16, baseline=100, path=Path.GEOMETRIC)
    result = stands(country, {2024: "86.6"})
    assert close(result.progress, 0.8252)
    assert close(result.pace, 1.03, 0.002)
    assert result.status is Status.ON_TRACK


def test_yearly_rates_are_chained_and_the_rest_is_worked_out() -> None:
    change = chained([Decimal("0.0151"), Decimal("-0.0220"), Decimal("-0.0418")])
    assert close(change, -0.04873, 5e-6)
    qinghai = falling(form=Form.CHANGE_PERCENT, value=-17, baseline=100, path=Path.GEOMETRIC)
    result = stands(qinghai, {2023: 100 * (1 + change)})
    assert close(result.progress, 0.2681)
    assert result.gap is not None
    assert result.actual is not None
    assert close(result.gap / result.actual, 0.12748, 5e-6)
    assert close(result.required_per_year, -0.06591, 5e-6)


def test_overshoot_is_a_plain_ratio_also_on_a_geometric_path() -> None:
    beijing = falling(form=Form.CHANGE_PERCENT, value=-20, baseline=100, path=Path.GEOMETRIC)
    result = stands(beijing, {2025: "73.41"})
    assert (result.excess, result.status) == (Decimal("0.3295"), Status.ACHIEVED)


@pytest.mark.parametrize("path", list(Path))
def test_about_twenty_per_cent_is_met_at_nineteen_point_one(path: Path) -> None:
    about = promise(
        form=Form.CHANGE_PERCENT,
        value=-20,
        baseline=100,
        comparison=Comparison.ABOUT,
        direction=Direction.DECREASE,
        path=path,
    )
    result = stands(about, {2025: "80.9"})
    assert (result.status, result.met, result.strictly_met) == (Status.ACHIEVED, True, False)
    assert result.tolerance == Decimal(1)
    assert stands(about, {2025: "81.01"}).status is Status.MISSED


def test_exactly_thirty_does_not_exceed_thirty() -> None:
    above = promise(comparison=Comparison.MORE_THAN, baseline=20, value=30)
    result = stands(above, {2025: "30.0"})
    assert (result.progress, result.gap, result.met, result.status) == (1, 0, False, Status.MISSED)
    assert "须超过" in result.reason
    assert stands(above, {HALFWAY: 30}).met is False
    assert stands(above, {HALFWAY: 30}).status is Status.ON_TRACK
