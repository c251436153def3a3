"""PURE: where a plan file and the stored plan say different things, item by item, in Chinese sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from targets.plan_drafts import PlanDraft

KEYS = {"clauses": "section", "indicators": "code", "tasks": "code", "goals": "code", "readings": "code"}
ITSELF = (
    *("code", "title", "issuer", "issuer_short", "starts_on", "ends_on", "baseline_year", "document_number"),
    *("issued_on", "nature", "source", "is_demonstration", "thresholds", "root_area", "sectors"),
    *("due_days_after_end", "due_in_working_days", "task_reports_every", "task_reports_from"),
)


def differences(file: PlanDraft, stored: PlanDraft, *, as_loaded: PlanDraft) -> list[str]:
    """What the file says otherwise than the stored plan; empty when they agree.

    A target or a setting of reporting agrees when it is the one in force or the one first loaded, so that the original
    file still loads after a revision. Names of bureaus and parts of the area are the system's own business once they
    are there.
    """
    findings = [
        sentence
        for name in ITSELF
        if getattr(file, name) != getattr(as_loaded, name)
        for sentence in _compare(name, getattr(file, name), getattr(stored, name), last=True)
    ]
    for section, key in KEYS.items():
        known = {getattr(one, key): one for one in getattr(stored, section)}
        earlier = {getattr(one, key): one for one in getattr(as_loaded, section)}
        named = set()
        for index, one in enumerate(getattr(file, section)):
            code = getattr(one, key)
            named.add(code)
            place = f"{section}[{index}] {code}"
            if code not in known:
                findings.append(f"{place}：系统中的这个方案没有这一项。")
            else:
                findings += _fields(place, one, known[code], earlier[code])
        findings += [f"{section} {code}：系统中有这一项，文件中没有。" for code in known if code not in named]
    return findings


def _fields(place: str, file: Any, stored: Any, loaded: Any) -> Iterator[str]:
    for field in fields(file):
        ours, theirs = getattr(stored, field.name), getattr(file, field.name)
        if theirs == getattr(loaded, field.name):
            continue
        if field.name == "target":
            yield from _fields(f"{place}.target", theirs, ours, ours)
        else:
            yield from _compare(f"{place}：{field.name} ", theirs, ours)


def _compare(what: str, file: Any, stored: Any, *, last: bool = False) -> Iterator[str]:
    if file != stored:
        separator = "：" if last else ""
        yield f"{what}{separator}文件为“{_words(file)}”，系统中为“{_words(stored)}”。"


def _words(value: Any) -> str:
    if value is None or value in ("", ()):
        return "空"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(_words(one) for one in value)
    if isinstance(value, Mapping):
        return "、".join(f"{key}={_words(one)}" for key, one in value.items())
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "……"
