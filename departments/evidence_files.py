"""Where the files of evidence lie: in a folder of their own beside the database, under names that mean nothing.

A file is written under a passing name, forced to the disk and only then given its place, so that what has its place is
whole. Nothing here knows who may see a file: it is served by a page that asks first.
"""

import hashlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from accounts.uploads import CheckedFile, UploadRefused, storing_failed

PASSING = ".incoming-"
SCAN_SECONDS = 60
BLOCK = 1024 * 1024


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence"


def path_of(stored_name: str) -> Path:
    """Where a stored file lies; its first two signs name the folder, so that none grows too full."""
    return folder() / stored_name[:2] / stored_name


def store(file: UploadedFile, checked: CheckedFile) -> str:
    """Puts a checked file away and answers its stored name. Raises UploadRefused; nothing half stored stays behind."""
    stored_name = f"{secrets.token_hex(16)}.{checked.extension}"
    place = path_of(stored_name)
    passing = place.with_name(f"{PASSING}{stored_name}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(file, passing, checked)
        _scan(passing, checked.name)
        passing.replace(place)
        _force_folder(place.parent)
    except OSError as error:
        raise UploadRefused(f"“{checked.name}”：{storing_failed(error)}") from error
    finally:
        passing.unlink(missing_ok=True)
    return stored_name


def remove(stored_name: str) -> None:
    """Takes away a file whose row was never kept."""
    path_of(stored_name).unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stored_files() -> Iterator[Path]:
    """Every file in the folder, also those that were left behind under a passing name."""
    return (path for path in sorted(folder().glob("*/*")) if path.is_file()) if folder().is_dir() else iter(())


def _write(file: UploadedFile, place: Path, checked: CheckedFile) -> None:
    digest = hashlib.sha256()
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        file.seek(0)
        for block in file.chunks(BLOCK):
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    if digest.hexdigest() != checked.sha256:
        raise UploadRefused(f"“{checked.name}”在存入时发生变化，没有存入：请重新上传。")


def _force_folder(path: Path) -> None:
    """The new name itself has to reach the disk too."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _scan(path: Path, name: str) -> None:
    if not settings.EVIDENCE_SCAN_COMMAND:
        return
    try:
        scan = subprocess.run(
            [*shlex.split(settings.EVIDENCE_SCAN_COMMAND), str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SCAN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise UploadRefused(f"“{name}”没有存入：查毒程序暂时不可用，请稍后再试，并告知系统管理员。") from failure
    if scan.returncode != 0:
        raise UploadRefused(f"“{name}”没有通过查毒，没有存入：请先在本机查毒，确认安全后再上传。")


def download_name(title: str, stored_name: str) -> str:
    """The name under which a file is saved: its title, with the ending that its content has."""
    ending = stored_name.rpartition(".")[2]
    return title if title.lower().endswith(f".{ending}") else f"{title}.{ending}"
