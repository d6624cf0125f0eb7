"""A torch archive by the names of its members: which layout, which storages, which sources."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.embedded import EmbeddedFile
from scanner.facts.torch import TorchCheckpoint, TorchStorage
from scanner.formats.executable.header import identify
from scanner.formats.torch.script import operators
from scanner.formats.zip.content import glimpse
from scanner.formats.zip.directory import directories, ends
from scanner.formats.zip.records import Entry, local, text
from scanner.limits import Limits
from scanner.record import record
from scanner.sketch import SAMPLED, sample
from scanner.streams import read_at
from scanner.text import printable

MARKS = (
    b"data.pkl",
    b"constants.pkl",
    b"MAR-INF/",
    b"extern_modules",
    b"archive_format",
    b"serialized_exported_program",
)
"""One of these is part of a member's name in every layout."""

HEAD_NBYTES = 4096
RECORD_NBYTES = 64
SOURCE_NBYTES = 16 << 20
PADDING_NBYTES = 80
"""Extra field that torch writes so that storages begin at multiples of 64 bytes."""
FOLDERS = ("data", "constants", "tensors")
"""Folders of storages, each beside the pickle that names them: `data/` and `data.pkl`."""


@record
class Members:
    """The members of an archive below one top folder. `root` is that folder with its slash, or empty."""

    root: str
    entries: dict[str, Entry]

    def holds(self, start: str) -> bool:
        """Say whether a member's name below the root starts so."""
        return any(name.startswith(self.root + start) for name in self.entries)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a checkpoint; nothing where the archive is none."""
    with artifact.open() as stream:
        if read_at(stream, 0, 2) != b"PK":
            yield TorchCheckpoint(where=artifact.at(0), layout="tar", storages=0, byteorder="", version="")
            return
        if not _marked(stream, artifact.size, limits):
            return
        found = directories(stream, artifact.size, limits.header_nbytes, limits.members)
        entries = {text(entry.name, entry.flags): entry for directory in found[::-1] for entry in directory.entries}
        members = Members(root=_root(entries), entries=entries)
        layout = _layout(members)
        if not layout:
            return
        storages = list(_storages(artifact, stream, members)) if layout in ("zip", "torchscript") else []
        yield TorchCheckpoint(
            where=artifact.at(0),
            layout=layout,
            storages=len(storages),
            byteorder=_record(stream, members, "byteorder"),
            version=_record(stream, members, "version") or _record(stream, members, ".format_version"),
        )
        yield from storages
        yield from _programs(artifact, stream, members, layout)
        yield from _sources(artifact, stream, members)


def _marked(stream: BinaryIO, size: int, limits: Limits) -> bool:
    """Say whether a directory names a member of torch's: most zips are told apart by one search."""
    for end in ends(stream, size):
        for start in (end.tail - end.size, end.start):
            content = read_at(stream, start, min(end.size, limits.header_nbytes))
            if any(mark in content for mark in MARKS):
                return True
    return False


def _root(entries: dict[str, Entry]) -> str:
    """Return the top folder: that of the first pickle torch knows by name, else of the first member."""
    for name in entries:
        folder, _, file = name.rpartition("/")
        if file in ("data.pkl", "constants.pkl", "archive_format") and folder.count("/") == 0:
            return f"{folder}/" if folder else ""
    first = next(iter(entries), "")
    return first.partition("/")[0] + "/" if "/" in first else ""


def _layout(members: Members) -> str:
    names, root = members.entries, members.root
    if "MAR-INF/MANIFEST.json" in names:
        return "mar"
    if f"{root}.data/extern_modules" in names:
        return "package"
    if f"{root}archive_format" in names or any(name.endswith("serialized_exported_program.json") for name in names):
        return "export"
    if f"{root}constants.pkl" in names or (members.holds("code/") and f"{root}data.pkl" in names):
        return "torchscript"
    return "zip" if f"{root}data.pkl" in names else ""


def _storages(artifact: Artifact, stream: BinaryIO, members: Members) -> Iterator[TorchStorage]:
    left = SAMPLED
    for folder in FOLDERS:
        start = f"{members.root}{folder}/"
        for name, entry in members.entries.items():
            if name.startswith(start) and not name.endswith("/"):
                where = artifact.at(entry.at)
                key, place = name.removeprefix(start), start.removesuffix("/")
                slices = _sample(stream, entry) if left > 0 else ""
                left -= 1
                yield TorchStorage(
                    where=where, storage=key, folder=printable(place, 300), nbytes=entry.size, sample=slices
                )


def _sample(stream: BinaryIO, entry: Entry) -> str:
    """Digest slices of a member that is stored, not compressed; "" of any other."""
    header = local(stream, entry.offset, len(entry.name) + PADDING_NBYTES) if entry.offset >= 0 else None
    if header is None or entry.method or entry.packed != entry.size:
        return ""
    return sample(stream, header.start, entry.size)


def _record(stream: BinaryIO, members: Members, name: str) -> str:
    entry = members.entries.get(members.root + name)
    return printable(glimpse(stream, entry, RECORD_NBYTES).decode("utf-8", "replace").strip()) if entry else ""


def _programs(artifact: Artifact, stream: BinaryIO, members: Members, layout: str) -> Iterator[Fact]:
    """State members that a system runs. Packages and TorchServe carry sources and libraries by design."""
    if layout in ("mar", "package", "export"):
        return
    for name, entry in members.entries.items():
        found = identify(glimpse(stream, entry, HEAD_NBYTES))
        if found is not None:
            kind, detail = found
            where = artifact.at(entry.offset)
            yield EmbeddedFile(
                where=where, kind=kind, place="checkpoint", detail=f"{printable(name)}: {detail}", size=entry.size
            )


def _sources(artifact: Artifact, stream: BinaryIO, members: Members) -> Iterator[Fact]:
    """State what TorchScript sources call, and what they choose by."""
    sources: list[tuple[str, str]] = []
    paths: list[str] = []
    left = SOURCE_NBYTES
    for name, entry in members.entries.items():
        if not name.startswith(f"{members.root}code/") or not name.endswith(".py"):
            continue
        content = glimpse(stream, entry, SOURCE_NBYTES)
        path = f"{artifact.path}!{printable(name, 300)}"
        if entry.size > SOURCE_NBYTES:
            yield LimitReached(where=artifact.at(entry.offset), limit="source", bound=SOURCE_NBYTES, unit="bytes")
        yield from operators(path, content)
        left -= len(content)
        if left >= 0:
            module = name.removeprefix(f"{members.root}code/").removesuffix(".py").replace("/", ".")
            sources.append((module, content.decode("utf-8", "replace")))
            paths.append(path)
    if left < 0:
        yield LimitReached(where=artifact.at(), limit="source", bound=SOURCE_NBYTES, unit="bytes")
    if sources:
        from scanner.formats.torch.flow import conditions

        yield from conditions(artifact, sources, paths)
