"""Where the members of a zip lie, compressed ones too; and the arrays of an `.npz`."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.artifact import Artifact
from scanner.limits import DEFLATE_RATIO, Limits
from scanner.measures.views import Beside, Stored
from scanner.streams import window

_PADDING_NBYTES = 80
_STORED: Final = 0
_DEFLATED: Final = 8


class Place(NamedTuple):
    """Bytes `[start, start + size)` of `source`, of the archive itself where that is None. `left` as in `Stored`."""

    source: Artifact | None
    start: int
    size: int
    left: str = ""


def places(artifact: Artifact, limits: Limits) -> dict[str, Place]:
    """Map the members of the first directory to their bytes. Raises `MalformedError` as the reader of archives does."""
    from scanner.formats.zip.directory import directories
    from scanner.formats.zip.records import ENCRYPTED, local, text

    found: dict[str, Place] = {}
    with artifact.open() as stream:
        for directory in directories(stream, artifact.size, limits.header_nbytes, limits.members)[:1]:
            for entry in directory.entries:
                name = text(entry.name, entry.flags)
                header = local(stream, entry.offset, len(entry.name) + _PADDING_NBYTES) if entry.offset >= 0 else None
                if header is None or entry.flags & ENCRYPTED or entry.method not in (_STORED, _DEFLATED):
                    found[name] = Place(None, 0, entry.size, "outside" if header is None else "compressed")
                elif entry.method == _STORED:
                    found[name] = Place(None, header.start, entry.packed)
                else:
                    packed = min(entry.packed, artifact.size - header.start)
                    # A size that lies is found where the bytes end early.
                    size = min(entry.size, packed * DEFLATE_RATIO, limits.expanded_nbytes)
                    found[name] = Place(_inflated(artifact, name, (header.start, packed), size), 0, size)
    return found


def _inflated(artifact: Artifact, name: str, where: tuple[int, int], size: int) -> Artifact:
    from scanner import codec
    from scanner.unpack import again

    packed = window(artifact.open, *where)
    return Artifact(path=f"{artifact.path}!{name}", size=size, open=again(packed, codec.DEFLATE, size))


def stored(artifact: Artifact, limits: Limits, beside: Beside) -> Iterator[Stored]:
    """Yield the arrays of a zip, named as `numpy.load` names them. Raises `MalformedError` as `places` does."""
    del beside
    from scanner.formats.numpy.listing import listing

    for name, place in places(artifact, limits).items():
        if not name.endswith(".npy"):
            continue
        member = place.source or Artifact(
            path=f"{artifact.path}!{name}", size=place.size, open=window(artifact.open, place.start, place.size)
        )
        for row in listing(member, limits) if not place.left else ():
            if row.kind == "tensor":
                left = "objects" if row.value else ""
                yield Stored(row._replace(name=name.removesuffix(".npy")), member, row.dtype.startswith(">"), left)
