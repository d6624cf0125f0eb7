"""gzip streams, one or many members."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the magic with the one method there is and no reserved flag."""
    return head[:3] == b"\x1f\x8b\x08" and len(head) > 3 and not head[3] & 0xE0  # noqa: PLR2004 - RFC 1952 §2.3


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, a header field that is no text, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream
    from scanner.facts.archive import HiddenBytes
    from scanner.magic import kind_of

    with artifact.open() as stream:
        name, extra = header(stream.read(HEAD_NBYTES))
    for place, content in extra:
        kind = kind_of(content)
        if kind not in ("text", "zero", "data"):
            yield HiddenBytes(where=artifact.at(0), format="gzip", place=place, kind=kind, size=len(content))
    yield from read_stream(artifact, limits, codec.GZIP, kind="gzip", inner=name)


def header(head: bytes) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """Return the file name of the first member and its other optional fields (RFC 1952 §2.3), as far as they go."""
    flags, position = head[3] if len(head) > 10 else 0, 10  # noqa: PLR2004 - the fixed part
    found: list[tuple[str, bytes]] = []
    if flags & 4:
        length = int.from_bytes(head[position : position + 2], "little")
        found.append(("extra", head[position + 2 : position + 2 + length]))
        position += 2 + length
    texts: list[bytes] = []
    for flag in (8, 16):
        end = head.find(b"\0", position) if flags & flag else -1
        texts.append(head[position:end] if end >= 0 else b"")
        position = end + 1 if end >= 0 else position
    if texts[1]:
        found.append(("comment", texts[1]))
    return texts[0].decode("latin-1"), tuple(found)


FORMAT = Format(
    name="gzip",
    spec="https://www.rfc-editor.org/rfc/rfc1952",
    claims=claims,
    read=read,
    opens=b"\x1f",
    reads="every member, the header's fields, and what follows the last member",
)
