"""A briefing is a row first: asked for by those who may, made once and whole, or failed with a sentence and a retry."""

import datetime as dt
import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from reports import briefing_making, tasks
from reports.actions import request_briefing, retry_briefing
from reports.briefing.compile import BriefingError
from reports.models import Briefing
from targets.tasks import drain, mark_dirty
from tests import factories as make

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - dt.timedelta(hours=1)
SENTENCE = "简报排版失败，请联系系统管理员。"


@pytest.fixture
def plan():
    plan = make.make_plan(has_demonstration_figures=True)
    period = make.make_period(plan, "2023Q4")
    indicator = make.make_indicator(plan, name="回收率")
    make.make_target(indicator, "95")
    make.make_baseline(indicator, "80")
    make.make_observation(indicator, period, "90")
    mark_dirty([(indicator.pk, make.root_area().pk)])
    drain()
    return plan


@pytest.fixture
def queued(plan):
    return request_briefing(plan=plan, period=plan.periods.get(), by=make.make_coordinator(), suggestions="督促报送。")


def failing(problem):
    def set_briefing(*args, **kwargs):
        raise problem

    return set_briefing


def test_a_coordinator_asks_and_reads_the_pdf(client, plan, django_capture_on_commit_callbacks):
    client.force_login(make.make_coordinator())
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("reports:briefing_request"), {"period": "2023Q4", "suggestions": "督促报送。"})
    assert response.status_code == 302
    briefing = Briefing.objects.get()
    assert briefing.state == Briefing.READY
    assert briefing.sha256 == hashlib.sha256(bytes(briefing.pdf)).hexdigest()
    assert briefing.is_demonstration
    pdf = client.get(reverse("reports:briefing_pdf", args=[briefing.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Content-Type"] == "application/pdf"
    listed = client.get(reverse("reports:briefings")).content.decode()
    assert "打开PDF" in listed
    assert AuditEvent.objects.filter(action="briefing.request").count() == 1


@pytest.mark.parametrize("maker", [make.make_leader, make.make_administrator])
def test_it_turns_away_who_may_only_read(client, plan, maker):
    client.force_login(maker())
    response = client.post(reverse("reports:briefing_request"), {"period": "2023Q4"})
    assert response.status_code == 403
    assert "统筹协调员" in response.content.decode()
    assert not Briefing.objects.exists()
    assert "生成简报" not in client.get(reverse("reports:briefings")).content.decode()


def test_an_unknown_period_is_refused_with_a_sentence_and_keeps_what_was_typed(client, plan):
    client.force_login(make.make_reviewer())
    response = client.post(reverse("reports:briefing_request"), {"period": "1999Q1", "suggestions": "督促报送。"})
    assert response.status_code == 422
    assert "没有这个填报期" in response.content.decode()
    assert "督促报送。" in response.content.decode()
    assert not Briefing.objects.exists()


def test_the_page_asks_again_until_it_is_ready_and_then_stops(client, queued):
    client.force_login(make.make_leader())
    address = reverse("reports:briefing_state", args=[queued.pk])
    waiting = client.get(address)
    assert waiting.status_code == 200
    assert 'hx-trigger="every 800ms"' in waiting.content.decode()
    assert "刷新查看" in waiting.content.decode()
    assert briefing_making.finish_briefing(queued.pk)
    ready = client.get(address)
    assert ready.status_code == 286
    assert "hx-trigger" not in ready.content.decode()


def test_a_briefing_that_is_not_ready_has_no_file(client, queued):
    client.force_login(make.make_leader())
    assert client.get(reverse("reports:briefing_pdf", args=[queued.pk])).status_code == 404


def test_a_failure_leaves_a_sentence_and_a_retry_never_half_a_file(
    client, queued, monkeypatch, django_capture_on_commit_callbacks
):
    with monkeypatch.context() as broken:
        broken.setattr(briefing_making, "set_briefing", failing(BriefingError(SENTENCE)))
        assert not briefing_making.finish_briefing(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.failure, queued.pdf) == (Briefing.FAILED, SENTENCE, None)
    client.force_login(make.make_coordinator())
    page = client.get(reverse("reports:briefings")).content.decode()
    assert SENTENCE in page
    assert "重新生成" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reports:briefing_retry", args=[queued.pk]))
    queued.refresh_from_db()
    assert queued.state == Briefing.READY


def test_an_unexpected_error_is_said_and_not_swallowed(queued, monkeypatch):
    monkeypatch.setattr(briefing_making, "set_briefing", failing(OperationalError("disk full")))
    with pytest.raises(OperationalError):
        briefing_making.finish_briefing(queued.pk)
    queued.refresh_from_db()
    assert queued.state == Briefing.FAILED
    assert queued.failure == briefing_making.UNEXPECTED


def test_making_it_twice_stores_it_once(queued):
    assert briefing_making.finish_briefing(queued.pk)
    queued.refresh_from_db()
    first = queued.finished_at
    assert not tasks.render_briefing(queued.pk)
    queued.refresh_from_db()
    assert queued.finished_at == first


def test_the_sweep_makes_what_lost_its_bell(queued):
    assert tasks.render_queued_briefings() == 0
    Briefing.objects.update(requested_at=timezone.now() - dt.timedelta(minutes=2))
    assert tasks.render_queued_briefings() == 1


def test_the_sweep_gives_up_after_five_tries_and_says_so(queued):
    Briefing.objects.update(requested_at=LONG_AGO, claimed_at=LONG_AGO, attempts=briefing_making.TRIES)
    assert tasks.render_queued_briefings() == 0
    queued.refresh_from_db()
    assert queued.state == Briefing.FAILED
    assert "5次中途中断" in queued.failure


def test_what_a_worker_is_making_is_left_to_it_also_at_its_last_try(queued):
    started = timezone.now() - dt.timedelta(minutes=1)
    Briefing.objects.update(requested_at=LONG_AGO, claimed_at=started, attempts=briefing_making.TRIES)
    assert tasks.render_queued_briefings() == 0
    assert not tasks.render_briefing(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.claimed_at) == (Briefing.QUEUED, briefing_making.TRIES, started)


def test_what_a_process_that_died_had_taken_is_taken_again(queued):
    Briefing.objects.update(requested_at=LONG_AGO, claimed_at=LONG_AGO, attempts=1)
    assert tasks.render_queued_briefings() == 1
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == (Briefing.READY, 2)


def test_who_has_lost_the_claim_writes_nothing(queued, monkeypatch):
    real = briefing_making.make_briefing
    later = timezone.now() + dt.timedelta(hours=1)

    def slow(briefing):
        made = real(briefing)
        Briefing.objects.update(claimed_at=later)  # taken over by another process meanwhile
        return made

    monkeypatch.setattr(briefing_making, "make_briefing", slow)
    assert not briefing_making.finish_briefing(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.pdf, queued.claimed_at) == (Briefing.QUEUED, None, later)


def test_a_retry_begins_anew(queued):
    Briefing.objects.update(
        state=Briefing.FAILED, failure=SENTENCE, attempts=briefing_making.TRIES, claimed_at=timezone.now()
    )
    retry_briefing(briefing=queued, by=make.make_coordinator())
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.claimed_at) == (Briefing.QUEUED, 0, None)
    assert briefing_making.finish_briefing(queued.pk)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_briefing_once(queued, monkeypatch):
    # Asking has made it in this process, right after the commit: back to where its bell is lost.
    Briefing.objects.update(state=Briefing.QUEUED, pdf=None, claimed_at=None, attempts=0, requested_at=LONG_AGO)
    real = briefing_making.make_briefing
    makers = []

    def make_while_the_other_tries(briefing):
        makers.append(threading.get_ident())
        time.sleep(0.5)
        return real(briefing)

    monkeypatch.setattr(briefing_making, "make_briefing", make_while_the_other_tries)
    both = threading.Barrier(2)

    def sweep(_):
        try:
            both.wait(timeout=20)
            return tasks.render_queued_briefings()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sweep, range(2))) == [0, 1]
    assert len(makers) == 1
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == (Briefing.READY, 1)


def test_what_is_to_be_said_about_the_fonts_is_stored_and_stands_under_the_state(client, plan):
    briefing = request_briefing(
        plan=plan, period=plan.periods.get(), by=make.make_coordinator(), suggestions="联系人\U0001f600。"
    )
    assert briefing_making.finish_briefing(briefing.pk)
    briefing.refresh_from_db()
    assert briefing.missing_characters == "\U0001f600"
    assert "以“〓”代替：\U0001f600（U+1F600）。" in briefing.note_lines[-1]
    client.force_login(make.make_leader())
    page = client.get(reverse("reports:briefings")).content.decode()
    for line in briefing.note_lines:
        assert f"<li>{line}</li>" in page
    assert '<details class="notes" open>' in page


def test_a_later_correction_does_not_change_what_was_issued(queued):
    briefing_making.finish_briefing(queued.pk)
    queued.refresh_from_db()
    before = bytes(queued.pdf)
    make.make_observation(queued.plan.indicators.get(), make.make_period(queued.plan, "2024Q1"), "99")
    queued.refresh_from_db()
    assert bytes(queued.pdf) == before


def test_the_command_writes_the_file_or_says_why_not(plan, tmp_path, capsys):
    out = tmp_path / "简报 2023.pdf"
    call_command("build_briefing", plan=plan.code, period="2023Q4", out=out, dated="2024-01-20")
    assert out.read_bytes().startswith(b"%PDF-")
    assert "已生成" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    for wrong in ({"plan": "NO"}, {"period": "1999Q1"}, {"dated": "昨天"}, {"out": tmp_path / "no" / "x.pdf"}):
        with pytest.raises(CommandError):
            call_command("build_briefing", **({"plan": plan.code, "period": "2023Q4", "out": out} | wrong))
