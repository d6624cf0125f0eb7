"""Facts about files that a store holds and this machine does not: what was read of them, and what they should be."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class BytesNotRead(Fact):
    """A file whose readers came to their end after `read` of its `size` bytes: no reader asked for the others."""

    read: int
    size: int


@record
class StoreMismatch(Fact):
    """A content that is not what its store lists: two digests, each named before a colon ("sha256:...")."""

    expected: str
    found: str
