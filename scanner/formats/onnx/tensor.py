"""TensorProto messages: shape, type and the place of their data."""

import struct
from collections.abc import Iterator

from scanner.formats.onnx import schema
from scanner.formats.onnx.graph import Model, Tensor, Text, Unknown
from scanner.marks import marks_of
from scanner.protobuf import BYTES, Field, Wire
from scanner.tensors import Span

NAME_NBYTES = 4096
SMALL_NBYTES = 64
SMALL_ELEMENTS = 8
"""Tensors up to here are kept by value: the constants that a graph compares with."""

TEXT_NBYTES = 4096
DIMENSIONS = 64
VALUE_CHARACTERS = 200
UNKNOWN_FIELDS = 1000
"""Fields that the format does not have and that are kept."""

_CODES = {1: "f", 2: "B", 3: "b", 4: "H", 5: "h", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d", 12: "I", 13: "Q"}
_NONE = Span(-1, -1, "")


class Tensors:
    """Reads TensorProto and SparseTensorProto messages into a model's list."""

    def __init__(self, wire: Wire, model: Model) -> None:
        """Keep where to read from and where to note what is found."""
        self._wire = wire
        self._model = model

    def read(self, field: Field, *, sparse: bool = False, owner: str = "") -> Tensor:
        """Read a tensor and add it to the model. A sparse one is its values; its indices are added as well."""
        if not sparse:
            tensor = self._dense(field, owner)
            self._model.tensors.append(tensor)
            return tensor
        parts = [
            self.read(part, owner=owner)
            for part in self._wire.fields(field.start, field.end)
            if part.wire == BYTES and part.number in (1, 2)
        ]
        return parts[0] if parts else Tensor(owner, (), 0, field.start, 0, _NONE, 0, 0, (), is_external=False, value="")

    def _dense(self, field: Field, owner: str) -> Tensor:  # noqa: C901 - one case a field of the message
        """Walk the fields once; data is only measured."""
        name, code, location = owner, 0, 0
        shape: list[int] = []
        data = _NONE
        typed: list[Field] = []
        texts: list[Field] = []
        external: list[tuple[str, str]] = []
        for part in self._known(field):
            match part.number:
                case 1:
                    shape.extend(self._numbers(part, DIMENSIONS - len(shape)))
                case 2:
                    code = part.signed
                case 4 | 5 | 7 | 10 | 11:
                    typed.append(part)
                case 6:
                    texts.append(part)
                case 8:
                    name = self._wire.text(part, NAME_NBYTES) or owner
                case 9:
                    data = Span(part.start, part.end, name)
                case 13:
                    external.append(self._pair(part))
                case 14:
                    location = part.value
                case _:
                    pass
        self._texts(name, texts)
        return Tensor(
            name, tuple(shape), code, field.start, field.value, data, _count(typed), len(texts), tuple(external),
            location == schema.EXTERNAL, self._value(shape, code, data, typed), _packed(typed),
        )  # fmt: skip

    def _known(self, field: Field) -> Iterator[Field]:
        for part in self._wire.fields(field.start, field.end):
            if part.wire in schema.TENSOR.get(part.number, ()):
                yield part
            elif part.wire == BYTES and len(self._model.unknown) <= UNKNOWN_FIELDS:
                self._model.unknown.append(Unknown("tensor", part.number, part.start, part.value))

    def _numbers(self, part: Field, most: int) -> Iterator[int]:
        for number, _ in zip(self._wire.numbers(part), range(most), strict=False):
            yield number

    def _pair(self, field: Field) -> tuple[str, str]:
        pair = {1: "", 2: ""}
        for part in self._wire.fields(field.start, field.end):
            if part.wire == BYTES and part.number in pair:
                pair[part.number] = self._wire.text(part, NAME_NBYTES)
        return pair[1], pair[2]

    def _texts(self, name: str, texts: list[Field]) -> None:
        """Keep the long texts of a string tensor: a vocabulary of words holds nothing to look at."""
        for text in texts:
            if text.value >= SMALL_NBYTES:
                value = self._wire.text(text, TEXT_NBYTES)
                self._model.texts.append(text_of("tensor", name, value, text.start, text.value))
            if text.value >= TEXT_NBYTES:
                self._model.blobs.append(Span(text.start, text.end, name))

    def _value(self, shape: list[int], code: int, data: Span, typed: list[Field]) -> str:
        """Show a small numeric tensor as text; "" where it is large or holds nothing."""
        letter = _CODES.get(code)
        if letter is None or len(shape) > 1 or (shape and not 0 < shape[0] <= SMALL_ELEMENTS):
            return ""
        if 0 < data.end - data.start <= SMALL_NBYTES:
            raw = self._wire.load(Field(9, BYTES, data.end - data.start, data.start), SMALL_NBYTES)
            size = struct.calcsize(letter)
            values = struct.unpack(f"<{len(raw) // size}{letter}", raw[: len(raw) // size * size])
        else:
            values = tuple(number for field in typed[:SMALL_ELEMENTS] for number in self._typed(field))
        return ", ".join(f"{value:.9g}" if isinstance(value, float) else str(value) for value in values)

    def _typed(self, field: Field) -> tuple[int | float, ...]:
        if field.number in (5, 7, 11):
            return tuple(self._numbers(field, SMALL_ELEMENTS))
        letter, size = ("f", 4) if field.number == 4 else ("d", 8)  # noqa: PLR2004 - float_data, double_data
        if field.wire != BYTES:
            return struct.unpack(f"<{letter}", field.value.to_bytes(size, "little"))
        raw = self._wire.load(field, SMALL_ELEMENTS * size)
        return struct.unpack(f"<{len(raw) // size}{letter}", raw[: len(raw) // size * size])


def text_of(place: str, key: str, value: str, at: int, size: int) -> Text:
    """Keep the beginning of a text and what the whole of it holds."""
    return Text(place, key, value[:VALUE_CHARACTERS], marks_of(value), at, size)


def _packed(typed: list[Field]) -> Span:
    """Return where the numbers of a float_data or double_data lie, if in one piece."""
    plain = len(typed) == 1 and typed[0].wire == BYTES and typed[0].number in (4, 10)
    return Span(typed[0].start, typed[0].end, "") if plain else _NONE


def _count(typed: list[Field]) -> int:
    """Count the elements of typed fields: packed varints cannot be counted without reading them."""
    total = 0
    for field in typed:
        if field.wire != BYTES:
            total += 1
        elif field.number in (4, 10):
            total += field.value // (4 if field.number == 4 else 8)  # noqa: PLR2004 - float_data, double_data
        elif field.value:
            return -1
    return total
