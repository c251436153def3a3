"""Draws how sheets and supervision items move from the tables that decide it, so that the page cannot disagree."""

from collections.abc import Iterable, Mapping, Sequence

from departments.labels import VERB_LABELS
from departments.models.submission import APPROVED, DRAFT, STATES, TRANSITIONS
from departments.models.supervision import ASSIGNED, SUPERVISION_STATES, SUPERVISION_TRANSITIONS, SUPERVISION_VERBS

Transitions = Mapping[str, tuple[tuple[str, ...], str]]

SHEET_WORDS: Mapping[str, tuple[str, str]] = {
    # verb: (who, what it needs and leaves behind)
    "submit": (
        "A reporter of the bureau; the coordinator, where he filled in for it",
        "Nothing missing or wrong, a note beside every warning, evidence where it is asked for. Leaves a snapshot that "
        "the database keeps from being changed.",
    ),
    "withdraw": ("A reporter of the bureau; the coordinator, what he submitted himself", "Nobody has endorsed it yet."),
    "endorse": ("An approver of the bureau", "He entered and submitted nothing of it."),
    "return": (
        "The bureau's approver what is submitted, the reviewer what is endorsed",
        "A reason; comments on single cells stay in their threads.",
    ),
    "approve": (
        "The reviewer",
        "He entered, submitted and endorsed nothing of it. Figures, reports and dated steps count from now on.",
    ),
    "reopen": (
        "The coordinator",
        "A reason. Makes a new version, in which all cells or only the chosen ones may change; the approved one stays, "
        "and counts until the new one is approved.",
    ),
}

SUPERVISION_WORDS: Mapping[str, tuple[str, str]] = {
    "answer": ("The bureau's reporters and approvers", "What was done, with evidence where there is some."),
    "send_back": ("The coordinator", "A reason."),
    "postpone": ("The coordinator", "A later day and a reason."),
    "close": ("The coordinator", "He did not answer it himself."),
    "reopen": ("The coordinator", "A reason and a new day."),
}

INTRODUCTION = """# How sheets and supervision items move

Drawn by `manage.py draw_workflow --write` from the tables of transitions in `departments/models/`; a test compares
this page with them. Whoever tries what is not listed here reads a sentence that says why it cannot be.
"""


def workflow_page() -> str:
    """The page as Markdown: for each table a diagram (Mermaid) and the same in words."""
    reopening: Transitions = {"reopen": ((APPROVED,), DRAFT)}
    return "\n".join(
        [
            INTRODUCTION,
            *_section("Sheets", STATES, TRANSITIONS | dict(reopening), VERB_LABELS, SHEET_WORDS, starts=DRAFT),
            "",
            *_section(
                "Supervision items",
                SUPERVISION_STATES,
                SUPERVISION_TRANSITIONS,
                SUPERVISION_VERBS,
                SUPERVISION_WORDS,
                starts=ASSIGNED,
            ),
            "",
        ]
    )


def _section(
    title: str,
    states: Sequence[tuple[str, str]],
    transitions: Transitions,
    verbs: Mapping[str, str],
    words: Mapping[str, tuple[str, str]],
    *,
    starts: str,
) -> Iterable[str]:
    names = dict(states)
    yield f"## {title}"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state, name in states:
        yield f"    {state} : {name}"
    yield f"    [*] --> {starts}"
    for verb, (origins, end) in transitions.items():
        for origin in origins:
            yield f"    {origin} --> {end} : {verbs[verb]}"
    yield "```"
    yield ""
    yield "| verb | from | to | who | what it needs, what it leaves |"
    yield "|---|---|---|---|---|"
    for verb, (origins, end) in transitions.items():
        who, what = words[verb]
        came_from = "、".join(f"{names[origin]} (`{origin}`)" for origin in origins)
        yield f"| {verbs[verb]} (`{verb}`) | {came_from} | {names[end]} (`{end}`) | {who} | {what} |"
