"""The body of one OCDBT record: tables of data files, and what a tree or manifest keeps in them."""

from typing import NamedTuple

from scanner.format import MalformedError

_ZSTD = 1
FILE_NBYTES = 65_535
"""Longest path of a data file, and longest key."""

NAMES_NBYTES = 64 << 20
"""All names of one record together: shared prefixes are written once and read many times."""


class Slot(NamedTuple):
    """Bytes that a record refers to: the number of the data file and where they end in it."""

    file: int
    end: int


class Record(NamedTuple):
    """What one record says. `values`: keys (relative to the node) and values kept in the record itself."""

    entries: int
    files: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    keys: tuple[bytes, ...]
    values: tuple[tuple[bytes, bytes], ...]


class Body:
    """Decompressed bytes read from the front. Every count is compared with the bytes that remain."""

    def __init__(self, raw: bytes) -> None:
        """Begin at the first byte."""
        self.raw = raw
        self.at = 0

    def take(self, size: int) -> bytes:
        """Take bytes. Raises `MalformedError` where fewer remain."""
        if size > len(self.raw) - self.at:
            message = f"{size} bytes are asked for, {len(self.raw) - self.at} remain"
            raise MalformedError(message, self.at)
        self.at += size
        return self.raw[self.at - size : self.at]

    def number(self) -> int:
        """Take a varint of up to 64 bits."""
        value = shift = 0
        for _ in range(10):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the last byte of a varint
                return value
            shift += 7
        message = "a varint of more than 64 bits"
        raise MalformedError(message, self.at)

    def numbers(self, count: int) -> list[int]:
        """Take `count` varints."""
        if count > len(self.raw) - self.at:
            message = f"{count} entries are declared, {len(self.raw) - self.at} bytes remain"
            raise MalformedError(message, self.at)
        return [self.number() for _ in range(count)]

    def texts(self, count: int, *, extra: int = 0) -> list[bytes]:
        """Take `count` byte strings that share prefixes; `extra` columns of `count` numbers stand before them."""
        shared = [0, *self.numbers(max(0, count - 1))]
        fresh = self.numbers(count)
        for _ in range(extra):
            self.numbers(count)
        found: list[bytes] = []
        before, total = b"", 0
        for prefix, size in zip(shared, fresh, strict=False):
            if prefix > len(before) or prefix + size > FILE_NBYTES:
                message = f"a name shares {prefix} bytes with one of {len(before)}"
                raise MalformedError(message, self.at)
            before = before[:prefix] + self.take(size)
            total += len(before)
            if total > NAMES_NBYTES:
                message = f"names that add up to more than {NAMES_NBYTES} bytes"
                raise MalformedError(message, self.at)
            found.append(before)
        return found


def parse(kind: str, raw: bytes) -> Record:
    """Parse the body of a record of this kind. Raises `MalformedError` with an offset inside `raw`."""
    body = Body(raw)
    if kind == "manifest":
        return _manifest(body)
    if kind == "versions":
        body.take(1)
        height = body.take(1)[0]
        files = body.texts(body.number(), extra=1)
        entries, slots = _children(body, height=False) if height else _versions(body)
        return Record(entries, tuple(files), tuple(slots), (), ())
    return _tree(body)


def _manifest(body: Body) -> Record:
    """Read configuration (format/config_codec.cc), files, versions, and the nodes of older versions."""
    body.take(16)
    numbered = body.number()
    body.number()
    body.number()
    body.take(1)
    if body.number() == _ZSTD:
        body.take(4)
    if numbered:  # The versions lie in manifests of their own.
        return Record(0, (), (), (), ())
    files = body.texts(body.number(), extra=1)
    entries, slots = _versions(body)
    older, more = _children(body, height=True)
    return Record(entries + older, tuple(files), (*slots, *more), (), ())


def _versions(body: Body) -> tuple[int, list[Slot]]:
    count = body.number()
    body.numbers(count)
    body.take(count)
    slots = _slots(body, count)
    for _ in range(3):
        body.numbers(count)
    body.take(8 * count)
    return count, slots


def _children(body: Body, *, height: bool) -> tuple[int, list[Slot]]:
    count = body.number()
    body.numbers(count)
    slots = _slots(body, count)
    body.numbers(count)
    body.take(8 * count + (count if height else 0))
    return count, slots


def _slots(body: Body, count: int) -> list[Slot]:
    columns = [body.numbers(count) for _ in range(3)]
    return [Slot(file, offset + size) for file, offset, size in zip(*columns, strict=True)]


def _tree(body: Body) -> Record:
    height = body.take(1)[0]
    files = tuple(body.texts(body.number(), extra=1))
    count = body.number()
    if height:
        keys = tuple(body.texts(count, extra=1))
        slots = _slots(body, count)
        return Record(count, files, tuple(slots), keys, ())
    keys = tuple(body.texts(count))
    sizes, kinds = body.numbers(count), body.numbers(count)
    far = [size for size, kind in zip(sizes, kinds, strict=True) if kind]
    columns = [body.numbers(len(far)) for _ in range(2)]
    slots = [Slot(file, offset + size) for file, offset, size in zip(*columns, far, strict=True)]
    near = [(key, size) for key, size, kind in zip(keys, sizes, kinds, strict=True) if not kind]
    return Record(count, files, tuple(slots), keys, tuple((key, body.take(size)) for key, size in near))
