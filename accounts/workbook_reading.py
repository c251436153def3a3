"""Reads an uploaded workbook into plain cells: first the guard, then a process with limits of its own."""

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from accounts.guards import FROM_THE_SYSTEM, SAVE_AS, WorkbookRefused, check_workbook

CHILD = Path(__file__).with_name("workbook_child.py")
SECONDS = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One filled cell. Rows and columns count from 1."""

    row: int
    column: int
    kind: str
    """n number, s text, b TRUE or FALSE, d day or time, e error; empty: a formula without a stored result."""
    text: str
    number_format: str = ""
    is_formula: bool = False

    @property
    def reference(self) -> str:
        """As a reader of the workbook finds it, such as B7."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class ReadSheet:
    name: str
    is_hidden: bool
    cells: tuple[ReadCell, ...]


def column_letters(number: int) -> str:
    """The letters of a column by its number: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_workbook(file: BinaryIO, *, name: str) -> tuple[ReadSheet, ...]:
    """The sheets of an uploaded .xlsx, hidden ones too, in their order. Raises WorkbookRefused with a sentence."""
    check_workbook(file, name=name)
    answer = _read_in_a_process(file)
    if "sheets" not in answer:
        if answer.get("too_much"):
            raise WorkbookRefused("too_much", f"文件内容过于复杂，读取时超出了限制：{FROM_THE_SYSTEM}")
        log.warning("A workbook could not be read: %s", answer.get("error", "no answer"))
        raise WorkbookRefused("damaged", f"文件已损坏或不是标准的工作簿，读不出来：{SAVE_AS}")
    return tuple(
        ReadSheet(
            name=sheet["name"],
            is_hidden=sheet["state"] != "visible",
            cells=tuple(ReadCell(*cell) for cell in sheet["cells"]),
        )
        for sheet in answer["sheets"]
    )


def _read_in_a_process(file: BinaryIO) -> dict[str, Any]:
    """What the process said; `too_much` where it ran into its limits. Input and output are files, not pipes, so that
    neither side waits for the other."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        file.seek(0)
        while piece := file.read(1 << 20):
            given.write(piece)
        given.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(CHILD)],
                stdin=given,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"too_much": True}
        if done.returncode != 0:  # killed for CPU time or output, or out of memory before it could say so
            return {"too_much": True}
        said.seek(0)
        answer = json.loads(said.read())
        return answer if isinstance(answer, dict) else {}
