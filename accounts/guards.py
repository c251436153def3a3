"""Decides whether an uploaded workbook may be read at all, before any program that reads workbooks sees it.

A workbook is a zip of XML files, and both can be made so that a few kilobytes cost a reader gigabytes. So the zip's
own list is measured first, then every part is unpacked in pieces, nothing of which is kept, and walked through tag by
tag. What a header or a declared dimension says is never believed; what is there is counted.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

PIECE = 64 << 10
TAIL = 66 << 10
"""Where the end of a zip's list can stand: 22 bytes and a comment of up to 64 KB."""
SAVE_AS = "请在 Excel、WPS 或 LibreOffice 中打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
FROM_THE_SYSTEM = "请用系统生成的填报表填写后再上传。"


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """How large a workbook may be. A bureau's own is 20 KB with about 1,000 cells."""

    file_bytes: int = 5 << 20
    unpacked_bytes: int = 30 << 20
    ratio: int = 100
    """A part of more than 1 MB may unpack to so many times its packed size."""
    parts: int = 400
    tags: int = 400_000
    rows: int = 5_000
    columns: int = 200
    filled_cells: int = 60_000


class WorkbookRefused(ValueError):
    """The file is not read. `code` is for tests and the event log; `sentence` is Chinese and says the way out."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


LIMITS = WorkbookLimits()


def check_workbook(file: BinaryIO, *, name: str, limits: WorkbookLimits = LIMITS) -> None:
    """Reads through a file and returns if it may be given to a reader of workbooks; otherwise raises WorkbookRefused.

    `name` is the file's name as sent; `file` is left at its beginning. Needs well under a second and less than 50 MB,
    whatever the file holds.
    """
    try:
        size = file.seek(0, 2)
        _check_signature(file, size, name, limits)
        _check_list(file, size, limits)
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                _check_parts(archive, limits)
                _check_contents(archive, limits)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            if isinstance(error, WorkbookRefused):
                raise
            raise WorkbookRefused("damaged", f"文件已损坏，读不出来：{SAVE_AS}") from error
    finally:
        file.seek(0)


# --- What kind of file it is ------------------------------------------------------------------------------------------

_EXTENSIONS = {
    "xlsm": ("macros", "这是带宏的工作簿（.xlsm），系统不接收宏：请另存为“Excel 工作簿（.xlsx）”后再上传。"),
    "xlsb": ("not_xlsx", f"这是二进制工作簿（.xlsb），系统读不了：{SAVE_AS}"),
    "xltx": ("not_xlsx", f"这是工作簿模板（.xltx）：{SAVE_AS}"),
}


def _check_signature(file: BinaryIO, size: int, name: str, limits: WorkbookLimits) -> None:
    if size == 0:
        raise WorkbookRefused("empty", "文件是空的（0 字节），可能没有保存或没有传完：请重新保存后再上传。")
    if size > limits.file_bytes:
        raise WorkbookRefused(
            "too_large",
            f"文件有 {size / (1 << 20):.1f} MB，超过上限 {limits.file_bytes >> 20} MB：填报表通常不到 1 MB，"
            f"请删去图片等无关内容；{FROM_THE_SYSTEM}",
        )
    file.seek(0)
    head = file.read(4096)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse_old_format(file, extension)
    if not head.startswith(b"PK\x03\x04"):
        raise WorkbookRefused("not_xlsx", _what_it_is(head, extension))
    if extension in _EXTENSIONS:
        raise WorkbookRefused(*_EXTENSIONS[extension])
    if extension != "xlsx":
        ending = f"“.{extension}”" if extension and len(extension) <= 8 else "不明的扩展名"
        raise WorkbookRefused("not_xlsx", f"只接收 .xlsx 工作簿，这个文件是{ending}：{SAVE_AS}")


def _refuse_old_format(file: BinaryIO, extension: str) -> None:
    """An OLE container: a workbook of before 2007, WPS's own format, or a workbook that was given a password."""
    file.seek(0)
    encrypted = "EncryptedPackage".encode("utf-16-le")
    overlap = b""
    while piece := file.read(PIECE):
        if encrypted in overlap + piece:
            raise WorkbookRefused(
                "password", "文件设了打开密码，系统读不了：请在 Excel 或 WPS 中取消密码，保存后再上传。"
            )
        overlap = piece[-len(encrypted) :]
    if extension == "et":
        raise WorkbookRefused("old_format", f"这是 WPS 表格专有格式（.et），系统读不了：{SAVE_AS}")
    disguise = "" if extension == "xls" else "虽然扩展名不是 .xls，"
    raise WorkbookRefused("old_format", f"{disguise}这是旧版 Excel 格式（.xls 或 .et），系统读不了：{SAVE_AS}")


def _what_it_is(head: bytes, extension: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        what = "PDF 文件"
    elif start.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8")):
        what = "图片"
    elif start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        what = "网页或 XML 文本"
    elif b"\0" not in head:
        what = "文本（如 CSV）"
    else:
        what = "别的内容"
    if extension == "xlsx":
        return f"扩展名是 .xlsx，内容却是{what}，只改扩展名是不够的：{SAVE_AS}"
    return f"只接收 .xlsx 工作簿，这个文件是{what}：{SAVE_AS}"


# --- The zip's list, before a program loads it ------------------------------------------------------------------------


def _check_list(file: BinaryIO, size: int, limits: WorkbookLimits) -> None:
    """Reads the last record of the zip, which says how long its list is: a list alone can be made of 100,000 parts."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise WorkbookRefused("damaged", f"文件不完整，可能没有传完：请重新上传；仍不行时，{SAVE_AS}")
    parts, list_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    is_zip64 = at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07"
    if is_zip64 or parts > limits.parts or list_bytes > limits.parts * 400:
        raise WorkbookRefused("too_many_parts", f"文件里的部件过多，不像一份填报表：{FROM_THE_SYSTEM}")


# Whatever in the name of a part: what it is, and the way out.
_UNWANTED = (
    ("vbaproject", "macros", "文件里有宏，系统不接收宏：请另存为“Excel 工作簿（.xlsx）”后再上传。"),
    ("xl/macrosheets/", "macros", "文件里有宏表，系统不接收宏：请另存为“Excel 工作簿（.xlsx）”后再上传。"),
    ("xl/dialogsheets/", "macros", "文件里有对话框表，系统不接收：请用系统生成的填报表填写后再上传。"),
    ("xl/activex/", "macros", "文件里有控件，系统不接收：请删去控件后再上传。"),
    ("xl/ctrlprops/", "macros", "文件里有控件，系统不接收：请删去控件后再上传。"),
    ("xl/embeddings/", "embedded", "文件里嵌有别的文件，系统不接收：请删去嵌入的对象后再上传；佐证材料请另行上传。"),
    (
        "xl/externallinks/",
        "external_links",
        "文件里有指向别的工作簿的链接：请在“数据—编辑链接”中断开链接（或复制后粘贴为数值），保存后再上传。",
    ),
    ("xl/connections.xml", "external_links", "文件里有外部数据连接：请删去连接（或粘贴为数值），保存后再上传。"),
    ("xl/querytables/", "external_links", "文件里有外部数据查询：请删去查询（或粘贴为数值），保存后再上传。"),
)


def _check_parts(archive: zipfile.ZipFile, limits: WorkbookLimits) -> None:
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise WorkbookRefused("too_many_parts", f"文件里的部件过多，不像一份填报表：{FROM_THE_SYSTEM}")
    names = [part.filename for part in parts]
    for name in names:
        if name.startswith("/") or re.search(r"(^|[/\\])\.\.([/\\]|$)|\\|:|[\x00-\x1f]", name) or len(name) > 200:
            raise WorkbookRefused("bad_names", f"文件里的部件名不正常，不是办公软件保存的工作簿：{SAVE_AS}")
    if len({name.lower() for name in names}) != len(names):
        raise WorkbookRefused("bad_names", f"文件里有同名部件，不是办公软件保存的工作簿：{SAVE_AS}")
    for part in parts:
        if part.flag_bits & 0x1:
            raise WorkbookRefused("password", "文件设了密码，系统读不了：请取消密码，保存后再上传。")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookRefused("damaged", f"文件的压缩方式不是办公软件用的：{SAVE_AS}")
    lowered = {name.lower() for name in names}
    if "mimetype" in lowered and "content.xml" in lowered:
        raise WorkbookRefused("not_xlsx", f"这是 OpenDocument 文件（如 .ods），系统读不了：{SAVE_AS}")
    if not {"[content_types].xml", "xl/workbook.xml"} <= lowered:
        raise WorkbookRefused("not_xlsx", f"这不是 Excel 工作簿，而是别的压缩文件：{SAVE_AS}")
    for beginning, code, sentence in _UNWANTED:
        if any(beginning in name for name in lowered):
            raise WorkbookRefused(code, sentence)


# --- What the parts hold ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counted:
    unpacked: int = 0
    tags: int = 0
    filled_cells: int = 0


def _check_contents(archive: zipfile.ZipFile, limits: WorkbookLimits) -> None:
    counted = _Counted()
    for part in archive.infolist():
        if part.is_dir():
            continue
        walk: _Walk | None = None
        unpacked = 0
        with archive.open(part) as stream:
            while piece := stream.read(PIECE):
                if unpacked == 0 and _is_xml(part.filename, piece):
                    walk = _Walk(archive, part.filename, limits, counted)
                unpacked += len(piece)
                counted.unpacked += len(piece)
                if counted.unpacked > limits.unpacked_bytes:
                    raise WorkbookRefused(
                        "bomb",
                        f"文件解压后超过 {limits.unpacked_bytes >> 20} MB，没有读取：{FROM_THE_SYSTEM}",
                    )
                if unpacked > 1 << 20 and unpacked > limits.ratio * max(part.compress_size, 1):
                    raise WorkbookRefused("bomb", f"文件的压缩比异常，没有读取：{FROM_THE_SYSTEM}")
                if walk is not None:
                    walk.feed(piece)
        if walk is not None:
            walk.finish()


def _is_xml(name: str, beginning: bytes) -> bool:
    """Whatever begins like XML is XML for a reader of workbooks, under whatever name."""
    is_marked = beginning.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0<"))
    return name.lower().endswith((".xml", ".rels", ".vml")) or is_marked or beginning.lstrip().startswith(b"<")


class _Walk:
    """Goes through one XML part tag by tag, keeps nothing of it, and refuses what is too much or should not be."""

    def __init__(self, archive: zipfile.ZipFile, name: str, limits: WorkbookLimits, counted: _Counted) -> None:
        self.archive = archive
        self.name = name
        self.limits = limits
        self.counted = counted
        self.is_sheet = False  # until its first tag says so: a sheet may lie under any name
        self.has_begun = False
        self.fed = 0
        self.row = 0
        self.column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = _no_entities
        self.parser.EntityDeclHandler = _no_entities
        self.parser.StartElementHandler = self._tag

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self.parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            raise WorkbookRefused("damaged", f"文件已损坏（{self.name} 不是正常的 XML）：{SAVE_AS}") from error
        self.fed += len(piece)
        if self.fed - self.parser.CurrentByteIndex > 1 << 20:  # one tag of a megabyte
            raise WorkbookRefused("bomb", f"文件里有异常巨大的内容，没有读取：{FROM_THE_SYSTEM}")

    def finish(self) -> None:
        self.feed(b"", is_last=True)

    def _tag(self, tag: str, attributes: dict[str, str]) -> None:
        self.counted.tags += 1
        if self.counted.tags > self.limits.tags:
            raise WorkbookRefused("too_many_cells", self._too_many_cells())
        tag = tag.rpartition(":")[2]
        if tag == "Override" and "macroEnabled" in attributes.get("ContentType", ""):
            raise WorkbookRefused("macros", _UNWANTED[0][2])
        if not self.has_begun:
            self.has_begun, self.is_sheet = True, tag == "worksheet"
        if not self.is_sheet:
            return
        if tag == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
        elif tag == "c":
            self._move_to(attributes.get("r", ""))
        elif tag in ("v", "f", "is"):
            self._count_filled()
        elif tag == "dimension":
            self._check_dimension(attributes.get("ref", ""))

    def _move_to(self, reference: str) -> None:
        place = re.fullmatch(r"([A-Za-z]{1,4})([0-9]{1,9})", reference)
        self.column = self.column + 1 if place is None else column_number(place[1])
        self.row = self.row if place is None else int(place[2])

    def _count_filled(self) -> None:
        if self.row > self.limits.rows:
            raise WorkbookRefused(
                "too_many_rows",
                f"{self._sheet()}到第 {self.row} 行还有内容，"
                f"上限是 {self.limits.rows} 行：请删去填报表以外的行后再上传。",
            )
        if self.column > self.limits.columns:
            raise WorkbookRefused(
                "too_many_columns",
                f"{self._sheet()}到第 {self.column} 列还有内容，"
                f"上限是 {self.limits.columns} 列：请删去填报表以外的列后再上传。",
            )
        self.counted.filled_cells += 1
        if self.counted.filled_cells > self.limits.filled_cells:
            raise WorkbookRefused("too_many_cells", self._too_many_cells())

    def _check_dimension(self, reference: str) -> None:
        """LibreOffice may declare all rows or all columns of a formatted sheet, never all of both."""
        place = re.fullmatch(r"([A-Za-z]{1,4})([0-9]{1,9})", reference.rpartition(":")[2])
        if place and int(place[2]) > self.limits.rows and column_number(place[1]) > self.limits.columns:
            raise WorkbookRefused(
                "too_many_rows",
                f"{self._sheet()}声明的范围（{reference[:30]}）远超一份填报表，没有读取：{FROM_THE_SYSTEM}",
            )

    def _sheet(self) -> str:
        """The sheet as people know it; without its name where that is not found."""
        name = _sheet_names(self.archive).get(self.name.lower(), "")
        return f"工作表“{name}”" if name else "工作表"

    def _too_many_cells(self) -> str:
        return f"工作簿里的单元格过多，不像一份填报表，没有读取：{FROM_THE_SYSTEM}"


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """By part, in small letters, the name on a sheet's tab: only for a sentence, so what is not found is left out."""
    names: dict[str, str] = {}
    by_id: dict[str, str] = {}

    def tag(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "")
            by_id[attributes.get("Id", "")] = (target[1:] if target.startswith("/") else f"xl/{target}").lower()
        elif tag.endswith("sheet"):
            part = by_id.get(next((each for key, each in attributes.items() if key.endswith(":id")), ""), "")
            names[part] = attributes.get("name", "")[:31]

    for wanted in ("xl/_rels/workbook.xml.rels", "xl/workbook.xml"):
        parser = expat.ParserCreate()
        parser.StartElementHandler = tag
        parser.StartDoctypeDeclHandler = _no_entities
        try:
            with archive.open(wanted) as stream:
                parser.Parse(stream.read(1 << 20))
        except (KeyError, expat.ExpatError, WorkbookRefused):
            return {}
    return names


def _no_entities(*_: object) -> None:
    raise WorkbookRefused("entities", f"文件里有实体定义（DTD），办公软件不会这样保存，没有读取：{SAVE_AS}")


def column_number(letters: str) -> int:
    """The number of a column by its letters: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else otherwise
