"""Facts about containers: zip, tar, 7z and compressed streams. `format` is the container's."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ArchiveMember(Fact):
    """A member that is no plain file, or one that removes another.

    `kind`: "symlink", "hardlink", "device", "fifo", "socket", "other", or "whiteout" (its name makes a layer of an
    image take a file of the layers below away). Plain files are nested artifacts and need no fact.
    `target` is a link's.
    """

    format: str
    member: str
    kind: str
    target: str


@record
class MemberEscapes(Fact):
    """A member whose name or link leads out of the folder it is unpacked into.

    `how`: "absolute", "parent", "drive", "link" (a link's `target`), "through-link" (a name below a link of
    the same container, which leads to `target`), "backslash", "control" (a character below space in the name).
    """

    format: str
    member: str
    target: str
    how: str


@record
class MemberClash(Fact):
    """Two members with one name, or names that one file system folds together.

    `how`: "same", "case", "unicode", "file-and-folder". `identical`: both hold the same bytes, as far as declared.
    """

    format: str
    member: str
    other: str
    how: str
    identical: bool


@record
class ArchiveDisagreement(Fact):
    """Two records of a container that should say the same and do not.

    `field`: "name", "size", "packed-size", "method", "crc", "checksum" (computed), "offset", "count", "encryption",
    "directory" (a second directory that another reader would use).
    `first` is what the local record says, `second` the directory (or the computed value).
    """

    format: str
    member: str
    field: str
    first: str
    second: str


@record
class HiddenBytes(Fact):
    """Bytes of a container that belong to no record.

    `format`: what is around them. `place`: "before", "between", "after", "comment", "extra", "overlap",
    "unlisted-member", "inside-member" (behind the compressed stream), "appended" (a zip that ends something else),
    "inside" (a zip near the end of something else), "data" (where the header promises something else),
    "header" (behind the end of a header), "unknown-field" (a field that the format does not have).
    `kind`: what they look like ("zero", "text", "zip", "pickle", "elf", …, "data").
    """

    format: str
    place: str
    kind: str
    size: int


@record
class Expansion(Fact):
    """A member or stream that grows beyond a bound: `packed` bytes became `size` bytes when reading stopped.

    `bound`: "ratio" or "expanded" (the total of the artifact).
    """

    format: str
    member: str
    packed: int
    size: int
    bound: str
