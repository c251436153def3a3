"""When the disk, the scanner or the database fails, nothing half stored stays, and it is said what is missing."""

import datetime as dt
import errno
import os

import pytest
from django.core.management import call_command
from django.utils import timezone

from departments import evidence_files
from departments.models import Evidence
from targets.actions import Refused
from tests import factories as make
from tests.evidence_steps import add, files_kept, page_of, pdf


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def chain(db):
    return make.make_chain()


def test_a_full_disk_is_said_and_leaves_nothing(chain, client, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    client.force_login(chain.reporter)
    page = client.post(page_of(chain), {"files": [pdf()]})
    assert page.status_code == 422
    assert "“统计公报.pdf”：服务器存储空间不足" in page.content.decode()
    assert not Evidence.objects.exists()
    assert files_kept() == []


def test_a_disk_that_fills_up_while_the_file_arrives_is_said(chain, client, settings, monkeypatch):
    def full(self, raw_data, start):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    client.force_login(chain.reporter)
    page = client.post(page_of(chain), {"files": [pdf()]})
    assert page.status_code == 422
    assert "服务器存储空间不足" in page.content.decode()


def test_a_row_that_is_not_written_takes_its_file_away(chain, monkeypatch):
    def lost(**fields):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("accounts.audit.record", lost)
    with pytest.raises(RuntimeError):
        add(chain, file=pdf())
    assert not Evidence.objects.exists()
    assert files_kept() == []


@pytest.mark.parametrize(("command", "words"), [("false", "没有通过查毒"), ("/no/such/scanner", "查毒程序暂时不可用")])
def test_a_file_that_the_scanner_refuses_is_not_kept(chain, settings, command, words):
    settings.EVIDENCE_SCAN_COMMAND = command
    with pytest.raises(Refused, match=words):
        add(chain, file=pdf())
    assert files_kept() == []
    settings.EVIDENCE_SCAN_COMMAND = "test -s"
    assert add(chain, file=pdf()).pk


def test_check_evidence_names_what_is_missing_changed_or_left_over(chain, capsys):
    missing, changed = add(chain, file=pdf()), add(chain, file=pdf("b.pdf", b"\n"))
    call_command("check_evidence")
    assert "共2份文件" in capsys.readouterr().out
    evidence_files.path_of(missing.stored_name).unlink()
    evidence_files.path_of(changed.stored_name).write_bytes(b"%PDF-other")
    left = evidence_files.path_of(changed.stored_name).with_name(".incoming-x")
    left.write_bytes(b"half")
    long_ago = (timezone.now() - dt.timedelta(hours=2)).timestamp()
    os.utime(left, (long_ago, long_ago))
    with pytest.raises(SystemExit):
        call_command("check_evidence")
    said = capsys.readouterr().err
    assert "“统计公报.pdf”：文件缺失" in said
    assert "“b.pdf”：内容与上传时不一致" in said
    assert "多余文件 .incoming-x" in said
    with pytest.raises(SystemExit):
        call_command("check_evidence", "--tidy")
    assert not left.exists()
