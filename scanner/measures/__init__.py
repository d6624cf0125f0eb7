"""Measurements of weights: tensors to facts. One module a measure; those with `PROFILES` are the registry.

A measure is a class `Measure(artifact, limits, beside)` with `begin(view)`, `take(chunk)`, `end()` and `close()`: see
`passing`.
numpy is imported inside functions: who does not ask for weights pays nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits
from scanner.usage import UsageError

PROFILES = ("off", "fast", "full")
"""How far weights are looked at: not at all, at the speed of reading, with the search for files inside."""

AUTO = "auto"
"""Nothing is said: as "fast" for what a folder holds, as far as numpy is there; as "off" for the rest."""

ELSEWHERE = "--weights looks at all bytes of a file, and of what lies elsewhere only parts are read: download it first"

NBYTES_PER_SECOND = 16 << 20
"""Slowest that numbers are looked at: a worker gets the time that this asks for beside its usual time."""


def chosen(weights: str, targets: Sequence[str | Path]) -> str:
    """Return the profile that a scan runs with. Raises `UsageError` for one that there is not."""
    if weights not in (*PROFILES, AUTO):
        message = f"weights: {weights!r} is none of {', '.join(PROFILES)}"
        raise UsageError(message)
    return "off" if weights == AUTO and not any(Path(one).is_dir() for one in targets) else weights


def timed(limits: Limits, weights: str) -> Limits:
    """Give workers the time that all bytes of a file take, where all are looked at."""
    return limits if weights == "off" else replace(limits, worker_nbytes_per_second=NBYTES_PER_SECOND)


def alone(weights: str, facts: Iterable[Fact]) -> bool:
    """Say whether what is known of a file depends on that file only, and may be kept for the next scan."""
    return weights == "off" or not any(type(fact).__name__ in SEVERAL for fact in facts)


SEVERAL = frozenset(("ExternalData", "ShardPart", "DirectionRemoved"))
"""Facts of files whose tensors lie in others too, by the names of their classes: nothing is imported for them."""


def reader(profile: str, beside: Mapping[str, Artifact] | None = None) -> Format:
    """Make the reader that looks into tensors, wherever they are found; `profile` is any but "off".

    `beside`: all files of the scan by their path, where models lie in several.
    """
    asked = profile != AUTO

    def claims(head: bytes, path: str) -> bool:
        from scanner.measures.views import format_of

        return format_of(head, path) != ""

    def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
        import os
        from importlib.util import find_spec

        from scanner.measures.passing import facts, unlooked

        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
        if find_spec("numpy") is None:
            yield from unlooked(artifact, head, limits, beside or {}, asked=asked)
            return
        # A confined worker starts no threads, and its memory is bounded: each would reserve its own.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        yield from facts(artifact, head, profile if asked else "fast", limits, beside or {})

    return Format(
        name="weights",
        spec="https://numpy.org/doc/stable/reference/routines.html",
        claims=claims,
        read=read,
        everywhere=True,
        reads="the numbers inside tensors (`--weights`)",
        leaves="tensors by methods of HDF5 plug-ins, in fields of messages, in files that the scan does not have",
    )
