"""One 7z: py7zr parses and unpacks, into memory alone; every error it can raise on hostile bytes is told apart here."""

import lzma
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanner.artifact import Artifact
from scanner.facts import Encrypted, Fact, LibraryMissing, LimitReached, Malformed
from scanner.facts.archive import Expansion
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.members import Name, Naming, clashes, escapes
from scanner.streams import held
from scanner.unpack import Room

if TYPE_CHECKING:
    from py7zr import SevenZipFile
    from py7zr.io import BytesIOFactory

BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError, RuntimeError,
    TypeError, ValueError, lzma.LZMAError, struct.error, zlib.error,
)  # fmt: skip
"""What py7zr and its decompressors raise on bytes that are no 7z, beside its own errors."""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield names that lead out, clashes, members, and how unpacking ended.

    Raises:
        MalformedError: no archive could be read.
    """
    try:
        import py7zr
        from py7zr import exceptions
        from py7zr.io import BytesIOFactory
    except ImportError:
        yield LibraryMissing(where=artifact.at(), format="7z", library="py7zr", extra="7z")
        return
    room = Room.of(limits, artifact.depth)
    bound = min(room.total, room.memory)
    own = (exceptions.ArchiveError, exceptions.AbsolutePathError)
    factory = BytesIOFactory(bound + 1)
    with artifact.open() as stream:
        try:
            archive = py7zr.SevenZipFile(stream, max_extract_size=bound)
        except exceptions.PasswordRequired:
            yield Encrypted(where=artifact.at(), method="7z")
            return
        except (*own, *BROKEN) as error:
            raise MalformedError(_reason(error), offset=0) from error
        yield from _names(artifact, archive)
        if archive.needs_password():
            yield Encrypted(where=artifact.at(), method="7z")
            return
        try:
            archive.extractall(factory=factory)
        except exceptions.PasswordRequired:
            yield Encrypted(where=artifact.at(), method="7z")
        except exceptions.DecompressionBombError:
            yield Expansion(
                where=artifact.at(), format="7z", member="", packed=artifact.size, size=bound, bound="expanded"
            )
            yield LimitReached(where=artifact.at(), limit="expansion", bound=bound, unit="bytes")
        except (*own, *BROKEN) as error:
            yield Malformed(where=artifact.at(), format="7z", reason=_reason(error))
    yield from _members(artifact, factory)


def _names(artifact: Artifact, archive: "SevenZipFile") -> Iterator[Fact]:
    names = [
        Name(str(entry.filename), 0, bool(entry.is_directory), number) for number, entry in enumerate(archive.files)
    ]
    for name in names:
        yield from escapes(artifact, "7z", name.text, 0)
    yield from clashes(artifact, "7z", names)


def _members(artifact: Artifact, factory: "BytesIOFactory") -> Iterator[Artifact]:
    naming = Naming(artifact.path)
    for name, content in factory.products.items():
        content.seek(0)
        data = content.read()
        yield Artifact(path=naming.path(name), size=len(data), open=held(data), depth=artifact.depth + 1)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:160]
