"""Measurements of weights: tensors to facts. One module a measure; those with `PROFILES` are the registry.

A measure is a class `Measure(artifact)` with `begin(view)`, `take(chunk)`, `end()` and `close()`, see `passing`.
numpy is imported inside functions: who does not ask for weights pays nothing.
"""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LibraryMissing
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits

PROFILES = ("off", "fast", "full")
"""How far weights are looked at: not at all, at the speed of reading, with the search for files inside."""


def reader(profile: str) -> Format:
    """Make the reader that looks into tensors, wherever they are found; `profile` is one of `PROFILES` but "off"."""

    def claims(head: bytes, path: str) -> bool:
        from scanner.measures.views import format_of

        return format_of(head, path) != ""

    def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
        import os
        from importlib.util import find_spec

        if find_spec("numpy") is None:
            yield LibraryMissing(where=artifact.at(), format="weights", library="numpy", extra="weights")
            return
        # A confined worker starts no threads, and its memory is bounded: each would reserve its own.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from scanner.measures.passing import facts

        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
        yield from facts(artifact, head, profile, limits)

    return Format(
        name="weights",
        spec="https://numpy.org/doc/stable/reference/routines.html",
        claims=claims,
        read=read,
        everywhere=True,
        reads="the numbers inside tensors (`--weights`)",
        leaves="tensors that are compressed or in files of their own",
    )
