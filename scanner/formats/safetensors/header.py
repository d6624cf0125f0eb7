"""The JSON header of a safetensors file, parsed as strictly as the format asks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, TypeGuard, cast

from scanner.format import MalformedError
from scanner.json_object import JsonObject, decode
from scanner.tensors import Span, bounded, product

PREFIX_NBYTES = 8
"""Little-endian length of the header. https://github.com/huggingface/safetensors#format"""

HEADER_NBYTES = 100_000_000
"""Largest header of the format, in bytes."""

METADATA = "__metadata__"

BITS = {
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}  # fmt: skip
"""Bits of one element by dtype."""

_KEYS = ("dtype", "shape", "data_offsets")


class Tensor(NamedTuple):
    """One entry. `start` and `end` are bytes from the start of the artifact."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int
    entry: JsonObject

    @property
    def elements(self) -> int:
        """Number of elements, bounded."""
        return product(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes that dtype and shape ask for, bounded; -1 for an unknown dtype."""
        bits = BITS.get(self.dtype)
        return -1 if bits is None else bounded(-(-self.elements * bits // 8))

    @property
    def span(self) -> Span:
        """The bytes reserved for it."""
        return Span(self.start, self.end, self.name)


@dataclass(slots=True, eq=False, repr=False)
class Header:
    """What the header holds. `data` is where tensor data starts; `faults` are entries that could not be read."""

    data: int
    top: JsonObject
    rest: tuple[int, int]
    tensors: list[Tensor] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def parse(stream: BinaryIO, size: int) -> Header:
    """Read the header of a file of `size` bytes.

    `rest` of the result is what lies between the JSON text and the tensor data, spaces left out.
    Raises `MalformedError` where the header is no JSON object in UTF-8, or its length cannot be.
    """
    prefix = stream.read(PREFIX_NBYTES)
    if len(prefix) < PREFIX_NBYTES:
        message = f"shorter than the {PREFIX_NBYTES} bytes of the header's length"
        raise MalformedError(message, len(prefix))
    length = int.from_bytes(prefix, "little")
    if length > HEADER_NBYTES or length > size - PREFIX_NBYTES:
        message = f"a header of {length} bytes: {size - PREFIX_NBYTES} remain, {HEADER_NBYTES} are allowed"
        raise MalformedError(message, 0)
    raw = stream.read(length)
    if raw[:1] != b"{":
        message = "the header does not begin with a brace"
        raise MalformedError(message, PREFIX_NBYTES)
    found, used = decode(raw, PREFIX_NBYTES)
    rest = raw[used:].lstrip(b" ")
    top = cast("JsonObject", found)  # it begins with a brace
    header = Header(data=PREFIX_NBYTES + length, top=top, rest=(PREFIX_NBYTES + length - len(rest), len(rest)))
    for name, value in top.items():
        if name != METADATA:
            _add(header, name, value)
    return header


def _add(header: Header, name: str, value: object) -> None:
    """Read one entry into `tensors`, or its fault into `faults`."""
    fault = next(_faults(value), "")
    if fault:
        header.faults.append(f"tensor {name!r}: {fault}")
        return
    entry = cast("JsonObject", value)
    start, end = cast("list[int]", entry["data_offsets"])
    shape = tuple(cast("list[int]", entry["shape"]))
    header.tensors.append(
        Tensor(name, cast("str", entry["dtype"]), shape, header.data + start, header.data + end, entry)
    )


def _faults(value: object) -> Iterator[str]:
    if not isinstance(value, JsonObject):
        yield "its entry is no object"
        return
    missing = [key for key in _KEYS if key not in value]
    if missing:
        yield f"{missing[0]} is missing"
        return
    if not isinstance(value["dtype"], str):
        yield "its dtype is no text"
    shape, offsets = value["shape"], value["data_offsets"]
    if not _are_sizes(shape):
        yield "its shape is no list of natural numbers"
    if not _are_sizes(offsets) or len(offsets) != 2:  # noqa: PLR2004 - begin and end
        yield "its data_offsets are no two natural numbers"
    elif offsets[0] > offsets[1]:
        yield "its data ends before it begins"


def _are_sizes(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)
