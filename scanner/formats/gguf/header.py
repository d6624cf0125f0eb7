"""The header of a GGUF file: key-value pairs, then descriptions of tensors."""

from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from scanner.format import MalformedError
from scanner.formats.gguf.cursor import ARRAY, SCALARS, TEXT, Cursor
from scanner.formats.gguf.dtypes import BLOCKS
from scanner.limits import Limits
from scanner.tensors import bounded, product

MAGIC = b"GGUF"
VERSIONS = (1, 2, 3)
DEFAULT_ALIGNMENT = 32
KEY_NBYTES = 65_535
"""Longest key of the specification."""

ARRAY_DEPTH = 8
"""Arrays inside arrays; no known reader takes any."""

DIMENSIONS = 4
"""GGML_MAX_DIMS."""

SHOWN_DIMENSIONS = 64
SHOWN_ELEMENTS = 64
SHOWN_NBYTES = 4096

_SIZES = {code: {"B": 1, "b": 1, "?": 1, "H": 2, "h": 2, "Q": 8, "q": 8, "d": 8}.get(letter, 4)
          for code, letter in SCALARS.items()}  # fmt: skip


class Pair(NamedTuple):
    """One key with its value.

    `code` is the value's type, `element` that of an array's elements; `length` is how many there are,
    or the bytes of a text. `value` is a number, a text (cut), a tuple of the texts of a short array, or None.
    `start` and `end` are where the value lies.
    """

    key: str
    code: int
    element: int
    length: int
    value: int | float | str | tuple[str, ...] | None
    start: int
    end: int


class Tensor(NamedTuple):
    """One description. `offset` is from the start of tensor data; `nbytes` is -1 for an unknown type."""

    name: str
    code: int
    shape: tuple[int, ...]
    offset: int
    where: int
    size: int

    @property
    def dtype(self) -> str:
        """Name of the type, or its code."""
        return BLOCKS[self.code][0] if self.code in BLOCKS else f"type-{self.code}"

    @property
    def elements(self) -> int:
        """Number of elements, bounded."""
        return product(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes by type and shape, bounded, in integers that do not wrap."""
        if self.code not in BLOCKS:
            return -1
        _, elements, size = BLOCKS[self.code]
        return bounded(-(-self.elements // elements) * size)


@dataclass(slots=True, eq=False, repr=False)
class Header:
    """The header as far as it could be read. `end` is where it ends; `declared` counts keys and tensors.

    `whole`: it was read to its end.
    """

    version: int
    order: str
    declared: tuple[int, int] = (0, 0)
    pairs: list[Pair] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    end: int = 0
    whole: bool = False


def begin(stream: BinaryIO) -> Header:
    """Read magic and version; the version's byte order is the file's."""
    head = stream.read(8)
    if head[:4] != MAGIC[: len(head[:4])] or len(head) < len(MAGIC):
        message = "the magic bytes are not GGUF"
        raise MalformedError(message, 0)
    if len(head) < 8:  # noqa: PLR2004 - magic and version
        message = "the version is cut"
        raise MalformedError(message, len(head))
    version, swapped = int.from_bytes(head[4:], "little"), int.from_bytes(head[4:], "big")
    if version in VERSIONS or swapped in VERSIONS:
        return Header(version, "little") if version in VERSIONS else Header(swapped, "big")
    message = f"version {version} is not known; known are 1 to 3"
    raise MalformedError(message, 4)


def fill(header: Header, stream: BinaryIO, size: int, limits: Limits) -> None:
    """Read pairs and tensors into `header`, which keeps what was read when this raises `MalformedError`."""
    order = "<" if header.order == "little" else ">"
    cursor = Cursor(stream, size, order, version=header.version, bound=limits.header_nbytes)
    at = cursor.position
    tensors, keys = cursor.length(), cursor.length()
    header.declared = (keys, tensors)
    length = cursor.length_nbytes
    # CVE-2024-23605: a number of keys that overflows the allocation; no count is believed before it is compared.
    cursor.check("keys", keys, length + 5, at + length)
    cursor.check("tensors", tensors, length + 16, at)
    for _ in range(min(keys, limits.entries)):
        header.pairs.append(_pair(cursor, limits))
    if keys <= limits.entries:
        for _ in range(min(tensors, limits.entries)):
            header.tensors.append(_tensor(cursor))
    header.whole = max(keys, tensors) <= limits.entries
    header.end = cursor.position


def _pair(cursor: Cursor, limits: Limits) -> Pair:
    at = cursor.position
    key, length = cursor.text(KEY_NBYTES)
    if length > KEY_NBYTES:
        message = f"a key of {length} bytes; {KEY_NBYTES} are allowed"
        raise MalformedError(message, at)
    code, start = cursor.natural(), cursor.position
    name = key.decode("utf-8", "backslashreplace")
    if code == TEXT:
        text, length = cursor.text(limits.text_nbytes)
        return Pair(name, code, -1, length, text.decode("utf-8", "backslashreplace"), start, cursor.position)
    if code == ARRAY:
        element, count, texts = _array(cursor, 1)
        return Pair(name, code, element, count, texts, start, cursor.position)
    if code in SCALARS:
        return Pair(name, code, -1, 1, cursor.scalar(code), start, cursor.position)
    message = f"value type {code} does not exist"
    raise MalformedError(message, start)


def _array(cursor: Cursor, depth: int) -> tuple[int, int, tuple[str, ...] | None]:
    """Pass over an array; return type and number of its elements, and the texts of a short one."""
    at = cursor.position
    if depth > ARRAY_DEPTH:
        message = f"arrays nest deeper than {ARRAY_DEPTH}"
        raise MalformedError(message, at)
    element = cursor.natural()
    if element in SCALARS:
        count = cursor.count("elements", _SIZES[element])
        cursor.skip(count * _SIZES[element])
        return element, count, None
    if element == TEXT:
        return (element, *_texts(cursor))
    if element == ARRAY:
        count = cursor.count("elements", cursor.length_nbytes + 4)
        for _ in range(count):
            _array(cursor, depth + 1)
        return element, count, None
    message = f"element type {element} does not exist"
    raise MalformedError(message, at)


def _texts(cursor: Cursor) -> tuple[int, tuple[str, ...] | None]:
    count = cursor.count("elements", cursor.length_nbytes)
    if count > SHOWN_ELEMENTS:
        cursor.skip_texts(count)
        return count, None
    texts = (cursor.text(SHOWN_NBYTES)[0] for _ in range(count))
    return count, tuple(text.decode("utf-8", "backslashreplace") for text in texts)


def _tensor(cursor: Cursor) -> Tensor:
    where = cursor.position
    name = cursor.text(SHOWN_NBYTES)[0].decode("utf-8", "backslashreplace")
    at = cursor.position
    dimensions = cursor.natural()
    cursor.check("dimensions", dimensions, cursor.length_nbytes, at)
    if dimensions > SHOWN_DIMENSIONS:
        message = f"a tensor of {dimensions} dimensions; {DIMENSIONS} are allowed"
        raise MalformedError(message, at)
    shape = tuple(cursor.length() for _ in range(dimensions))
    code, offset = cursor.natural(), cursor.offset()
    return Tensor(name, code, shape, offset, where, cursor.position - where)
