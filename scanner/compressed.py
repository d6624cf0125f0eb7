"""One compressed stream as an artifact: what is inside, where it ends, and what follows it."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from scanner.artifact import Artifact
from scanner.chunks import past_index, record_nbytes
from scanner.codec import Codec
from scanner.facts import Fact, LibraryMissing, LimitReached, Malformed
from scanner.facts.archive import Expansion, HiddenBytes
from scanner.limits import HEAD_NBYTES, Limits
from scanner.magic import kind_of
from scanner.members import Naming
from scanner.streams import first_byte, read_at, window
from scanner.unpack import Room, Unpacked, stop_bound, unpack

SUFFIXES = frozenset((".gz", ".bz2", ".xz", ".lzma", ".zst", ".zstd", ".lz4", ".z", ".zlib"))


def read_stream(  # noqa: PLR0913 - the last three name the format, its library and its content
    artifact: Artifact, limits: Limits, codec: Codec | None, *, kind: str, library: str = "", inner: str = ""
) -> Iterator[Fact | Artifact]:
    """Yield what a stream of members decompresses to, as one artifact, and the bytes behind its last member.

    `kind` names the format, `inner` the content where the stream itself does. Without a codec, `library` is missing.
    """
    if codec is None:
        yield LibraryMissing(where=artifact.at(), format=kind, library=library, extra="")
        return
    room, naming = Room.of(limits, artifact.depth), Naming(artifact.path)
    start = 0
    while True:
        opener = window(artifact.open, start, artifact.size - start) if start else artifact.open
        found = unpack(opener, codec, room)
        yield from _outcome(artifact, found, start, kind, limits)
        if found.size:
            path = naming.path(inner or _inner(artifact.path))
            cut = bool(found.stopped)
            yield Artifact(path=path, size=found.size, open=found.open, depth=artifact.depth + 1, cut=cut)
        end = start + found.end
        if found.stopped or found.broken or end >= artifact.size:
            return
        # A store keeps the next shard behind the index of this one.
        with artifact.open() as stream:
            following = past_index(stream, start, end, artifact.size)
            if following == end or not read_at(stream, following, HEAD_NBYTES).startswith(codec.follows or ()):
                break
        start = following
    yield from trailing(artifact, following, kind, naming)


def _outcome(artifact: Artifact, found: Unpacked, start: int, kind: str, limits: Limits) -> Iterator[Fact]:
    if found.stopped:
        yield Expansion(
            where=artifact.at(), format=kind, member="", packed=artifact.size, size=found.size, bound=found.stopped
        )
        limit, bound, unit = stop_bound(found.stopped, limits)
        yield LimitReached(where=artifact.at(), limit=limit, bound=bound, unit=unit)
    elif found.broken:
        yield Malformed(where=artifact.at(start + found.end or None), format=kind, reason=found.broken)


def trailing(artifact: Artifact, start: int, kind: str, naming: Naming, *, block: int = 1) -> Iterator[Fact | Artifact]:
    """State the bytes from `start` to the end and yield them, less the zeros in front: padding of a block or a tape.

    `block`: what they start at is a multiple of it, counted from `start`.
    """
    with artifact.open() as stream:
        first = first_byte(stream, start, artifact.size)
        start += (first - start) // block * block
        head = read_at(stream, start, HEAD_NBYTES)
    size = artifact.size - start
    if first == artifact.size:
        return
    if not record_nbytes(head, size):  # A record of OCDBT has a reader of its own, which accounts for what follows it.
        found = kind_of(head)
        yield HiddenBytes(where=artifact.at(start, size), format=kind, place="after", kind=found, size=size)
    opener = window(artifact.open, start, size)
    yield Artifact(path=naming.path(f"after@{start}"), size=size, open=opener, depth=artifact.depth + 1)


def _inner(path: str) -> str:
    """Name the content after the file: "model.pkl.gz" holds "model.pkl"; "data" where the name tells nothing."""
    name = PurePosixPath(path.rpartition("!")[2])
    if name.suffix.lower() == ".tgz":
        return f"{name.stem}.tar"
    return name.stem if name.suffix.lower() in SUFFIXES else "data"
