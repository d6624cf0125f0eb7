"""What a local header and a directory entry say of one member, side by side."""

import zlib
from collections.abc import Iterator
from dataclasses import replace

from scanner.artifact import Artifact
from scanner.facts.archive import ArchiveDisagreement
from scanner.formats.zip.records import (
    DESCRIPTOR,
    ENCRYPTED,
    METHODS,
    UNICODE_PATH_EXTRA,
    UNKNOWN_32,
    ZIP64_EXTRA,
    Entry,
    fields,
    text,
)
from scanner.text import printable


def disagreements(artifact: Artifact, entry: Entry, header: Entry) -> Iterator[ArchiveDisagreement]:
    """Yield one fact for every field that differs and should not.

    Sizes and checksum of a local header may be zero where a data descriptor follows (APPNOTE 6.3.10 §4.4.4).
    Extra fields differ in honest files: torch.save pads the local one to align its storages.
    """
    if _agree(entry, header):
        return
    late = header.flags & DESCRIPTOR
    pairs = [
        ("name", _shown(header), _shown(entry)) if header.name != entry.name else ("name", "", ""),
        ("alias", _alias(entry) or _alias(header), _shown(entry)),
        ("method", _method(header.method), _method(entry.method)),
        ("encryption", str(header.flags & ENCRYPTED), str(entry.flags & ENCRYPTED)),
    ]
    for name, local, listed in (
        ("crc", header.crc, entry.crc),
        ("packed-size", header.packed, entry.packed),
        ("size", header.size, entry.size),
    ):
        if not (late and local == 0):
            pairs.append((name, str(local), str(listed)))
    pairs.extend(("size", says, str(entry.size)) for says in (_wide(entry), _wide(header)) if says)
    for field, first, second in pairs:
        if first != second and not (field == "alias" and not first):
            yield ArchiveDisagreement(
                where=artifact.at(header.at),
                format="zip",
                member=printable(text(entry.name, entry.flags)),
                field="name" if field == "alias" else field,
                first=first,
                second=second,
            )


def _agree(entry: Entry, header: Entry) -> bool:
    """Say whether all is equal: the usual case, told apart without building anything."""
    return (
        header.name == entry.name
        and header.method == entry.method
        and not (header.flags ^ entry.flags) & ENCRYPTED
        and (
            (header.crc == entry.crc and header.packed == entry.packed and header.size == entry.size)
            or (bool(header.flags & DESCRIPTOR) and header.crc == header.packed == header.size == 0)
        )
        and not entry.extra
        and not header.extra
    )


def views(entry: Entry, header: Entry) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    """Yield the member as the directory has it, then as the local header has it where that is something else.

    With each come the names it is known by (CVE-2025-1944: the two names differ).
    """
    names = [text(entry.name, entry.flags)]
    if header.name != entry.name:
        names.append(text(header.name, header.flags))
    for alias in (_alias(entry), _alias(header)) if entry.extra or header.extra else ():
        if alias and alias not in names:
            names.append(alias)
    yield entry, tuple(names)
    if header.method != entry.method or (header.packed not in (0, entry.packed) and header.method == 0):
        late = header.flags & DESCRIPTOR and header.packed == 0
        packed = entry.packed if late else header.packed
        yield replace(entry, method=header.method, packed=packed, size=header.size, crc=header.crc), (names[-1],)


def _shown(entry: Entry) -> str:
    return printable(text(entry.name, entry.flags))


def _method(method: int) -> str:
    return METHODS.get(method, str(method))


def _alias(entry: Entry) -> str:
    """Return the name that the Info-ZIP Unicode path field gives, where readers that know the field believe it.

    It counts where its checksum is that of the plain name. Honest writers add it to names that the plain field
    cannot hold; one that renames a name of plain ASCII is stated.
    """
    if not entry.extra:
        return ""
    content = fields(entry.extra).get(UNICODE_PATH_EXTRA, b"")
    if len(content) < 6 or int.from_bytes(content[1:5], "little") != zlib.crc32(entry.name):  # noqa: PLR2004 - APPNOTE
        return ""
    alias = content[5:].decode("utf-8", "replace")
    plain = entry.name.decode("ascii", "replace")
    return "" if alias == plain or not alias.isascii() or "?" in plain or "\ufffd" in plain else printable(alias)


def _wide(entry: Entry) -> str:
    """Return the size that a zip64 field gives where the plain field is filled in and readers may use either."""
    if not entry.extra or entry.size == UNKNOWN_32:
        return ""
    content = fields(entry.extra).get(ZIP64_EXTRA, b"")
    size = int.from_bytes(content[:8], "little")
    filled = len(content) >= 16 and size and size != entry.size and size < 1 << 62  # noqa: PLR2004 - two sizes
    return str(size) if filled else ""
