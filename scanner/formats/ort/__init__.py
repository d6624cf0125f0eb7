"""ORT format: the FlatBuffer that ONNX Runtime writes of an ONNX model."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The file identifier."""
    return head[4:8] == b"ORTM"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield operators outside ONNX's own sets, compiled parts, texts, tensors against their shapes."""
    from scanner.formats.ort.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="ort",
    spec="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/flatbuffers/schema/ort.fbs",
    claims=claims,
    read=read,
    reads="nodes of all graphs, operators and their sets, compiled parts in other files, texts of metadata and nodes, "
    "shapes of initializers against their data",
    leaves="choices that depend on the input, edges between nodes, records of the runtime's own optimisations",
)
