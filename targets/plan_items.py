"""One item of a plan file, read field by field: every fault becomes a Chinese sentence that names the item."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

LARGEST_NUMBER = Decimal(10) ** 16
MOST_DECIMALS = 8


class PlanItem:
    """A JSON object with its place in the file. A field that was never asked for is a fault too: it may be a slip."""

    def __init__(self, content: Any, place: str, findings: list[str]) -> None:
        self.place = place
        self.findings = findings
        self.content: dict[str, Any] = content if isinstance(content, dict) else {}
        self.asked: set[str] = set()
        if not isinstance(content, dict):
            self.fault("应为一组字段（JSON 对象）。")

    def fault(self, sentence: str) -> None:
        self.findings.append(f"{self.place}：{sentence}")

    def raw(self, key: str) -> Any:
        self.asked.add(key)
        return self.content.get(key)

    def has(self, key: str) -> bool:
        return self.content.get(key) is not None

    def text(self, key: str, *, longest: int, required: bool = False) -> str:
        found = self.raw(key)
        if found is None:
            found = ""
        if not isinstance(found, str):
            self.fault(f"{key} 应为文字，现为“{found}”。")
            return ""
        if required and not found.strip():
            self.fault(f"缺少 {key}。")
        if len(found) > longest:
            self.fault(f"{key} 超过 {longest} 个字。")
        return found

    def flag(self, key: str, *, default: bool = False) -> bool:
        found = self.raw(key)
        if found is None:
            return default
        if isinstance(found, bool):
            return found
        self.fault(f"{key} 应为 true 或 false，现为“{found}”。")
        return default

    def number(self, key: str) -> Decimal | None:
        """The number as written, exactly; None when the field is missing or null."""
        return self.as_number(self.raw(key), key)

    def as_number(self, found: Any, key: str) -> Decimal | None:
        if found is None:
            return None
        try:
            if isinstance(found, bool) or not isinstance(found, (str, int, Decimal)):
                raise InvalidOperation
            number = Decimal(found)
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.fault(f"{key} 不是数：“{found}”。")
            return None
        exponent = number.as_tuple().exponent
        if abs(number) >= LARGEST_NUMBER or (isinstance(exponent, int) and -exponent > MOST_DECIMALS):
            self.fault(f"{key} 超出可存的范围（整数最多 16 位，小数最多 {MOST_DECIMALS} 位）：“{found}”。")
            return None
        return number

    def whole(self, key: str, *, default: int | None = None, least: int = 0, most: int = 32000) -> int:
        found = self.raw(key)
        if found is None and default is not None:
            return default
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            self.fault(f"{key} 应为 {least} 到 {most} 之间的整数，现为“{found}”。")
            return least
        return found

    def day(self, key: str, *, required: bool = False) -> dt.date | None:
        found = self.raw(key)
        if found is None:
            if required:
                self.fault(f"缺少 {key}。")
            return None
        try:
            return dt.date.fromisoformat(found)
        except (TypeError, ValueError):
            self.fault(f"{key} 应为“2025-12-31”样式的日期，现为“{found}”。")
            return None

    def choice(self, key: str, choices: type[Choice], *, required: bool = False) -> Choice | None:
        found = self.raw(key)
        if found is None:
            if required:
                self.fault(f"缺少 {key}。")
            return None
        if found not in [choice.value for choice in choices]:
            self.fault(f"{key} 应为 {'、'.join(choice.value for choice in choices)} 之一，现为“{found}”。")
            return None
        return choices(found)

    def word_of(self, key: str, words: list[str], default: str) -> str:
        found = self.raw(key)
        if found not in words:
            self.fault(f"{key} 应为 {'、'.join(words)} 之一，现为“{found}”。")
            return default
        return str(found)

    def names(self, key: str, known: set[str] | None = None, what: str = "") -> tuple[str, ...]:
        """A list of words in order; each once, and each known where a set of known ones is given."""
        found = self.raw(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(name, str) and name.strip() for name in found):
            self.fault(f"{key} 应为文字的列表。")
            return ()
        for name in found:
            if known is not None and name not in known:
                self.fault(f"{key} 中的“{name}”不在本文件的 {what} 里。")
        if len(set(found)) != len(found):
            self.fault(f"{key} 中有重复。")
        return tuple(found)

    def child(self, key: str) -> "PlanItem | None":
        """The object under a key; None when it is missing or null."""
        found = self.raw(key)
        return None if found is None else PlanItem(found, f"{self.place}.{key}" if self.place else key, self.findings)

    def items(self, key: str, *, name_by: str) -> "Iterator[PlanItem]":
        """The objects of a list, each placed by its index (from 0) and its code: `indicators[3] LY-04`.

        After the last one, a code that stood twice is a fault, and so is an unknown field of any of them.
        """
        found = self.raw(key)
        if found is not None and not isinstance(found, list):
            self.fault(f"{key} 应为列表。")
            return
        seen: set[str] = set()
        for index, content in enumerate(found or []):
            name = content.get(name_by) if isinstance(content, dict) else None
            place = f"{key}[{index}]" + (f" {name}" if isinstance(name, str) and name else "")
            item = PlanItem(content, place if not self.place else f"{self.place}.{place}", self.findings)
            if isinstance(name, str) and name in seen:
                item.fault(f"{name_by} “{name}”重复。")
            if isinstance(name, str):
                seen.add(name)
            yield item
            item.refuse_unknown_fields()

    def refuse_unknown_fields(self) -> None:
        for key in self.content:
            if key not in self.asked:
                self.fault(f"不认识的字段“{key}”。")
