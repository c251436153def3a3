"""An approved sheet reopens as a new version, of which only the chosen cells may change."""

from decimal import Decimal

import pytest

from departments import actions
from departments.actions import Change
from departments.models import Comment
from departments.problems import problems_of
from departments.sheets import Cell, build_sheet
from targets.actions import Refused
from targets.models import Observation
from tests.factories import Chain, make_chain, make_observation, make_period, make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.fixture
def reopened(chain):
    return actions.reopen(
        submission=chain.carried_to("approved"),
        reason="统计口径更正。",
        by=chain.coordinator,
        keys=[f"c{chain.stock.pk}"],
    )


def cells(chain, *, ratio="412.3", stock="35.2"):
    return chain.cells(numerator=ratio, stock=stock)


def test_only_the_chosen_cell_may_change(chain, reopened):
    sheet = build_sheet(chain.department, chain.period, reopened)
    assert sheet.is_open(f"c{chain.stock.pk}")
    assert not sheet.is_open(f"c{chain.ratio.pk}")
    with pytest.raises(Refused, match="秸秆综合利用率不在本次重新开放的范围内"):
        actions.save_draft(submission=reopened, cells=cells(chain, ratio="400", stock="36"), by=chain.reporter)
    assert reopened.entries.get(indicator=chain.stock).value == Decimal("35.2")


def test_a_form_that_leaves_the_locked_cells_as_they_are_is_saved(chain, reopened):
    submission = actions.save_draft(submission=reopened, cells=cells(chain, stock="36"), by=chain.reporter)
    assert submission.entries.get(indicator=chain.stock).value == 36


def test_a_single_locked_cell_is_refused_too(chain, reopened):
    was = Cell(numerator=Decimal("412.3"), denominator=Decimal("428.1")).as_text()
    changes = {f"c{chain.ratio.pk}": Change(was=was, cell=Cell(state="not_compiled"))}
    with pytest.raises(Refused, match="申请重开这一格"):
        actions.save_cells(submission=reopened, changes=changes, by=chain.reporter)


def test_what_became_odd_about_a_locked_cell_keeps_nothing_back(chain, reopened):
    make_observation(chain.ratio, make_period(chain.plan, "2022Q4"), parts=("41", "42"))
    assert problems_of(build_sheet(chain.department, chain.period, reopened)) == ()
    assert actions.submit(submission=reopened, by=chain.reporter).state == "submitted"


def test_returned_it_stays_limited_to_its_cells(chain, reopened):
    submission = actions.submit(submission=reopened, by=chain.reporter)
    submission = actions.return_for_correction(submission=submission, reason="请核实。", by=chain.approver)
    with pytest.raises(Refused, match="不在本次重新开放"):
        actions.save_draft(submission=submission, cells=cells(chain, ratio="400"), by=chain.reporter)


def test_a_cell_that_the_sheet_does_not_have_cannot_be_reopened(chain):
    submission = chain.carried_to("approved")
    with pytest.raises(Refused, match="不属于这张填报单"):
        actions.reopen(submission=submission, reason="更正。", by=chain.coordinator, keys=["c0"])
    submission.refresh_from_db()
    assert submission.is_current


def test_cells_are_carried_with_who_entered_them_and_what_was_found(chain):
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "10")
    stock = Cell(value=Decimal("35.2"), note="新建项目投用。")
    submission = chain.carried_to("approved", **{f"c{chain.stock.pk}": stock})
    old = submission.entries.get(indicator=chain.stock)
    new = actions.reopen(submission=submission, reason="更正。", by=chain.coordinator).entries.get(
        indicator=chain.stock
    )
    assert len(new.findings) == 1
    assert new.findings == old.findings
    assert (new.changed_by, new.changed_at, new.note) == (old.changed_by, old.changed_at, old.note)
    assert submission.entries.count() == 2


# --- Returned with comments, approved in bulk -------------------------------------------------------------------------


def test_a_return_writes_its_comments_into_the_threads_of_the_cells(chain):
    submission = chain.carried_to("endorsed")
    submission = actions.return_for_correction(
        submission=submission,
        reason="两处需要核实。",
        comments={f"c{chain.stock.pk}": "单位是否为万亩？", f"c{chain.ratio.pk}": "  "},
        by=chain.reviewer,
    )
    (comment,) = Comment.objects.all()
    assert (comment.indicator, comment.text, comment.by) == (chain.stock, "单位是否为万亩？", chain.reviewer)
    assert comment.step == submission.steps.get(verb="return")
    sent = actions.submit(submission=submission, by=chain.reporter)
    sheet = build_sheet(chain.department, chain.period, sent)
    assert [c.text for c in sheet.comments_of(f"c{chain.stock.pk}")] == ["单位是否为万亩？"]


def test_a_comment_on_a_cell_that_is_not_there_returns_nothing(chain):
    submission = chain.carried_to("submitted")
    with pytest.raises(Refused, match="不在这张填报单中"):
        actions.return_for_correction(submission=submission, reason="不符。", comments={"c0": "?"}, by=chain.approver)
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_of_many_sheets_one_refusal_stops_no_other(chain):
    good, bad, stale = chain.carried_to("endorsed"), make_chain(), make_chain()
    own = bad.carried_to("submitted")
    late = stale.carried_to("endorsed")
    items = [(own, own.lock_version), (late, 0), (good, good.lock_version)]
    outcomes = actions.approve_many(items=items, by=make_reviewer())
    assert ["" if not o.error else o.error[:6] for o in outcomes][2] == ""
    assert "待部门复核" in outcomes[0].error
    assert "复核通过" in outcomes[1].error
    good.refresh_from_db()
    assert good.state == "approved"
    assert Observation.objects.count() == 2
