"""What may not come in as a workbook: every refusal with its sentence, in well under a second and 50 MB."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from accounts import workbook_child, workbook_reading
from accounts.guards import WorkbookRefused, check_workbook
from accounts.workbook_reading import read_workbook

ROOT = Path(__file__).resolve().parent.parent
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(*, fill=lambda book, sheet: sheet.write_number("B2", 35.2)):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        fill(book, book.add_worksheet("填报"))
    return content.getvalue()


def with_parts(parts, *, without=(), base=None):
    """A workbook with parts put in, or in the place of those of the same name."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or workbook())) as old, zipfile.ZipFile(content, "w", 8) as new:
        for name in old.namelist():
            if name not in parts and name not in without:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return content.getvalue()


def sheet_of(inside):
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}>{inside}</worksheet>'


def rows_of(count, *, to_row=None):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>0</v></c></row>' for n in range(1, count + 1))
    return f"<sheetData>{rows}</sheetData>"


ZEROS = "<sheetData>" + "".join(f"<row>{'<c><v>0</v></c>' * 180}</row>" for _ in range(3000)) + "</sheetData>"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><worksheet {MAIN}>&j;</worksheet>"
)
FAR_CELL = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
MOVED = {
    name: zipfile.ZipFile(io.BytesIO(workbook())).read(name).replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.bin")
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels")
}
"""What says that the sheet lies under a name that is not one of XML."""
BOMBS = {
    "one cell at the far end of a sheet under another name": (
        lambda: with_parts({**MOVED, "xl/worksheets/sheet1.bin": sheet_of(FAR_CELL)}, without=(SHEET,)),
        "too_many_rows",
    ),
    "billion laughs under another name": (
        lambda: with_parts({**MOVED, "xl/worksheets/sheet1.bin": LAUGHS}, without=(SHEET,)),
        "entities",
    ),
    "one cell at the far end": (lambda: with_parts({SHEET: sheet_of(FAR_CELL)}), "too_many_rows"),
    "ten megabytes of zeros as cells": (lambda: with_parts({SHEET: sheet_of(ZEROS)}), "too_many_cells"),
    "nothing but zero bytes": (lambda: with_parts({"xl/media/a.bin": bytes(60 << 20)}), "bomb"),
    "billion laughs": (lambda: with_parts({SHEET: LAUGHS}), "entities"),
    "billion laughs in another encoding": (lambda: with_parts({SHEET: LAUGHS.encode("utf-16")}), "entities"),
    "one endless tag": (lambda: with_parts({SHEET: f"<w {'a' * (3 << 20)}"}), "bomb"),
    "tags without an end": (lambda: with_parts({"xl/styles.xml": f"<w>{'<b/>' * 2_000_000}</w>"}), "bomb"),
    "thirty thousand parts": (lambda: with_parts({f"xl/{n}": b"" for n in range(30_000)}), "too_many_parts"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_at_once_and_with_little_memory(bomb, tmp_path):
    make, code = BOMBS[bomb]
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(make())
    program = """
import json, resource, sys, time
from accounts.guards import WorkbookRefused, check_workbook
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    check_workbook(open(sys.argv[1], "rb"), name="bomb.xlsx")
except WorkbookRefused as refused:
    code = refused.code
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([code, time.process_time() - start, used]))
"""
    said = subprocess.run([sys.executable, "-c", program, file], cwd=ROOT, capture_output=True, check=True, text=True)
    refused, seconds, kilobytes = json.loads(said.stdout)
    assert refused == code
    assert seconds < 1
    assert kilobytes < 50_000


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
REFUSED = {
    "nothing": (b"", "a.xlsx", "empty", "文件是空的"),
    "too large": (b"PK\x03\x04" + bytes(6 << 20), "a.xlsx", "too_large", "超过上限 5 MB"),
    "old excel": (OLE, "a.xls", "old_format", "旧版 Excel 格式"),
    "old excel renamed": (OLE, "a.xlsx", "old_format", "虽然扩展名不是 .xls"),
    "wps": (OLE, "a.et", "old_format", "WPS 表格专有格式"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password", "打开密码"),
    "csv renamed": ("指标,数值\n".encode(), "a.xlsx", "not_xlsx", "内容却是文本（如 CSV）"),
    "csv": (b"a,b\n", "a.csv", "not_xlsx", "这个文件是文本（如 CSV）"),
    "web page renamed": (b"<html><table></table></html>", "a.xlsx", "not_xlsx", "网页"),
    "pdf renamed": (b"%PDF-1.7 \0", "a.xlsx", "not_xlsx", "PDF 文件"),
    "half a file": (workbook()[:3000], "a.xlsx", "damaged", "文件不完整"),
    "wrong extension": (workbook(), "a.zip", "not_xlsx", "“.zip”"),
    "workbook with macros": (workbook(), "a.xlsm", "macros", "带宏的工作簿"),
    "macros inside": (with_parts({"xl/vbaProject.bin": b"x"}), "a.xlsx", "macros", "有宏"),
    "links": (with_parts({"xl/externalLinks/externalLink1.xml": "<a/>"}), "a.xlsx", "external_links", "断开链接"),
    "embedded": (with_parts({"xl/embeddings/oleObject1.bin": b"x"}), "a.xlsx", "embedded", "嵌有别的文件"),
    "path": (with_parts({"../../etc/x.xml": "<a/>"}), "a.xlsx", "bad_names", "部件名不正常"),
    "double": (with_parts({"XL/Styles.xml": "<a/>"}), "a.xlsx", "bad_names", "同名部件"),
    "open document": (
        with_parts({"mimetype": "application/vnd.oasis", "content.xml": "<a/>"}),
        "a.xlsx",
        "not_xlsx",
        "OpenDocument",
    ),
    "another zip": (with_parts({"a.txt": "a"}, without=["xl/workbook.xml"]), "a.xlsx", "not_xlsx", "别的压缩文件"),
    "broken xml": (with_parts({SHEET: "<worksheet><row>"}), "a.xlsx", "damaged", "文件已损坏"),
    "50,000 rows": (with_parts({SHEET: sheet_of(rows_of(50_000))}), "a.xlsx", "too_many_rows", "上限是 5000 行"),
    "wide": (
        with_parts({SHEET: sheet_of('<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>')}),
        "a.xlsx",
        "too_many_columns",
        "到第 16384 列",
    ),
    "declared": (with_parts({SHEET: sheet_of('<dimension ref="A1:XFD1048576"/>')}), "a.xlsx", "too_many_rows", "声明"),
    "not a workbook inside": (
        with_parts(
            {
                "xl/worksheets/sheet1.xml": sheet_of(
                    '<sheetData><row r="1"><c r="A1" s="999"><v>1</v></c></row></sheetData>'
                )
            }
        ),
        "a.xlsx",
        "damaged",
        "读不出来",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_the_way_out(case):
    content, name, code, words = REFUSED[case]
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(io.BytesIO(content), name=name)
    assert refused.value.code == code
    assert words in refused.value.sentence
    assert refused.value.sentence.endswith("。")


def test_what_is_too_long_is_named_with_its_sheet():
    content = io.BytesIO(with_parts({SHEET: sheet_of(rows_of(50_000))}))
    with pytest.raises(WorkbookRefused, match=r"^工作表“填报”到第 5001 行还有内容.*请删去") as refused:
        check_workbook(content, name="a.xlsx")
    assert refused.value.code == "too_many_rows"


def test_formatted_but_empty_rows_to_the_end_of_the_sheet_do_no_harm():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576" ht="12.8"/>'
    content = with_parts({SHEET: sheet_of(f'<dimension ref="A1:D1048576"/><sheetData>{rows}</sheetData>')})
    (sheet,) = read_workbook(io.BytesIO(content), name="a.xlsx")
    assert [cell.text for cell in sheet.cells] == ["1"]


def test_every_kind_of_cell_is_told_apart():
    def fill(book, sheet):
        percent, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_number("A1", 0.958, percent)
        sheet.write_string("B1", "=1+1")
        sheet.write_number("C1", 45931, day)
        sheet.write_boolean("D1", boolean=True)
        sheet.write_formula("E1", "=A1*2", None, 1.916)
        sheet.write_formula("F1", "=1/0", None, "#DIV/0!")

    (sheet,) = read_workbook(io.BytesIO(workbook(fill=fill)), name="a.xlsx")
    assert [(cell.reference, cell.kind, cell.text, cell.is_formula) for cell in sheet.cells] == [
        ("A1", "n", "0.958", False),
        ("B1", "s", "=1+1", False),
        ("C1", "d", "2025-10-01", False),
        ("D1", "b", "TRUE", False),
        ("E1", "n", "1.916", True),
        ("F1", "e", "#DIV/0!", True),
    ]
    assert sheet.cells[0].number_format == "0.0%"


def test_inline_text_and_formulas_without_a_result_are_read():
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>４１２</t></r><r><t>.3</t></r></is></c>'
        '<c r="B1"><f>1+1</f></c><c r="C1" t="str"><f>"a"</f><v>a</v></c></row>'
    )
    content = with_parts({SHEET: sheet_of(f"<sheetData>{rows}</sheetData>")})
    (sheet,) = read_workbook(io.BytesIO(content), name="a.xlsx")
    assert [(cell.reference, cell.kind, cell.text) for cell in sheet.cells] == [
        ("A1", "s", "４１２.3"),
        ("B1", "", ""),
        ("C1", "s", "a"),
    ]


def test_a_reader_that_wants_too_much_dies_alone(monkeypatch, tmp_path):
    greedy = tmp_path / "greedy.py"
    for body in ("x = bytearray(2 << 30)", "while True: pass"):
        greedy.write_text(
            f"import sys; sys.path.insert(0, {str(ROOT / 'accounts')!r}); import workbook_child as w; "
            f"w.CPU_SECONDS = 1; w.limit_this_process()\n{body}\n"
        )
        monkeypatch.setattr(workbook_reading, "CHILD", greedy)
        with pytest.raises(WorkbookRefused) as refused:
            read_workbook(io.BytesIO(workbook()), name="a.xlsx")
        assert refused.value.code == "too_much"


def test_the_guard_leaves_the_file_at_its_beginning():
    file = io.BytesIO(workbook())
    check_workbook(file, name="填报.XLSX")
    assert file.tell() == 0
    assert workbook_child.MEMORY_BYTES < 1 << 30
