"""What stands behind a figure: added, served, taken away, by whom, and what is left when something fails."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from departments import actions, evidence_files
from departments.models import Evidence, Submission, SupervisionItem
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED, SUBMITTED
from targets.actions import Refused
from tests import factories as make
from tests import sample_files as sample
from tests.evidence_steps import add, files_kept, page_of, pdf


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def chain(db):
    return make.make_chain()


# --- Adding -----------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_whole_under_a_name_that_means_nothing(chain):
    kept = add(chain, file=pdf())
    path = evidence_files.path_of(kept.stored_name)
    assert path.read_bytes() == sample.PDF
    assert "统计公报" not in path.name
    assert path.stat().st_mode & 0o077 == 0
    assert (kept.title, kept.content_type, kept.size) == ("统计公报.pdf", "application/pdf", len(sample.PDF))
    assert kept.sha256 == evidence_files.sha256_of(path)
    assert AuditEvent.objects.get(action="evidence.add").after["sha256"] == kept.sha256


def test_the_page_takes_several_files_without_script_and_leads_back_to_the_row(chain, client):
    client.force_login(chain.reporter)
    page = client.get(page_of(chain))
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.content.decode()
    sent = client.post(page_of(chain), {"files": [pdf(), pdf("台账.pdf", b"\n")], "then": "row"})
    assert sent.status_code == 302
    assert sent.url.endswith(f"#row-c{chain.ratio.pk}")
    assert [each.title for each in Evidence.objects.all()] == ["统计公报.pdf", "台账.pdf"]


def test_in_a_dialog_over_the_sheet_the_answer_is_its_inside_and_the_new_link(chain, client):
    client.force_login(chain.reporter)
    data = {"url": "https://example.org/", "title": "年鉴"}
    answer = client.post(page_of(chain), data, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert "已添加佐证材料“年鉴”。" in text
    assert f'id="cell-link-c{chain.ratio.pk}" hx-swap-oob="true"' in text
    assert "佐证 1，意见 0" in text
    removal = reverse("departments:evidence_remove", args=[Evidence.objects.get().pk])
    assert "佐证 0，意见 0" in client.post(removal, headers={"HX-Request": "true"}).content.decode()
    spoken = client.post(f"{page_of(chain)}comments/", {"text": "说明。"}, headers={"HX-Request": "true"})
    assert "佐证 0，意见 1" in spoken.content.decode()


def test_one_bad_file_does_not_keep_the_good_ones_away_and_a_typed_link_stays(chain, client):
    client.force_login(chain.reporter)
    data = {"files": [pdf(), SimpleUploadedFile("a.pdf", sample.EXE)], "title": "年鉴", "url": "ftp://example.org/a"}
    page = client.post(page_of(chain), data)
    text = page.content.decode()
    assert page.status_code == 422
    assert "已存入：“统计公报.pdf”" in text
    assert "“a.pdf”的内容不是 PDF 文件" in text
    assert 'value="ftp://example.org/a"' in text
    assert 'value="年鉴"' in text
    assert Evidence.objects.count() == 1
    assert len(files_kept()) == 1


def test_a_file_over_the_limit_is_dropped_on_the_way_and_the_next_one_taken(chain, client, settings):
    settings.UPLOAD_LIMIT_BYTES = 100_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    client.force_login(chain.reporter)
    files = [pdf("小.pdf"), pdf("大.pdf", b"\n" * 200_000), pdf("也小.pdf", b"\n")]
    page = client.post(page_of(chain), {"files": files})
    assert page.status_code == 422
    assert "“大.pdf”超过 98 KB 的上限" in page.content.decode()
    assert [each.title for each in Evidence.objects.all()] == ["小.pdf", "也小.pdf"]


@pytest.mark.parametrize(
    ("url", "title", "words"),
    [
        ("javascript:alert(1)", "年鉴", "http://"),
        ("ftp://example.org/", "年鉴", "http://"),
        ("https://user:word@example.org/", "年鉴", "用户名或密码"),
        ("https://example.org/" + "a" * 500, "年鉴", "最多 500 个字符"),
        ("https://example.org/", "", "“名称”未填"),
        ("https://example.org/", "长" * 201, "最多 200 字"),
        ("", "年鉴", "没有选择文件"),
    ],
)
def test_a_link_that_is_none_is_refused_with_a_sentence(chain, url, title, words):
    with pytest.raises(Refused, match=words):
        add(chain, url=url, title=title)


def test_a_link_is_shown_so_that_the_other_side_learns_nothing(chain, client):
    add(chain, url="https://example.org/a?b=1", title="统计年鉴")
    client.force_login(chain.reviewer)
    assert 'href="https://example.org/a?b=1" target="_blank" rel="noopener noreferrer"' in (
        client.get(page_of(chain)).content.decode()
    )


def test_the_same_file_or_link_twice_on_one_cell_is_said(chain):
    add(chain, file=pdf())
    with pytest.raises(Refused, match=r"与已有的“统计公报\.pdf”内容相同"):
        add(chain, file=pdf("另一个名字.pdf"))
    add(chain, file=pdf(), indicator=chain.stock)  # another cell may show the same
    add(chain, url="https://example.org/", title="年鉴")
    with pytest.raises(Refused, match="已经在本格"):
        add(chain, url="https://example.org/", title="年鉴")
    assert len(files_kept()) == 2


def test_a_cell_is_full_at_some_point(chain, settings):
    settings.EVIDENCE_PER_CELL = 1
    add(chain, file=pdf())
    with pytest.raises(Refused, match="最多 1 份"):
        add(chain, file=pdf("b.pdf", b"\n"))
    assert len(files_kept()) == 1


def test_a_cell_that_is_not_of_the_sheet_takes_nothing(chain):
    foreign = make.make_indicator(chain.plan)
    with pytest.raises(Refused, match="没有这一格"):
        add(chain, indicator=foreign, file=pdf())
    assert files_kept() == []


# --- Serving ----------------------------------------------------------------------------------------------------------


def test_a_download_is_saved_never_shown_and_recorded(chain, client):
    kept = add(chain, file=pdf(), title="2023年“公报”")
    client.force_login(chain.reviewer)
    response = client.get(reverse("departments:evidence_file", args=[kept.pk]))
    assert b"".join(response.streaming_content) == sample.PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''2023%E5%B9%B4")
    assert response.headers["Content-Disposition"].endswith(".pdf")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="evidence.download")
    assert (event.actor, event.object_id) == (chain.reviewer, str(kept.pk))


def test_only_who_may_see_the_sheet_gets_the_file(chain, client):
    kept = add(chain, file=pdf())
    address = reverse("departments:evidence_file", args=[kept.pk])
    people = {
        chain.reporter: 200,
        chain.approver: 200,
        chain.reviewer: 200,
        chain.coordinator: 200,
        make.make_leader(): 200,
        make.make_reporter(make.make_department()): 404,
        make.make_administrator(): 404,
        make.make_administrator(Role.SECURITY_ADMINISTRATOR): 404,
        make.make_administrator(Role.AUDIT_ADMINISTRATOR): 404,
    }
    for person, status in people.items():
        client.force_login(person)
        response = client.get(address)
        assert response.status_code == status, person
        assert b"".join(response) if status == 200 else True
        assert client.get(page_of(chain)).status_code == status, person
    client.logout()
    assert client.get(address).status_code == 302


def test_a_file_that_is_gone_is_said_and_not_an_error_of_the_program(chain, client):
    kept = add(chain, file=pdf())
    evidence_files.path_of(kept.stored_name).unlink()
    client.force_login(chain.reviewer)
    response = client.get(reverse("departments:evidence_file", args=[kept.pk]), follow=True)
    assert response.status_code == 200
    assert "在服务器上找不到或已损坏" in response.content.decode()


# --- Who may change it, in which state --------------------------------------------------------------------------------

OPEN = {DRAFT, RETURNED}


@pytest.mark.parametrize("state", ["", DRAFT, RETURNED, SUBMITTED, ENDORSED, APPROVED])
def test_evidence_changes_exactly_where_the_cell_may(chain, client, state):
    kept = add(chain, file=pdf())
    if state:
        chain.sheet(state)
    people = {
        "reporter": chain.reporter,
        "approver": chain.approver,
        "reviewer": chain.reviewer,
        "coordinator": chain.coordinator,
        "leader": make.make_leader(),
    }
    may = {"reporter"} if not state or state in OPEN else set()
    for number, (who, person) in enumerate(people.items()):
        client.force_login(person)
        page = client.post(page_of(chain), {"url": f"https://example.org/{number}", "title": "年鉴"})
        assert page.status_code == (302 if who in may else 403), (who, state)
        assert ('type="file"' in client.get(page_of(chain)).content.decode()) == (who in may), (who, state)
        if who not in may:
            removal = client.post(reverse("departments:evidence_remove", args=[kept.pk]))
            assert removal.status_code == 403, (who, state)
    stranger = make.make_reporter(make.make_department())
    client.force_login(stranger)
    assert client.post(page_of(chain), {"url": "https://example.org/", "title": "年鉴"}).status_code == 404
    assert client.post(reverse("departments:evidence_remove", args=[kept.pk])).status_code == 404
    kept.refresh_from_db()
    assert kept.removed_at is None
    client.force_login(chain.reporter)
    removal = client.post(reverse("departments:evidence_remove", args=[kept.pk]))
    assert removal.status_code == (302 if "reporter" in may else 403)


def test_in_a_reopened_sheet_only_the_reopened_cells_take_evidence(chain, client):
    chain.sheet(DRAFT, version=2, reopened_keys=[f"c{chain.stock.pk}"])
    client.force_login(chain.reporter)
    link = {"url": "https://example.org/", "title": "年鉴"}
    refused = client.post(page_of(chain), link)
    assert refused.status_code == 403
    assert "本格不在其中" in refused.content.decode()
    assert client.post(page_of(chain, chain.stock), link).status_code == 302


@pytest.mark.parametrize("state", [DRAFT, RETURNED, SUBMITTED, ENDORSED, APPROVED])
def test_the_coordinator_adds_to_what_he_fills_in_for_a_bureau(chain, client, state):
    chain.sheet(state, on_behalf_reason="部门来函委托。")
    client.force_login(chain.coordinator)
    sent = client.post(page_of(chain), {"url": "https://example.org/", "title": "来函"})
    assert sent.status_code == (302 if state in OPEN else 403)
    if state in OPEN:
        assert f"on_behalf=1#row-c{chain.ratio.pk}" in sent.url  # back to where he was filling in


def test_a_bureau_and_the_coordinator_add_to_a_supervision_item(chain):
    item = SupervisionItem.objects.create(
        plan=chain.plan, number=1, department=chain.department, indicator=chain.ratio, demand="请说明。",
        due_on=dt.date(2024, 3, 1), assigned_at=timezone.now(), assigned_by=chain.coordinator,
    )  # fmt: skip
    kept = actions.add_evidence(department=chain.department, supervision=item, file=pdf(), by=chain.approver)
    actions.add_evidence(department=chain.department, supervision=item, file=pdf("b.pdf", b"\n"), by=chain.coordinator)
    assert kept.period is None
    assert item.evidence.kept().count() == 2
    actions.remove_evidence(evidence=kept, by=chain.reporter)
    with pytest.raises(Refused, match="已经移除"):
        actions.remove_evidence(evidence=kept, by=chain.reporter)


# --- What was sent stays ----------------------------------------------------------------------------------------------


def test_evidence_taken_away_later_still_belongs_to_what_was_sent(chain, client):
    kept = add(chain, file=pdf())
    submission = chain.sheet(DRAFT)
    actions.submit(submission=submission, by=chain.reporter)
    submission.refresh_from_db()
    snapshot = submission.snapshots.get()
    actions.withdraw(submission=submission, by=chain.reporter)
    actions.remove_evidence(evidence=kept, by=chain.reporter)
    assert str(kept.sha256) in str(snapshot.contents)
    client.force_login(chain.reporter)
    assert "统计公报.pdf" not in client.get(page_of(chain)).content.decode().partition("<main")[2].partition("empty")[0]
    response = client.get(reverse("departments:evidence_file", args=[kept.pk]))
    assert b"".join(response.streaming_content) == sample.PDF


def test_only_what_stood_behind_approved_figures_counts_as_approved(chain):
    with_it = add(chain, file=pdf())
    link = add(chain, url="https://example.org/", title="年鉴")
    chain.sheet(APPROVED)
    assert set(Evidence.objects.approved()) == {with_it, link}
    before = timezone.now() - dt.timedelta(days=1)
    Evidence.objects.filter(pk=link.pk).update(
        added_at=before - dt.timedelta(1), removed_at=before, removed_by=chain.reporter
    )
    Submission.objects.update(is_current=False)
    chain.sheet(DRAFT, version=2)
    add(chain, file=pdf("更正.pdf", b"\n"))
    assert set(Evidence.objects.approved()) == {with_it}


def test_the_indicator_page_lists_approved_evidence_for_those_who_may_see_it(chain, client):
    add(chain, url="https://example.org/", title="统计年鉴")
    chain.sheet(SUBMITTED)
    client.force_login(chain.reviewer)
    page = f"/indicators/{chain.ratio.pk}/?plan={chain.plan.code}"
    assert "统计年鉴" not in client.get(page).content.decode()
    Submission.objects.update(state=APPROVED, endorsed_by=chain.approver, approved_by=chain.reviewer)
    for person in (chain.reviewer, chain.coordinator, make.make_leader(), chain.approver):
        client.force_login(person)
        assert "统计年鉴" in client.get(page).content.decode()
    for person in (make.make_reporter(make.make_department()), make.make_administrator()):
        client.force_login(person)
        assert "统计年鉴" not in client.get(page).content.decode()
