"""What holds for every promise: properties, searched for counterexamples."""

from datetime import date
from decimal import Decimal

from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from targets.periods import quarter_end, whole_months
from targets.progress import assess
from targets.terms import (
    Accumulation,
    Assessment,
    Basis,
    Comparison,
    Direction,
    Figure,
    Form,
    Frequency,
    Kind,
    Path,
    Status,
    Terms,
)
from tests.calculus.promises import START, promise

QUARTERS = [quarter_end(year, quarter) for year in range(2021, 2026) for quarter in (1, 2, 3, 4)]
amounts = st.decimals(min_value=-1000, max_value=1000, places=3)
positive = st.decimals(min_value=Decimal("0.001"), max_value=1000, places=3)
days = st.sampled_from(QUARTERS)
ORDER = [Status.MOVING_AWAY, Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK, Status.ACHIEVED]


def towards(base: Decimal, goal: Decimal, **words: object) -> Terms:
    rising = goal > base
    return promise(
        baseline=base,
        value=goal,
        direction=Direction.INCREASE if rising else Direction.DECREASE,
        comparison=Comparison.AT_LEAST if rising else Comparison.AT_MOST,
        **words,
    )


def now(terms: Terms, value: Decimal, day: date) -> Assessment:
    return assess(terms, [Figure(day, value)], as_of=day)


def shares(result: Assessment) -> tuple[Status, Decimal | None, Decimal | None, Decimal | None]:
    return result.status, result.progress, result.pace, result.lead_points


@given(base=amounts, goal=amounts, value=amounts, day=days, scale=st.sampled_from(["0.001", "0.5", "7", "10000"]))
def test_the_unit_does_not_matter(base: Decimal, goal: Decimal, value: Decimal, day: date, scale: str) -> None:
    assume(base != goal)
    factor = Decimal(scale)
    one = now(towards(base, goal), value, day)
    other = now(towards(base * factor, goal * factor), value * factor, day)
    assert shares(one) == shares(other)


@given(base=positive, goal=positive, value=positive, day=days, scale=st.sampled_from(["0.001", "7", "10000"]))
def test_the_unit_does_not_matter_on_a_geometric_path(
    base: Decimal, goal: Decimal, value: Decimal, day: date, scale: str
) -> None:
    assume(base != goal)
    factor = Decimal(scale)
    one = now(towards(base, goal, path=Path.GEOMETRIC), value, day)
    other = now(towards(base * factor, goal * factor, path=Path.GEOMETRIC), value * factor, day)
    assert one.status is other.status
    assert (one.progress is None) == (other.progress is None)
    if one.progress is not None and other.progress is not None:
        assert abs(one.progress - other.progress) < Decimal("1e-15")


@given(base=amounts, goal=amounts, value=amounts, day=days, shift=amounts)
def test_the_zero_of_the_scale_does_not_matter_to_a_linear_path(
    base: Decimal, goal: Decimal, value: Decimal, day: date, shift: Decimal
) -> None:
    assume(base != goal)
    one, other = now(towards(base, goal), value, day), now(towards(base + shift, goal + shift), value + shift, day)
    assume((one.progress is None) == (other.progress is None))  # 1 % of the target does depend on the zero
    assert shares(one) == shares(other)
    assert one.gap == other.gap


@given(base=amounts, goal=amounts, value=amounts, day=days)
def test_up_and_down_are_mirror_images(base: Decimal, goal: Decimal, value: Decimal, day: date) -> None:
    assume(base != goal)
    one, other = now(towards(base, goal), value, day), now(towards(-base, -goal), -value, day)
    assert shares(one) == shares(other)
    assert one.gap == other.gap


@given(base=amounts, goal=amounts, values=st.lists(amounts, min_size=2, max_size=2), day=days)
def test_a_better_figure_is_never_judged_worse(base: Decimal, goal: Decimal, values: list[Decimal], day: date) -> None:
    assume(base != goal)
    terms = towards(base, goal)
    worse, better = sorted(values, reverse=goal < base)
    a, b = now(terms, worse, day), now(terms, better, day)
    if a.progress is not None and b.progress is not None:
        assert a.progress <= b.progress
    if a.status in ORDER and b.status in ORDER:
        assert ORDER.index(a.status) <= ORDER.index(b.status)


@given(base=positive, goal=positive, values=st.lists(positive, min_size=2, max_size=2), day=days)
def test_a_better_figure_is_never_judged_worse_on_a_geometric_path(
    base: Decimal, goal: Decimal, values: list[Decimal], day: date
) -> None:
    assume(base != goal)
    terms = towards(base, goal, path=Path.GEOMETRIC)
    worse, better = sorted(values, reverse=goal < base)
    a, b = now(terms, worse, day), now(terms, better, day)
    if a.status in ORDER and b.status in ORDER:
        assert ORDER.index(a.status) <= ORDER.index(b.status)


@given(base=amounts, goal=amounts, day=days)
@example(base=Decimal(10), goal=Decimal(-10), day=QUARTERS[9])
def test_a_zero_is_a_number(base: Decimal, goal: Decimal, day: date) -> None:
    assume(base != goal)
    result = now(towards(base, goal), Decimal(0), day)
    assert (result.actual, result.gap is None) == (0, False)
    assert result.status not in (Status.NO_DATA, Status.NOT_ASSESSED)


@given(base=amounts, goal=amounts, day=days, geometric=st.booleans())
def test_a_figure_on_the_path_is_on_time(base: Decimal, goal: Decimal, day: date, geometric: bool) -> None:
    assume(abs(goal - base) > abs(goal) / 50)
    path = Path.GEOMETRIC if geometric else Path.LINEAR
    terms = towards(base, goal, path=path)
    expected = now(terms, base, day).expected
    assume(expected is not None)
    assert expected is not None
    result = now(terms, expected, day)
    if result.pace is not None:
        assert abs(result.pace - 1) < Decimal("1e-9")
        assert result.status in (Status.ON_TRACK, Status.TOO_EARLY, Status.ACHIEVED, Status.MISSED)


@given(
    values=st.dictionaries(days, amounts, min_size=1, max_size=20),
    accumulation=st.sampled_from([Accumulation.LATEST, Accumulation.SUM]),
    kind=st.sampled_from([None, Kind.FLOW]),
    basis=st.sampled_from(list(Basis)),
    seed=st.randoms(use_true_random=False),
)
def test_the_order_in_which_figures_come_in_does_not_matter(values, accumulation, kind, basis, seed) -> None:  # type: ignore[no-untyped-def]
    terms = promise(baseline=10, value=500, accumulation=accumulation, value_kind=kind, basis=basis)
    made = [Figure(day, value) for day, value in values.items()]
    mixed = list(made)
    seed.shuffle(mixed)
    last = max(values)
    assert assess(terms, made, as_of=last) == assess(terms, mixed, as_of=last)


@given(
    flows=st.lists(st.decimals(min_value=0, max_value=100, places=2), min_size=1, max_size=20),
    accumulation=st.sampled_from([Accumulation.LATEST, Accumulation.SUM]),
)
def test_a_flow_says_the_same_whichever_way_it_is_reported(flows: list[Decimal], accumulation: Accumulation) -> None:
    ends = QUARTERS[: len(flows)]
    to_date: list[Decimal] = []
    since_start: list[Decimal] = []
    for end, flow in zip(ends, flows, strict=True):
        to_date.append(flow + (to_date[-1] if end.month != 3 else 0))
        since_start.append(flow + (since_start[-1] if since_start else 0))
    reported = {Basis.PERIOD: flows, Basis.YEAR_TO_DATE: to_date, Basis.SINCE_START: since_start}
    found = []
    for basis, numbers in reported.items():
        words = {"accumulation": accumulation, "value_kind": Kind.FLOW, "basis": basis, "value": 900}
        terms = promise(baseline=100, reported_every=Frequency.QUARTER, **words)
        made = [Figure(end, value) for end, value in zip(ends, numbers, strict=True)]
        result = assess(terms, made, as_of=ends[-1])
        found.append((result.status, result.actual, result.progress, result.part_year_actual))
    assert found[0] == found[1] == found[2]


@given(
    values=st.dictionaries(days, amounts, min_size=2, max_size=12),
    corrected=amounts,
    data=st.data(),
)
def test_a_late_correction_leaves_what_came_before_it_as_it_was(values, corrected, data) -> None:  # type: ignore[no-untyped-def]
    day = data.draw(st.sampled_from(sorted(values)))
    before = data.draw(st.sampled_from(QUARTERS))
    assume(before < day)
    terms = promise(accumulation=Accumulation.SUM, value=500)
    made = [Figure(one, value) for one, value in values.items()]
    changed = [Figure(one, corrected if one == day else value) for one, value in values.items()]
    assert assess(terms, made, as_of=before) == assess(terms, changed, as_of=before)


@given(
    since=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    first=st.integers(0, 4000),
    second=st.integers(0, 4000),
)
def test_time_never_runs_backwards(since: date, first: int, second: int) -> None:
    early, late = sorted((first, second))
    days_on = [date.fromordinal(since.toordinal() + count) for count in (early, late)]
    assert 0 <= whole_months(since, days_on[0]) <= whole_months(since, days_on[1])


@settings(max_examples=300)
@given(
    form=st.sampled_from([one for one in Form if one not in (Form.MILESTONE, Form.YEARLY_MILESTONE)]),
    accumulation=st.sampled_from([Accumulation.LATEST, Accumulation.SUM]),
    comparison=st.sampled_from(list(Comparison)),
    base=st.none() | amounts,
    value=st.decimals(min_value=-99, max_value=99, places=2),
    values=st.dictionaries(days, amounts, max_size=6),
    geometric=st.booleans(),
    as_of=st.sampled_from([*QUARTERS, date(2027, 1, 1)]),
    whole=st.booleans(),
)
def test_every_promise_gets_exactly_one_status_and_a_sentence(  # type: ignore[no-untyped-def]
    form, accumulation, comparison, base, value, values, geometric, as_of, whole
) -> None:
    direction = {">=": Direction.INCREASE, ">": Direction.INCREASE, "~": None}.get(comparison, Direction.DECREASE)
    try:
        terms = promise(
            form=form,
            accumulation=accumulation,
            comparison=comparison,
            direction=direction,
            value=None if form in (Form.BAND, Form.DIRECTION) else value,
            lower=value,
            upper=value + 5,
            baseline=base,
            path=Path.GEOMETRIC if geometric else Path.LINEAR,
            whole_units=whole,
        )
    except ValueError:
        reject()
    result = assess(terms, [Figure(day, one) for day, one in values.items()], as_of=as_of)
    assert result.reason.endswith("。")
    assert (result.status is Status.ACHIEVED) == (result.met is True)
    assert result.status is not Status.MISSED or result.met is False
    known = [day for day in values if START < day <= min(as_of, date(2025, 12, 31))]
    if known and form is not Form.DIRECTION and result.status is Status.NO_DATA:
        assert "withdrawn" in [str(flag) for flag in result.flags]
