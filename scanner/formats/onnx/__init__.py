"""ONNX: a ModelProto with graphs of operators and tensors, in protobuf."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:
    """The head reads as a ModelProto; or the name says so (pointers of Git LFS apart)."""
    if path.endswith(".onnx"):
        return not head.startswith(b"version https://git-lfs")
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
    reads="all messages of ModelProto with nested graphs, functions and training graphs, operators outside ONNX's own "
    "sets, shapes and sizes of tensors, external data, choices on the input, metadata, unknown fields",
    leaves="the numbers inside tensors, arithmetic gates without a comparison, what custom operators do, ORT files",
)
