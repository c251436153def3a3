"""Run as a program of its own: reads one workbook from stdin and writes its cells to stdout as JSON.

Nothing else of the product is imported here. Its limits are set before anything is read, so that a file which gets
past the guard and still asks for too much ends this process and nothing else.
"""

import datetime as dt
import io
import json
import os
import resource
import sys
from typing import Any

MEMORY_BYTES = 400 << 20
CPU_SECONDS = 10
OUTPUT_BYTES = 40 << 20
LONGEST_TEXT = 20_000


def limit_this_process() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def sheets_of(content: bytes) -> list[dict[str, Any]]:
    """Every sheet: name, state, and its filled cells as [row, column, kind, text, number format, is formula].

    Kinds: n (number, as the shortest text that gives it back), s (text), b (TRUE or FALSE), d (day), e (error), and
    empty where a formula has no stored result.
    """
    import openpyxl

    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    results = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = []
    for sheet, with_results in zip(formulas.worksheets, results.worksheets, strict=True):
        cells: dict[tuple[int, int], list[Any]] = {}
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.data_type == "f":
                    cells[cell.row, cell.column] = [cell.row, cell.column, "", "", str(cell.number_format), True]
        with_results.reset_dimensions()
        for row in with_results.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                kind, text = kind_and_text(cell.value, cell.data_type)
                is_formula = (cell.row, cell.column) in cells
                cells[cell.row, cell.column] = [
                    cell.row,
                    cell.column,
                    kind,
                    text,
                    str(cell.number_format) if kind in ("n", "d") else "",
                    is_formula,
                ]
        sheets.append({"name": sheet.title, "state": sheet.sheet_state, "cells": [cells[at] for at in sorted(cells)]})
    return sheets


def kind_and_text(value: object, data_type: str) -> tuple[str, str]:
    if data_type == "e":
        return "e", str(value)
    if isinstance(value, bool):
        return "b", "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return "n", repr(value)
    if isinstance(value, dt.datetime):
        return "d", (value.date() if value.time() == dt.time() else value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return "d", value.isoformat()
    if isinstance(value, dt.timedelta):
        return "d", str(value)
    return "s", str(value)[:LONGEST_TEXT]


def main() -> None:
    limit_this_process()
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, and it wants more memory than all
    os.environ["OPENPYXL_LXML"] = "False"
    try:
        answer: dict[str, Any] = {"sheets": sheets_of(sys.stdin.buffer.read())}
    except MemoryError:
        answer = {"too_much": True}
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of the reader is the file's fault, and is told
        answer = {"error": f"{type(error).__name__}: {error}"[:500]}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
