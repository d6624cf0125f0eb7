"""A NetParameter has no magic bytes: its first layer must have a name and a type."""

import io
import re

from scanner.format import MalformedError
from scanner.formats.caffe.schema import TYPES, V1_TYPE
from scanner.protobuf import BYTES, VARINT, Field, Wire

_NET = {1: BYTES, 2: BYTES, 3: BYTES, 4: VARINT, 5: VARINT, 6: BYTES, 7: VARINT, 8: BYTES, 100: BYTES}
_WORD = re.compile(rb"[A-Za-z]\w*")
_NAME = re.compile(rb"[^\x00-\x1f]{1,300}")
_FAR = 1 << 62


def is_net(head: bytes) -> bool:
    """Say whether every field up to the first layer is one of NetParameter's, and that layer is one."""
    wire = Wire(io.BytesIO(head), len(head))
    try:
        for field in wire.fields(0, _FAR):
            if _NET.get(field.number) != field.wire:
                return False
            if field.number in (2, 100):
                return _is_layer(wire, head, field)
            if field.wire == BYTES and field.end > len(head):
                return False
    except MalformedError:
        return False
    return False


def _is_layer(wire: Wire, head: bytes, layer: Field) -> bool:
    """A layer has a name (1) and a type in words (2); one of version 1 a name (4) and a number (5)."""
    texts: dict[int, bytes] = {}
    kind = -1
    try:
        for field in wire.fields(layer.start, layer.end):
            if field.wire == BYTES:
                if field.end > len(head):
                    break
                texts.setdefault(field.number, head[field.start : field.end])
            elif field.number == V1_TYPE and field.wire == VARINT:
                kind = field.value
    except MalformedError:
        pass  # the head ends in the middle of a layer
    if layer.number == 2:  # noqa: PLR2004 - NetParameter.layers
        return 0 <= kind < len(TYPES) and _NAME.fullmatch(texts.get(4, b"")) is not None
    return all(pattern.fullmatch(texts.get(number, b"")) for number, pattern in ((1, _NAME), (2, _WORD)))
