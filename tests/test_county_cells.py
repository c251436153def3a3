"""An indicator that is broken down is reported by county beside the city's figure, and rolled up."""

from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from departments import actions
from departments.plausibility import CellRules, Measure
from departments.problems import problems_of, remarks_of
from departments.rolling_up import AreaPart, roll_up
from departments.sheets import Cell, build_sheet
from targets.models import Area, DirtySeries, Observation
from targets.terms import Kind
from tests.factories import Chain, make_area, make_chain, make_observation, make_period

pytestmark = pytest.mark.django_db

VALUE = CellRules(unit="万亩", value_kind=Kind.STOCK)
RATIO = CellRules(unit="%", is_two_part=True, factor=Decimal(100))


def parts(*numbers: str, counts: bool = True) -> list[AreaPart]:
    return [AreaPart(f"{n}县", Measure(value=Decimal(text)), counts) for n, text in enumerate(numbers)]


def test_values_are_summed():
    together = roll_up(VALUE, parts("1.5", "2.5"), Measure(value=Decimal(5)))
    assert (together.figure, together.difference, together.is_complete) == (4, -1, True)


def test_a_rate_is_the_sum_of_its_parts_not_the_mean_of_the_rates():
    measures = [Measure(numerator=Decimal(n), denominator=Decimal(d)) for n, d in ((1, 1), (1, 9))]
    together = roll_up(RATIO, [AreaPart(f"{m}", m) for m in measures])
    assert together.figure == 20


def test_areas_that_do_not_count_are_left_out_of_the_sum():
    together = roll_up(VALUE, [*parts("1"), *parts("9", counts=False), AreaPart("开发区", None, counts=False)])
    assert (together.figure, together.missing) == (1, ())


def test_areas_without_a_figure_are_named():
    together = roll_up(VALUE, [*parts("1"), AreaPart("沂水县", None)])
    assert (together.missing, together.is_complete) == (("沂水县",), False)


def test_a_rate_as_published_is_not_rolled_up():
    assert roll_up(CellRules(unit="%", value_kind=Kind.RATE), parts("1")) is None


# --- On a sheet -------------------------------------------------------------------------------------------------------


@pytest.fixture
def chain() -> Chain:
    chain = make_chain()
    chain.stock.by_area = True
    chain.stock.save()
    for name in ("兰山区", "沂水县"):
        make_area(name=name)
    make_area(name="开发区", counts_toward_total=False)
    return chain


def keys(chain):
    return [f"c{chain.stock.pk}a{area.pk}" for area in Area.objects.filter(parent__isnull=False)]


def saved(chain, *numbers, **fields):
    cells = dict(zip(keys(chain), (Cell(value=Decimal(text)) for text in numbers), strict=False))
    return chain.carried_to("draft", **cells, **fields)


def sheet_of(submission):
    return build_sheet(submission.department, submission.period, submission)


def test_every_part_of_the_city_has_a_row(chain):
    rows = build_sheet(chain.department, chain.period, None).area_rows[chain.stock.pk]
    assert [row.area.name for row in rows] == ["兰山区", "沂水县", "开发区"]


def test_the_difference_to_the_city_is_shown(chain):
    sheet = sheet_of(saved(chain, "20", "15.2", "3"))
    assert sheet.roll_up_of(chain.stock.pk).difference == 0
    assert problems_of(sheet) == ()


def test_a_city_figure_far_from_its_counties_asks_for_a_note(chain):
    submission = saved(chain, "20", "10", "3")
    (problem,) = problems_of(sheet_of(submission))
    assert (problem.key, problem.field) == (f"c{chain.stock.pk}", "note")
    assert "汇总为 30，全市数为 35.2，相差 -5.2" in problem.sentence
    assert submission.entries.get(indicator=chain.stock, area__parent=None).findings[0][1] == "areas_differ"


def test_counties_that_exceed_the_city_are_odd_before_all_have_reported(chain):
    (problem,) = problems_of(sheet_of(saved(chain, "40")))
    assert "已填县区汇总为 40，全市数为 35.2" in problem.sentence


def test_half_a_percent_is_rounding(chain):
    assert problems_of(sheet_of(saved(chain, "20", "15.376"))) == ()
    assert problems_of(sheet_of(saved(chain, "20", "15.377"))) != ()


def test_a_county_saved_later_changes_what_is_odd_about_the_city(chain):
    submission = saved(chain, "20")
    city = submission.entries.get(indicator=chain.stock, area__parent=None)
    assert city.findings == []
    actions.save_draft(submission=submission, cells={keys(chain)[1]: Cell(value=Decimal(10))}, by=chain.reporter)
    city.refresh_from_db()
    assert city.findings[0][1] == "areas_differ"


def test_counties_may_be_missing_and_are_named(chain):
    sheet = sheet_of(saved(chain, "20"))
    assert problems_of(sheet) == ()
    assert remarks_of(sheet) == (f"{chain.stock.code} 水肥一体化面积：沂水县尚未填数，汇总数不完整。",)


def test_a_sheet_that_was_sent_still_names_the_counties_without_a_figure(chain):
    submission = actions.submit(submission=saved(chain, "20"), by=chain.reporter)
    make_area(name="新设区")
    assert sheet_of(submission).roll_up_of(chain.stock.pk).missing == ("沂水县",)


def test_a_county_is_compared_with_its_own_past(chain):
    area_key = keys(chain)[1]
    county = build_sheet(chain.department, chain.period, None).row_of(area_key).area
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "1.52", area=county)
    (problem,) = problems_of(sheet_of(saved(chain, "20", "15.2")))
    assert (problem.key, problem.field) == (area_key, "note")
    assert "（沂水县）" in problem.sentence
    assert "的 10 倍" in problem.sentence


def test_counties_are_approved_with_the_city(chain, django_capture_on_commit_callbacks):
    submission = saved(chain, "20", "15.2", "3")
    submission = actions.submit(submission=submission, by=chain.reporter)
    submission = actions.endorse(submission=submission, by=chain.approver)
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(submission=submission, by=chain.reviewer)
    assert not DirtySeries.objects.exists()
    event = AuditEvent.objects.get(action="observation.record")
    assert event.after[f"{chain.stock.code} 沂水县 2023Q4 v1"] == "15.2"
    approved = Observation.objects.current().filter(indicator=chain.stock).order_by("area__position")
    assert {o.area.name: o.value for o in approved if o.area.parent_id} == {
        "兰山区": 20,
        "沂水县": Decimal("15.2"),
        "开发区": 3,
    }


def test_a_sheet_with_counties_takes_no_more_queries_than_one_without(chain, django_assert_max_num_queries):
    submission = saved(chain, "20", "15.2", "3")
    with django_assert_max_num_queries(12):
        sheet = sheet_of(submission)
        assert [row.findings for row in sheet.figure_rows()]
        assert sheet.roll_up_of(chain.stock.pk) is not None
