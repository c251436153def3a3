"""Files that people send: how large they may be, what they are by their content, and a name that does no harm.

A file is judged by what stands in it; its ending has to agree. What is refused is refused with one Chinese sentence
that says why and what to do instead.
"""

import errno
import hashlib
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO, NoReturn, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from accounts.file_kinds import EXTENSIONS, FileKind, FileRefused, kind_of

LONGEST_NAME = 120
NAMELESS = "未命名文件"
REFUSED_ON_THE_WAY = "accounts.uploads.refused"
ARCHIVES = {"zip", "rar", "7z", "tar", "gz", "bz2", "xz"}
WITH_MACROS = {"docm", "xlsm", "pptm", "xlsb", "dotm", "xltm", "ppsm", "xlam"}
ACCEPTED = "可上传 PDF、OFD、图片（PNG、JPG、GIF、BMP、TIFF、WebP）、Word、Excel、PowerPoint 和 WPS 文档"
DISK_FULL = "服务器存储空间不足，文件没有存入：请稍后再试，并告知系统管理员。"
NOT_STORED = "文件没有存入：服务器暂时无法写入，请稍后再试，并告知系统管理员。"


class UploadRefused(FileRefused):
    """A file is not taken in; the message is one Chinese sentence that names the file, the reason and the way out."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was looked at: `size` in bytes, `sha256` in hexadecimal, `name` cleaned and with its extension."""

    kind: FileKind
    content_type: str
    size: int
    sha256: str
    extension: str
    name: str


def size_in_words(size: int) -> str:
    """Bytes as people read them; a limit of whole megabytes stays whole."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def cleaned_name(name: str) -> str:
    """The last part of a name without paths, signs that cannot be seen and those that Windows forbids; never empty."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(" " if sign.isspace() else sign for sign in text)
    text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = "".join("_" if sign in '<>:"|?*' else sign for sign in text)
    stem, dot, extension = " ".join(text.split()).rpartition(".")
    stem, extension = (stem, extension.strip()) if dot else (extension, "")
    stem = stem.strip(" .") or NAMELESS
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST_NAME - len(ending)] + ending[:LONGEST_NAME]


def checked_upload(file: UploadedFile, *, largest: int | None = None) -> CheckedFile:
    """What a file is, its size and hash. `largest` in bytes, else the limit of the settings. Raises UploadRefused."""
    name = cleaned_name(file.name or "")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    expected = _expected_kind(name, extension)
    limit = settings.UPLOAD_LIMIT_BYTES if largest is None else largest
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    for block in file.chunks():
        digest.update(block)
        size += len(block)
        if size > limit:
            raise too_large(name, limit)
    if size == 0:
        raise UploadRefused(f"“{name}”是空文件：请确认选对了文件后再上传。")
    if file.file is None:
        raise UploadRefused(f"“{name}”没有传完：请重新上传。")
    try:
        kind = kind_of(cast(BinaryIO, file.file), size)
    except UploadRefused:
        raise
    except FileRefused as refusal:
        raise UploadRefused(f"“{name}”：{refusal}") from refusal
    finally:
        file.seek(0)
    if kind is None:
        raise UploadRefused(f"“{name}”的内容不是 {expected.label}，与扩展名不符：请换成原始文件后再上传。")
    if kind.code != expected.code:
        raise UploadRefused(
            f"“{name}”的扩展名与内容不符，内容是 {kind.label}：请把扩展名改为 .{kind.extensions[0]}，或另存后再上传。"
        )
    return CheckedFile(
        kind=kind,
        content_type=kind.content_type,
        size=size,
        sha256=digest.hexdigest(),
        extension=extension,
        name=name,
    )


def _expected_kind(name: str, extension: str) -> FileKind:
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    if extension in ARCHIVES:
        raise UploadRefused(f"“{name}”是压缩包，系统不接收：请解开后逐个上传。")
    if extension in WITH_MACROS:
        raise UploadRefused(f"“{name}”可能含有宏，系统不接收：请另存为不带宏的格式或 PDF 后再上传。")
    if not extension:
        raise UploadRefused(f"“{name}”没有扩展名，无法辨认：{ACCEPTED}。")
    raise UploadRefused(f"“{name}”的类型（.{extension[:12]}）不能上传：{ACCEPTED}。")


def too_large(name: str, limit: int) -> UploadRefused:
    return UploadRefused(f"“{name}”超过 {size_in_words(limit)} 的上限：请压缩图片、拆分或另存为 PDF 后再上传。")


class LimitedUpload(TemporaryFileUploadHandler):
    """Keeps a file that arrives on the disk, up to the limit: what is larger is dropped on the way, not stored first.

    The sentences for what was dropped are asked for with `refused_on_the_way`.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > settings.UPLOAD_LIMIT_BYTES:
            self._drop(str(too_large(cleaned_name(self.file_name or ""), settings.UPLOAD_LIMIT_BYTES)))
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._drop(storing_failed(error))

    def _drop(self, sentence: str) -> NoReturn:
        if self.request is not None:
            self.request.META.setdefault(REFUSED_ON_THE_WAY, []).append(sentence)
        raise SkipFile


def storing_failed(error: OSError) -> str:
    """The sentence for a file that the disk did not take."""
    return DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else NOT_STORED


def refused_on_the_way(request: HttpRequest) -> list[str]:
    """Why files of this request did not arrive, one sentence each; reads the request first."""
    request.FILES  # noqa: B018 - receives what was sent
    return list(request.META.get(REFUSED_ON_THE_WAY, []))
