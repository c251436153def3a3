"""The PDF itself, as readers measure it: grid, fonts, marks, same bytes; nothing typed is ever read as markup."""

import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import typst
from django.conf import settings
from fontTools import subset

from reports.briefing import compile as setting
from reports.briefing.blocks import BriefingContent, Heading, Paragraph, Recipients
from reports.briefing.content import Edition, build_content
from reports.briefing.fonts import EMBEDDED, load_fonts
from targets.terms import Thresholds
from tests.briefing.factory import make_overview
from tests.briefing.row_factory import make_row

ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(settings.FONTS_DIR)
DAY = dt.date(2025, 10, 20)
MM = 72 / 25.4
PITCH = 225 * MM / 22  # 28.99 pt
TYPED = '#import "x": y; #text(fill: red)[z] $a^2$ ] } \\ // /* *粗* _斜_ `代码` @标签 <标签> ~ --- {{ }}'


def make_content(overview=None, **edition) -> BriefingContent:
    edition.setdefault("recipients", (Recipients("报", "市委，市政府。"), Recipients("送", "各成员单位。")))
    return build_content(
        overview or make_overview(),
        edition=Edition(dated_on=DAY, issue="2025年第3期", copies=50, **edition),
        thresholds=Thresholds(),
    )


def make_pdf(content: BriefingContent, folder: Path, name: str = "briefing.pdf") -> Path:
    path = folder / name
    path.write_bytes(setting.render_pdf(content, on=DAY, fonts_dir=FONTS))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("briefing")


@pytest.fixture(scope="module")
def briefing(folder) -> Path:
    return make_pdf(make_content(is_draft=True, suggestions=TYPED), folder)


@pytest.fixture(scope="module")
def grid(folder) -> Path:
    """Three pages of nothing but squares: a plain paragraph of Chinese characters."""
    plain = replace(make_content(), blocks=(Paragraph("清洁生产" * 28 * 14),), annex=(), recipients=())
    return make_pdf(plain, folder, "grid.pdf")


def run(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def pages_of(pdf: Path) -> list[str]:
    return run("pdftotext", "-layout", pdf, "-").split("\f")[:-1]


def text_of(pdf: Path) -> str:
    return re.sub(r"\s", "", run("pdftotext", pdf, "-"))


def lines_of(pdf: Path, page: int) -> list[tuple[float, float, float, float, str]]:
    """The lines of a page as (left, top, right, bottom, text) in points from the upper left corner."""
    tree = ET.fromstring(run("pdftotext", "-bbox-layout", "-f", str(page), "-l", str(page), pdf, "-"))
    space = "{http://www.w3.org/1999/xhtml}"
    return [
        (
            *(float(line.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")),
            "".join(word.text or "" for word in line.iter(f"{space}word")),
        )
        for line in tree.iter(f"{space}line")
    ]


def test_a_page_has_twenty_two_lines_of_twenty_eight_characters(grid):
    body = [line for line in lines_of(grid, 2) if "清洁" in line[4]]
    assert len(body) == 22
    assert {len(line[4]) for line in body} == {28}
    steps = [below[1] - above[1] for above, below in pairwise(body)]
    assert all(abs(step - PITCH) < 0.02 for step in steps)


def test_the_text_fills_the_block_of_156_by_225_millimetres(grid):
    body = [line for line in lines_of(grid, 2) if "清洁" in line[4]]
    assert min(line[0] for line in body) == pytest.approx(28 * MM, abs=1.0)
    assert max(line[2] for line in body) == pytest.approx((210 - 26) * MM, abs=1.0)
    assert body[0][1] >= 37 * MM
    assert body[-1][3] <= (297 - 35) * MM + 1.0


def test_a_paragraph_begins_two_characters_in(grid):
    first = next(line for line in lines_of(grid, 1) if "清洁生产清洁" in line[4])
    assert first[0] == pytest.approx(28 * MM + 2 * 156 * MM / 28, abs=1.0)


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(grid):
    for page, expected in ((1, "right"), (2, "left"), (3, "right")):
        number = next(line for line in lines_of(grid, page) if line[4] == f"—{page}—")
        middle = (number[0] + number[2]) / 2
        assert ("right" if middle > 105 * MM else "left") == expected
        assert (297 - 35) * MM < number[1] < (297 - 35 + 14) * MM


def test_the_mast_is_red_and_as_the_data_says(briefing, folder):
    assert "临沂市清洁生产推行工作简报" in pages_of(briefing)[0]
    other = make_pdf(make_content(organisation="某市工作简报"), folder, "other.pdf")
    assert "某市工作简报" in pages_of(other)[0]


def test_every_page_carries_the_demonstration_mark_and_the_draft_mark(briefing):
    pages = pages_of(briefing)
    assert len(pages) > 5
    assert all("演示数据，不作为决策依据" in page and "草稿" in page for page in pages)


def test_real_data_carries_no_mark(folder):
    real = make_pdf(make_content(make_overview(is_demonstration=False)), folder, "real.pdf")
    assert not re.search("演示|草稿", text_of(real))


def test_the_imprint_stands_at_the_foot_of_the_last_page(briefing):
    last = len(pages_of(briefing))
    lines = lines_of(briefing, last)
    printed = next(line for line in lines if "日印发" in line[4])
    copies = next(line for line in lines if "共印50份" in line[4])
    assert printed[1] > 230 * MM
    assert printed[3] < copies[3] <= (297 - 35) * MM + 1
    assert not any("日印发" in re.sub(r"\s", "", page) for page in pages_of(briefing)[:-1])


def test_a_table_that_runs_on_says_so(folder):
    rows = tuple(make_row(f"LY-{number:02}", f"指标{number}") for number in range(1, 60))
    pages = pages_of(make_pdf(make_content(make_overview(rows)), folder, "long.pdf"))
    holding = [page for page in pages if "完成进度" in page and "报送单位" in page]
    assert len(holding) >= 3
    assert not re.search(r"续表\s*1", holding[0])
    assert re.search(r"表\s*1\s*重点指标一览", holding[0])
    assert sum("重点指标一览" in line for page in pages for line in page.splitlines()) == 2  # heading and title
    assert all(re.search(r"续表\s*1", page) for page in holding[1:])


@pytest.mark.parametrize("count", [1, 18, 36])
def test_the_layout_settles_without_a_warning(count, monkeypatch):
    warnings = []

    def compile_and_listen(*arguments, **options):
        pdf, heard = typst.compile_with_warnings(*arguments, **options)
        warnings.extend(heard)
        return pdf

    monkeypatch.setattr(typst, "compile", compile_and_listen)
    rows = tuple(make_row(f"LY-{number:02}", f"指标{number}") for number in range(1, count + 1))
    setting.render_pdf(make_content(make_overview(rows)), on=DAY, fonts_dir=FONTS)
    assert [warning.message for warning in warnings] == []


def test_no_page_ends_with_a_heading(briefing):
    headings = {block.text for block in make_content(suggestions=TYPED).blocks if isinstance(block, Heading)}
    for page in range(1, len(pages_of(briefing)) + 1):
        body = [line for line in lines_of(briefing, page) if line[3] < (297 - 34) * MM]
        assert max(body, key=lambda line: line[3])[4] not in headings


def test_all_fonts_are_embedded_and_the_body_is_a_chinese_imitation_song(briefing):
    rows = run("pdffonts", briefing).splitlines()[2:]
    assert rows
    assert all(re.search(r" yes +yes +(yes|no) ", row) for row in rows), rows
    assert any("Fang" in row for row in rows)


def test_the_file_claims_pdf_a_and_pdf_ua_and_is_tagged_with_its_title(briefing):
    raw = briefing.read_bytes()
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", raw)
    assert re.search(rb"<pdfaid:conformance>A</pdfaid:conformance>", raw)
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", raw)
    info = run("pdfinfo", briefing)
    assert re.search(r"Tagged:\s+yes", info)
    assert "临沂市“十四五”清洁生产推行方案2025年三季度进展情况" in info


def test_what_a_user_typed_stays_text(briefing):
    found = text_of(briefing)
    assert re.sub(r"\s", "", TYPED) in found
    assert '#import"x"$a$]\\昇' in found  # from a bureau's note


def test_the_same_data_makes_the_same_bytes_in_two_processes(briefing):
    script = (
        "import hashlib, datetime as dt, pathlib, sys\n"
        "from reports.briefing.compile import render_pdf\n"
        "from tests.briefing.test_pdf import make_content, TYPED\n"
        "content = make_content(is_draft=True, suggestions=TYPED)\n"
        "pdf = render_pdf(content, on=dt.date(2025, 10, 20), fonts_dir=pathlib.Path(sys.argv[1]))\n"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(FONTS)],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == hashlib.sha256(briefing.read_bytes()).hexdigest()


def test_another_day_of_issue_makes_another_file(briefing):
    content = make_content(is_draft=True, suggestions=TYPED)
    later = setting.render_pdf(content, on=dt.date(2025, 10, 21), fonts_dir=FONTS)
    assert later != briefing.read_bytes()


def test_briefings_made_at_the_same_time_do_not_disturb_each_other(briefing):
    content = make_content(is_draft=True, suggestions=TYPED)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: setting.render_pdf(content, on=DAY, fonts_dir=FONTS), range(4)))
    assert set(made) == {briefing.read_bytes()}


def test_a_character_without_a_glyph_is_printed_as_a_geta_and_named(folder):
    made = setting.set_briefing(
        make_content(suggestions="联系人：\U0001f600\ue000\u202e\x00先生，昇镕鄌²³㎡。"), on=DAY, fonts_dir=FONTS
    )
    assert made.missing == ("\U0001f600", "\ue000")
    assert any("U+1F600" in each and "U+E000" in each for each in made.sentences)
    path = folder / "geta.pdf"
    path.write_bytes(made.pdf)
    assert "联系人：〓〓先生，昇镕鄌²³㎡。" in text_of(path)


def test_a_lone_surrogate_does_not_break_the_briefing():
    made = setting.set_briefing(make_content(suggestions="坏字符\ud800。"), on=DAY, fonts_dir=FONTS)
    assert made.missing == ("\ud800",)


def test_the_open_fonts_are_named_as_substitutes_and_official_ones_would_win():
    fonts = load_fonts(FONTS)
    assert fonts.draws_chinese
    families = set(fonts.fonts.families())
    if "FangSong_GB2312" not in families:
        assert any("仿宋采用开源字体" in note for note in fonts.notes)
    assert all(stack for stack in fonts.stacks.values())


def test_without_any_chinese_font_the_briefing_still_comes_out_and_says_so(tmp_path, monkeypatch):
    bare = load_fonts(tmp_path, include_system_fonts=False)
    assert not bare.draws_chinese
    assert bare.stand_in == "?"  # the engine's own fonts have no 〓 either
    monkeypatch.setattr(setting, "load_fonts", lambda _folder: bare)
    made = setting.set_briefing(make_content(suggestions="联系电话：0539-8727000。"), on=DAY, fonts_dir=tmp_path)
    path = tmp_path / "bare.pdf"
    path.write_bytes(made.pdf)
    printed = text_of(path)
    assert "?????0539-8727000?" in printed
    assert not re.search(r"[\u3001-\u9fff]", printed)
    assert "没有完整的中文字体" in made.sentences[0]
    assert "以“?”代替" in made.sentences[0]
    assert "临、沂、市、" in made.sentences[1]
    assert f"等{len(made.missing)}个字符" in made.sentences[1]


def test_a_font_with_a_geta_and_little_else_prints_the_geta(tmp_path, monkeypatch):
    options = subset.Options()
    options.font_number = 0
    few = subset.load_font(str(FONTS / "FandolFang-Regular.otf"), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text="〓清洁生产")
    cutter.subset(few)
    subset.save_font(few, str(tmp_path / "few.otf"), options)
    fonts = load_fonts(tmp_path, include_system_fonts=False)
    monkeypatch.setattr(setting, "load_fonts", lambda _folder: fonts)
    made = setting.set_briefing(make_content(suggestions="推行清洁生产。"), on=DAY, fonts_dir=tmp_path)
    path = tmp_path / "few.pdf"
    path.write_bytes(made.pdf)
    assert "〓〓清洁生产〓" in text_of(path)
    assert "以“〓”代替" in made.sentences[0]


def test_the_engines_own_fonts_draw_what_is_claimed_of_them(tmp_path):
    fonts = load_fonts(tmp_path, include_system_fonts=False)
    claimed = [[chr(code) for code in range(first, last + 1)] for first, last in EMBEDDED]
    source = """
        #set document(title: "x")
        #set text(font: "Libertinus Serif", lang: "zh")
        #for letter in json(bytes(sys.inputs.s)) [#letter ]
    """
    for letters in claimed:  # under this profile a character without a glyph is an error
        pdf = typst.compile(
            source.encode(),
            font_paths=fonts.fonts,
            format="pdf",
            sys_inputs={"s": json.dumps(letters)},
            pdf_standards=setting.PDF_STANDARDS,
        )
        assert pdf.startswith(b"%PDF-")


def test_system_fonts_stand_in_for_an_empty_folder_and_that_is_said(tmp_path):
    own = tmp_path / ".local" / "share"
    own.mkdir(parents=True)
    (own / "fonts").symlink_to(FONTS)
    (tmp_path / "empty").mkdir()
    script = (
        "import datetime as dt, pathlib, sys\n"
        "from reports.briefing.compile import set_briefing\n"
        "from tests.briefing.test_pdf import make_content\n"
        "made = set_briefing(make_content(), on=dt.date(2025, 10, 20), fonts_dir=pathlib.Path(sys.argv[1]))\n"
        "sys.stdout.buffer.write('\\n'.join(made.sentences).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "empty")],
        cwd=ROOT, env={**os.environ, "HOME": str(tmp_path)}, check=True, capture_output=True,
    )  # fmt: skip
    assert "已改用系统字体" in done.stdout.decode()


def test_a_failure_of_the_engine_is_a_chinese_sentence(monkeypatch):
    def refuse(*_arguments, **_options):
        raise typst.TypstError("unknown variable: x", "")

    monkeypatch.setattr(typst, "compile", refuse)
    with pytest.raises(setting.BriefingError, match="简报排版失败"):
        setting.render_pdf(make_content(), on=DAY, fonts_dir=FONTS)
