"""Reading the published results of tests/data/progress_cases."""

import csv
import json
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

FOLDER = FilePath(__file__).parent.parent / "data" / "progress_cases"
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def inputs_of(row: Row) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(row["inputs"], parse_float=Decimal, parse_int=Decimal)
    return read


def found(number: Decimal | None) -> Decimal:
    assert number is not None
    return number
