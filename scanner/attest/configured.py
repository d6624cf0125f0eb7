"""What the files of a model themselves claim of it: configurations, adapters, GGUF keys, metadata of safetensors."""

import re
from collections.abc import Iterator, Sequence

from scanner.artifact import Location
from scanner.attest.bill import Claim, Relative, Subject
from scanner.attest.card import claim, identifier
from scanner.attest.coverage import Names
from scanner.attest.worth import COMMIT, filler, repository
from scanner.facts import Fact
from scanner.facts.metadata import MetadataEntry
from scanner.settings import Document, Leaf

CONFIG: tuple[tuple[str, Subject], ...] = (
    ("/architectures/0", "architecture"),
    ("/model_type", "family"),
    ("/max_position_embeddings", "context"),
    ("/quantization_config/quant_method", "quantization"),
)
"""Keys of `config.json` (transformers, `PretrainedConfig`)."""

PIPELINE: tuple[tuple[str, Subject], ...] = (("/_class_name", "architecture"),)
"""Keys of `model_index.json` (diffusers)."""

GGUF: dict[str, Subject] = {
    "general.architecture": "family",
    "general.name": "title",
    "general.organization": "supplier",
    "general.author": "supplier",
    "general.version": "version",
    "general.description": "description",
    "general.url": "link",
    "general.source.url": "link",
    "general.repo_url": "link",
    "general.source.repo_url": "link",
    "general.doi": "paper",
    "general.languages": "language",
    "general.tags": "tag",
}
"""Keys of GGUF (ggml, docs/gguf.md, general metadata)."""

SAFETENSORS: dict[str, Subject] = {
    "modelspec.title": "title",
    "modelspec.author": "supplier",
    "modelspec.architecture": "architecture",
    "modelspec.description": "description",
    "modelspec.date": "released",
}
"""Keys of the ModelSpec metadata standard (Stability-AI/ModelSpec)."""

_RELATIVE = re.compile(r"general\.(base_model|dataset)\.(\d{1,3})\.(name|version|organization|repo_url)")
_HUB = re.compile(r"https://huggingface\.co/(datasets/)?([\w.-]+/[\w.-]+)/?")

ADAPTER = "adapter_config.json"


def config_claims(document: Document, name: str) -> Iterator[Claim]:
    """Yield what a `config.json` or `model_index.json` claims."""
    keys = PIPELINE if document.name == "model_index.json" else CONFIG
    for pointer, about in keys:
        leaf = document.get(pointer)
        if leaf is not None and leaf.kind in "tn":
            yield claim(about, leaf.value, _at(leaf, name))


def adapter_base(document: Document, name: str, known: Sequence[Relative]) -> Iterator[Relative]:
    """Yield the base of an adapter. The name may be a local path: a package URL needs a card that says the same."""
    leaf = document.get("/base_model_name_or_path")
    if leaf is None or leaf.kind != "t" or filler(leaf.value):
        return
    revision = document.text("/revision")
    confirmed = any(one.identifier and one.name == leaf.value for one in known)
    yield Relative(
        name=leaf.value,
        relation="adapted",
        identifier=identifier(leaf.value, revision) if confirmed else "",
        revision=revision if COMMIT.fullmatch(revision) else "",
        digest="",
        how="adapter",
        checked=repository(leaf.value),
        named=(_at(leaf, name),),
    )


def metadata_claims(facts: Sequence[Fact], names: Names) -> Iterator[Claim]:
    """Yield what keys inside of weights claim; a text that was cut is left out."""
    for entry in _entries(facts):
        about = (GGUF if entry.format == "gguf" else SAFETENSORS).get(entry.key)
        for value in entry.value.split("\n") if about in {"language", "tag"} else (entry.value,):
            if about is not None and value.strip():
                yield claim(about, value, _key(entry, names))


def metadata_relatives(facts: Sequence[Fact], names: Names) -> Iterator[Relative]:
    """Yield the bases and sets of data that GGUF keys name; an address on the hub identifies one."""
    groups: dict[tuple[str, str, str], dict[str, MetadataEntry]] = {}
    for entry in _entries(facts):
        if entry.format == "gguf" and (match := _RELATIVE.fullmatch(entry.key)):
            kind, number, part = match.groups()
            groups.setdefault((entry.where.path, kind, number), {})[part] = entry
    for (_, kind, _), group in groups.items():
        made = _relative(kind, group, names)
        if made is not None:
            yield made


def _relative(kind: str, group: dict[str, MetadataEntry], names: Names) -> Relative | None:
    address = group["repo_url"].value if "repo_url" in group else ""
    hub = _HUB.fullmatch(address)
    name = hub.group(2) if hub else group["name"].value if "name" in group else address
    if filler(name):
        return None
    base = kind == "base_model"
    return Relative(
        name=name,
        relation="base" if base else "dataset",
        identifier=identifier(name) if hub and base and not hub.group(1) else "",
        revision="",
        digest="",
        how="",
        checked=hub is not None,
        named=tuple(_key(entry, names) for _, entry in sorted(group.items())),
    )


def _entries(facts: Sequence[Fact]) -> Iterator[MetadataEntry]:
    for fact in facts:
        if isinstance(fact, MetadataEntry) and fact.format in {"gguf", "safetensors"} and fact.size == len(fact.value):
            yield fact


def _key(entry: MetadataEntry, names: Names) -> Location:
    return Location(path=names.inside(entry.where.path), pointer="/" + entry.key.replace("~", "~0").replace("/", "~1"))


def _at(leaf: Leaf, name: str) -> Location:
    return Location(path=name, pointer=leaf.pointer)
