"""What waits for approval is shown beside the approved figures, hollow and named, and changes no number."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from departments import actions
from departments.sheets import Cell
from reports import svg
from reports.briefing.content import Edition, build_content
from reports.overview import build_overview
from reports.pending import pending_figures
from reports.row_charts import course
from targets import tasks
from targets.models import Assessment
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 2, 1)


@pytest.fixture
def chain():
    """With an approved figure of the year before, and this year's sheet filled in."""
    chain = make.make_chain()
    before = make.make_period(chain.plan, "2022Q4")
    make.make_observation(chain.ratio, before, parts=("400", "430"))
    make.make_baseline(chain.ratio, "90")
    tasks.mark_dirty([(chain.ratio.pk, make.root_area().pk), (chain.stock.pk, make.root_area().pk)])
    tasks.drain(today=TODAY)
    return chain


def numbers(chain) -> list[object]:
    """Everything that the overview says of how the promises stand, and the briefing's words about them."""
    overview = build_overview(chain.plan, chain.period, today=TODAY)
    rows = [
        [getattr(row, name) for name in row.__slots__ if name not in ("lamp", "is_pending")] for row in overview.rows
    ]
    content = build_content(overview, edition=Edition(dated_on=TODAY, suggestions=""), thresholds=chain.plan.thresholds)
    charts = [str(course(row, overview)) for row in overview.rows]
    about_bureaus = ("应报送数据的单位", "数据报送情况", "数据截止")
    words = [str(block) for block in content.blocks if not any(each in str(block) for each in about_bureaus)]
    assert len(words) > 10
    return [overview.sentence, overview.counts, overview.assessed_count, *rows, *charts, *words]


def test_a_submitted_figure_changes_no_number_no_assessment_and_no_briefing(chain):
    draft = chain.sheet()
    before = numbers(chain)
    stored = list(Assessment.objects.order_by("pk").values())
    sheet = actions.submit(submission=draft, by=chain.reporter)
    tasks.drain(today=TODAY)
    assert numbers(chain) == before
    actions.endorse(submission=sheet, by=chain.approver)
    tasks.drain(today=TODAY)
    assert numbers(chain) == before
    assert list(Assessment.objects.order_by("pk").values()) == stored
    rows = build_overview(chain.plan, chain.period, today=TODAY).rows
    assert all(row.is_pending for row in rows)


def test_it_is_drawn_hollow_and_named_in_legend_table_and_words(client, chain):
    chain.sheet("endorsed")
    client.force_login(make.make_leader())
    page = client.get(f"/indicators/{chain.ratio.pk}/?period=2023Q4").content.decode()
    assert "待审（尚未审核通过，不计入评价）：2023年12月96.3%" in page
    assert '2023年四季度<span class="tag">待审</span>' in page
    assert "空心菱形为待审数" in page
    overview = build_overview(chain.plan, chain.period, today=TODAY)
    row = next(row for row in overview.rows if row.id == chain.ratio.pk)
    waiting = pending_figures(chain.ratio, chain.period, today=TODAY)
    figure = course(row, overview, waiting)
    trace = next(each for each in figure["data"] if each["name"] == "待审")
    assert (trace["x"], trace["marker"]["color"]) == (["2023-12-31"], "--chart-surface")
    assert ">待审</text>" in svg.drawing(figure)
    assert "待审" not in str(course(row, overview))


def test_the_level_is_the_one_that_approval_would_give(chain):
    sheet = chain.sheet("endorsed")
    (waiting,) = pending_figures(chain.ratio, chain.period, today=TODAY)
    assert (waiting.figure_text, waiting.state_label, waiting.is_correction) == ("96.3%", "待审核", False)
    actions.approve(submission=sheet, by=chain.reviewer)
    tasks.drain(today=TODAY)
    approved = Assessment.objects.get(indicator=chain.ratio, period=chain.period).actual
    assert approved is not None
    assert waiting.actual is not None
    assert round(waiting.actual, 8) == round(approved, 8)
    assert pending_figures(chain.ratio, chain.period, today=TODAY) == ()


def test_of_a_reopened_sheet_only_the_opened_cell_waits(chain):
    approved = actions.approve(submission=chain.sheet("endorsed"), by=chain.reviewer)
    newer = actions.reopen(
        submission=approved, reason="核减重复计量。", by=chain.coordinator, keys=[f"c{chain.ratio.pk}"]
    )
    newer = actions.save_draft(
        submission=newer,
        cells={f"c{chain.ratio.pk}": Cell(numerator=Decimal("410"), denominator=Decimal("428.1"))},
        by=chain.reporter,
    )
    actions.submit(submission=newer, by=chain.reporter)
    (waiting,) = pending_figures(chain.ratio, chain.period, today=TODAY)
    assert waiting.is_correction
    assert pending_figures(chain.stock, chain.period, today=TODAY) == ()
    rows = {row.id: row.is_pending for row in build_overview(chain.plan, chain.period, today=TODAY).rows}
    assert rows == {chain.ratio.pk: True, chain.stock.pk: False}


def test_the_two_lights_are_kept_apart(chain):
    sent = dt.date(2024, 1, 25)

    def lights() -> dict[str, tuple[str, str]]:
        rows = build_overview(chain.plan, chain.period, today=TODAY).rows
        return {row.name: (row.status.value, "" if row.lamp is None else row.lamp.value) for row in rows}

    status = lights()[chain.ratio.name][0]
    assert lights()[chain.ratio.name] == (status, "missing")
    sheet = chain.sheet("submitted", first_submitted_on=sent)
    assert lights()[chain.ratio.name] == (status, "made_up")
    type(sheet).objects.update(first_submitted_on=dt.date(2024, 1, 20))
    assert lights()[chain.ratio.name] == (status, "on_time")
    chain.ratio.reported_every = "half_year"
    chain.ratio.save(update_fields=["reported_every"])
    third = make.make_period(chain.plan, "2023Q3")
    rows = {row.id: row.lamp for row in build_overview(chain.plan, third, today=timezone.localdate()).rows}
    assert rows[chain.ratio.pk] is None
