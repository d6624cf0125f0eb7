"""A little-endian file read forwards: numbers, texts and blocks, each against the bytes that remain."""

import struct
from typing import BinaryIO

from scanner.format import MalformedError

_FORMS = {code: struct.Struct(f"<{code}") for code in "bBhHiIqQfd"}


class Cursor:
    """A position in a stream of `size` bytes. Every method raises `MalformedError` where the bytes end too early."""

    def __init__(self, stream: BinaryIO, size: int, start: int = 0) -> None:
        """Start at an offset of the stream."""
        self._stream = stream
        self._size = size
        self.at = start
        stream.seek(start)

    @property
    def left(self) -> int:
        """Bytes up to the end."""
        return self._size - self.at

    def room(self, size: int) -> None:
        """Compare a length with the bytes that remain."""
        if size < 0 or size > self.left:
            message = f"{size} bytes are declared, {self.left} remain"
            raise MalformedError(message, self.at)

    def take(self, size: int) -> bytes:
        """Read bytes."""
        self.room(size)
        found = self._stream.read(size)
        if len(found) < size:
            message = "the file is shorter than it was"
            raise MalformedError(message, self.at)
        self.at += size
        return found

    def skip(self, size: int) -> int:
        """Pass over bytes without reading them; return where they start."""
        self.room(size)
        start = self.at
        if size:
            self.at += size
            self._stream.seek(self.at)
        return start

    def back(self, position: int) -> None:
        """Return to a byte that was read; the next value starts there."""
        self.at = position
        self._stream.seek(position)

    def number(self, code: str) -> int:
        """Read a whole number by its `struct` code: "i" and "I" of 4 bytes, "q" and "Q" of 8."""
        form = _FORMS[code]
        return int(form.unpack(self.take(form.size))[0])

    def real(self, code: str) -> float:
        """Read a floating-point number: "f" or "d"."""
        form = _FORMS[code]
        return float(form.unpack(self.take(form.size))[0])

    def text(self, size: int, limit: int) -> str:
        """Read a text of `size` bytes and keep `limit` of them; what is not UTF-8 is escaped."""
        self.room(size)
        kept = self.take(min(size, limit))
        self.skip(size - len(kept))
        return kept.decode("utf-8", "backslashreplace")
