"""The names inside a compound file, the container of doc, xls, ppt and of what WPS writes in their place.

Layout after [MS-CFB]: a header of 512 bytes, then sectors; the sector table (FAT) chains those of a stream; the
directory is such a stream of entries of 128 bytes. Only names are read here, never what stands in a stream.
"""

import struct
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_CHAIN = 0xFFFFFFFE
LAST_SECTOR = 0xFFFFFFFA
"""Numbers above are marks (free, end of chain, …), not sectors."""

MOST_ENTRIES = 20_000


class NotACompoundFile(ValueError):
    """The container is broken: a chain leads outside the file, or in a circle."""


def names_in(file: BinaryIO, size: int) -> frozenset[str]:
    """The names of all storages and streams. `size` in bytes; raises NotACompoundFile."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512 or not header.startswith(SIGNATURE):
        raise NotACompoundFile("no header")
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        raise NotACompoundFile("no sector size that is known")
    sectors = _Sectors(file, size, 1 << shift)
    sectors.read_table(header)
    (first,) = struct.unpack_from("<I", header, 48)
    names = set()
    for sector in sectors.chain(first, most=MOST_ENTRIES * 128 // sectors.size):
        block = sectors.read(sector)
        for start in range(0, len(block) - 127, 128):
            (length,) = struct.unpack_from("<H", block, start + 64)
            if block[start + 66] in (1, 2) and 2 < length <= 64:  # a storage or a stream
                names.add(block[start : start + length - 2].decode("utf-16-le", errors="replace"))
    return frozenset(names)


class _Sectors:
    """The file as sectors, with the table that says which one follows which."""

    def __init__(self, file: BinaryIO, file_size: int, size: int) -> None:
        self.file = file
        self.size = size
        self.count = max(0, (file_size - 1) // size)  # the header takes the place of one; the last may be cut short
        self.table: list[int] = []

    def read(self, sector: int) -> bytes:
        if sector >= self.count:
            raise NotACompoundFile("a sector outside the file")
        self.file.seek((sector + 1) * self.size)
        return self.file.read(self.size)

    def numbers(self, sector: int) -> list[int]:
        block = self.read(sector)
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def read_table(self, header: bytes) -> None:
        """The first 109 sectors of the table stand in the header, those after them in a chain of their own."""
        places = list(struct.unpack_from("<109I", header, 76))
        (following,) = struct.unpack_from("<I", header, 68)
        seen = set()
        while following <= LAST_SECTOR:
            if following in seen:
                raise NotACompoundFile("a chain in a circle")
            seen.add(following)
            *more, following = self.numbers(following)
            places += more
        for place in places:
            if place <= LAST_SECTOR:
                self.table += self.numbers(place)
            if len(self.table) > self.count + self.size:
                break

    def chain(self, first: int, *, most: int) -> list[int]:
        found: list[int] = []
        sector = first
        while sector <= LAST_SECTOR:
            if len(found) >= most or sector >= len(self.table):
                raise NotACompoundFile("a chain without end")
            found.append(sector)
            sector = self.table[sector]
        if sector != END_OF_CHAIN:
            raise NotACompoundFile("a chain that breaks off")
        return found
