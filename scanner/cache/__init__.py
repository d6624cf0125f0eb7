"""What earlier scans found, kept by the content of files, the rules and the program: the same again is not read again.

Two layers. The facts of one file, by its path and digest: after a change only what changed is read, joined and judged.
The judgement of a whole scan, by all its files: of an unchanged repository only digests are computed. A policy is asked
anew each time, and no key survives another rule, table, program or library.

What is kept is believed, so nothing is kept unless a folder for it is named, and nobody else may write to it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scanner import wire
from scanner.artifact import Artifact
from scanner.cache import codec, identity
from scanner.cache.store import Store
from scanner.facts import Examined, Fact, LimitReached, ReaderFailed, Unreadable, WorkerLost
from scanner.report import Judged

TRANSIENT: Final = (WorkerLost, ReaderFailed, Unreadable)
"""Facts that another run may not find again: nothing that holds one is kept."""


class Cache:
    """The results of one set of choices: rules, program, limits."""

    def __init__(self, store: Store, choices: Sequence[str]) -> None:
        """Take the store, and all beside the files that a result depends on."""
        self._store = store
        self._choices = (*choices, identity.program())
        self._known: dict[str, str] = {}

    def identify(self, artifacts: Sequence[Artifact]) -> None:
        """Read the files once, for their digests."""
        self._known = {one.path: identity.of(one) for one in artifacts}

    def facts(self, artifact: Artifact) -> tuple[Fact, ...] | None:
        """Recall what a file was read to; None where that is not known."""
        known = self._known.get(artifact.path, "")
        content = self._store.get(self._key("facts", artifact.path, known)) if known else None
        if content is None:
            return None
        try:
            return tuple(wire.decode(line) for line in content.split(b"\n"))
        except wire.WireError:  # written by another program, or not by one
            return None

    def keep_facts(self, artifact: Artifact, facts: Sequence[Fact]) -> None:
        """Remember what a file was read to, unless it changed meanwhile or another run may find more."""
        if not _lasting(facts) or not self._unchanged(artifact, facts):
            self._known[artifact.path] = ""
            return
        own = [fact for fact in facts if fact.where.path]  # what is said of no file is said of this system
        content = b"\n".join(map(wire.encode, own))
        self._store.put(self._key("facts", artifact.path, self._known[artifact.path]), content)

    def judged(self, found: Sequence[Fact]) -> Judged | None:
        """Recall the judgement of all files that were identified, and of what the source `found` beside them."""
        key = self._whole(found)
        content = self._store.get(key) if key else None
        try:
            return codec.decode(Judged, content) if content is not None else None
        except ValueError:
            return None

    def keep_judged(self, found: Sequence[Fact], judged: Judged) -> None:
        """Remember the judgement, if all files could be remembered."""
        if key := self._whole(found):
            self._store.put(key, codec.encode(judged))

    def _whole(self, found: Sequence[Fact]) -> str:
        if not all(self._known.values()):
            return ""
        files = (text for pair in self._known.items() for text in pair)
        return self._key("judged", *files, "", *(wire.encode(fact).decode("ascii") for fact in found))

    def _unchanged(self, artifact: Artifact, facts: Sequence[Fact]) -> bool:
        """Say whether a worker read what was identified."""
        known = self._known.get(artifact.path, "")
        if known.startswith(identity.CONTENT):
            closing = facts[-1] if facts else None
            return isinstance(closing, Examined) and closing.sha256 == known.removeprefix(identity.CONTENT)
        return bool(known) and identity.of(artifact) == known

    def _key(self, *parts: str) -> str:
        return identity.key(*self._choices, *parts)


def _lasting(facts: Sequence[Fact]) -> bool:
    return not any(
        isinstance(fact, TRANSIENT) or (isinstance(fact, LimitReached) and fact.limit == "memory") for fact in facts
    )


@contextmanager
def opened(folder: Path, choices: Sequence[str]) -> Iterator[Cache]:
    """Open the results in a folder, which is made if it is not there. Raises `UsageError` if it cannot be trusted."""
    with Store.opened(folder) as store:
        yield Cache(store, choices)
