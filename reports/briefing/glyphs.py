"""Which characters a font file can draw, read from its own character map.

Under PDF/A a character without a glyph is an error, so the text is checked before it is set. Only the two map
formats that carry Unicode in practice are read: 4 (up to U+FFFF) and 12 (all of Unicode), of the OpenType
specification, chapter “cmap”.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

Span = tuple[int, int]  # first and last code point, both included

_UNICODE_TABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))  # best first


class Coverage:
    """The code points that at least one of some fonts can draw."""

    def __init__(self, spans: Iterable[Span]) -> None:
        merged: list[list[int]] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1][1] + 1:
                merged[-1][1] = max(merged[-1][1], last)
            else:
                merged.append([first, last])
        self._firsts = [first for first, _ in merged]
        self._lasts = [last for _, last in merged]

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        place = bisect_right(self._firsts, code) - 1
        return place >= 0 and code <= self._lasts[place]


@lru_cache(maxsize=128)
def spans_of_font(path: Path, index: int) -> tuple[Span, ...]:
    """The spans of code points that font number `index` of the file maps to a glyph; empty when it maps none."""
    data = path.read_bytes()
    try:
        start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
        table = _table_offset(data, start, b"cmap")
        return tuple(_spans_of_map(data, table)) if table is not None else ()
    except struct.error:
        return ()  # a damaged file draws nothing; the layout engine leaves it out as well


def _table_offset(data: bytes, start: int, tag: bytes) -> int | None:
    (count,) = struct.unpack_from(">H", data, start + 4)
    for number in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if name == tag:
            return int(offset)
    return None


def _spans_of_map(data: bytes, table: int) -> Iterable[Span]:
    (count,) = struct.unpack_from(">H", data, table + 2)
    offered: dict[tuple[int, int], int] = {}
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, table + 4 + 8 * number)
        offered[platform, encoding] = table + offset
    for kind in _UNICODE_TABLES:
        if kind not in offered:
            continue
        (map_format,) = struct.unpack_from(">H", data, offered[kind])
        if map_format == 12:
            return _format_12(data, offered[kind])
        if map_format == 4:
            return _format_4(data, offered[kind])
    return ()


def _format_12(data: bytes, at: int) -> Iterable[Span]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    for first, last, glyph in struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups]):
        yield (first + 1 if glyph == 0 else first, last)


def _format_4(data: bytes, at: int) -> Iterable[Span]:
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * doubled)
    offsets_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    for number, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        if first == 0xFFFF:
            continue
        for code in range(first, last + 1):
            if offset == 0:
                glyph = (code + delta) & 0xFFFF
            else:
                (glyph,) = struct.unpack_from(">H", data, offsets_at + 2 * number + offset + 2 * (code - first))
            if glyph:
                yield (code, code)
