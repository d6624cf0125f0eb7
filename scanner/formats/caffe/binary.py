"""A NetParameter in protobuf's binary form: one walk over its layers, weights passed over."""

from collections.abc import Iterator

from scanner.formats.caffe.net import NAME_CHARACTERS, VALUE_CHARACTERS, Blob, Layer, Net
from scanner.formats.caffe.schema import DATA, DOUBLE_DATA, EXPLICIT, LAYERS, MESSAGES, SHAPE, TYPES, V1_TYPE, VERSIONS
from scanner.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, Wire

_DIMENSIONS = 256


def walk(wire: Wire, size: int, bound: int) -> tuple[Net, bool]:
    """Read all layers, `bound` of them at most; say whether these are all. Raises `MalformedError` as the wire does."""
    net = Net()
    for field in wire.fields(0, size):
        leads = MESSAGES["net"].get(field.number)
        if leads is None or field.wire != BYTES:
            continue
        key, message = leads
        if message == "=":
            net.leaf(Layer(), "", key, wire.text(field, VALUE_CHARACTERS))
            continue
        if net.layers >= bound:
            return net, False
        layer = Layer(at=field.start, version=VERSIONS[message])
        blobs = list(_layer(wire, field, message, net, layer))
        net.close(layer)
        for number, blob in enumerate(blobs):
            net.weigh(_blob(wire, blob, f"{layer.name[:NAME_CHARACTERS]}.{number}"))
    return net, True


def _layer(wire: Wire, start: Field, message: str, net: Net, layer: Layer) -> Iterator[Field]:
    """Take the texts of a layer and of the parameters it holds; yield its blobs. The table of messages has no cycle.

    Messages are visited in order: what is said twice counts as it was said last.
    """
    pending = [(start, message, "")]
    for part, kind, around in pending:
        if kind in LAYERS:
            layer.version = VERSIONS[kind]
        for field in wire.fields(part.start, part.end):
            if kind == "layers" and field.number == V1_TYPE and field.wire == VARINT:
                layer.type = TYPES[field.value] if field.value < len(TYPES) else str(field.value)
            key, inner = MESSAGES[kind].get(field.number, ("", "")) if field.wire == BYTES else ("", "")
            if inner == "blob":
                yield field
            elif inner == "=":
                _text(net, layer, (kind, around, key), wire.text(field, VALUE_CHARACTERS))
            elif inner:
                pending.append((field, inner, "" if inner in LAYERS else key))


def _text(net: Net, layer: Layer, place: tuple[str, str, str], value: str) -> None:
    kind, around, key = place
    if kind in LAYERS and key in ("name", "type"):
        setattr(layer, key, value)
    else:
        net.leaf(layer, around, key, value)


def _blob(wire: Wire, blob: Field, name: str) -> Blob:
    shape: list[int] = []
    explicit: dict[int, int] = {}
    found, width = 0, 4
    for field in wire.fields(blob.start, blob.end):
        if field.number in EXPLICIT and field.wire == VARINT:
            explicit[field.number] = field.signed
        elif field.number in (DATA, DOUBLE_DATA):
            width = 4 if field.number == DATA else 8
            found += field.value // width if field.wire == BYTES else field.wire in (FIXED32, FIXED64)
        elif field.number == SHAPE and field.wire == BYTES:
            for one in wire.fields(field.start, field.end):
                numbers = wire.numbers(one) if one.number == 1 and one.wire in (VARINT, BYTES) else iter(())
                shape.extend(number for number, _ in zip(numbers, range(_DIMENSIONS), strict=False))
    if not shape and explicit:
        shape = [explicit.get(number, 0) for number in EXPLICIT]
    return Blob(blob.start, name, tuple(shape), found, width)
