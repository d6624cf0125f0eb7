"""Numbers, texts and runs of elements in the two encodings of Torch7."""

import re
from typing import BinaryIO

from scanner.cursor import Cursor
from scanner.format import MalformedError

_WORD = re.compile(rb"\s*(\S{1,400})")
_WORDS = re.compile(rb"\s*\S+")

RAW = (1, 0)
"""Widths of elements that ascii files hold as raw bytes: characters and bytes."""


class Binary:
    """Little-endian; `width` is that of a long number, 8 bytes, or 4 where the writer had those."""

    def __init__(self, stream: BinaryIO, size: int, width: int) -> None:
        """Start at the first byte."""
        self._cursor = Cursor(stream, size)
        self._code = "q" if width == 8 else "i"  # noqa: PLR2004 - bytes of a long number
        self.width = width

    @property
    def at(self) -> int:
        """Where the next value lies."""
        return self._cursor.at

    def integer(self) -> int:
        """Read an int of 32 bits."""
        return self._cursor.number("i")

    def long(self) -> int:
        """Read a long number."""
        return self._cursor.number(self._code)

    def double(self) -> str:
        """Read a number of Lua, as text."""
        return f"{self._cursor.real('d'):g}"

    def characters(self, size: int, limit: int) -> bytes:
        """Read `size` bytes of text or code and keep `limit` of them."""
        self._cursor.room(size)
        kept = self._cursor.take(min(size, limit))
        self._cursor.skip(size - len(kept))
        return kept

    def elements(self, count: int, width: int) -> int:
        """Pass over the data of a storage; return where it starts."""
        return self._cursor.skip(count * width)

    def room(self, objects: int) -> None:
        """Check that so many objects can follow: each takes 4 bytes at least."""
        self._cursor.room(4 * objects)


class Ascii:
    """Numbers as words; behind each value one line break is taken with it, as `DiskFile` does."""

    width = 0

    def __init__(self, content: bytes) -> None:
        """Start at the first byte."""
        self._content = content
        self.at = 0

    def integer(self) -> int:
        """Read a whole number."""
        word = self._word()
        try:
            return int(word[:20])
        except ValueError as error:
            message = f"a number is {word[:20]!r}"
            raise MalformedError(message, self.at) from error

    long = integer

    def double(self) -> str:
        """Read a number of Lua, as text."""
        return self._word().decode("latin-1")[:40]

    def characters(self, size: int, limit: int) -> bytes:
        """Read `size` bytes of text or code and keep `limit` of them."""
        self._check(size)
        kept = self._content[self.at : self.at + min(size, limit)]
        self.at += size
        self._line_end()
        return kept

    def elements(self, count: int, width: int) -> int:
        """Pass over the data of a storage; return where it starts."""
        start = self.at
        if width in RAW:
            self.characters(count, 0)
            return start
        self._check(2 * count - 1 if count else 0)
        for _ in range(count):
            word = _WORDS.match(self._content, self.at)
            if word is None:
                message = "the data of a storage ends early"
                raise MalformedError(message, self.at)
            self.at = word.end()
        self._line_end()
        return start

    def room(self, objects: int) -> None:
        """Check that so many objects can follow: each takes 2 bytes at least, the last one 1."""
        self._check(2 * objects - 1 if objects else 0)

    def _word(self) -> bytes:
        word = _WORD.match(self._content, self.at)
        if word is None:
            message = "the file ends where a number is expected"
            raise MalformedError(message, self.at)
        self.at = word.end()
        self._line_end()
        return word[1]

    def _line_end(self) -> None:
        self.at += self._content[self.at : self.at + 1] == b"\n"

    def _check(self, nbytes: int) -> None:
        left = len(self._content) - self.at
        if nbytes < 0 or nbytes > left:
            message = f"{nbytes} bytes are declared, {left} remain"
            raise MalformedError(message, self.at)
