"""DER (ITU-T X.690) as far as a timestamp needs it: values written, and cut apart with each length compared."""

from typing import Final

from scanner.record import record

SEQUENCE: Final = 0x30
SET: Final = 0x31
INTEGER: Final = 0x02
OCTETS: Final = 0x04
OID: Final = 0x06
TIME: Final = 0x18

LONG: Final = 0x80
"""First length octet from which on it counts the octets of the length instead."""

LENGTH_OCTETS: Final = 4


class DerError(ValueError):
    """Bytes are no DER, or not of the structure that was expected."""


@record
class Value:
    """One value: its tag, its content, and both with the length between them."""

    tag: int
    content: bytes
    whole: bytes


def one(raw: bytes) -> Value:
    """Read the only value of some bytes."""
    found = values(raw)
    if len(found) != 1:
        message = f"{len(found)} values where one is expected"
        raise DerError(message)
    return found[0]


def values(raw: bytes) -> list[Value]:
    """Cut bytes into the values that they consist of."""
    found: list[Value] = []
    at = 0
    while at < len(raw):
        start, size = _length(raw, at + 1)
        if size > len(raw) - start:
            message = "a value is longer than what is there"
            raise DerError(message)
        found.append(Value(tag=raw[at], content=raw[start : start + size], whole=raw[at : start + size]))
        at = start + size
    return found


def inside(value: Value, tag: int) -> list[Value]:
    """Cut what a value with this tag holds."""
    return values(content(value, tag))


def content(value: Value, tag: int) -> bytes:
    """Return the content of a value with this tag."""
    if value.tag != tag:
        message = f"tag {value.tag:#x} where {tag:#x} is expected"
        raise DerError(message)
    return value.content


def at(held: list[Value], index: int) -> Value:
    """Return one of several values."""
    if index >= len(held):
        message = "a value is missing"
        raise DerError(message)
    return held[index]


def write(tag: int, *parts: bytes) -> bytes:
    """Write a value around others, or around its content."""
    content = b"".join(parts)
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, size] if size < LONG else [tag, LONG + len(octets), *octets]) + content


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """Read a length in its shortest form; return where the content starts, and its size."""
    if at >= len(raw):
        message = "a value ends before its length"
        raise DerError(message)
    first = raw[at]
    if first < LONG:
        return at + 1, first
    octets = raw[at + 1 : at + 1 + first - LONG]
    if not 1 <= len(octets) <= LENGTH_OCTETS or len(octets) != first - LONG or octets[0] == 0:
        message = "a length that DER does not write"
        raise DerError(message)
    size = int.from_bytes(octets, "big")
    if size < LONG:
        message = "a length that DER does not write"
        raise DerError(message)
    return at + 1 + len(octets), size
