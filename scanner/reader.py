"""Read one top-level artifact to its facts: recognise, read, and descend into what it holds."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final

from scanner.artifact import Artifact, Delivery
from scanner.facts import (
    Encrypted,
    Examined,
    Fact,
    LibraryMissing,
    LimitReached,
    Malformed,
    ReaderFailed,
    Unreadable,
    WorkerLost,
)
from scanner.format import Format, Formats, MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.unrecognised import unrecognised

UNFINISHED: Final = frozenset(
    (Malformed, LimitReached, ReaderFailed, WorkerLost, Unreadable, Encrypted, LibraryMissing)
)
"""Facts after which some bytes remain unread: the artifact is not complete."""

RECOGNISED: Final = "scanner.facts.recognised"
"""Facts after which nothing of an artifact counts as examined: it has a name, and no reader. Not imported to start."""

CHUNK_NBYTES = 1 << 20
STORED = 4
"""Stored members are no copies: at each depth a container may hold as many bytes as it has, this many times."""


class _Budget:
    """What one top-level artifact may still cost, and what it has told so far."""

    __slots__ = (
        "allowance", "claimed", "complete", "delivery", "expanded", "facts", "formats", "left", "limits", "members",
        "said",
    )  # fmt: skip

    def __init__(self, limits: Limits, formats: Formats, nbytes: int) -> None:
        """Start with an artifact of so many bytes, of which nothing is read."""
        self.limits = limits
        self.formats = formats
        self.allowance = limits.expanded_nbytes + STORED * nbytes
        self.members = self.facts = self.expanded = self.left = 0
        self.complete = True
        self.delivery: Delivery | None = None
        self.claimed: set[str] = set()
        self.said: set[str] = set()

    def remaining(self) -> Limits:
        """Return the limits with what may still be expanded."""
        if not self.expanded:
            return self.limits
        return replace(self.limits, expanded_nbytes=max(0, self.allowance - self.expanded))


def read(artifact: Artifact, formats: Sequence[Format], limits: Limits, *, digest: bool = False) -> Iterator[Fact]:
    """Yield every fact of a top-level artifact and of what it holds, then one `Examined`.

    Raises nothing that a reader or the artifact can cause.
    """
    known = formats if isinstance(formats, Formats) else Formats.of(formats)
    budget = _Budget(limits, known, artifact.size)
    given = artifact
    artifact, content = _held(artifact)
    for fact in chain(_facts(artifact, budget, content), _delivered(given, budget)):
        unfinished = type(fact) in UNFINISHED
        budget.complete &= not unfinished
        budget.facts += 1
        if budget.facts <= limits.facts or unfinished:
            yield fact
    if budget.facts > limits.facts:
        budget.complete = False
        yield LimitReached(where=artifact.at(), limit="facts", bound=limits.facts, unit="facts")
    delivery = budget.delivery
    if delivery is not None:
        sha256 = delivery.sha256
    else:
        sha256 = _digest(artifact, content) if digest or artifact.size <= limits.hashed_nbytes else ""
    yield Examined(
        where=artifact.at(),
        sha256=sha256,
        size=artifact.size,
        formats=tuple(sorted(budget.claimed)),
        bytes_examined=_looked(delivery.nbytes if delivery else artifact.size, budget) if budget.complete else 0,
        complete=budget.complete,
    )


def _looked(nbytes: int, budget: _Budget) -> int:
    """Leave out what is known by its first bytes alone; a member may be larger than what it is packed into."""
    return max(0, nbytes - budget.left)


def _delivered(artifact: Artifact, budget: _Budget) -> Iterator[Fact]:
    """Ask the source what it gave, and state what was refused, not read, or other than the store lists."""
    if artifact.delivered is None:
        return
    budget.delivery = found = artifact.delivered()
    if found.fault and budget.complete:
        yield Unreadable(where=artifact.at(), reason=found.fault)
    if found.expected or found.nbytes < artifact.size:
        from scanner.facts.remote import BytesNotRead, StoreMismatch  # only where something is remote

        if found.expected:
            yield StoreMismatch(where=artifact.at(), expected=found.expected, found=found.found)
        elif budget.complete:
            yield BytesNotRead(where=artifact.at(), read=found.nbytes, size=artifact.size)


def _held(artifact: Artifact) -> tuple[Artifact, bytes | None]:
    """Read a small file once and hold it: every reader and the digest then see the same bytes."""
    if artifact.size > HEAD_NBYTES:
        return artifact, None
    try:
        with artifact.open() as stream:
            content = stream.read(HEAD_NBYTES)
    except (MalformedError, OSError):
        return artifact, None
    if len(content) != artifact.size:
        return artifact, None
    return Artifact(path=artifact.path, size=artifact.size, open=partial(io.BytesIO, content)), content


def _facts(artifact: Artifact, budget: _Budget, head: bytes | None = None) -> Iterator[Fact]:
    try:
        if head is None:
            with artifact.open() as stream:
                head = stream.read(HEAD_NBYTES)
    except MalformedError as error:
        yield Malformed(where=artifact.at(error.offset), format="", reason=error.reason)
        return
    except OSError as error:
        yield Unreadable(where=artifact.at(), reason=error.strerror or str(error))
        return
    claimants = budget.formats.claimants(head, artifact.path)
    names = [one.name for one in claimants if not one.everywhere]
    if not names:
        yield unrecognised(artifact, head)
    budget.claimed.update(names)
    for one in claimants:
        found = _read_as(one, artifact, budget)
        # What a bound cut has no end, and so has the last of what it holds: that is said already, by the bound.
        yield from (fact for fact in found if not isinstance(fact, Malformed)) if artifact.cut else found


def _read_as(one: Format, artifact: Artifact, budget: _Budget) -> Iterator[Fact]:
    """Run one reader. The one broad except for our own code: a defect of ours never loses another's findings."""
    limits = budget.remaining()
    try:
        for item in one.read(artifact, limits):
            if isinstance(item, Artifact):
                yield from _descend(item, artifact, budget)
            else:
                if type(item).__module__ == RECOGNISED:
                    budget.left += artifact.size
                yield item
    except MalformedError as error:
        yield Malformed(where=artifact.at(error.offset), format=one.name, reason=error.reason)
    except OSError as error:
        yield Unreadable(where=artifact.at(), reason=error.strerror or str(error))
    except MemoryError:
        yield LimitReached(where=artifact.at(), limit="memory", bound=budget.limits.worker_memory_nbytes, unit="bytes")
    except Exception as error:  # noqa: BLE001 - the one place that outlives a defect of a reader
        yield ReaderFailed(where=artifact.at(), format=one.name, error=f"{type(error).__name__}: {error}"[:200])


def _descend(member: Artifact, parent: Artifact, budget: _Budget) -> Iterator[Fact]:
    member = replace(member, depth=parent.depth + 1)
    budget.members += 1
    limits = budget.limits
    if member.depth > limits.depth:
        yield from _once(budget, parent, "depth", limits.depth, "containers")
    elif budget.members > limits.members:
        yield from _once(budget, parent, "members", limits.members, "members")
    elif budget.expanded > budget.allowance:
        yield from _once(budget, parent, "expanded", budget.allowance, "bytes")
    else:
        budget.expanded += member.size
        yield from _facts(member, budget)


def _once(budget: _Budget, parent: Artifact, limit: str, bound: int, unit: str) -> Iterator[Fact]:
    if limit not in budget.said:
        budget.said.add(limit)
        yield LimitReached(where=parent.at(), limit=limit, bound=bound, unit=unit)


def _digest(artifact: Artifact, content: bytes | None) -> str:
    import hashlib

    if content is not None:
        return hashlib.sha256(content).hexdigest()
    total = hashlib.sha256()
    try:
        with artifact.open() as stream:
            while chunk := stream.read(CHUNK_NBYTES):
                total.update(chunk)
    except OSError:
        return ""
    return total.hexdigest()
