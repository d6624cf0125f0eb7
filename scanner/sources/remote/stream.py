"""A seekable stream over a remote file: small steps where it is read here and there, longer ones where in a row."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from scanner.sources.remote.blocks import BLOCK_NBYTES
from scanner.sources.window import Window

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from scanner.sources.remote.broker import Asked

WHOLE_NBYTES = 64 << 10
"""Files up to this size come whole."""

AHEAD_NBYTES = 4 << 20
"""Longest read-ahead."""

BUFFER_NBYTES = 512
"""What `io` asks for at least: what lies beside it is here already."""


def open_remote(asked: "Asked", index: int, size: int) -> BinaryIO:
    """Open a remote file at offset 0. Reading raises `OSError` for what cannot be had."""
    return io.BufferedReader(_Remote(asked, index, size), BUFFER_NBYTES)


class _Remote(Window):
    def __init__(self, asked: "Asked", index: int, size: int) -> None:
        super().__init__(size)
        self._asked = asked
        self._index = index
        self._start = 0
        self._held = b""
        self._ahead = 0
        self.costly = size > WHOLE_NBYTES

    def advise(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Have ranges ready before they are asked for."""
        for start, end in ranges:
            self._asked.advise(self._index, max(0, start), min(end, self._size))

    def readinto(self, buffer: "WriteableBuffer") -> int:
        room = memoryview(buffer)
        wanted = min(len(room), self._size - self._position)
        if wanted <= 0:
            return 0
        skip = self._position - self._start
        if not 0 <= skip < len(self._held):
            self._fill(wanted)
            skip = self._position - self._start
        count = min(wanted, len(self._held) - skip)
        room[:count] = self._held[skip : skip + count]
        self._position += count
        return count

    def _fill(self, wanted: int) -> None:
        """Get what is wanted, to the ends of its blocks; more each time it follows what was read before."""
        in_a_row = self._held and self._position == self._start + len(self._held)
        self._ahead = min(max(2 * self._ahead, BLOCK_NBYTES), AHEAD_NBYTES) if in_a_row else 0
        start = self._position - self._position % BLOCK_NBYTES
        end = self._position + wanted + self._ahead
        end += -end % BLOCK_NBYTES
        if self._size <= WHOLE_NBYTES:
            start, end = 0, self._size
        self._held = self._asked.read(self._index, start, min(end, self._size))
        self._start = start
