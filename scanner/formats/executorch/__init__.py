"""ExecuTorch: a program (.pte) in a FlatBuffer with segments of data behind it, alone or bundled with its tests."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The file identifier: "ET12" of a program, "BP08" of a bundled one, with any number."""
    return head[4:6] in (b"ET", b"BP") and head[6:8].isdigit()


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield operators and backends, indices that lead nowhere, blocks that are loadable; a bundled program itself."""
    from scanner.formats.executorch.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="executorch",
    spec="https://github.com/pytorch/executorch/blob/main/schema/program.fbs",
    claims=claims,
    read=read,
    reads="tables and vectors against the ends, operators of all namespaces, backends and the blocks handed to them, "
    "indices of instructions, values and segments, segments against the file",
    leaves="what a backend does with its block, numbers in tensors, inputs of bundled tests",
)
