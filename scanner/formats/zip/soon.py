"""What will be read of the members of a remote archive: said at once, so that nobody waits for each in turn."""

from collections.abc import Iterable, Iterator

from scanner.formats.zip import TAIL_NBYTES
from scanner.formats.zip.content import CHECKED_NBYTES
from scanner.formats.zip.records import Entry

EARLY_NBYTES = 8 << 20
"""Larger members are got when they are asked for."""

HEAD_NBYTES = 20 << 10
"""A local header, and what readers look at of a storage."""

BESIDE_NBYTES = 200
"""What lies between a name and the data: extra fields, and padding that aligns storages."""


def ranges(entries: Iterable[Entry], size: int) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges: small members whole, of large ones the head and the end."""
    for entry in entries:
        end = min(size, entry.offset + 30 + len(entry.name) + entry.packed + BESIDE_NBYTES)
        if not 0 <= entry.offset < end:
            continue
        if entry.packed <= CHECKED_NBYTES or (entry.method and entry.packed <= EARLY_NBYTES):
            yield entry.offset, end
        else:
            yield entry.offset, min(end, entry.offset + HEAD_NBYTES)
            yield end - BESIDE_NBYTES - TAIL_NBYTES, end
