"""Every act that the event log can hold has a name that its reader understands."""

import ast
from pathlib import Path

from accounts.action_words import action_label

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "targets", "departments", "reports")


def recorded_actions():
    """Every `action="…"` that is handed to `record`, with the file that hands it over."""
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "record":
                    continue
                for keyword in node.keywords:
                    if keyword.arg != "action":
                        continue
                    for part in ast.walk(keyword.value):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value[-1] != ".":
                            yield part.value, file.relative_to(ROOT)


def test_every_recorded_act_has_chinese_words():
    found = list(recorded_actions())
    assert len({action for action, _ in found}) > 15
    assert [(action, file) for action, file in found if action_label(action) == action] == []


def test_every_step_of_a_sheet_has_chinese_words():
    from departments.models.submission import TRANSITIONS

    assert [
        verb for verb in [*TRANSITIONS, "reopen"] if action_label(f"submission.{verb}") == f"submission.{verb}"
    ] == []
