"""What of a model was looked at, and how far: its files with their digests, and everything that was left out."""

import re
from collections.abc import Iterable, Iterator, Sequence

from scanner.attest import manifest
from scanner.attest.bill import Gap, Part
from scanner.facts import Examined, Excluded, Fact, LinkFound, SpecialFile, Unreadable
from scanner.facts.document import Settings
from scanner.facts.tensor import TensorTable
from scanner.nesting import file_of
from scanner.text import printable

NOTATIONS = {"json": "application/json", "yaml": "application/yaml", "toml": "application/toml"}
"""Media types of documents of settings, by the notation that was read."""

MEDIA = {
    "zip": "application/zip",
    "gzip": "application/gzip",
    "tar": "application/x-tar",
    "hdf5": "application/x-hdf5",
    "python": "text/x-python",
}
"""Media types of what one format alone reads. Weights mostly have none that anybody agreed on."""


class Names:
    """Paths of a scan, as names inside the model that it was asked for. `place` is that path as it was given."""

    def __init__(self, place: str) -> None:
        """Strip what stands before the names: nothing for "."."""
        self._place = place.rstrip("/") or place
        self._prefix = "" if place in {"", "."} else self._place.rstrip("/") + "/"
        folder, slash, own = self._place.rpartition("/")
        shown = [re.escape(_shown(self._prefix))] if self._prefix else []
        shown += [f"{re.escape(_shown(folder + slash))}(?={re.escape(_shown(own))}(?!\\w))"] if slash else []
        self._before = re.compile(f"(?<![\\w./-])(?:{'|'.join(shown)})") if shown else None

    def inside(self, path: str) -> str:
        """Name a path of the scan; a model of one file has that file's own name."""
        if path == self._place or path.startswith(f"{self._place}!"):
            return self._place.rpartition("/")[2] + path[len(self._place) :]
        return path.removeprefix(self._prefix)

    def within(self, says: str) -> str:
        """Leave out of a sentence where the model lies: it says the same of the same model anywhere."""
        return self._before.sub("", says) if self._before else says


def _shown(path: str) -> str:
    return printable(path, len(path) * 10)


def parts(facts: Sequence[Fact], names: Names) -> tuple[Part, ...]:
    """List the files, sorted by name in the order of code points."""
    tables: dict[str, list[TensorTable]] = {}
    notations: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact, TensorTable):
            tables.setdefault(fact.where.path, []).append(fact)
        elif isinstance(fact, Settings):
            notations[fact.where.path] = fact.format
    found = (
        Part(
            name=names.inside(fact.where.path),
            path=fact.where.path,
            sha256=fact.sha256,
            nbytes=fact.size,
            formats=fact.formats,
            complete=fact.complete,
            media=_media(fact, notations.get(fact.where.path, "")),
            notes=tuple(_measured(tables.get(fact.where.path, ()))),
        )
        for fact in facts
        if isinstance(fact, Examined)
    )
    return tuple(sorted(found, key=lambda part: part.name))


def _media(fact: Examined, notation: str) -> str:
    if notation:
        return NOTATIONS.get(notation, "")
    if "prose" in fact.formats and fact.where.path.lower().endswith(".md"):
        return "text/markdown"
    return MEDIA.get(fact.formats[0], "") if len(fact.formats) == 1 else ""


def _measured(tables: Iterable[TensorTable]) -> Iterator[tuple[str, str]]:
    known = list(tables)
    if known:
        yield "tensors", str(sum(one.tensors for one in known))
        yield "parameters", str(sum(one.parameters for one in known))
        yield "dtypes", " ".join(sorted({dtype for one in known for dtype in one.dtypes}))


def gaps(facts: Sequence[Fact], found: Sequence[Part], names: Names) -> tuple[Gap, ...]:
    """List what was not read: whole files, ends of files, and all that is no file. What git keeps is none of these."""
    read = frozenset(part.path for part in found)
    told = {part.name: "not read to its end" for part in found if not part.complete}
    told |= {part.name: "not digested" for part in found if not part.sha256 and part.complete}
    for fact in facts:
        name = names.inside(fact.where.path)
        if isinstance(fact, Examined) and fact.complete and fact.bytes_examined < fact.size:
            told[name] = "known by its first bytes, not read"
        elif isinstance(fact, LinkFound):
            told[name] = "a link, not followed"
        elif isinstance(fact, SpecialFile):
            told[name] = f"no file: {fact.kind}"
        elif isinstance(fact, Unreadable) and file_of(fact.where.path, read) not in read:
            told[name] = "cannot be read"
        elif isinstance(fact, Excluded) and not manifest.kept_by_git(name):
            told[name] = f"left out by the policy: {fact.pattern}"
    return tuple(Gap(name=name, reason=reason) for name, reason in sorted(told.items()))


def root(found: Sequence[Part]) -> str:
    """Digest the model as its signature does (OMS v1.0): SHA-256 over the raw digests of its files by name.

    "" where a file has no digest, and where there is no file.
    """
    signed = [part for part in found if part.name.partition("/")[0] not in manifest.IGNORED]
    if not signed or not all(part.sha256 for part in signed):
        return ""
    listed = (manifest.Resource(name=part.name, digest=bytes.fromhex(part.sha256)) for part in signed)
    return manifest.root(manifest.in_order(listed))
