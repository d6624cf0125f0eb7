"""What a reader is: `Format`, and the one error it may raise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.limits import Limits


class MalformedError(Exception):
    """Bytes break their format's specification, at `offset` bytes from the artifact's start."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        """Keep the reason (one sentence, no full stop) and the offset."""
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: how to recognise it and how to read it.

    `claims(head, path)` is cheap, looks at the first `limits.HEAD_NBYTES` bytes and never raises.
    `read` yields facts and member artifacts, in any order; it raises nothing but `MalformedError`.
    `everywhere` marks a reader that looks into every artifact and recognises none (appended archives).
    `reads` and `leaves` are the sentences of the format table: what is read, and what is not.
    """

    name: str
    spec: str
    claims: Callable[[bytes, str], bool]
    read: Callable[[Artifact, Limits], Iterator[Fact | Artifact]]
    everywhere: bool = False
    reads: str = ""
    leaves: str = ""
