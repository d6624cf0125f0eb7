"""From the tensors that a pickle of PyTorch rebuilds to facts: what it holds, as of any other table of tensors."""

from collections.abc import Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.tensor import TensorTable
from scanner.formats.pickle.state import State
from scanner.formats.pickle.tensors import UNNAMED, Rebuilt, rebuilt
from scanner.sketch import Listed, plain, sketch
from scanner.tensors import bounded, digest, product

NAME: Final = "torch"
SHOWN: Final = 20


def tables(artifact: Artifact, state: State) -> Iterator[Fact]:
    """Yield a table of the tensors and a sketch of them, where a stream makes any."""
    found = list(rebuilt(state))
    if not found:
        return
    where = artifact.at(state.start, state.position - state.start)
    named = [tensor for tensor in found if tensor.name.rpartition(".")[2] != UNNAMED]
    yield TensorTable(
        where=where,
        format=NAME,
        tensors=len(found),
        parameters=bounded(sum(product(tensor.shape) for tensor in found)),
        nbytes=bounded(_nbytes(found)),
        dtypes=tuple(sorted({plain(tensor.dtype) for tensor in found}))[:SHOWN],
        names=digest(tensor.name for tensor in found) if len(named) == len(found) else "",
    )
    items = (
        Listed(tensor.name, tensor.dtype, tensor.shape, storage=tensor.storage if tensor.fills else "")
        for tensor in named
    )
    yield sketch(where, NAME, items, whole=len(named) == len(found))


def _nbytes(found: list[Rebuilt]) -> int:
    """Add up the bytes of tensors, those over the same elements once."""
    sizes = {(tensor.storage, tensor.start, tensor.shape): tensor.nbytes for tensor in found}
    return sum(max(0, nbytes) for nbytes in sizes.values())
