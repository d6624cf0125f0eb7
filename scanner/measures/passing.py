"""One pass over the tensors of a file: every measure of a profile sees each piece while it is in the cache."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol

from scanner.artifact import Artifact
from scanner.facts import Fact, LibraryMissing, LimitReached
from scanner.facts.weights import WeightsMeasured
from scanner.limits import Limits
from scanner.measures.chunks import chunks
from scanner.measures.leaving import Leaving
from scanner.measures.views import Beside, Table, TensorView, format_of, table

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


def facts(artifact: Artifact, head: bytes, profile: str, limits: Limits, beside: Beside) -> Iterator[Fact]:
    """Yield what the tensors of a file show, then how far they were looked at, and what was left."""
    found = _table(artifact, head, limits, beside)
    if not found.views and not found.left:
        return
    leaving = Leaving(artifact, "")
    for one in found.left:
        leaving.add(*one)
    measures: list[Measure] = [
        import_module(f"scanner.measures.{name}").Measure(artifact, limits, beside) for name in names(profile)
    ]
    room = _Room(artifact, limits, beside)
    reads: list[int] = []
    for view in found.views:
        if not room.holds(view):
            leaving.add("bound", view.name, view.nbytes)
            continue
        reads.append(_pass(artifact, view, measures))
        if reads[-1] < view.nbytes:
            leaving.add("outside", view.name, view.nbytes - reads[-1])
        yield from (fact for measure in measures for fact in measure.end())
    yield from (fact for measure in measures for fact in measure.close())
    if room.over:
        yield LimitReached(where=artifact.at(), limit="weights", bound=2 * artifact.size, unit="bytes")
    yield from leaving.facts()
    yield _measured(artifact, found, profile, len(reads), sum(reads))


def _table(artifact: Artifact, head: bytes, limits: Limits, beside: Beside) -> Table:
    form = format_of(head, artifact.path)
    return table(artifact, form, limits, beside) if form else Table("", [], [])


class _Room:
    """The bytes that may still be read of one file.

    Tensors laid over each other would be read many times: no more than the file has, and as much again. What unpacks
    to more, or lies in other files, has the room that unpacking has.
    """

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        self.beside = beside
        self.files: set[str] = set()
        most = limits.expansion_free_nbytes + limits.expansion_ratio * artifact.size
        self.left = {True: 2 * artifact.size, False: min(limits.expanded_nbytes, most)}
        self.over = False

    def holds(self, view: TensorView) -> bool:
        """Take the room of a tensor; say whether it was there."""
        own = view.source is None
        if view.source is not None and view.source.path in self.beside and view.source.path not in self.files:
            self.files.add(view.source.path)
            self.left[False] += view.source.size
        fits = self.left[own] >= view.nbytes
        self.left[own] -= view.nbytes if fits else 0
        self.over |= not fits
        return fits


def unlooked(artifact: Artifact, head: bytes, limits: Limits, beside: Beside, *, asked: bool) -> Iterator[Fact]:
    """Say that the numbers of a file cannot be looked at for want of numpy; nothing where it has none."""
    views = _table(artifact, head, limits, beside).views
    if views and asked:
        yield LibraryMissing(where=artifact.at(), format="weights", library="numpy", extra="weights")
    elif views:
        leaving = Leaving(artifact, "")
        for view in views:
            leaving.add("library", view.name, view.nbytes)
        yield from leaving.facts()


def _pass(artifact: Artifact, view: TensorView, measures: list[Measure]) -> int:
    """Show one tensor to all measures, piece by piece; return how many bytes there were."""
    nbytes = 0
    for measure in measures:
        measure.begin(view)
    for chunk in chunks(artifact, view):
        nbytes += len(chunk.raw)
        for measure in measures:
            measure.take(chunk)
    return nbytes


def _measured(artifact: Artifact, found: Table, profile: str, read: int, nbytes: int) -> WeightsMeasured:
    total = sum(view.nbytes for view in found.views) + sum(one.nbytes for one in found.left)
    return WeightsMeasured(
        where=artifact.at(),
        format=found.format,
        profile=profile,
        tensors=len({view.name for view in found.views} | {one.name for one in found.left}),
        measured=read,
        valued=sum(view.dtype != "" for view in found.views),
        nbytes=min(total, 1 << 63),
        read_nbytes=nbytes,
        share=nbytes / total if total else 0.0,
    )
