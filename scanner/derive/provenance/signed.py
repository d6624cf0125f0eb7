"""Files that a signature lists against those that were read, and files beside it that no signature lists."""

from collections.abc import Iterator, Mapping, Sequence

from scanner.facts import Examined, Fact
from scanner.facts.provenance import SignatureFile, SignedFiles, SignedMismatch, UnsignedFiles
from scanner.nesting import SEPARATOR

IGNORED = (".git", ".gitattributes", ".github", ".gitignore")
"""Left out of every signature over a model, at the top of it (OMS v1.0)."""

SHOWN = 10


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare each signature over a model with the files of its folder.

    Of a signature of which no file is there nothing is stated: it was looked at alone, or belongs to another folder.
    """
    read = {one.where.path: one for one in facts if isinstance(one, Examined)}
    apart = {one.where.path for one in facts if isinstance(one, SignatureFile)}
    folders: dict[str, list[SignedFiles]] = {}
    for one in facts:
        if isinstance(one, SignedFiles) and SEPARATOR not in one.where.path:
            folders.setdefault(one.where.path.rpartition("/")[0], []).append(one)
    for folder, held in sorted(folders.items()):
        prefix = f"{folder}/" if folder else ""
        present = [one for one in held if any(_path(prefix, name, one) in read for name in one.names)]
        for one in present:
            yield from _compared(one, prefix, read)
        if any("." not in one.names and not _single(one) for one in present):
            yield from _unsigned(present, prefix, read, apart)


def _compared(signed: SignedFiles, prefix: str, read: Mapping[str, Examined]) -> Iterator[SignedMismatch]:
    for name, digest in zip(signed.names, signed.digests, strict=True):
        found = read.get(_path(prefix, name, signed))
        if found is None and not _is_shard(name, prefix, read):
            yield SignedMismatch(where=signed.where, file=name, how="missing", expected=digest, found="")
        elif found is not None and digest and found.sha256 and found.sha256 != digest:
            yield SignedMismatch(where=found.where, file=name, how="digest", expected=digest, found=found.sha256)


def _unsigned(
    held: Sequence[SignedFiles], prefix: str, read: Mapping[str, Examined], apart: set[str]
) -> Iterator[UnsignedFiles]:
    """Count the files below a folder that none of its signatures lists or leaves out."""
    signed = {name for one in held for name in one.names}
    signed |= {name.rsplit(":", 2)[0] for name in signed if ":" in name}
    left = frozenset((*IGNORED, *(name.strip("/") for one in held for name in one.ignored)))
    names = [
        path.removeprefix(prefix)
        for path in read
        if path.startswith(prefix) and path not in apart and path.removeprefix(prefix) not in signed
    ]
    found = sorted(name for name in names if not _below(name, left))
    if found:
        yield UnsignedFiles(where=held[0].where, count=len(found), names=tuple(found[:SHOWN]))


def _below(name: str, left: frozenset[str]) -> bool:
    parts = name.split("/")
    return any("/".join(parts[:count]) in left for count in range(1, len(parts) + 1))


def _path(prefix: str, name: str, signed: SignedFiles) -> str:
    """Say where a signed file lies; "." is the one file whose name the signature has, less its suffix."""
    return signed.where.path.rpartition(".")[0] if name == "." else prefix + name


def _single(signed: SignedFiles) -> bool:
    """Say whether a signature is of the one file that it is named after."""
    return len(signed.names) == 1 and signed.where.path.rpartition("/")[2].startswith(f"{signed.names[0]}.")


def _is_shard(name: str, prefix: str, read: Mapping[str, Examined]) -> bool:
    """Say whether a name is that of a range of a file that is there."""
    return name.count(":") > 1 and prefix + name.rsplit(":", 2)[0] in read
