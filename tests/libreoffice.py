"""A real LibreOffice without a screen: opens a workbook, types into its cells, saves it as .xlsx."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

SECONDS = 60
MACRO = """Sub Run()
    Dim opened(0) As New com.sun.star.beans.PropertyValue
    opened(0).Name = "Hidden"
    opened(0).Value = True
    document = StarDesktop.loadComponentFromURL(ConvertToURL({source}), "_blank", 0, opened())
{steps}
    Dim saved(0) As New com.sun.star.beans.PropertyValue
    saved(0).Name = "FilterName"
    saved(0).Value = "Calc MS Excel 2007 XML"
    document.storeToURL(ConvertToURL({target}), saved())
    document.close(True)
End Sub
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{text}</script:module>
"""


def fill_in(content: bytes, folder: Path, *, sheet: int = 0, cells: Mapping[str, str], steps: str = "") -> bytes:
    """The workbook as LibreOffice saves it after typing `cells` (by reference, as a person types them) into a sheet.

    steps: more lines of Basic, with `document` and `sheet` at hand.
    """
    source, target = folder / "given.xlsx", folder / "filled.xlsx"
    source.write_bytes(content)
    typed = [f"    sheet = document.Sheets.getByIndex({sheet})"]
    typed += [f"    sheet.getCellRangeByName({quoted(at)}).FormulaLocal = {quoted(text)}" for at, text in cells.items()]
    macro = MACRO.format(source=quoted(source), target=quoted(target), steps="\n".join([*typed, steps]))
    _run(folder, "--terminate_after_init")  # the first start makes the profile, and its empty Module1
    module = folder / "profile/user/basic/Standard/Module1.xba"
    module.write_text(MODULE.format(text=escape(macro)), encoding="utf-8")
    _run(folder, "macro:///Standard.Module1.Run")
    return target.read_bytes()


def quoted(text: object) -> str:
    """As a string of Basic."""
    doubled = str(text).replace('"', '""')
    return f'"{doubled}"'


def _run(folder: Path, order: str) -> None:
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    subprocess.run(
        [*command, "--nologo", order],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
