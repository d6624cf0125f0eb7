"""The repositories of a scan, and which facts belong to each: those below its folder and below no nearer one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from scanner.artifact import Location
from scanner.facts import Examined, Fact
from scanner.facts.card import CardReference, CardText
from scanner.facts.document import Settings
from scanner.facts.license import LicenseDeclared, LicenseText, NoticeText
from scanner.facts.lineage import UseStatement
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tokenizer import Vocabulary
from scanner.nesting import SEPARATOR
from scanner.settings import Document, documents

T = TypeVar("T", bound=Fact)

CARD = "readme.md!front-matter.yaml"
CARD_KEYS = (
    "license", "license_name", "license_link", "base_model", "base_model_relation", "datasets", "pipeline_tag",
    "library_name", "model-index", "dataset_info", "task_categories", "size_categories", "sdk",
)  # fmt: skip
"""Keys that make a README a card; pages of other programs have tags and a language, too."""

DATA_KEYS = ("dataset_info", "task_categories", "size_categories", "source_datasets", "annotations_creators")
READ = frozenset(("config.json", "adapter_config.json", "mergekit_config.yml", "mergekit_config.yaml"))
"""Documents that say what a model comes from."""

WEIGHTS = frozenset((
    "safetensors", "gguf", "torch", "onnx", "hdf5", "keras", "flax", "tflite", "ggml", "openvino", "coreml",
    "executorch",
))  # fmt: skip
KEPT = (LicenseText, LicenseDeclared, NoticeText, UseStatement, CardText, CardReference, MetadataEntry, Vocabulary)
_METADATA = re.compile(r"(?i)licen[cs]e|base_model|^general\.(?:name|basename)$")
_CACHED = re.compile(r"(?:models|datasets)--([^/]+?)--([^/]+)/snapshots/[^/]+/$")
_OWN = re.compile(r"(?:^|/)([^/]+)/([^/]+)/$|^([^/]+)/$")


@dataclass
class Repository:
    """One folder and what is told of it. `folder` ends in "/" (or "!" in a container), "" is the root of the scan."""

    folder: str
    where: Location
    card: Document | None = None
    documents: list[Document] = field(default_factory=list)
    told: dict[type[Fact], list[Fact]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    formats: set[str] = field(default_factory=set)

    def of(self, kind: type[T]) -> list[T]:
        """List its facts of one kind."""
        return self.told.get(kind, [])  # type: ignore[return-value]

    @property
    def names(self) -> tuple[str, ...]:
        """Name it as others would: "owner/name" and "name", from its folder, as far as that tells."""
        cached = _CACHED.search(self.folder)
        if cached:
            return f"{cached[1]}/{cached[2]}", cached[2]
        own = _OWN.search(self.folder)
        return () if not own else (f"{own[1]}/{own[2]}", own[2]) if own[2] else (own[3],)

    @property
    def is_data(self) -> bool:
        """Its card is one of data."""
        return self.card is not None and any(_has(self.card, key) for key in DATA_KEYS)

    def listed(self, key: str) -> list[str]:
        """List the texts that its card has under a key, as one text or as a list."""
        return [] if self.card is None else texts_at(self.card, key)

    def named(self, name: str) -> Iterator[Document]:
        """Yield its documents of this name, that of its own folder first."""
        found = [one for one in self.documents if one.name == name]
        yield from sorted(found, key=lambda one: (one.path.count("/"), one.path))


def texts_at(document: Document, key: str, most: int = 64) -> list[str]:
    """List up to `most` texts at a key of the top: one text, or a list of them."""
    if f"\n/{key}" not in document.outline:
        return []
    found = [leaf.value.strip() for leaf in document.under(f"/{key}") if leaf.kind == "t" and len(leaf.keys) <= 2]  # noqa: PLR2004 - the key and a place in its list
    return [one for one in found if one][:most]


def folder_of(path: str) -> str:
    """Return the folder of a path with its last separator, "" at the top."""
    return path[: max(path.rfind("/"), path.rfind(SEPARATOR)) + 1]


def repositories(facts: Sequence[Fact]) -> list[Repository]:
    """Gather the repositories of a scan, sorted by folder; none where nothing tells of one."""
    found: dict[str, Repository] = {}
    read: list[Document] = []
    if any(type(fact) is Settings for fact in facts):
        read = [one for one in documents(facts) if one.name in READ or one.path.lower().endswith(CARD)]
    for document in read:
        if document.path.lower().endswith(CARD) and any(_has(document, key) for key in CARD_KEYS):
            path = document.path[: -len("!front-matter.yaml")]
            folder = folder_of(path)
            found.setdefault(folder, Repository(folder=folder, where=Location(path=path), card=document))
    kept = [fact for fact in facts if isinstance(fact, KEPT) and _is_kept(fact)]
    files = [fact for fact in facts if isinstance(fact, Examined)]
    _add_bare(found, kept, files, read)
    if found:
        _share(found, kept, files, read)
    return [found[folder] for folder in sorted(found)]


def _has(document: Document, key: str) -> bool:
    return f"\n/{key}\n" in document.outline or f"\n/{key}/" in document.outline


def _is_kept(fact: Fact) -> bool:
    return not isinstance(fact, MetadataEntry) or bool(_METADATA.search(fact.key))


def _add_bare(
    found: dict[str, Repository], kept: Sequence[Fact], files: Sequence[Examined], read: Sequence[Document]
) -> None:
    """Add folders without a card: that of a licence above weights, or of weights and adapters themselves."""
    licensed = {folder_of(fact.where.path) for fact in kept if isinstance(fact, LicenseText) and fact.role == "license"}
    for path in (
        *(one.path for one in read if one.name == "adapter_config.json"),
        *(one.where.path for one in files if not WEIGHTS.isdisjoint(one.formats)),
    ):
        folder = folder_of(path)
        if next((True for one in _upwards(folder) if one in found), False):
            continue
        home = next((one for one in _upwards(folder) if one in licensed), folder)
        found.setdefault(home, Repository(folder=home, where=Location(path=path)))


def _share(
    found: dict[str, Repository], kept: Sequence[Fact], files: Sequence[Examined], read: Sequence[Document]
) -> None:
    homes = _Homes(found)
    for fact in kept:
        if (own := homes.of(fact.where.path)) is not None:
            own.told.setdefault(type(fact), []).append(fact)
    for one in files:
        if (own := homes.of(one.where.path)) is not None:
            own.files.append(one.where.path)
            own.formats.update(one.formats)
    for document in read:
        if document.name in READ and (own := homes.of(document.path)) is not None:
            own.documents.append(document)


class _Homes:
    """The nearest repository above each folder, found once."""

    def __init__(self, found: dict[str, Repository]) -> None:
        self._found = found
        self._homes: dict[str, Repository | None] = {}

    def of(self, path: str) -> Repository | None:
        folder = folder_of(path)
        if folder not in self._homes:
            self._homes[folder] = next((self._found[one] for one in _upwards(folder) if one in self._found), None)
        return self._homes[folder]


def _upwards(folder: str) -> Iterator[str]:
    """Yield a folder and those above it, the nearest first."""
    yield folder
    while folder:
        folder = folder_of(folder[:-1])
        yield folder
