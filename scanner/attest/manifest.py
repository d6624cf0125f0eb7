"""What a signature covers: `Manifest`, the list of files (or shards of files) with their digests, and its root."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

from scanner.record import record

Serialization = Literal["files", "shards"]

SHARD_NBYTES = 1_000_000_000
"""Size of a shard where nobody asks for another (OMS v1.0)."""

IGNORED = (".git", ".gitattributes", ".github", ".gitignore")
"""Left out of every signature, at the top of the model only."""

VERSION_STORE = ".git"


@record
class Resource:
    """A file, or a half-open range of its bytes: `end` is None for the whole file. `digest` is raw."""

    name: str
    digest: bytes
    start: int = 0
    end: int | None = None


@record
class Manifest:
    """The predicate of an OMS statement. `resources` are in the order in which they are listed.

    `algorithm` is that of every resource; `root` is always SHA-256, over the raw digests in listed order.
    `shard_nbytes` is 0 for whole files. `declared` is the verdict that the signer's own scan gave, where it was
    not a pass and was signed nevertheless. `legacy` names what older spellings were met.
    """

    model: str
    algorithm: str
    resources: tuple[Resource, ...]
    ignored: tuple[str, ...] = ()
    shard_nbytes: int = 0
    declared: str = ""
    legacy: tuple[str, ...] = ()

    @property
    def serialization(self) -> Serialization:
        """The method that the statement names."""
        return "shards" if self.shard_nbytes else "files"

    @property
    def root(self) -> str:
        """The digest of the model as a whole, hex."""
        return root(self.resources)

    @property
    def names(self) -> tuple[str, ...]:
        """Each file once, in the order in which it is first listed."""
        return tuple(dict.fromkeys(one.name for one in self.resources))


def root(resources: Iterable[Resource]) -> str:
    """Digest the digests: SHA-256 over the raw ones, in the order given."""
    total = hashlib.sha256()
    for one in resources:
        total.update(one.digest)
    return total.hexdigest()


def in_order(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Sort as OMS v1.0 writes: by the code points of the name that is listed."""
    return tuple(sorted(resources, key=listed_name))


def listed_name(resource: Resource) -> str:
    """Spell a resource as its manifest does: a shard is `path:start:end`."""
    return resource.name if resource.end is None else f"{resource.name}:{resource.start}:{resource.end}"


def shards(size: int, shard_nbytes: int) -> Sequence[tuple[int, int]]:
    """Cut a file of `size` bytes; an empty one has no shards."""
    return [(start, min(start + shard_nbytes, size)) for start in range(0, size, shard_nbytes)]


def kept_by_git(name: str) -> bool:
    """Say whether a file is one of git's own store: each clone has others, and they are handed on to nobody."""
    return name.partition("/")[0] == VERSION_STORE
