"""Vocabularies as plain files: `vocab.json`, `vocab.txt`, `merges.txt`, ranks of tiktoken, Tekken, RWKV, CLIP."""

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
_CLIP = pattern(rb'"bpe_simple_vocab[\w.]{1,40}#version: ?\d')
_TEKKEN = pattern(rb'"rank"\s*+:\s*+\d{1,9}|"token_bytes"\s*+:\s*+"')
_RWKV = pattern(rb"""(?:\d{1,9} b?(?:'(?:[^'\\\n]|\\.){1,400}'|"(?:[^"\\\n]|\\.){1,400}") \d{1,4}\r?\n){8}""")
_NUMBERED = pattern(rb"(?m)^(\d{1,9}) ")
_LIST = pattern(rb'\s*\[\s*"')
_NAMED = pattern(r"(?:^|[/!])(?:vocab\.json|vocab\.txt|merges\.txt|encoder\.json|vocab\.bpe)$")


def kind_of(head: bytes, path: str) -> str:
    """Tell which file it is by its first bytes, or by its usual name: "" for none of them."""
    named = _NAMED.search(path)
    last = named[0].lstrip("/!") if named else ""
    return _json(head, last) or _lines(head, last) or ("vocab.txt" if last == "vocab.txt" else "")


def _json(head: bytes, last: str) -> str:
    both = b'"rank"' in head and b'"token_bytes"' in head
    if both and head.lstrip()[:1] == b"{" and len({one[:5] for one in _TEKKEN.findall(head)}) > 1:
        return "tekken.json"
    named = last in {"vocab.json", "encoder.json"} and _ROW.match(head)
    if named or (last == "vocab.json" and _LIST.match(head)) or (_JSON.match(head) and _distinct(head)):
        return "vocab.json"
    return ""


def _lines(head: bytes, last: str) -> str:
    if _RANKS.match(head) and _ascending(_RANK.findall(head)):
        return "tiktoken"
    if _RWKV.match(head) and _ascending(_NUMBERED.findall(head)):
        return "rwkv"
    if _CLIP.match(head):
        return "clip"
    return "merges.txt" if _MERGES.match(head) or last in {"merges.txt", "vocab.bpe"} else ""


def _distinct(head: bytes) -> bool:
    """Say whether the numbers can be ids: clusters and counts repeat."""
    numbers = _NUMBER.findall(head)
    return len(set(numbers)) == len(numbers)


def _ascending(found: list[bytes]) -> bool:
    """Say whether the first numbers are ranks, one more each line."""
    ranks = [int(rank) for rank in found[:8]]
    return ranks == list(range(ranks[0], ranks[0] + len(ranks)))


def claims(head: bytes, path: str) -> bool:
    """Claim JSON of texts and numbers, lines of base64 and ranks, of literals and ids, merges, and usual names."""
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
    opens=b'+/#{"[\t\n\x0b\x0c\r 0123456789' + bytes(range(65, 91)) + bytes(range(97, 123)),
    named=("vocab.", "merges.txt", "encoder.json"),
    reads="texts and ids of vocab.json, vocab.txt, tiktoken, Tekken, RWKV and CLIP files, ids and texts given twice, "
    "number of merges",
    leaves="files of scores in other forms",
)
