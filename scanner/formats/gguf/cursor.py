"""Numbers and texts of a GGUF header, one after the other, through a window that moves forward."""

import struct
from typing import BinaryIO

from scanner.facts.tensor import CountMismatch
from scanner.format import MalformedError

WINDOW_NBYTES = 1 << 18

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""`struct` codes of value types. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""

TEXT, ARRAY = 8, 9

CHARACTERS = "characters"


class CountError(MalformedError):
    """A count that the rest of the file cannot hold: a malformed header that also has a fact of its own."""

    def __init__(self, counted: str, declared: int, possible: int, offset: int) -> None:
        """Keep the numbers for the fact."""
        super().__init__(f"{declared} {counted} are declared, {possible} fit into the file", offset)
        self.counted, self.declared, self.possible = counted, declared, possible


class LongError(MalformedError):
    """The header goes on beyond the bound of `limits.py`: nothing is wrong, but it is not read to its end."""


class Cursor:
    """A position in a GGUF header that may be `bound` bytes long.

    `order` is "<" or ">"; version 1 counts in 32 bits, later ones in 64.
    """

    def __init__(self, stream: BinaryIO, size: int, order: str, *, version: int, bound: int) -> None:
        """Start at the byte behind magic and version."""
        self._stream = stream
        self._order = order
        self._size = size
        self._bound = bound
        self._buffer = b""
        self._base = stream.tell()
        self._local = 0
        self._length = struct.Struct(order + ("I" if version == 1 else "Q"))
        self._scalars = {code: struct.Struct(order + letter) for code, letter in SCALARS.items()}

    @property
    def position(self) -> int:
        """Bytes from the artifact's start."""
        return self._base + self._local

    @property
    def remaining(self) -> int:
        """Bytes up to the artifact's end."""
        return self._size - self.position

    @property
    def length_nbytes(self) -> int:
        """Bytes of a length or count in this version."""
        return self._length.size

    def scalar(self, code: int) -> int | float | bool:
        """Read one number of a value type."""
        found: int | float | bool = self._unpack(self._scalars[code])
        return found

    def natural(self) -> int:
        """Read a uint32: a type code or a number of dimensions."""
        return int(self._unpack(self._scalars[4]))

    def offset(self) -> int:
        """Read a uint64."""
        return int(self._unpack(self._scalars[10]))

    def count(self, counted: str, least: int) -> int:
        """Read a length or count of things that take at least `least` bytes each. Raises `CountError`."""
        at = self.position
        declared = self.length()
        self.check(counted, declared, least, at)
        return declared

    def length(self) -> int:
        """Read a length or count, unchecked."""
        return int(self._unpack(self._length))

    def check(self, counted: str, declared: int, least: int, at: int) -> None:
        """Compare a count with the bytes that remain. Raises `CountError`."""
        if declared * least > self.remaining:
            raise CountError(counted, declared, self.remaining // least, at)

    def text(self, limit: int) -> tuple[bytes, int]:
        """Read a text: at most `limit` bytes of it, and its whole length."""
        length = self.count(CHARACTERS, 1)
        kept = self.take(min(length, limit))
        self.skip(length - len(kept))
        return kept, length

    def take(self, size: int) -> bytes:
        """Read bytes; the caller has compared `size` with what remains."""
        if size > len(self._buffer) - self._local:
            self._fill(size)
        start, self._local = self._local, self._local + size
        return self._buffer[start : self._local]

    def skip(self, size: int) -> None:
        """Move on; the window follows when it is needed. The caller has compared `size` with what remains."""
        self._local += size

    def skip_texts(self, count: int) -> None:
        """Pass over texts by their lengths alone: 0.1 microseconds each, a vocabulary has 250,000."""
        unpack, size = self._length.unpack_from, self._length.size
        while count:
            if len(self._buffer) - self._local < size:
                self._fill(size)
            buffer, local, last = self._buffer, self._local, len(self._buffer) - size
            begun = local
            done = 0
            while local <= last and done < count:
                local += unpack(buffer, local)[0] + size
                done += 1
            if local + self._base > self._size:
                left = self._size - self._base - begun
                raise CountError(CHARACTERS, local - begun, left, self._base + begun)
            count -= done
            self._local = local

    def _unpack(self, form: struct.Struct) -> int:
        if len(self._buffer) - self._local < form.size:
            self._fill(form.size)
        (value,) = form.unpack_from(self._buffer, self._local)
        self._local += form.size
        return int(value) if form.format[-1] not in "fd?" else value

    def _fill(self, wanted: int) -> None:
        """Move the window to the position. Raises `MalformedError` where fewer than `wanted` bytes are left."""
        position = self.position
        if position > self._bound:
            message = f"the header is longer than {self._bound} bytes"
            raise LongError(message, position)
        if self._size - position < wanted:
            message = f"{wanted} bytes are needed, {max(0, self._size - position)} are left"
            raise MalformedError(message, min(position, self._size))
        self._stream.seek(position)
        self._buffer = self._stream.read(min(max(WINDOW_NBYTES, wanted), self._size - position))
        self._base, self._local = position, 0
        if len(self._buffer) < wanted:
            message = "the file is shorter than it was"
            raise MalformedError(message, position)


def fact_of(error: CountError, at: object) -> CountMismatch:
    """State the numbers of a `CountError`."""
    return CountMismatch(
        where=at,  # type: ignore[arg-type]
        format="gguf", counted=error.counted, declared=error.declared, possible=error.possible,
    )  # fmt: skip
