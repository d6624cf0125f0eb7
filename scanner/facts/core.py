"""Facts that any reader, source or the pipeline itself can state."""

from scanner.artifact import Location
from scanner.record import record


@record
class Fact:
    """An observation at a place; never a judgement."""

    where: Location


@record
class Malformed(Fact):
    """Bytes that break their format's specification. `declared`: the name or magic promised this format."""

    format: str
    reason: str
    declared: bool = True


@record
class LimitReached(Fact):
    """Reading stopped at a bound of `limits.py`: what is `limit`ed, at which `bound` (in `unit`)."""

    limit: str
    bound: int
    unit: str


@record
class Unrecognised(Fact):
    """No format claims these bytes. `entropy` is in bits per byte of the head, `text` if it reads as UTF-8."""

    suffix: str
    size: int
    entropy: float
    text: bool


@record
class Unaccounted(Fact):
    """Bytes of no known format that nothing in the scan names and measures either. Fields as of `Unrecognised`.

    A storage that a pickle gives the size of is plain numbers, though no format says so.
    """

    suffix: str
    size: int
    entropy: float
    text: bool


@record
class ReaderFailed(Fact):
    """Our own reader failed on this artifact: a defect of the scanner, never of the artifact."""

    format: str
    error: str


@record
class WorkerLost(Fact):
    """The worker process that read this artifact ended early.

    `cause`: "memory", "cpu", "wall", "signal" or "exit".
    """

    cause: str
    detail: str


@record
class Unreadable(Fact):
    """The system refused to open or read this artifact."""

    reason: str


@record
class Encrypted(Fact):
    """Content that cannot be read without a key. `method` names the scheme as far as it is declared."""

    method: str


@record
class LibraryMissing(Fact):
    """A format is recognised and not read: its library is not installed, or `library` is "" since none reads it."""

    format: str
    library: str
    extra: str


@record
class LinkFound(Fact):
    """A symbolic link, not followed. `escapes`: its target lies outside what is scanned."""

    target: str
    escapes: bool


@record
class SpecialFile(Fact):
    """Something in a folder that is no file, folder or link: "fifo", "socket", "device"."""

    kind: str


@record
class Excluded(Fact):
    """Left out by the policy. `pattern` is the policy's own glob."""

    pattern: str


@record
class Degraded(Fact):
    """A protection of the reading worker that this system does not offer."""

    protection: str
    reason: str


@record
class Examined(Fact):
    """Closes every artifact of the source: what was read, and whether to its end.

    `sha256` is empty where the file was too large to digest unasked.
    `formats` lists every format that read it or a member of it. `bytes_examined` counts neither what a store did not
    have to send nor files that are known by their first bytes and read by nothing.
    """

    sha256: str
    size: int
    formats: tuple[str, ...]
    bytes_examined: int
    complete: bool
