"""What a briefing says, and in which order: built from the same overview as the page, so that they cannot disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.briefing import sections
from reports.briefing.blocks import Block, BriefingContent, Heading, Paragraph, Recipients, digest
from reports.briefing.wording import day
from reports.overview_values import Overview
from targets.terms import Thresholds

TITLE_LINE = 20  # characters of 二号 that fit the width of the text
DEMONSTRATION_MARK = "演示数据，不作为决策依据"
DRAFT_MARK = "草稿"

_ORDINALS = "一二三四五六七八九十"
_NEVER_FIRST = "，。、；：！？）》”’%"
_NEVER_LAST = "（《“‘"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What an editor decides about an issue; everything else comes from the data.

    `organisation` is the red mark (发文机关标志) and `editor` the bureau below it: both default to what the plan names.
    `issue` is the line between them, such as 2025年第3期; by default it names the period.
    `suggestions` is free text, a paragraph a line; empty leaves the section out.
    """

    dated_on: date
    organisation: str = ""
    editor: str = ""
    issue: str = ""
    suggestions: str = ""
    is_draft: bool = False
    recipients: tuple[Recipients, ...] = ()
    copies: int | None = None


def build_content(overview: Overview, *, edition: Edition, thresholds: Thresholds) -> BriefingContent:
    """The briefing of one plan at one period. `thresholds` are the plan's own; the annex prints them."""
    parts: list[tuple[str, list[Block]]] = [
        ("总体情况", sections.overall(overview)),
        ("重点指标一览", sections.indicator_table(overview)),
        ("分领域进展", sections.sectors(overview)),
        ("滞后与预警", sections.lagging(overview)),
        ("任务推进", sections.tasks(overview)),
        ("报送情况", sections.reporting(overview)),
        ("下步建议", [Paragraph(line.strip()) for line in edition.suggestions.splitlines() if line.strip()]),
    ]
    blocks = _numbered([(title, body) for title, body in parts if body])
    plan = overview.plan
    editor = edition.editor or plan.issuer
    return BriefingContent(
        organisation=edition.organisation or plan.issuer_short or plan.issuer,
        issue=edition.issue or overview.period.name,
        editor=editor,
        issued_on=day(edition.dated_on),
        title_lines=tuple(title_lines(plan.title, f"{overview.period.name}进展情况")),
        blocks=blocks,
        annex_title="编制说明",
        annex=tuple(sections.annex(overview, thresholds=thresholds, data_digest=digest(blocks))),
        recipients=edition.recipients,
        printed_by=editor,
        printed_on=f"{day(edition.dated_on)}印发",
        copies=f"共印{edition.copies}份" if edition.copies is not None else "",
        demonstration_mark=DEMONSTRATION_MARK if overview.is_demonstration else "",
        draft_mark=DRAFT_MARK if edition.is_draft else "",
        keywords=(plan.title, overview.period.name, "简报"),
    )


def title_lines(*parts: str, limit: int = TITLE_LINE) -> list[str]:
    """The parts of a title, each broken by sense where it is longer than a line.

    A break never parts a number, a pair of quotation marks or brackets that fits on a line, or a mark from its word;
    among the rest the most even one is taken.
    """
    return [line for part in parts for line in _halved(part, limit)]


def _halved(text: str, limit: int) -> list[str]:
    if len(text) <= limit:
        return [text]
    places = [place for place in range(2, len(text) - 1) if _may_break(text, place)]
    if not places:
        return [text]
    best = min(places, key=lambda place: (_unevenness(text, place, limit), place))
    return [*_halved(text[:best], limit), *_halved(text[best:], limit)]


def _may_break(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after in _NEVER_FIRST or before in _NEVER_LAST or re.match(r"[0-9A-Za-z.]{2}", before + after):
        return False
    if before.isdigit() and after in "年月日季期号%":
        return False
    head = text[:place]
    return all(head.count(opening) == head.count(closing) for opening, closing in ("“”", "《》", "（）"))


def _unevenness(text: str, place: int, limit: int) -> int:
    """How ill a break reads: uneven halves, less where sense pauses, and much where a half needs a break of its own."""
    uneven = abs(2 * place - len(text))
    if text[place] in "“《（":
        uneven -= 8
    elif text[place - 1] in "”》）的年" or text[place] in "和与及":
        uneven -= 4
    return uneven + (100 if max(place, len(text) - place) > limit else 0)


def _numbered(parts: Sequence[tuple[str, list[Block]]]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for ordinal, (title, body) in zip(_ORDINALS, parts, strict=False):
        blocks.append(Heading(f"{ordinal}、{title}"))
        blocks.extend(body)
    return tuple(blocks)
