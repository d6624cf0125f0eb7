"""One pass over the tensors of a file: every measure of a profile sees each piece while it is in the cache."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, BinaryIO, Protocol

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.weights import WeightsMeasured
from scanner.limits import Limits
from scanner.measures.chunks import chunks
from scanner.measures.views import Table, TensorView, format_of, table

if TYPE_CHECKING:
    from scanner.measures.chunks import Chunk


class Measure(Protocol):
    """What a measure is: tensors come one after the other, each in pieces from its start to its end."""

    def begin(self, view: TensorView) -> None:
        """Start a tensor."""

    def take(self, chunk: "Chunk") -> None:
        """Look at its next piece."""

    def end(self) -> Iterator[Fact]:
        """Say what it showed."""

    def close(self) -> Iterator[Fact]:
        """Say what all of them show."""


@cache
def names(profile: str) -> tuple[str, ...]:
    """Name the modules that measure in a profile; the folder is the registry."""
    found = [module.name for module in iter_modules(import_module("scanner.measures").__path__)]
    measures = [name for name in sorted(found) if hasattr(import_module(f"scanner.measures.{name}"), "PROFILES")]
    return tuple(name for name in measures if profile in import_module(f"scanner.measures.{name}").PROFILES)


def facts(artifact: Artifact, head: bytes, profile: str, limits: Limits) -> Iterator[Fact]:
    """Yield what the tensors of a file show, then how far they were looked at."""
    form = format_of(head, artifact.path)
    found = table(artifact, form, limits) if form else Table("", [])
    if not found.views:
        return
    measures: list[Measure] = [import_module(f"scanner.measures.{name}").Measure(artifact) for name in names(profile)]
    read = nbytes = 0
    # Tensors laid over each other would be read many times: no more than the file has, and as much again.
    left = 2 * artifact.size
    with artifact.open() as stream:
        for view in found.views:
            left -= view.nbytes
            if left < 0:
                yield LimitReached(
                    where=artifact.at(view.start), limit="weights", bound=2 * artifact.size, unit="bytes"
                )
                break
            nbytes += _pass(stream, view, measures)
            read += 1
            for measure in measures:
                yield from measure.end()
    for measure in measures:
        yield from measure.close()
    yield _measured(artifact, found, profile, read, nbytes)


def _pass(stream: BinaryIO, view: TensorView, measures: list[Measure]) -> int:
    """Show one tensor to all measures, piece by piece; return how many bytes there were."""
    nbytes = 0
    for measure in measures:
        measure.begin(view)
    for chunk in chunks(stream, view):
        nbytes += len(chunk.raw)
        for measure in measures:
            measure.take(chunk)
    return nbytes


def _measured(artifact: Artifact, found: Table, profile: str, read: int, nbytes: int) -> WeightsMeasured:
    total = sum(view.nbytes for view in found.views)
    return WeightsMeasured(
        where=artifact.at(),
        format=found.format,
        profile=profile,
        tensors=len(found.views) + found.left,
        measured=read,
        valued=sum(view.dtype != "" for view in found.views),
        nbytes=total,
        read_nbytes=nbytes,
        share=nbytes / total,
    )
