"""Find the zip at the end of an artifact: from its first record to the artifact's last byte."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.archive import HiddenBytes
from scanner.formats import tar
from scanner.formats.zip.directory import Directory, directories
from scanner.formats.zip.records import local
from scanner.limits import HEAD_NBYTES, Limits
from scanner.magic import kind_of
from scanner.members import Naming
from scanner.streams import read_at, window


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """State the bytes and yield them as an artifact of their own, unless they are a member of a tar."""
    with artifact.open() as stream:
        head = read_at(stream, 0, HEAD_NBYTES)
        if tar.claims(head, artifact.path):
            return  # a stored member may well be a zip, and what lies behind the last one is the tar reader's
        found = directories(stream, artifact.size, limits.header_nbytes, limits.members)
        spans = [
            (start, directory.end.stop)
            for directory in found
            if (start := _start(directory)) and local(stream, start, 64) is not None
        ]
    if not spans:
        return
    start, stop = min(span[0] for span in spans), max(span[1] for span in spans)
    size = stop - start
    # Behind the archive may lie more: then it is one of several streams, as in the compound files of Office.
    place = "appended" if stop == artifact.size else "inside"
    yield HiddenBytes(where=artifact.at(start, size), format=kind_of(head[:start]), place=place, kind="zip", size=size)
    opener = window(artifact.open, start, size)
    path = Naming(artifact.path).path(f"{place}@{start}")
    yield Artifact(path=path, size=size, open=opener, depth=artifact.depth + 1)


def _start(directory: Directory) -> int:
    """Return where the first member lies; 0 where the archive starts with the artifact or holds nothing."""
    return min((entry.offset for entry in directory.entries if entry.offset >= 0), default=0)
