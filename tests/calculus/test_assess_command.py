"""`manage.py assess`: anybody can check the calculus with a table."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from targets.case_columns import CaseError
from targets.case_files import RESULT_COLUMNS, assess_table

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent.parent / "data" / "cases.csv"
COLUMNS = (
    "case_id,starts_on,ends_on,as_of,accumulation,form,comparison,direction,path,baseline,target,tolerance,"
    "whole_units,condition_held,figures"
)
GOOD = 'good,2020-12-31,2025-12-31,,latest,value,>=,increase,,60,80,,,,"[[""2023-12-31"", 70]]"'
EXPECTED = {
    "rise": ("at_risk", "false"),
    "fall": ("moving_away", "false"),
    "about": ("achieved", "true"),
    "exceed": ("missed", "false"),
    "hold": ("achieved", "true"),
    "strict": ("missed", "false"),
    "band": ("at_risk", "false"),
    "budget": ("on_track", ""),
    "sum": ("on_track", "false"),
    "partial": ("not_assessed", ""),
    "parts": ("on_track", "false"),
    "all": ("missed", "false"),
    "nobody": ("not_assessed", ""),
    "pests": ("not_assessed", ""),
    "nothing": ("no_data", ""),
    "nobase": ("baseline_missing", ""),
    "added": ("on_track", "false"),
    "late": ("no_final_figure", "false"),
    "step": ("off_track", "false"),
    "yearly": ("achieved", "true"),
    "only": ("not_assessed", ""),
}


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of the command."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("assess", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()


def results(text: str) -> dict[str, dict[str, str]]:
    return {row["case_id"]: row for row in csv.DictReader(io.StringIO(text))}


def fault_of(row: str) -> str:
    (fault,) = assess_table(f"{COLUMNS}\n{row}\n".encode()).faults
    return fault


def test_it_computes_every_case_of_a_table() -> None:
    status, out, err = run(str(CASES))
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == ",".join(RESULT_COLUMNS)
    assert {name: (row["status"], row["met"]) for name, row in results(out).items()} == EXPECTED
    assert list(results(out)) == list(EXPECTED)


def test_its_numbers_are_plain_decimals() -> None:
    rows = results(run(str(CASES))[1])
    rise = rows["rise"]
    assert [rise[name] for name in RESULT_COLUMNS[3:12]] == [
        *("70", "72", "0.5", "0.6", "0.833333333333", "-10", "10", "5", "0.875")
    ]
    assert rows["about"]["flags"] == "tolerance_used"
    assert rows["hold"]["flags"] == "not_held:2022"
    assert rows["budget"]["progress"] == "0.313333333333"
    assert rows["only"]["actual"] == "12"


def test_it_writes_a_file_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "结果 1.csv"
    status, out, _ = run(str(CASES), "--out", str(target))
    assert (status, out) == (0, "")
    assert list(results(target.read_text(encoding="utf-8"))) == list(EXPECTED)


def shell(*arguments: str, **settings: str) -> tuple[int, bytes, bytes]:
    """Exit status, standard output and standard error of the command in a process of its own."""
    command = [sys.executable, "manage.py", "assess", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("arguments", [[str(CASES)], ["--help"], ["/nowhere/案例.csv"]])
def test_its_words_are_utf_8_whatever_the_terminal_says(arguments: list[str]) -> None:
    status, out, err = shell(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert b"Traceback" not in err
    words = (out + err).decode("utf-8")
    assert any(known in words for known in ("终期数", "案例表的列", "找不到文件：/nowhere/案例.csv"))
    assert status == (1 if "nowhere" in arguments[0] else 0)


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_reader_that_has_seen_enough_is_no_error(closed: str, tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    rows = [GOOD.replace("good", f"good{n}") for n in range(2000)] + [GOOD.replace(",80,", ",x,")] * 2000
    table.write_text("\n".join([COLUMNS, *rows]), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "manage.py", "assess", str(table)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        streams = {"stdout": process.stdout, "stderr": process.stderr}
        pipe = streams.pop(closed)
        assert pipe is not None
        pipe.close()
        (rest,) = (stream.read() for stream in streams.values() if stream is not None)
    assert b"Traceback" not in rest
    assert b"BrokenPipe" not in rest
    assert rest.count(b"\n") == (2001 if closed == "stderr" else 2000)
    assert process.returncode == 1


def test_a_wrong_row_is_named_by_its_line_and_the_others_are_computed(tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    bad = 'bad,2020-12-31,2025-12-31,,latest,value,>=,increase,,60,many,,,,"[[""2023-12-31"", 70]]"'
    table.write_text("\n".join([COLUMNS, GOOD, "", bad, GOOD.replace("good", "also")]), encoding="utf-8")
    status, out, err = run(str(table))
    assert status == 1
    assert list(results(out)) == ["good", "also"]
    assert err.strip() == "第 4 行（bad）：target的“many”不是数。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_it_reads_what_excel_writes_in_china(encoding: str) -> None:
    (row,) = assess_table(f"{COLUMNS}\r\n{GOOD.replace('good', '案例')}\r\n".encode(encoding)).rows
    assert row["case_id"] == "案例"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2020-12-31", "31.12.2020", "starts_on的日期"),
        ("2020-12-31", "0020-12-31", "年份"),
        ("2025-12-31", "2020-12-31", "截止日应晚于起始日"),
        ("latest", "newest", "accumulation的“newest”"),
        ("latest", "ratio", "分子和分母"),
        ("value", "", "都应填写"),
        ("value", "band", "下限..上限"),
        ("value", "change_points", "超过100%"),
        ("value", "milestone", "日期"),
        (">=", "<=", "改善方向相反"),
        (">=", "=>", "comparison"),
        ("increase", "up", "direction"),
        (",60,", ",sixty,", "baseline"),
        (",80,", ",,", "应有目标数值"),
        (",80,", ",NaN,", "不是数"),
        ('[[""2023-12-31"", 70]]', '[""2023-12-31"", 70]', "每一项"),
        ("70]]", "70", "JSON"),
        ("70]]", "1e999999]]", "不是可以计算的数"),
        ("70]]", "NaN]]", "JSON"),
        ("70]]", "true]]", "不是数"),
        ("70]]", "1, 2, 3]]", "应有一个数值"),
        ("70]]", "1, 2]]", "一个数值"),
        ("70]]", "1, null]]", "不是数"),
        ('70]]"', '70], [""2023-12-31"", 71]]"', "两个数"),
        ("2023-12-31", "2023-31-12", "读不懂"),
        ('"[[', 'maybe,"[[', "16列"),
        ("good", "", "缺case_id"),
    ],
)
def test_every_mistake_gets_its_own_sentence(old: str, new: str, words: str) -> None:
    fault = fault_of(GOOD.replace(old, new, 1))
    assert fault.startswith("第 2 行（")
    assert words in fault
    assert fault.endswith("。")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "缺少列"),
        (b"case_id,figures\n", "缺少列：starts_on"),
        (f"{COLUMNS},kind,kind\n".encode(), "列名重复：kind"),
        (b"\xff\xfe\x00\x01\xff", "UTF-8"),
    ],
)
def test_what_is_no_table_of_cases_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        assess_table(content)


@pytest.mark.parametrize("arguments", [["/nowhere/cases.csv"], [str(CASES), "--out", "/nowhere/result.csv"], ["."]])
def test_files_that_cannot_be_read_or_written_get_one_sentence(arguments: list[str]) -> None:
    status, _, err = run(*arguments)
    assert status == 1
    assert err.strip().endswith("。")
    assert "Traceback" not in err


def test_a_row_that_stretches_over_lines_is_named_by_its_first() -> None:
    wide = GOOD.replace('"[[', '"\n[[').replace("80", "x")
    assert fault_of(wide).startswith("第 2 行（good）")


def test_a_blank_comparison_follows_the_direction_and_a_blank_direction_the_comparison() -> None:
    falls = GOOD.replace(">=,increase,,60,80", ",decrease,,90,80")
    signed = GOOD.replace(">=,increase,,60,80", "≤,,,90,80")
    outcome = assess_table("\n".join([COLUMNS, falls, signed]).encode())
    assert [row["status"] for row in outcome.rows] == ["achieved", "achieved"]


def test_at_least_so_much_less_speaks_of_the_size_of_the_fall() -> None:
    row = GOOD.replace("value,>=,increase,,60,80", "change_percent,>=,decrease,,100,-20")
    (result,) = assess_table(f"{COLUMNS}\n{row}".encode()).rows
    assert (result["status"], result["gap"]) == ("achieved", "-10")


def test_a_blank_as_of_is_the_end_of_the_newest_period() -> None:
    (row,) = assess_table(f"{COLUMNS}\n{GOOD.replace('2023-12-31', '2022Q4')}".encode()).rows
    assert (row["expected_progress"], row["flags"]) == ("0.4", "")


def test_a_provisional_figure_is_flagged() -> None:
    first = GOOD.replace("70]]", '70, ""provisional""]]')
    (row,) = assess_table(f"{COLUMNS}\n{first}".encode()).rows
    assert row["flags"] == "provisional"
