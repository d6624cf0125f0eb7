"""A pickle as a readable program: the pickles of a file, wherever they lie in it, and their lines."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from scanner import formats, isolate
from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Unreadable, WorkerLost
from scanner.facts.listing import Listed
from scanner.format import Format, MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.text import printable

PICKLE = "pickle"
"""The name of the format whose artifacts are programs."""

NEAR_LINES = 12
"""Lines shown before and after an offset that is asked for."""

LINE_CHARACTERS = 1000
"""Longest line of a decompiled program, in characters after escaping."""

Broken = LimitReached | WorkerLost | Unreadable
"""Why a listing ends early."""


def lines(artifact: Artifact, limits: Limits, *, member: str, near: int | None) -> Iterator[Listed | Broken]:
    """List the pickles of a file, or of its member of that path, read in a confined worker.

    `near` keeps only the lines around that offset, in bytes. What ends the listing early is the last item.
    """
    yield from _confined(artifact, partial(_list, member=member, near=near, limits=limits), limits)


def decompiled(artifact: Artifact, limits: Limits, *, member: str) -> Iterator[Listed | Broken]:
    """Decompile the pickles with fickling, in a confined worker: it is another's code, fed with hostile bytes.

    Where fickling gives up, the last item is a `WorkerLost` with its reason.
    """
    yield from _confined(artifact, partial(_decompile, member=member, limits=limits), limits)


def why(broken: Broken) -> str:
    """Say in a few words why a listing ends early."""
    if isinstance(broken, LimitReached):
        return f"the bound of {broken.bound} {broken.unit}"
    return broken.reason if isinstance(broken, Unreadable) else f"the worker ended: {broken.cause}, {broken.detail}"


def _confined(artifact: Artifact, read: isolate.Read, limits: Limits) -> Iterator[Listed | Broken]:
    for facts in isolate.read_all([artifact], read, limits=limits, jobs=1):
        yield from (fact for fact in facts if isinstance(fact, Listed | Broken))


def _list(artifact: Artifact, *, member: str, near: int | None, limits: Limits) -> Iterator[Fact]:
    from scanner.formats.pickle.program import listing

    left = limits.facts
    for pickle in _pickles(artifact, formats.discover(), limits):
        if member not in {"", pickle.path}:
            continue
        yield Listed(where=pickle.at(), text=pickle.path)
        rows = ((offset, text) for offset, text, _ in listing(pickle))
        for offset, text in rows if near is None else _around(rows, near):
            yield Listed(where=pickle.at(offset), text=text)
            left -= 1
            if not left:
                yield LimitReached(where=pickle.at(offset), limit="lines", bound=limits.facts, unit="lines")
                return


def _decompile(artifact: Artifact, *, member: str, limits: Limits) -> Iterator[Fact]:
    import ast

    from fickling.fickle import StackedPickle

    for pickle in _pickles(artifact, formats.discover(), limits):
        if member in {"", pickle.path}:
            yield Listed(where=pickle.at(), text=pickle.path)
            with pickle.open() as stream:
                for program in StackedPickle.load(stream):
                    for line in ast.unparse(program.ast).splitlines():
                        yield Listed(where=pickle.at(), text=printable(line, LINE_CHARACTERS))


def _pickles(artifact: Artifact, known: Sequence[Format], limits: Limits) -> Iterator[Artifact]:
    """Find every pickle, depth first. What breaks a container ends its members; the scan's findings say so."""
    if artifact.depth > limits.depth:
        return
    with suppress(MalformedError, OSError):
        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
        for one in known:
            if one.claims(head, artifact.path):
                if one.name == PICKLE:
                    yield artifact
                for item in one.read(artifact, limits):
                    if isinstance(item, Artifact):
                        yield from _pickles(replace(item, depth=artifact.depth + 1), known, limits)


def _around(rows: Iterable[tuple[int, str]], near: int) -> Iterator[tuple[int, str]]:
    """Keep the last rows up to an offset and the first ones beyond it."""
    before: deque[tuple[int, str]] = deque(maxlen=NEAR_LINES + 1)
    after = 0
    for row in rows:
        if row[0] <= near:
            before.append(row)
            continue
        yield from before
        before.clear()
        if after == NEAR_LINES:
            return
        after += 1
        yield row
    yield from before
