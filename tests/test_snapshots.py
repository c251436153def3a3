"""What was sent stays as it was sent, and nobody judges what he entered: the database itself sees to both."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from departments import actions
from departments.comparisons import changes_between, last_approved_contents, last_returned_contents
from departments.models import Entry, Membership, Submission, SubmissionSnapshot, TaskReport
from departments.sheets import Cell, build_sheet
from departments.snapshots import is_intact
from targets.actions import Refused
from tests.factories import Chain, make_chain, make_evidence, make_observation, make_period, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def sheet_of(submission):
    return build_sheet(submission.department, submission.period, submission)


def test_each_sending_leaves_a_snapshot(chain):
    submission = chain.carried_to("submitted")
    submission = actions.return_for_correction(submission=submission, reason="请核实。", by=chain.approver)
    actions.submit(submission=submission, by=chain.reporter)
    assert [(s.number, s.sent_by, is_intact(s)) for s in submission.snapshots.all()] == [
        (1, chain.reporter, True),
        (2, chain.reporter, True),
    ]


def test_a_snapshot_holds_codes_numbers_notes_findings_and_evidence(chain):
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "10")
    link = make_evidence(chain.department, chain.period, chain.stock)
    stock = Cell(value=Decimal("35.20"), note="新建项目投用。")
    snapshot = chain.carried_to("submitted", **{f"c{chain.stock.pk}": stock}).snapshots.get()
    figure = next(f for f in snapshot.contents["figures"] if f["code"] == chain.stock.code)
    assert (figure["value"], figure["note"], figure["unit"]) == ("35.2", "新建项目投用。", "万亩")
    assert figure["findings"][0][1] == "jump"
    assert [(e["id"], e["key"]) for e in snapshot.contents["evidence"]] == [(link.pk, f"c{chain.stock.pk}")]


def test_each_step_names_the_snapshot_that_it_judged(chain):
    submission = chain.carried_to("approved")
    (snapshot,) = submission.snapshots.all()
    assert {step.snapshot for step in submission.steps.all()} == {snapshot}


def test_the_database_refuses_to_change_a_snapshot(chain):
    chain.carried_to("submitted")
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        SubmissionSnapshot.objects.update(sha256="0" * 64)


def test_the_database_refuses_to_delete_a_snapshot(chain):
    snapshots = chain.carried_to("submitted").snapshots.all()
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        snapshots._raw_delete(snapshots.db)


def test_every_guard_is_in_place():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE 'departments_%%'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'departments_%%'")
        names = {name for (name,) in cursor.fetchall()}
    watched = {"snapshot", "submission_four_eyes", "entry_four_eyes", "taskreport_four_eyes"}
    watched |= {"submission_hands", "hand_four_eyes"}
    assert {each for each in watched if any(name.startswith(f"departments_{each}") for name in names)} == watched


@pytest.mark.parametrize(("state", "hand"), [("endorsed", "endorsed_by"), ("approved", "approved_by")])
@pytest.mark.parametrize("wrote", ["figure", "report"])
def test_the_database_refuses_a_judge_who_entered_a_cell(chain, state, hand, wrote):
    submission = chain.sheet("submitted" if state == "endorsed" else "endorsed")
    if wrote == "figure":
        submission.entries.filter(indicator=chain.stock).update(changed_by=chain.coordinator)
    else:
        TaskReport.objects.create(submission=submission, task=make_task(chain.plan), changed_by=chain.coordinator)
    with pytest.raises(IntegrityError, match="填报人不能"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(state=state, **{hand: chain.coordinator})


def test_the_database_refuses_an_entry_by_who_has_judged(chain):
    submission = chain.sheet("endorsed")
    with pytest.raises(IntegrityError, match="填报人不能"), transaction.atomic():
        submission.entries.update(changed_by=chain.approver)
    with pytest.raises(IntegrityError, match="填报人不能"), transaction.atomic():
        Entry.objects.create(
            submission=chain.sheet("approved", version=2, is_current=False),
            indicator=chain.stock,
            area=submission.entries.first().area,
            changed_by=chain.reviewer,
        )


def test_a_reporter_who_became_the_approver_does_not_endorse_his_own_figures(chain, monkeypatch):
    """Also where a check were forgotten: the database has the last word, and says it in a sentence."""
    submission = chain.carried_to("submitted")
    Submission.objects.filter(pk=submission.pk).update(submitted_by=chain.coordinator)
    Membership.objects.filter(user=chain.reporter).update(function=Membership.APPROVER)
    submission.refresh_from_db()
    monkeypatch.setattr(actions.steps.permissions, "check_can_endorse", lambda by, submission: None)
    with pytest.raises(Refused, match="须由另一人处理"):
        actions.endorse(submission=submission, by=chain.reporter)
    submission.refresh_from_db()
    assert submission.state == "submitted"


# --- Beside each other ------------------------------------------------------------------------------------------------


def test_the_correction_is_compared_with_what_was_approved(chain):
    submission = chain.carried_to("approved")
    submission = actions.reopen(submission=submission, reason="更正。", by=chain.coordinator)
    cells = {f"c{chain.stock.pk}": Cell(value=Decimal("35.8"), note="复核后更正。")}
    submission = actions.save_draft(submission=submission, cells=cells, by=chain.reporter)
    sheet = sheet_of(submission)
    (change,) = changes_between(last_approved_contents(sheet), sheet)
    assert (change.key, change.before, change.now) == (f"c{chain.stock.pk}", "35.2", "35.8，说明：复核后更正。")
    assert chain.stock.name in change.name


def test_a_returned_sheet_is_compared_with_what_was_returned(chain):
    submission = chain.carried_to("submitted")
    submission = actions.return_for_correction(submission=submission, reason="请核实。", by=chain.approver)
    submission = actions.save_draft(submission=submission, cells=chain.cells(stock="36"), by=chain.reporter)
    submission = actions.submit(submission=submission, by=chain.reporter)
    sheet = sheet_of(submission)
    assert [(c.before, c.now) for c in changes_between(last_returned_contents(sheet), sheet)] == [("35.2", "36")]
    assert last_approved_contents(sheet) is None


def test_an_approved_sheet_from_before_snapshots_is_compared_as_it_is(chain):
    submission = actions.reopen(submission=chain.sheet("approved"), reason="更正。", by=chain.coordinator)
    cells = {f"c{chain.stock.pk}": Cell(state="not_compiled")}
    sheet = sheet_of(actions.save_draft(submission=submission, cells=cells, by=chain.reporter))
    ((change),) = changes_between(last_approved_contents(sheet), sheet)
    assert (change.before, change.now) == ("35.2", "未统计")


def test_a_cell_that_is_new_or_gone_reads_as_absent(chain):
    sheet = sheet_of(chain.carried_to("submitted"))
    contents = sheet.submission.snapshots.get().contents
    kept = [figure for figure in contents["figures"] if figure["code"] != chain.stock.code]
    (new,) = changes_between({**contents, "figures": kept}, sheet)
    assert (new.before, new.now) == ("（无）", "35.2")
    more = [*contents["figures"], {**kept[0], "key": "c0", "code": "旧"}]
    (gone,) = changes_between({**contents, "figures": more}, sheet)
    assert (gone.now, gone.name) == ("（无）", f"旧 {chain.ratio.name}")


def test_what_was_found_when_it_was_sent_is_shown_later_though_the_past_changed(chain):
    earlier = make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "10")
    stock = Cell(value=Decimal("35.2"), note="新建项目投用。")
    submission = chain.carried_to("endorsed", **{f"c{chain.stock.pk}": stock})
    earlier.__class__.objects.filter(pk=earlier.pk).update(value=Decimal("35"))
    (finding,) = sheet_of(submission).row_of(f"c{chain.stock.pk}").findings
    assert finding.code == "jump"
