"""Vocabularies as plain files: `vocab.json`, `vocab.txt`, `merges.txt`, tiktoken's ranks."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_JSON = re.compile(rb'\s*\{\s*(?:"(?:[^"\\]|\\.){0,400}"\s*:\s*\d{1,12}\s*,\s*){8}')
_ROW = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.){0,400}"\s*:\s*\d{1,12}\s*[,}]')
_RANKS = re.compile(rb"(?:[A-Za-z0-9+/]{2,}={0,2} \d{1,9}\r?\n){8}")
_MERGES = re.compile(rb"#version: ?\d")
_NAMED = re.compile(r"(?:^|[/!])(?:vocab\.json|vocab\.txt|merges\.txt|encoder\.json|vocab\.bpe)$")


def kind_of(head: bytes, path: str) -> str:
    """Tell which file it is by its first bytes, or by its usual name: "" for none of them."""
    named = _NAMED.search(path)
    last = named[0].lstrip("/!") if named else ""
    if _JSON.match(head) or (last in {"vocab.json", "encoder.json"} and _ROW.match(head)):
        return "vocab.json"
    if _RANKS.match(head):
        return "tiktoken"
    if _MERGES.match(head) or last in {"merges.txt", "vocab.bpe"}:
        return "merges.txt"
    return "vocab.txt" if last == "vocab.txt" else ""


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
    reads="texts and ids of vocab.json, vocab.txt and tiktoken files, ids and texts given twice, number of merges",
    leaves="files of scores in other forms",
)
