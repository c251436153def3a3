"""What a file is by its content, whatever its name says: PDF, OFD, pictures, documents of Office and WPS.

Nothing is unpacked but the two small files that name the kind of a packed document, and those only up to a limit;
nothing is rendered or decoded. `kind_of` answers one of `KINDS`; `FileRefused` carries the sentence for the person.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from accounts import compound_files


class FileRefused(ValueError):
    """The file is not taken in; the message is one Chinese sentence with the reason and the way out."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of content: its name for a reader, what browsers call it, and the endings that it may have."""

    code: str
    label: str
    content_type: str
    extensions: tuple[str, ...]


OOXML = "application/vnd.openxmlformats-officedocument."
KINDS: Mapping[str, FileKind] = {
    kind.code: kind
    for kind in (
        FileKind("pdf", "PDF 文件", "application/pdf", ("pdf",)),
        FileKind("ofd", "OFD 文件", "application/ofd", ("ofd",)),
        FileKind("png", "PNG 图片", "image/png", ("png",)),
        FileKind("jpeg", "JPEG 图片", "image/jpeg", ("jpg", "jpeg")),
        FileKind("gif", "GIF 图片", "image/gif", ("gif",)),
        FileKind("bmp", "BMP 图片", "image/bmp", ("bmp",)),
        FileKind("tiff", "TIFF 图片", "image/tiff", ("tif", "tiff")),
        FileKind("webp", "WebP 图片", "image/webp", ("webp",)),
        FileKind("docx", "Word 文档（docx）", f"{OOXML}wordprocessingml.document", ("docx",)),
        FileKind("xlsx", "Excel 工作簿（xlsx）", f"{OOXML}spreadsheetml.sheet", ("xlsx",)),
        FileKind("pptx", "PowerPoint 演示文稿（pptx）", f"{OOXML}presentationml.presentation", ("pptx",)),
        FileKind("doc", "Word 97-2003 或 WPS 文字文档", "application/msword", ("doc", "wps")),
        FileKind("xls", "Excel 97-2003 或 WPS 表格", "application/vnd.ms-excel", ("xls", "et")),
        FileKind("ppt", "PowerPoint 97-2003 或 WPS 演示", "application/vnd.ms-powerpoint", ("ppt", "dps")),
    )
}
EXTENSIONS: Mapping[str, FileKind] = {extension: kind for kind in KINDS.values() for extension in kind.extensions}

MOST_PARTS = 10_000
MOST_UNPACKED = 500 * 1024 * 1024
LONGEST_INDEX = 1024 * 1024
TAIL = 64 * 1024 + 22
"""An archive's end is looked for in this many last bytes: its record and the longest remark."""

MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
    b"presentationml.slideshow.main+xml": "pptx",
}
STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
MACRO_NAMES = {"Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"}
# [MS-PPT] 2.4.10: VBAInfoContainer, then VBAInfoAtom; persistIdRef and fHasMacros follow.
SLIDE_MACROS = bytes.fromhex("0f00ff03 14000000 02000004 0c000000")

WITH_MACROS = "文件含有宏，系统不接收：请另存为不带宏的格式（如 .docx、.xlsx、.pptx 或 PDF）后再上传。"
WITH_PASSWORD = "文件设有打开密码，系统无法检查：请去掉密码后再上传。"
BROKEN = "文件不完整或已损坏：请确认能正常打开，重新保存后再上传。"
TOO_MUCH_INSIDE = "文件展开后过大或部件过多，系统不接收：请另存为 PDF 或精简后再上传。"
TWO_IN_ONE = "文件中夹带了另一个压缩包，系统不接收：请重新导出一份后再上传。"


def kind_of(file: BinaryIO, size: int) -> FileKind | None:
    """The kind of the content, None where it is none that is known. Raises FileRefused for what is broken or unsafe."""
    file.seek(0)
    head = file.read(64 * 1024)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(file)
    if head.startswith(compound_files.SIGNATURE):
        return _kind_of_compound(file, size)
    code = _kind_by_signature(file, head, size)
    if code is None:
        return None
    if _ends_as_archive(file, size):
        raise FileRefused(TWO_IN_ONE)
    return KINDS[code]


def _kind_by_signature(file: BinaryIO, head: bytes, size: int) -> str | None:
    """PDF and pictures, with a look at whether the file is whole."""
    if head.startswith(b"%PDF-"):
        return _whole("pdf", b"%%EOF" in _tail(file, size, 2048))
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _whole("png", head[12:16] == b"IHDR" and b"IEND" in _tail(file, size, 4096))
    if head.startswith(b"\xff\xd8\xff"):
        return _whole("jpeg", _contains(file, b"\xff\xd9"))
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _whole("gif", b"\x3b" in _tail(file, size, 64))
    if head.startswith(b"BM") and len(head) >= 30 and _number(head, 14) in (12, 40, 52, 56, 64, 108, 124):
        return _whole("bmp", _number(head, 10) <= size)
    if head.startswith((b"II*\x00", b"MM\x00*")) and len(head) >= 8:
        order = "<I" if head.startswith(b"II") else ">I"
        return _whole("tiff", 8 <= struct.unpack_from(order, head, 4)[0] < size)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _whole("webp", _number(head, 4) + 8 <= size + 1)
    return None


def _whole(code: str, is_whole: bool) -> str:
    if not is_whole:
        raise FileRefused(BROKEN)
    return code


# --- Packed documents: docx, xlsx, pptx, OFD --------------------------------------------------------------------------


def _kind_of_archive(file: BinaryIO) -> FileKind | None:
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
            names = {part.filename for part in archive.infolist()}
            if "[Content_Types].xml" in names:
                return _kind_of_office(archive, names)
            if "OFD.xml" in names:
                return KINDS["ofd"] if b"OFD" in _start_of(archive, "OFD.xml") else None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as broken:
        if isinstance(broken, FileRefused):
            raise
        raise FileRefused(BROKEN) from broken
    return None


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(TOO_MUCH_INSIDE)
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(WITH_PASSWORD)
    if any(".." in part.filename.replace("\\", "/").split("/") for part in parts):
        raise FileRefused(BROKEN)
    if min((part.header_offset for part in parts), default=0) != 0:
        raise FileRefused(TWO_IN_ONE)  # something stands before the archive that its own directory does not know


def _kind_of_office(archive: zipfile.ZipFile, names: set[str]) -> FileKind | None:
    index = _start_of(archive, "[Content_Types].xml")
    lowered = {name.lower() for name in names}
    if (
        b"macroEnabled" in index
        or b"vbaProject" in index
        or any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered)
    ):
        raise FileRefused(WITH_MACROS)
    return next((KINDS[code] for mark, code in MAIN_PARTS.items() if mark in index), None)


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LONGEST_INDEX)


# --- Compound files: doc, xls, ppt and those of WPS -------------------------------------------------------------------


def _kind_of_compound(file: BinaryIO, size: int) -> FileKind | None:
    try:
        names = compound_files.names_in(file, size)
    except (compound_files.NotACompoundFile, struct.error, IndexError) as broken:
        raise FileRefused(BROKEN) from broken
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise FileRefused(WITH_PASSWORD)
    if names & MACRO_NAMES or ("PowerPoint Document" in names and _contains(file, SLIDE_MACROS)):
        raise FileRefused(WITH_MACROS)
    if _ends_as_archive(file, size):
        raise FileRefused(TWO_IN_ONE)
    return next((KINDS[code] for stream, code in STREAMS.items() if stream in names), None)


# --- Looking into bytes -----------------------------------------------------------------------------------------------


def _ends_as_archive(file: BinaryIO, size: int) -> bool:
    """Whether the file could be opened as a zip too: the record of an archive's end reaches exactly to the file's."""
    tail = _tail(file, size, TAIL)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if at + 22 <= len(tail) and at + 22 + struct.unpack_from("<H", tail, at + 20)[0] == len(tail):
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _tail(file: BinaryIO, size: int, length: int) -> bytes:
    file.seek(max(0, size - length), os.SEEK_SET)
    return file.read(length)


def _contains(file: BinaryIO, wanted: bytes) -> bool:
    file.seek(0)
    kept = b""
    while block := file.read(1024 * 1024):
        if wanted in kept + block:
            return True
        kept = block[-len(wanted) :]
    return False


def _number(head: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", head, at)[0])
