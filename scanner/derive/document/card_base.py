"""The base that a card names against the base that files beside it name.

What an adapter names is compared in `adapter`; here are GGUF metadata, `config.json` and the vocabulary.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from scanner.artifact import Location
from scanner.cards.bases import alike, differ, families, family_of_type, is_name
from scanner.cards.fronts import fronts, texts
from scanner.facts import Fact
from scanner.facts.card import BaseClaim
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tokenizer import Vocabulary
from scanner.known import rows
from scanner.nesting import beside
from scanner.pattern import pattern
from scanner.settings import Document, documents

SHOWN = 200
ENTRIES = 32
DIGITS = 32
"""Hexadecimal digits of a vocabulary's digest that the table keeps."""

OWN = frozenset(("llama", "mistral", "qwen", "gemma", "phi", "deepseek", "falcon", "internlm"))
"""Families with a vocabulary of their own; that of GPT-NeoX serves a dozen others."""

_BASE = pattern(r"general\.base_model\.\d{1,3}\.(?:name|repo_url)")
_SELF = frozenset(("general.name", "general.basename", "general.source.repo_url", "general.source.url"))


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare each card that names a base with the files of its folder."""
    cards = {beside(path, ""): (path, front) for path, front in fronts(facts) if "\n/base_model" in front.outline}
    if not cards:
        return
    configs = {document.path: document for document in documents(facts)}
    gguf: dict[str, list[MetadataEntry]] = {}
    vocabularies: dict[str, list[Vocabulary]] = {}
    for fact in facts:
        if isinstance(fact, MetadataEntry) and fact.format == "gguf" and fact.key.startswith("general."):
            gguf.setdefault(fact.where.path, []).append(fact)
        elif isinstance(fact, Vocabulary):
            vocabularies.setdefault(beside(fact.where.path, ""), []).append(fact)
    for folder, (_, front) in cards.items():
        claimed = [one for one in texts(front, "/base_model")[:ENTRIES] if is_name(one)]
        if not claimed:
            continue
        where = next(front.under("/base_model")).at()
        yield from _gguf(where, claimed, {path: one for path, one in gguf.items() if beside(path, "") == folder})
        yield from _config(where, claimed, configs.get(f"{folder}config.json"))
        yield from _vocabulary(where, claimed, vocabularies.get(folder, []))


def _claim(  # noqa: PLR0913 - the fields of one fact
    where: Location, source: str, claimed: Sequence[str], named: str, file: str, *, agrees: bool
) -> BaseClaim:
    short = tuple(one[:SHOWN] for one in claimed)
    return BaseClaim(where=where, source=source, claimed=short, named=named[:SHOWN], file=file, agrees=agrees)


def _gguf(where: Location, claimed: Sequence[str], files: Mapping[str, Sequence[MetadataEntry]]) -> Iterator[Fact]:
    """A converted copy names the base of the original as its base, and the original as itself."""
    for path, entries in files.items():
        bases = [one.value for one in entries if _BASE.fullmatch(one.key) and is_name(one.value)]
        known = [*bases, *(one.value for one in entries if one.key in _SELF)]
        if bases:
            agrees = any(alike(claim, one) for claim in claimed for one in known)
            agrees = agrees or not differ(claimed, frozenset().union(*map(families, known)))
            yield _claim(where, "gguf", claimed, bases[0], path, agrees=agrees)


def _config(where: Location, claimed: Sequence[str], config: Document | None) -> Iterator[Fact]:
    if config is None:
        return
    name, kind = config.text("/_name_or_path"), config.text("/model_type")
    if name and is_name(name):
        agrees = any(alike(claim, name) for claim in claimed) or not differ(claimed, families(name))
        yield _claim(where, "config", claimed, name, config.path, agrees=agrees)
    if kind:
        agrees = not differ(claimed, family_of_type(kind))
        yield _claim(where, "type", claimed, kind, config.path, agrees=agrees)


def _vocabulary(where: Location, claimed: Sequence[str], found: Sequence[Vocabulary]) -> Iterator[Fact]:
    for one in found:
        family = _known().get(one.digest[:DIGITS], "")
        if families(family) & OWN:
            agrees = not differ(claimed, families(family))
            yield _claim(where, "vocabulary", claimed, family, one.where.path, agrees=agrees)


@cache
def _known() -> Mapping[str, str]:
    """Names of families by the digest of their vocabulary, as `derive.tokenizer.families` has them."""
    return {row.split("\t")[2]: row.split("\t")[0] for row in rows("vocabularies")}
