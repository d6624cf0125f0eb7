"""ONNX: a ModelProto with graphs of operators and tensors, in protobuf."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_OPENS = bytes(byte for byte in range(8, 256) if byte >= 0x80 or byte & 7 not in (4, 6, 7))  # noqa: PLR2004 - protobuf
"""First bytes that can be a tag: a field number, no end of a group, a wire type that exists."""
_GROUP = 3

# Tags of ModelProto's own fields; one may be written longer than it has to be.
_FIRST = pattern(rb"[\x08\x12\x1a\x22\x28\x32\x42\x72]|[\x80-\xff][\x00\x01\x80\x81]")


def claims(head: bytes, path: str) -> bool:
    """The head reads as a ModelProto; or the name says so (pointers of Git LFS apart)."""
    if path.endswith(".onnx"):
        return not head.startswith(b"version https://git-lfs")
    # What `recognise` needs, cheap to ask: the tag of a graph somewhere, or one of the model's own fields first.
    graph = b"\x3a" in head or (b"\xba" in head and (b"\xba\x00" in head or b"\xba\x80" in head))
    if not graph and not _FIRST.match(head):
        return False
    # Texts open with `{`, `[` or `#`, which protobuf reads as a group: one without an end is no field.
    first = head[0]
    if first < 0x80 and first & 7 == _GROUP and first + 1 not in head and first + 0x81 not in head:  # noqa: PLR2004
        return False
    from scanner.formats.onnx.recognise import is_model

    return is_model(head)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield graph, operators, tensors, external data, choices on the input, texts and hidden fields."""
    from scanner.formats.onnx.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="onnx",
    spec="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto",
    claims=claims,
    read=read,
    opens=_OPENS,
    named=(".onnx",),
    reads="all messages of ModelProto with nested graphs, functions and training graphs, operators outside ONNX's own "
    "sets, shapes and sizes of tensors, external data, choices on the input, metadata, unknown fields",
    leaves="the numbers inside tensors, choices behind custom operators, ORT files",
)
