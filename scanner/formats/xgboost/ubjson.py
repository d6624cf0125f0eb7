"""UBJSON as XGBoost writes it, with every length compared to the bytes that remain (ubjson.org)."""

import struct
from collections.abc import Sequence

from scanner.format import MalformedError

DEPTH = 64
"""Deepest nest of containers; a model has fewer than ten."""

_NUMBERS = {
    b"i": ">b", b"U": ">B", b"I": ">h", b"l": ">i", b"L": ">q", b"d": ">f", b"D": ">d",
}  # fmt: skip
_INTEGERS = frozenset((b"i", b"U", b"I", b"l", b"L"))
_CONSTANTS: dict[bytes, object] = {b"Z": None, b"T": True, b"F": False}


def parse(raw: bytes) -> object:
    """Parse one value; objects become dicts, arrays sequences. Raises `MalformedError`."""
    reading = _Reading(raw)
    value = reading.value(reading.take(1), 0)
    if reading.at != len(raw):
        message = f"{len(raw) - reading.at} bytes follow the value"
        raise MalformedError(message, reading.at)
    return value


class _Reading:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0

    def take(self, size: int) -> bytes:
        if size < 0 or size > len(self.raw) - self.at:
            message = f"{size} bytes are declared, {len(self.raw) - self.at} remain"
            raise MalformedError(message, self.at)
        start, self.at = self.at, self.at + size
        return self.raw[start : self.at]

    def value(self, marker: bytes, depth: int) -> object:
        if marker in _NUMBERS:
            shape = _NUMBERS[marker]
            return struct.unpack(shape, self.take(struct.calcsize(shape)))[0]
        if marker in _CONSTANTS:
            return _CONSTANTS[marker]
        if marker in (b"S", b"H"):
            return self._text()
        if marker == b"C":
            return self.take(1).decode("latin-1")
        if marker not in (b"{", b"["):
            message = f"marker {marker!r} does not exist"
            raise MalformedError(message, self.at - 1)
        if depth >= DEPTH:
            message = f"containers nest deeper than {DEPTH}"
            raise MalformedError(message, self.at)
        return self._object(depth + 1) if marker == b"{" else self._array(depth + 1)

    def _count(self) -> int:
        marker = self.take(1)
        if marker not in _INTEGERS:
            message = f"a length has the marker {marker!r}"
            raise MalformedError(message, self.at - 1)
        shape = _NUMBERS[marker]
        return int(struct.unpack(shape, self.take(struct.calcsize(shape)))[0])

    def _text(self) -> str:
        return self.take(self._count()).decode("utf-8", "backslashreplace")

    def _header(self) -> tuple[bytes, int]:
        """Read the optional type and count of a container; -1 where it ends with its own marker."""
        kind, count = b"", -1
        if self.raw[self.at : self.at + 1] == b"$":
            self.at += 1
            kind = self.take(1)
        if self.raw[self.at : self.at + 1] == b"#":
            self.at += 1
            count = self._count()
            if count < 0 or kind in _CONSTANTS:  # Entries without bytes could be many for nothing.
                message = f"{count} entries of type {kind!r} are declared"
                raise MalformedError(message, self.at)
        elif kind:
            message = "a typed container has no count"
            raise MalformedError(message, self.at)
        return kind, count

    def _array(self, depth: int) -> Sequence[object]:
        kind, count = self._header()
        if kind in _NUMBERS:
            shape = _NUMBERS[kind]
            width = struct.calcsize(shape)
            data = self.take(count * width)
            return struct.unpack(f">{count}{shape[1]}", data)
        self._check(count)
        values: list[object] = []
        while len(values) != count:
            marker = kind or self.take(1)
            if count < 0 and marker == b"]":
                break
            values.append(self.value(marker, depth))
        return values

    def _object(self, depth: int) -> dict[str, object]:
        kind, count = self._header()
        self._check(count)
        found: dict[str, object] = {}
        pairs = 0
        while pairs != count:
            if count < 0 and self.raw[self.at : self.at + 1] == b"}":
                self.at += 1
                break
            key = self._text()
            found[key] = self.value(kind or self.take(1), depth)
            pairs += 1
        return found

    def _check(self, count: int) -> None:
        """Refuse a count that the bytes cannot hold."""
        if count > len(self.raw) - self.at:
            message = f"{count} entries are declared, {len(self.raw) - self.at} bytes remain"
            raise MalformedError(message, self.at)
