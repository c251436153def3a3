"""A briefing is a row first: asked for by those who may, made once and whole, or failed with a sentence and a retry."""

import datetime as dt
import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from reports import briefing_making, tasks
from reports.actions import request_briefing
from reports.briefing.compile import BriefingError
from reports.models import Briefing
from targets.tasks import drain, mark_dirty
from tests import factories as make

pytestmark = pytest.mark.django_db

SENTENCE = "没有可用的中文字体，无法生成简报。"


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
    Briefing.objects.update(requested_at=timezone.now() - dt.timedelta(minutes=2), attempts=briefing_making.TRIES)
    assert tasks.render_queued_briefings() == 0
    queued.refresh_from_db()
    assert queued.state == Briefing.FAILED
    assert "多次尝试" in queued.failure


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
