"""Vocabularies as plain files: `vocab.json`, `vocab.txt`, `merges.txt`, tiktoken's ranks."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_JSON = pattern(rb'\s*\{\s*(?:"(?:[^"\\]|\\.){0,400}"\s*:\s*\d{1,12}\s*,\s*){8}')
_ROW = pattern(rb'\s*\{\s*"(?:[^"\\]|\\.){0,400}"\s*:\s*\d{1,12}\s*[,}]')
_NUMBER = pattern(rb'"\s*:\s*(\d{1,12})\s*,')
_RANKS = pattern(rb"(?:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4}) \d{1,9}\r?\n){8}")
_RANK = pattern(rb" (\d{1,9})\r?\n")
_MERGES = pattern(rb"#version: ?\d")
_NAMED = pattern(r"(?:^|[/!])(?:vocab\.json|vocab\.txt|merges\.txt|encoder\.json|vocab\.bpe)$")


def kind_of(head: bytes, path: str) -> str:
    """Tell which file it is by its first bytes, or by its usual name: "" for none of them."""
    named = _NAMED.search(path)
    last = named[0].lstrip("/!") if named else ""
    if (_JSON.match(head) and _distinct(head)) or (last in {"vocab.json", "encoder.json"} and _ROW.match(head)):
        return "vocab.json"
    if _RANKS.match(head) and _ascending(head):
        return "tiktoken"
    if _MERGES.match(head) or last in {"merges.txt", "vocab.bpe"}:
        return "merges.txt"
    return "vocab.txt" if last == "vocab.txt" else ""


def _distinct(head: bytes) -> bool:
    """Say whether the numbers can be ids: clusters and counts repeat."""
    numbers = _NUMBER.findall(head)
    return len(set(numbers)) == len(numbers)


def _ascending(head: bytes) -> bool:
    """Say whether the numbers are ranks, one more each line."""
    ranks = [int(rank) for rank in _RANK.findall(head)[:8]]
    return ranks == list(range(ranks[0], ranks[0] + len(ranks)))


def claims(head: bytes, path: str) -> bool:
    """Claim a JSON object of texts and numbers, lines of base64 and ranks, lists of merges, and usual names."""
    return bool(head) and kind_of(head, path) != ""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the vocabulary, its texts by id, or its merges."""
    from scanner.formats.vocabulary.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="vocabulary",
    spec="https://huggingface.co/docs/tokenizers/api/models",
    claims=claims,
    read=read,
    opens=b"+/#{\t\n\x0b\x0c\r 0123456789" + bytes(range(65, 91)) + bytes(range(97, 123)),
    named=("vocab.", "merges.txt", "encoder.json"),
    reads="texts and ids of vocab.json, vocab.txt and tiktoken files, ids and texts given twice, number of merges",
    leaves="files of scores in other forms",
)
