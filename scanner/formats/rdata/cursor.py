"""Numbers, texts and runs of elements in the three encodings of R's serialization."""

import re
from typing import BinaryIO

from scanner.format import MalformedError

SHOWN_NBYTES = 200
"""Bytes of a text that are kept."""

_WORD = re.compile(rb"\s*(\S{1,400})")
_CHARACTER = re.compile(rb"\\(?:[0-7]{1,3}|.)|[^\\]", re.DOTALL)


class Binary:
    """XDR (big-endian) or native (little-endian)."""

    def __init__(self, stream: BinaryIO, size: int, start: int, order: str) -> None:
        """Start at an offset. `order`: "big" or "little"."""
        self._stream = stream
        self._size = size
        self._big = order == "big"
        self.position = start
        stream.seek(start)

    def integer(self) -> int:
        """Read an int of 32 bits."""
        return int.from_bytes(self._take(4), "big" if self._big else "little", signed=True)

    def text(self, length: int) -> str:
        """Read a text of `length` bytes, and keep its start."""
        self._check(length)
        kept = self._take(min(length, SHOWN_NBYTES))
        self.skip(max(0, length - SHOWN_NBYTES), 1)
        return kept.decode("utf-8", "backslashreplace")

    def skip(self, count: int, width: int) -> None:
        """Pass over elements of `width` bytes."""
        if count:
            self._check(count * width)
            self.position += count * width
            self._stream.seek(self.position)

    def room(self, count: int) -> None:
        """Check that `count` items can still follow: each takes 4 bytes at least."""
        self._check(4 * count)

    def _check(self, nbytes: int) -> None:
        if nbytes < 0 or nbytes > self._size - self.position:
            message = f"{nbytes} bytes are declared, {self._size - self.position} remain"
            raise MalformedError(message, self.position)

    def _take(self, nbytes: int) -> bytes:
        self._check(nbytes)
        found = self._stream.read(nbytes)
        self.position += len(found)
        if len(found) < nbytes:
            message = "the file is shorter than it says"
            raise MalformedError(message, self.position)
        return found


class Words:
    """The ASCII encoding: words between white space, texts escaped as in C."""

    def __init__(self, content: bytes, start: int) -> None:
        """Start at an offset of the whole content."""
        self._content = content
        self.position = start

    def integer(self) -> int:
        """Read an int; NA is the smallest one."""
        word = self._word()
        if word == b"NA":
            return -(1 << 31)
        if not re.fullmatch(rb"-?\d{1,11}", word):
            message = "no number where one is due"
            raise MalformedError(message, self.position)
        return int(word)

    def text(self, length: int) -> str:
        """Read a text of `length` bytes after unescaping, and keep its start as it is written."""
        self.room(length)
        while self._content[self.position : self.position + 1].isspace():
            self.position += 1
        kept = bytearray()
        for _ in range(length):
            found = _CHARACTER.match(self._content, self.position)
            if found is None:
                message = "a text is cut"
                raise MalformedError(message, self.position)
            self.position = found.end()
            if len(kept) < SHOWN_NBYTES:
                kept += found[0]
        return kept.decode("utf-8", "backslashreplace")

    def skip(self, count: int, width: int) -> None:
        """Pass over elements: one word each, a complex number two."""
        words = 2 * count if width == 16 else count  # noqa: PLR2004 - CPLXSXP
        self.room(words)
        for _ in range(words):
            self._word()

    def room(self, count: int) -> None:
        """Check that `count` items can still follow: each takes a byte at least."""
        if not 0 <= count <= len(self._content) - self.position:
            message = f"{count} items are declared, {len(self._content) - self.position} bytes remain"
            raise MalformedError(message, self.position)

    def _word(self) -> bytes:
        found = _WORD.match(self._content, self.position)
        if found is None:
            message = "the text ends inside an item"
            raise MalformedError(message, self.position)
        self.position = found.end()
        return found[1]
