"""What is odd about the names of files: names that deceive, and names that some systems cannot tell apart."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact, LinkFound
from scanner.nesting import beside
from scanner.pattern import pattern

MANY = 10_000
"""Files of one folder beyond which the hub refuses it."""

TOLD = 100
"""Names of each kind that are told."""

_SHOWN = 300
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_INVISIBLE = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e")
_DOUBLE = pattern(
    r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|txt|md|csv|json|ya?ml|jpe?g|png|gif|mp[34]|safetensors|gguf|ggml|bin|pt|pth|ckpt|onnx|h5)"
    r"[ \t\u00a0]*\.(?:exe|scr|bat|cmd|com|pif|lnk|vb[se]|jse|wsf|hta|ps1|msi|jar|cpl|reg|url|scpt|desktop|command)\Z"
)
_RESERVED = pattern(r"(?i)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/]*)?")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Look at the names of all files of the source."""
    named = [fact for fact in facts if isinstance(fact, Examined | LinkFound)]
    told: Counter[str] = Counter()
    for fact in named:
        path = fact.where.path
        name = path.rpartition("/")[2]
        for how in _odd(name):
            told[how] += 1
            if told[how] <= TOLD:
                yield _oddity(fact, how, name)
    yield from _clashes(named)
    yield from _crowds(named)


def _odd(name: str) -> Iterator[str]:
    if not name.isprintable():
        letters = set(name)
        if letters & _DIRECTION:
            yield "direction"
        if letters & _INVISIBLE:
            yield "invisible"
        if any(one < " " or one == "\x7f" for one in letters):
            yield "control"
    if name[-1:] in {".", " "} and name.strip(". "):
        yield "trailing"
    if _RESERVED.fullmatch(name):
        yield "reserved"
    if name.count(".") > 1 and _DOUBLE.search(name):
        yield "double-extension"


def _clashes(named: Sequence[Examined | LinkFound]) -> Iterator[Fact]:
    folded: dict[str, str] = {}
    told = 0
    for fact in named:
        path = fact.where.path
        key = path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()
        first = folded.setdefault(key, path)
        if first != path:
            told += 1
            if told <= TOLD:
                how = "case" if first.casefold() == path.casefold() else "unicode"
                yield _oddity(fact, how, path, other=first)


def _crowds(named: Sequence[Examined | LinkFound]) -> Iterator[Fact]:
    if len(named) <= MANY:
        return
    folders = Counter(beside(fact.where.path, "") for fact in named)
    first = {beside(fact.where.path, ""): fact for fact in reversed(named)}
    for folder, count in folders.items():
        if count > MANY:
            yield _oddity(first[folder], "many", folder, count=count)


def _oddity(fact: Examined | LinkFound, how: str, name: str, *, other: str = "", count: int = 1) -> Fact:
    from scanner.facts.card import TreeOddity  # few scans state one, and all start with this join

    return TreeOddity(where=fact.where, how=how, name=name[:_SHOWN], other=other[:_SHOWN], count=count)
