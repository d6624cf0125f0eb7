"""What is scanned, and where in it: `Artifact` and `Location`."""

from collections.abc import Callable
from typing import BinaryIO

from scanner.record import record


@record
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


@record
class Delivery:
    """What a source gave of an artifact that it had to get, or to check: `nbytes` of it.

    `sha256` is that of the whole, "" where not all of it was got. `fault` says why something was not, "" where nothing
    was refused. `expected` and `found` are a digest that the store lists and that of the bytes, where the two differ.
    """

    nbytes: int
    sha256: str = ""
    fault: str = ""
    expected: str = ""
    found: str = ""


@record
class Artifact:
    """One file, or one member found inside another artifact.

    `size` is in bytes and is never exceeded by a reader. `open` returns a fresh
    seekable binary stream at offset 0; closing it is the reader's duty.
    `depth` counts the containers around it: 0 for a file of the source.
    `cut`: a bound ended it early, and that is stated where it was met: that its end is missing is no news.
    `remote`: reading it costs requests, so nothing is read that no reader asks for.
    `descriptors`: what its streams need open. `delivered` says, once it was read, what its source gave of it.
    """

    path: str
    size: int
    open: Callable[[], BinaryIO]
    depth: int = 0
    cut: bool = False
    remote: bool = False
    descriptors: tuple[int, ...] = ()
    delivered: Callable[[], Delivery] | None = None

    def at(self, offset: int | None = None, length: int | None = None) -> Location:
        """Name a byte range of this artifact, as far as the artifact reaches: a range that bytes declare may not."""
        if offset is not None:
            offset = max(0, min(offset, self.size))
        if length is not None:
            length = max(0, min(length, self.size - (offset or 0)))
        return Location(path=self.path, offset=offset, length=length, line=None, pointer=None)
