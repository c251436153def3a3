"""A table of cases (CASES.csv) read into terms and figures, and the results written out again. Pure apart from files.

The columns are described in HELP, which the command `assess` prints. A wrong row is reported with its line and left
out; the others are computed all the same.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path as FilePath
from typing import Any, Protocol

from targets import terms as words
from targets.case_columns import (
    OPTIONAL_COLUMNS,
    REQUIRED_COLUMNS,
    CaseError,
    conditions_of,
    day_of,
    direction_and_comparison,
    due_day_of,
    kinds_of,
    number_of,
    read_day,
    truth_of,
    word_of,
)
from targets.labels import ABSENCE_LABELS
from targets.numbers import plain
from targets.periods import ZERO
from targets.progress import assess

RESULT_COLUMNS = (
    "case_id",
    "status",
    "met",
    "actual",
    "expected",
    "progress",
    "expected_progress",
    "pace",
    "lead_points",
    "gap",
    "required_per_year",
    "attainment",
    "flags",
    "reason",
)
HELP = """案例表的列（第一行为列名，顺序不限，可以多出别的列）：
  case_id         案例名
  starts_on       基期时点，如2020-12-31（规划期从2021-01-01开始）；日期都可写成2020/12/31
  ends_on         规划期截止日
  as_of           评价日；空白时为最新一个数的期末日，一个数也没有时为截止日
  accumulation    latest（最新数）、sum（规划期累计）、ratio（分子÷分母）、ratio_of_sums（Σ分子÷Σ分母）
  form            value、change_percent、change_absolute、change_points、hold、band、ceiling、direction、
                  milestone、yearly_milestone
  comparison      >=、>、<=、<、~（左右）；空白时随direction；下降20%以上可写>=和-20
  direction       increase或decrease；空白时随comparison，两者都空白时随变化的正负号；~且空白为“不分方向”
  path            linear（空白即此）或geometric
  baseline        基期值；空白为未知
  target          数（变化带正负号，下降6%写-6）；区间写“下限..上限”；节点写日期，每年的节点可写12-31
  tolerance       容差，占所承诺的量的百分数，只用于~；空白为5
  whole_units     true：按整数个计
  condition_held  方案所附条件是否成立：true、false、空白（没有条件），或{"2023": false}
  figures         JSON列表，每项为[期末日, 数值]或[期末日, 分子, 分母]；
                  期末日可写2023-09-30、2023/9/30、2023-09、2023Q3；
                  数值处可写not_yet_published、not_compiled、not_applicable；末尾可加"provisional"（初步数）；
                  节点写[[完成日, 1]]，或在期末写1（已完成）、0（未完成）
可以没有的列：
  basis           流量的口径：period（本期数，空白即此）、year_to_date（本年累计）、
                  since_start（规划期累计、较基期新增；除kind为flow的外，基期值按0计，不用baseline）
  kind            flow、stock、rate；分子和分母不同时写flow/stock；空白时latest为rate，其余为flow
  assessed_on     period（空白即此）或year（只按年末评价）
  strict          true：每年都应达到
  factor          分子÷分母的换算系数，如100；空白为1，但各期分子÷分母都在0到1之间而目标值或基期值不小于10的，
                  视为用百分数表示的比率，按100换算
  due_on          早于截止日的目标期限
  reported_every  month、quarter、half_year、year；空白时从各数的间隔推断：只有12月31日一个数的年份，
                  如果以前各年没有年内的数，视为全年数；以前有的，视为缺了年内各期
结果：数为十进制、至多12位有效数字；进度等份额为小数（0.5即一半），lead_points为百分点，几何路径的required_per_year为年率。
有错的行报告行号和原因、不出结果，其余照算，退出码为1。"""
LARGEST_FIELD = 10_000_000
PROVISIONAL = "provisional"
PLAINLY_PER_CENT = Decimal(10)
"""A target of 10 or more for a quotient between 0 and 1 is a percentage."""
ABSENCE_BY_WORD = {label: one for one, label in ABSENCE_LABELS.items()} | {one.value: one for one in words.Absence}


class TextSink(Protocol):
    """Whatever lines of text can be written to."""

    def write(self, text: str, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Case:
    """One row: a promise, its figures, and the day of assessment."""

    case_id: str
    terms: words.Terms
    figures: tuple[words.Figure, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of a table, in its order, and a sentence for every row that could not be computed."""

    rows: tuple[dict[str, str], ...]
    faults: tuple[str, ...]


def assess_table(content: bytes) -> Outcome:
    """Every case of a CSV table, UTF-8 (with or without BOM) or GB18030. CaseError where it is no such table."""
    rows, faults = [], []
    for line, case_id, cells in read_rows(decoded(content)):
        try:
            case = case_of(cells)
            result = assess(case.terms, case.figures, as_of=case.as_of)
            rows.append(result_row(case.case_id, result))
        except (CaseError, words.TermsError, words.FiguresError) as error:
            faults.append(f"第 {line} 行（{case_id}）：{error}")
    return Outcome(tuple(rows), tuple(faults))


def assess_file(path: FilePath) -> Outcome:
    """The same for a file; CaseError where it cannot be read."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CaseError(f"找不到文件：{path}。") from None
    except OSError as error:
        raise CaseError(f"读不了文件：{path}（{error.strerror}）。") from error
    return assess_table(content)


def decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CaseError("文件不是UTF-8或GB18030编码的CSV。")


def read_rows(text: str) -> Iterable[tuple[int, str, dict[str, str]]]:
    """The line in the file, the case's name and its cells by column, row by row; empty lines are passed over."""
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise CaseError("文件不是有效的CSV。") from error
    refuse_wrong_header(header)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise CaseError(f"从第 {line} 行起不是有效的CSV。") from error
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        named["#cells"] = "" if len(cells) == len(header) else f"这一行有{len(cells)}列，表头有{len(header)}列。"
        yield line, named.get("case_id", ""), named


def refuse_wrong_header(header: Sequence[str]) -> None:
    missing = [name for name in REQUIRED_COLUMNS if name not in header]
    if missing:
        raise CaseError(f"缺少列：{'、'.join(missing)}。")
    known = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
    twice = sorted({name for name in header if name in known and header.count(name) > 1})
    if twice:
        raise CaseError(f"列名重复：{'、'.join(twice)}。")


def case_of(cells: Mapping[str, str]) -> Case:
    """One row as terms, figures and the day of assessment (blank: the end of the newest figure's period)."""
    if cells["#cells"]:
        raise CaseError(cells["#cells"])
    if not cells["case_id"]:
        raise CaseError("缺case_id。")
    figures = figures_of(cells["figures"])
    promised = terms_of(cells, figures)
    newest = max((one.period_end for one in figures), default=promised.ends_on)
    return Case(cells["case_id"], promised, figures, day_of(cells, "as_of") or newest)


def terms_of(cells: Mapping[str, str], figures: Sequence[words.Figure]) -> words.Terms:
    starts_on, ends_on = day_of(cells, "starts_on"), day_of(cells, "ends_on")
    accumulation = word_of(cells, "accumulation", words.Accumulation)
    form = word_of(cells, "form", words.Form)
    if accumulation is None and (form is words.Form.DIRECTION or form in words.MILESTONES):
        accumulation = words.Accumulation.LATEST
    if starts_on is None or ends_on is None or accumulation is None or form is None:
        raise CaseError("starts_on、ends_on、accumulation、form都应填写。")
    value = lower = upper = None
    due_on = day_of(cells, "due_on")
    target = cells["target"]
    if form in words.MILESTONES:
        due_on = due_day_of(target, starts_on)
    elif form is words.Form.BAND:
        low, dots, high = target.partition("..")
        if not dots:
            raise CaseError("区间目标的target应写成“下限..上限”。")
        lower, upper = number_of(low, "target"), number_of(high, "target")
    else:
        value = number_of(target, "target")
    base = number_of(cells["baseline"], "baseline")
    value_kind, numerator_kind, denominator_kind = kinds_of(cells, accumulation)
    basis = word_of(cells, "basis", words.Basis) or words.Basis.PERIOD
    runs_up = basis is words.Basis.SINCE_START and value_kind is not words.Kind.FLOW
    direction, comparison = direction_and_comparison(cells, form, accumulation, value, ZERO if runs_up else base)
    conditional, conditions = conditions_of(cells["condition_held"], starts_on, ends_on)
    return words.Terms(
        starts_on=starts_on,
        ends_on=ends_on,
        accumulation=accumulation,
        form=form,
        comparison=comparison,
        direction=direction,
        path=word_of(cells, "path", words.Path) or words.Path.LINEAR,
        value=value,
        lower=lower,
        upper=upper,
        due_on=due_on,
        baseline=None if base is None else words.Baseline(base),
        tolerance_percent=number_of(cells["tolerance"], "tolerance"),
        value_kind=value_kind,
        numerator_kind=numerator_kind,
        denominator_kind=denominator_kind,
        factor=factor_of(cells, figures, (None if form is words.Form.CHANGE_PERCENT else value, lower, upper, base)),
        basis=basis,
        assessed_on=word_of(cells, "assessed_on", words.AssessedOn) or words.AssessedOn.PERIOD,
        whole_units=truth_of(cells, "whole_units"),
        strict=truth_of(cells, "strict"),
        conditional=conditional,
        conditions=conditions,
        reported_every=word_of(cells, "reported_every", words.Frequency),
    )


def factor_of(cells: Mapping[str, str], figures: Sequence[words.Figure], levels: Sequence[Decimal | None]) -> Decimal:
    """What turns a quotient into the unit of the target: as given, else 100 where that unit is plainly per cent."""
    given = number_of(cells.get("factor", ""), "factor")
    if given is not None:
        return given
    parts = [(one.numerator, one.denominator) for one in figures if one.numerator is not None]
    shares = bool(parts) and all(below is not None and 0 <= above <= below for above, below in parts)
    is_percentage = shares and any(level is not None and level >= PLAINLY_PER_CENT for level in levels)
    return words.HUNDRED if is_percentage else Decimal(1)


def figures_of(text: str) -> tuple[words.Figure, ...]:
    """A JSON list of [period_end, value] or [period_end, numerator, denominator]; blank is none."""
    if not text:
        return ()
    try:
        listed = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=refuse_constant)
    except (ValueError, InvalidOperation, RecursionError):
        raise CaseError("figures不是有效的JSON列表。") from None
    if not isinstance(listed, list):
        raise CaseError('figures应是JSON列表，例如[["2021-12-31", 12.5]]。')
    return tuple(figure for one in listed if (figure := figure_of(one)) is not None)


def refuse_constant(name: str) -> None:
    raise ValueError(name)


def figure_of(item: Any) -> words.Figure | None:
    """One reported figure; None where the number is null, that is, unknown."""
    if not isinstance(item, list) or not item or not isinstance(item[0], str):
        raise CaseError("figures的每一项应是[期末日, 数值]或[期末日, 分子, 分母]。")
    end = read_day(item[0], "figures中")
    values = item[1:]
    provisional = bool(values) and values[-1] == PROVISIONAL
    if provisional:
        values = values[:-1]
    if len(values) not in (1, 2):
        raise CaseError(f"figures中{item[0]}应有一个数值，或分子、分母两个数。")
    if len(values) == 1 and isinstance(values[0], str) and values[0] in ABSENCE_BY_WORD:
        return words.Figure(end, absence=ABSENCE_BY_WORD[values[0]])
    if all(value is None for value in values):
        return None
    numbers = [reported_number(value, item[0]) for value in values]
    if len(numbers) == 1:
        return words.Figure(end, value=numbers[0], provisional=provisional)
    return words.Figure(end, numerator=numbers[0], denominator=numbers[1], provisional=provisional)


def reported_number(value: Any, day: str) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        number = number_of(value, f"figures中{day}的数值")
        if number is not None:
            return number
    raise CaseError(f"figures中{day}的“{value}”不是数。")


def result_row(case_id: str, result: words.Assessment) -> dict[str, str]:
    """One line of results: plain decimals, at most 12 significant digits; blank where a quantity is not defined."""
    row = {"case_id": case_id, "status": result.status.value, "met": truth_word(result.met)}
    for name in RESULT_COLUMNS[3:12]:
        number: Decimal | None = getattr(result, name)
        row[name] = "" if number is None else plain(number)
    row["flags"] = ";".join(str(flag) for flag in result.flags)
    row["reason"] = result.reason
    return row


def truth_word(value: bool | None) -> str:
    return "" if value is None else ("true" if value else "false")


def write_results(outcome: Outcome, out: TextSink) -> None:
    """The results as CSV, in the order of the cases."""
    writer = csv.DictWriter(out, RESULT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(outcome.rows)
