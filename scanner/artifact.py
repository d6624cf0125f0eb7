"""What is scanned, and where in it: `Artifact` and `Location`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in an artifact.

    `path` names nested artifacts with `!`: "model.pt!archive/data.pkl".
    `offset` and `length` are bytes from the artifact's own start, half-open.
    `line` is 1-based; `pointer` is a JSON pointer (RFC 6901).
    """

    path: str
    offset: int | None = None
    length: int | None = None
    line: int | None = None
    pointer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file, or one member found inside another artifact.

    `size` is in bytes and is never exceeded by a reader. `open` returns a fresh
    seekable binary stream at offset 0; closing it is the reader's duty.
    `depth` counts the containers around it: 0 for a file of the source.
    """

    path: str
    size: int
    open: Callable[[], BinaryIO]
    depth: int = 0

    def at(self, offset: int | None = None, length: int | None = None) -> Location:
        """Name a byte range of this artifact."""
        return Location(path=self.path, offset=offset, length=length)
