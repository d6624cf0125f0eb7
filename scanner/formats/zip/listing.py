"""The members of a zip as its first directory tells them, line by line."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.formats.zip.directory import directories
from scanner.formats.zip.records import METHODS, text
from scanner.limits import Limits
from scanner.tensors import Row


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield one row a member; its dtype is the method, its offset that of the local header."""
    with artifact.open() as stream:
        found = directories(stream, artifact.size, limits.header_nbytes, limits.members)
    for entry in found[0].entries if found else ():
        method = METHODS.get(entry.method, str(entry.method))
        name = text(entry.name, entry.flags)
        yield Row("member", name, method, (), entry.size, max(-1, entry.offset), packed=entry.packed)
