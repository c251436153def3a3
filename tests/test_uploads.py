"""What a file is by its content, whatever its name says; what is refused, and in which words."""

import hashlib
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.uploads import LONGEST_NAME, UploadRefused, checked_upload, cleaned_name
from tests import sample_files as sample

GOOD = {
    "公报.pdf": (sample.PDF, "application/pdf"),
    "公报.ofd": (sample.ofd(), "application/ofd"),
    "照片.png": (sample.png(), "image/png"),
    "照片.JPG": (sample.JPEG, "image/jpeg"),
    "照片.jpeg": (sample.JPEG, "image/jpeg"),
    "图.gif": (sample.GIF, "image/gif"),
    "图.bmp": (sample.BMP, "image/bmp"),
    "扫描.tif": (sample.TIFF, "image/tiff"),
    "图.webp": (sample.WEBP, "image/webp"),
    "报告.docx": (sample.office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "台账.xlsx": (
        sample.office(sample.WORKBOOK),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "汇报.pptx": (
        sample.office(sample.SLIDES),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "报告.doc": (sample.compound("WordDocument", "1Table"), "application/msword"),
    "报告.wps": (sample.compound("WordDocument"), "application/msword"),
    "台账.xls": (sample.compound("Workbook"), "application/vnd.ms-excel"),
    "台账.et": (sample.compound("Workbook"), "application/vnd.ms-excel"),
    "汇报.ppt": (sample.compound("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "汇报.dps": (sample.compound("PowerPoint Document"), "application/vnd.ms-powerpoint"),
}


@pytest.mark.parametrize("name", GOOD)
def test_it_knows_a_file_by_its_content(name):
    content, content_type = GOOD[name]
    checked = checked_upload(SimpleUploadedFile(name, content, "text/html"))
    assert checked.content_type == content_type
    assert (checked.size, checked.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert checked.name == name


def zip_after(start: bytes) -> bytes:
    """The bytes with an archive behind them, its directory corrected so that every program opens it."""
    target = io.BytesIO()
    target.write(start)
    with zipfile.ZipFile(target, "a") as made:
        made.writestr("a.txt", "a")
    return target.getvalue()


def office_with(part: str) -> bytes:
    return sample.archive({"[Content_Types].xml": sample.WORKBOOK + sample.DOCUMENT, part: b"x"})


def bomb() -> bytes:
    packed = bytearray(office_with("word/big"))
    at = packed.rfind(b"PK\x01\x02")
    packed[at + 24 : at + 28] = (600 * 1024 * 1024).to_bytes(4, "little")
    return bytes(packed)


def with_password() -> bytes:
    packed = bytearray(sample.office())
    packed[packed.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


SLIDE_MACRO = bytes.fromhex("0f00ff0314000000020000040c000000")
BAD = {
    "an exe as pdf": ("公报.pdf", sample.EXE, "内容不是 PDF"),
    "html as png": ("图.png", sample.HTML, "内容不是 PNG"),
    "html as svg": ("图.svg", sample.HTML, "不能上传"),
    "a png as pdf": ("公报.pdf", sample.png(), "内容是 PNG 图片：请把扩展名改为 .png"),
    "a docx as xlsx": ("台账.xlsx", sample.office(), "内容是 Word 文档（docx）"),
    "a doc as docx": ("报告.docx", sample.compound("WordDocument"), "扩展名与内容不符"),
    "a docm": ("报告.docm", sample.office(), "宏"),
    "a docm as docx by its type": (
        "报告.docx",
        sample.office("application/vnd.ms-word.document.macroEnabled.main+xml"),
        "含有宏",
    ),
    "a docm as docx by its part": (
        "报告.docx",
        office_with("word/vbaProject.bin"),
        "含有宏",
    ),
    "a workbook with macro sheets": (
        "台账.xlsx",
        office_with("xl/macrosheets/sheet1.xml"),
        "含有宏",
    ),
    "an old workbook with macros": ("台账.xls", sample.compound("Workbook", "_VBA_PROJECT_CUR"), "含有宏"),
    "old slides with macros": ("汇报.ppt", sample.compound("PowerPoint Document") + SLIDE_MACRO, "含有宏"),
    "a document with a password": ("报告.docx", sample.compound("EncryptedPackage", "EncryptionInfo"), "打开密码"),
    "an archive with a password": ("报告.docx", with_password(), "打开密码"),
    "a pdf and a zip in one": ("公报.pdf", zip_after(sample.PDF), "夹带了另一个压缩包"),
    "a zip": ("材料.zip", sample.archive({"a": "b"}), "请解开后逐个上传"),
    "a zip as docx": ("报告.docx", sample.archive({"a": "b"}), "内容不是 Word"),
    "a zip bomb": ("报告.docx", bomb(), "展开后过大"),
    "a part outside": (
        "报告.docx",
        office_with("../../a"),
        "已损坏",
    ),
    "half a pdf": ("公报.pdf", sample.PDF[:30], "不完整"),
    "half a png": ("图.png", sample.png()[:-12], "不完整"),
    "half a docx": ("报告.docx", sample.office()[:60], "不完整"),
    "half a doc": ("报告.doc", sample.compound("WordDocument")[:700], "不完整"),
    "nothing": ("公报.pdf", b"", "空文件"),
    "no ending": ("公报", sample.PDF, "没有扩展名"),
    "a path": ("../../etc/passwd", b"root", "没有扩展名"),
}


@pytest.mark.parametrize("case", BAD)
def test_it_refuses_with_a_sentence(case):
    name, content, words = BAD[case]
    with pytest.raises(UploadRefused) as refusal:
        checked_upload(SimpleUploadedFile(name, content))
    sentence = str(refusal.value)
    assert words in sentence
    assert re.fullmatch(r"“[^”]+”.*：.+。", sentence), sentence  # which file, why, and the way out


def test_a_circle_of_sectors_ends():
    broken = bytearray(sample.compound("WordDocument"))
    broken[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")  # the directory's sector leads to itself
    with pytest.raises(UploadRefused, match="已损坏"):
        checked_upload(SimpleUploadedFile("报告.doc", bytes(broken)))


def test_a_file_over_the_limit_is_refused_with_the_limit():
    with pytest.raises(UploadRefused, match="超过 1 KB 的上限"):
        checked_upload(SimpleUploadedFile("公报.pdf", sample.PDF + b"\n" * 1024), largest=1024)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/公报.pdf", "公报.pdf"),
        ("C:\\数据\\公报.pdf", "公报.pdf"),
        ("公\x00报\r\n.pdf", "公报.pdf"),
        ("报告\u202egpj.exe", "报告gpj.exe"),
        ('公报<"1">|?*.pdf', "公报__1_____.pdf"),
        (".pdf", "未命名文件.pdf"),
        ("...", "未命名文件"),
        ("", "未命名文件"),
    ],
)
def test_a_name_loses_what_does_harm(name, cleaned):
    assert cleaned_name(name) == cleaned


def test_a_long_name_keeps_its_ending():
    cleaned = cleaned_name("长" * 500 + ".pdf")
    assert len(cleaned) == LONGEST_NAME
    assert cleaned.endswith("长.pdf")
