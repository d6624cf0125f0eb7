"""What a file holds: tensors, inputs, outputs, operators, metadata and members, read in a confined worker."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from scanner import formats, isolate
from scanner.artifact import Artifact, Location
from scanner.facts import Encrypted, Fact, LimitReached, Malformed, Unreadable, WorkerLost
from scanner.facts.graph import GraphSummary
from scanner.facts.listing import Held
from scanner.facts.metadata import MetadataEntry
from scanner.format import Format, MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.tensors import Row, bounded
from scanner.text import printable

NAME_CHARACTERS = 300
VALUE_CHARACTERS = 2000
DIMENSIONS = 64
"""Numbers of one shape that are shown."""

Broken = LimitReached | WorkerLost | Unreadable
"""Why a list ends early."""

Lister = Callable[[Artifact, Limits], Iterator[Row]]


def contents(artifact: Artifact, limits: Limits, *, member: str) -> Iterator[Held | Broken]:
    """List what a file holds, or only its member of that path, and what the members hold, depth first.

    The list of each artifact starts with a `Held` of kind "artifact". What ends the list early is the last item.
    """
    read = partial(listed, member=member, limits=limits)
    for facts in isolate.read_all([artifact], read, limits=limits, jobs=1):
        yield from (fact for fact in facts if isinstance(fact, Held | Broken))


def listed(artifact: Artifact, *, member: str, limits: Limits) -> Iterator[Fact]:
    """List as `contents` does, in this process: for who confines the work by itself."""
    for number, fact in enumerate(_walk(artifact, formats.discover(), limits, member)):
        if number == limits.facts:
            yield LimitReached(where=artifact.at(), limit="lines", bound=limits.facts, unit="lines")
            return
        yield fact


def _walk(artifact: Artifact, known: Sequence[Format], limits: Limits, member: str) -> Iterator[Fact]:
    """List one artifact, then what it holds. What breaks it ends its own list only."""
    try:
        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
    except (MalformedError, OSError) as error:
        yield _broken(artifact, str(error))
        return
    claimants = [one for one in known if one.claims(head, artifact.path)]
    named = [one.name for one in claimants if not one.everywhere]
    shown = member in {"", artifact.path}
    if shown:
        yield _held(artifact.at(), Row("artifact", artifact.path, ", ".join(named), (), artifact.size))
    for one in claimants:
        listing = _lister(one)
        if shown and listing is not None:
            yield from _rows(artifact, listing, limits)
        yield from _read(one, artifact, known, limits, member=member, tell=shown and listing is None)


def _read(  # noqa: PLR0913 - the walk's own arguments, handed through
    one: Format, artifact: Artifact, known: Sequence[Format], limits: Limits, *, member: str, tell: bool
) -> Iterator[Fact]:
    """Run a reader: its artifacts are members; where the format has no list of its own its facts are told."""
    held: list[Artifact] = []
    try:
        for item in one.read(artifact, limits):
            if isinstance(item, Artifact):
                held.append(item)
                if tell:
                    yield _held(artifact.at(), Row("member", item.path[len(artifact.path) + 1 :], "", (), item.size))
                if artifact.depth < limits.depth and len(held) <= limits.members:
                    yield from _walk(replace(item, depth=artifact.depth + 1), known, limits, member)
            elif tell:
                yield from _told(item)
    except (MalformedError, OSError) as error:
        if tell:
            yield _broken(artifact, str(error))


def _told(fact: Fact) -> Iterator[Held]:
    """Turn a reader's fact into lines of a list."""
    if isinstance(fact, MetadataEntry):
        yield _held(fact.where, Row("metadata", fact.key, fact.kind, (), fact.size, value=fact.value))
    elif isinstance(fact, GraphSummary):
        yield from (_held(fact.where, Row("input", name)) for name in fact.inputs)
        yield from (_held(fact.where, Row("output", name)) for name in fact.outputs)
        yield from (_held(fact.where, Row("operator", name)) for name in fact.operators)
    elif isinstance(fact, Malformed):
        yield _held(fact.where, Row("broken", "", value=fact.reason))
    elif isinstance(fact, Encrypted):
        yield _held(fact.where, Row("broken", "", value=f"encrypted: {fact.method}"))


def _rows(artifact: Artifact, listing: Lister, limits: Limits) -> Iterator[Held]:
    try:
        for row in listing(artifact, limits):
            yield _held(artifact.at(row.offset if row.offset >= 0 else None), row)
    except (MalformedError, OSError) as error:
        yield _broken(artifact, str(error))


def _broken(artifact: Artifact, reason: str) -> Held:
    return _held(artifact.at(), Row("broken", "", value=reason))


def _held(where: Location, row: Row) -> Held:
    """Bound a row: whatever a file says of itself, a line stays short and its numbers presentable."""
    offset = None if where.offset is None else bounded(where.offset)
    return Held(
        where=replace(where, offset=offset, length=None),
        kind=row.kind,
        name=printable(row.name, NAME_CHARACTERS),
        dtype=printable(row.dtype, NAME_CHARACTERS),
        shape=tuple(bounded(size) for size in row.shape[:DIMENSIONS]),
        nbytes=bounded(row.nbytes),
        packed=bounded(row.packed),
        value=printable(row.value, VALUE_CHARACTERS),
    )


def _lister(one: Format) -> Lister | None:
    """Find the list of a format: the module `listing` in its folder, where it has one beside its facts."""
    folder = import_module(one.read.__module__)
    if not hasattr(folder, "__path__") or find_spec(f"{folder.__name__}.listing") is None:
        return None
    found: Lister = import_module(f"{folder.__name__}.listing").listing
    return found
