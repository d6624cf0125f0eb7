"""The rows of an embedding that lie far from all others, with the texts of the tokenizer beside it."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.weights import EmbeddingRows, EmbeddingToken, EmbeddingTokens
from scanner.nesting import beside
from scanner.pattern import pattern
from scanner.text import printable
from scanner.tokenizers import Tokens, folders, tokens_of

FAR = 6.0
"""Deviations from which the list is worth a look: clean models measured have a few such rows."""

TEXT_CHARACTERS = 80
_UNUSED = pattern(r"(?i)unused|reserved|extra_id|madeupword|placeholder|dummy|^\[PAD\d*\]$")
_MARKED = pattern(r"^(?:<.*>|\[[A-Z_]+\d*\]|<\|?.*)$")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield each row that is listed with its text, and the list as one fact where it is worth a look."""
    found = [fact for fact in facts if isinstance(fact, EmbeddingRows)]
    if not found:
        return
    all_ = folders(tokens_of(facts))
    for fact in found:
        yield from _tokens(fact, all_.get(beside(fact.where.path, ""), []))


def _tokens(fact: EmbeddingRows, files: Sequence[Tokens]) -> Iterator[Fact]:
    own = [one for one in files if one.path == fact.where.path] or files
    shown = []
    for rank, (row, far, long) in enumerate(zip(fact.listed, fact.far, fact.long, strict=True), 1):
        text, kind = _named(row, own)
        shown.append(f"{row} {printable(text, TEXT_CHARACTERS) or '?'}")
        yield EmbeddingToken(
            where=fact.where, tensor=fact.tensor, row=row, text=printable(text, TEXT_CHARACTERS), kind=kind, rank=rank,
            far=far / 10, long=long / 10,
        )  # fmt: skip
    if fact.farthest >= FAR:
        yield EmbeddingTokens(where=fact.where, tensor=fact.tensor, farthest=fact.farthest, tokens=tuple(shown))


def _named(row: int, files: Sequence[Tokens]) -> tuple[str, str]:
    """Return the text of a row and what kind it is; see `EmbeddingToken`."""
    if not any(one.base or one.added for one in files):
        return "", "unknown"
    for one in files:
        text = one.text(row)
        if text is None:
            continue
        if _UNUSED.search(text):
            return text, "unused"
        return text, "special" if row in one.added or _MARKED.search(text) else "word"
    return "", "none"
