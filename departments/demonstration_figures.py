"""PURE: the small table of the demonstration, and the fixed rule by which it becomes the figures of every quarter."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

PARTS = ("value", "numerator", "denominator")
QUARTERS_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """How one reported quantity runs: its figure at each year end, or one for each quarter; None where there is none.

    `shape` is the share of a year's flow that is done at the end of each quarter; `before` is the stock or rate at the
    start of the plan; `decimals` are those of the figures in between.
    """

    years: Sequence[Decimal | None] = ()
    quarters: Sequence[Sequence[Decimal | None]] = ()
    before: Decimal | None = None
    shape: Sequence[Decimal] = ()
    decimals: int = 0

    def at(self, year: int, quarter: int) -> Decimal | None:
        """The figure at the end of a quarter (1 to 4) of a year of the plan (from 0): of a flow, the year to date.

        In between, a flow follows its shape, and a stock or rate runs straight from one year end to the next.
        """
        if self.quarters:
            return self.quarters[year][quarter - 1]
        whole = self.years[year]
        if whole is None or quarter == QUARTERS_A_YEAR:
            return whole
        if self.shape:
            return self._rounded(whole * self.shape[quarter - 1])
        start = self.before if year == 0 else self.years[year - 1]
        if start is None:
            return None
        return self._rounded(start + (whole - start) * quarter / QUARTERS_A_YEAR)

    def _rounded(self, number: Decimal) -> Decimal:
        return number.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Table:
    """One file of fixtures/demo: the rules by indicator and part, and everything beside the figures as it stands."""

    plan_file: str
    rules: Mapping[str, Mapping[str, Rule]]
    beside: Mapping[str, Any]

    def listed(self, key: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self.beside.get(key, [])
        return found


def read_table(path: Path) -> Table:
    content = json.loads(path.read_text(encoding="utf-8"))
    shapes = {
        name: [Decimal(share) for share in shares] for name, shares in content["shapes"].items() if name != "about"
    }
    return Table(
        plan_file=content["plan_file"],
        rules={
            code: {part: _rule(rule, shapes) for part, rule in parts.items()}
            for code, parts in content["figures"].items()
        },
        beside={key: value for key, value in content.items() if key not in ("figures", "shapes", "plan_file")},
    )


def _rule(content: Mapping[str, Any], shapes: Mapping[str, Sequence[Decimal]]) -> Rule:
    return Rule(
        years=[_number(text) for text in content.get("years", [])],
        quarters=[[_number(text) for text in year] for year in content.get("quarters", [])],
        before=_number(content.get("before")),
        shape=shapes[content["shape"]] if "shape" in content else (),
        decimals=content.get("decimals", 0),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
