"""TensorFlow Lite, also called LiteRT: one FlatBuffer of graphs, tensors and buffers."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_SUFFIXES = (".tflite", ".litert", ".lite")


def claims(head: bytes, path: str) -> bool:
    """The file identifier at byte 4; a name counts too, since not every runtime asks for the identifier."""
    if head[4:8] == b"TFL3":
        return True
    return path.lower().endswith(_SUFFIXES) and not head.startswith((b"PK", b"version https://git-lfs"))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield operators outside the built-in set, references that lead nowhere, metadata, loadable buffers."""
    from scanner.formats.tflite.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="tflite",
    spec="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs",
    claims=claims,
    read=read,
    reads="tables, vectors and offsets against the ends, operators, indices of tensors and buffers, buffers "
    "outside the FlatBuffer, metadata, signatures, choices on the input",
    leaves="options of operators, quantisation and sparsity parameters, numbers in buffers",
)
