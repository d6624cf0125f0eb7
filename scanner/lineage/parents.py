"""What a repository comes from, by its card, its configs, its metadata and its vocabulary, and under which licence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from scanner.artifact import Location
from scanner.facts.card import CardReference
from scanner.facts.license import LicenseText
from scanner.facts.lineage import Lineage
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tokenizer import Vocabulary
from scanner.known import rows
from scanner.lineage.identify import identify
from scanner.lineage.kinds import kind_of, same, term
from scanner.lineage.repository import Repository
from scanner.lineage.stated import Standing

TABLE = "parents"
VOCABULARIES = "vocabularies"
DIGEST_DIGITS = 32
MOST = 64
"""Parents of one repository that are followed."""

NAME_CHARACTERS = 200
DERIVED = ("finetune", "adapter", "quantized", "merge")
QUANTIZED = frozenset(
    ("gguf", "gptq", "awq", "exl2", "exl3", "bitsandbytes", "4-bit", "8-bit", "quantized", "mlx", "imatrix")
)
SYNTHETIC = frozenset(("synthetic", "distillation", "distilabel", "synthetic-data", "rlaif"))

_HUB = re.compile(r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?:datasets/)?)?([\w.-]{1,96}/[\w.-]{1,96})/?")
_LOCAL = re.compile(
    r"(?i)(?:[./~\\]|[a-z]:|.*\\)|(?:home|root|tmp|data|models?|outputs?|checkpoints?|workspace|mnt|content|kaggle|users)/"
)
_BASE_KEY = re.compile(r"(?:^|\.)base_model\.\d+\.(name|organization|repo_url)$")


@dataclass(frozen=True)
class Licensed:
    """A licence and how it is known: "scan", "id", or "" where it is not."""

    license: str = ""
    known_by: str = ""


@dataclass(frozen=True)
class _Named:
    name: str
    relation: str
    how: str
    where: Location


Found = Mapping[str, tuple[Repository, Standing]]
"""The repositories of the scan, by each name that others may call them, in lower case."""


def lineages(repository: Repository, stands: Standing, found: Found) -> Iterator[Lineage]:
    """State each parent once: as the card names it, else as the files do."""
    told: set[str] = set(map(str.lower, repository.names))
    bases = repository.listed("base_model")
    declared = bool(bases)
    for one in (*_declared(repository, bases), *_embedded(repository), *_trained(repository), *_written(repository)):
        key = one.name.lower()
        if key not in told and len(told) < MOST:
            told.add(key)
            yield _lineage(repository, stands, one, _licensed(one, found), declared=declared)
    if not any(one.relation in DERIVED for one in _embedded(repository)) and not declared:
        yield from _family(repository, stands)


def relation_of(repository: Repository, bases: Sequence[str]) -> str:
    """Say what a repository is to its bases: as its card says, else by what it holds."""
    said = repository.listed("base_model_relation")
    if said and said[0].lower() in DERIVED:
        return said[0].lower()
    tags = {tag.lower() for tag in (*repository.listed("tags"), *repository.listed("library_name"))}
    if next(repository.named("adapter_config.json"), None) is not None or tags & {"peft", "lora", "adapter"}:
        return "adapter"
    if len(bases) > 1 or tags & {"merge", "mergekit"} or next(repository.named("mergekit_config.yml"), None):
        return "merge"
    configs = repository.named("config.json")
    if (
        "gguf" in repository.formats
        or tags & QUANTIZED
        or any("\n/quantization_config/" in one.outline for one in configs)
    ):
        return "quantized"
    return "finetune"


def _declared(repository: Repository, bases: Sequence[str]) -> Iterator[_Named]:
    relation = relation_of(repository, bases)
    for base in bases:
        if name := _hub(base):
            yield _Named(name, relation, "card", repository.where)


def _embedded(repository: Repository) -> Iterator[_Named]:
    """Yield what files other than the card name."""
    for document in repository.named("adapter_config.json"):
        if name := _hub(document.text("/base_model_name_or_path")):
            yield _Named(name, "adapter", "adapter_config", document.parts[0].where)
    for document in repository.named("config.json"):
        if name := _hub(document.text("/_name_or_path")):
            yield _Named(name, relation_of(repository, [name]), "config", document.parts[0].where)
    for document in (*repository.named("mergekit_config.yml"), *repository.named("mergekit_config.yaml")):
        for leaf in document.leaves[: 64 * MOST]:
            if (
                leaf.kind == "t"
                and leaf.key in {"model", "base_model"}
                and (name := _hub(leaf.value.partition("+")[0]))
            ):
                yield _Named(name, "merge", "merge_config", document.parts[0].where)
    yield from _metadata(repository)


def _metadata(repository: Repository) -> Iterator[_Named]:
    parts: dict[tuple[str, str], dict[str, MetadataEntry]] = {}
    for entry in repository.of(MetadataEntry):
        key = _BASE_KEY.search(entry.key)
        if key and entry.kind == "text":
            parts.setdefault((entry.where.path, entry.key[: key.start(1)]), {})[key[1]] = entry
    for some in parts.values():
        first = next(iter(some.values()))
        name = _hub(some["repo_url"].value) if "repo_url" in some else ""
        if not name and "name" in some and "organization" in some:
            name = _hub(f"{some['organization'].value}/{some['name'].value}".replace(" ", "-"))
        if name:
            how = "gguf" if first.format == "gguf" else "metadata"
            yield _Named(name, relation_of(repository, [name]), how, first.where)


def _trained(repository: Repository) -> Iterator[_Named]:
    if not repository.is_data:
        for name in repository.listed("datasets"):
            yield _Named(name.removeprefix("datasets/")[:NAME_CHARACTERS], "trained_on", "card", repository.where)


def _written(repository: Repository) -> Iterator[_Named]:
    """Yield the models that a card of synthetic data names: they may have written it."""
    if repository.is_data and SYNTHETIC & {tag.lower() for tag in repository.listed("tags")}:
        for one in repository.of(CardReference):
            if one.kind == "model":
                yield _Named(f"{one.owner}/{one.name}", "outputs", "card", one.where)


def _hub(name: str) -> str:
    """Return the "owner/name" that a value names, "" where it is a path of some machine or no name."""
    found = _HUB.fullmatch(name.strip())
    return found[1] if found and not _LOCAL.match(found[1]) else ""


def _licensed(one: _Named, found: Found) -> Licensed:
    if (beside := found.get(one.name.lower())) is not None and beside[1].license:
        return Licensed(beside[1].license, "scan")
    tag = _known("data" if one.relation == "trained_on" else "model", one.name.lower())
    return Licensed(identify("tag", tag)[0], "id") if tag else Licensed()


@cache
def _table() -> dict[str, list[tuple[str, str]]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for line in rows(TABLE):
        kind, name, tags = line.split("\t")
        table.setdefault(kind, []).append((name, tags))
    return table


def _known(kind: str, name: str) -> str:
    for known, tag in _table().get(kind, ()):
        if name == known or (known.endswith("*") and name.startswith(known[:-1])):
            return tag
    return ""


def _lineage(repository: Repository, stands: Standing, one: _Named, of: Licensed, *, declared: bool) -> Lineage:
    known = term(of.license)
    return Lineage(
        where=one.where, repository=repository.folder.rstrip("/!"), license=stands.license, kind=stands.kind,
        parent=one.name[:NAME_CHARACTERS], relation=one.relation, parent_license=of.license,
        parent_kind=kind_of(of.license), how=one.how, known_by=of.known_by, declared=declared,
        binding=known is not None and binds(known.flows.get(one.relation, ""), known.allows["relicense"]),
        agrees=any(same(of.license, name) for name in stands.licenses),
    )  # fmt: skip


def binds(flow: str, relicense: str) -> bool:
    """Say whether a licence that follows a relation so leaves no room for other terms alone."""
    return flow in {"same", "noncommercial"} or (flow in {"restrictions", "duties"} and relicense == "no")


def _family(repository: Repository, stands: Standing) -> Iterator[Lineage]:
    """State the family of a vocabulary, row for row, of which every release binds."""
    whole = repository.of(Vocabulary)
    if not whole:
        return
    families = {line.split("\t")[2]: line.partition("\t")[0] for line in rows(VOCABULARIES)}
    tags_of = dict(_table().get("vocabulary", ()))
    for one in whole:
        family = families.get(one.digest[:DIGEST_DIGITS], "")
        names = [identify("tag", tag)[0] for tag in tags_of.get(family, "").split(",") if tag]
        if names and not any(_is_text_of(repository, name) for name in names):
            yield Lineage(
                where=one.where, repository=repository.folder.rstrip("/!"), license=stands.license, kind=stands.kind,
                parent=family, relation="finetune", parent_license=names[0] if len(names) == 1 else "",
                parent_kind=kind_of(names[0]), how="vocabulary", known_by="", declared=False, binding=True,
                agrees=any(same(name, own) for name in names for own in stands.licenses),
            )  # fmt: skip
            return


def _is_text_of(repository: Repository, name: str) -> bool:
    return any(one.license == name for one in repository.of(LicenseText))
