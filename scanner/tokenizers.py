"""The tokenizers of a scan: texts by id out of the parts that readers state, and how a text reads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from scanner.facts import Fact
from scanner.facts.tokenizer import AddedToken, Vocabulary, VocabularyPart
from scanner.nesting import beside

_MARKUP = re.compile(r"[<\[{(|].*[>\]})|]|<.*|.*>", re.DOTALL)
_LETTERS = re.compile("[^\\W\\d_]{2,}|[\u3400-\u9fff\uac00-\ud7a3]")
_MARKS = "\u0120\u2581 #"
"""How vocabularies write the space before a word, and the inside of one."""
_END = "</w>"
"""How CLIP and others mark the end of a word."""


@dataclass(slots=True)
class Tokens:
    """What one file says of ids. `base` is its vocabulary, `added` the tokens beside it; `whole` sums the base up."""

    path: str
    source: str
    whole: Vocabulary | None = None
    base: dict[int, str] = field(default_factory=dict)
    added: dict[int, AddedToken] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder of the file, with the separator behind it."""
        return beside(self.path, "")

    def text(self, number: int) -> str | None:
        """The text of an id, None where the file has none: an added token stands before a row of the vocabulary."""
        token = self.added.get(number)
        return token.text if token is not None else self.base.get(number)


def tokens_of(facts: Sequence[Fact]) -> list[Tokens]:
    """Put the vocabularies and added tokens of a scan together: one `Tokens` a file, sorted by path."""
    found: dict[tuple[str, str], Tokens] = {}
    for fact in facts:
        if isinstance(fact, (Vocabulary, VocabularyPart, AddedToken)):
            one = found.setdefault((fact.where.path, fact.source), Tokens(fact.where.path, fact.source))
            if isinstance(fact, Vocabulary):
                one.whole = fact
            elif isinstance(fact, VocabularyPart):
                one.base.update(enumerate(fact.texts, fact.start))
            elif fact.id >= 0:
                one.added[fact.id] = fact
    return [found[key] for key in sorted(found)]


def folders(tokens: Iterable[Tokens]) -> dict[str, list[Tokens]]:
    """Put the files of each folder together."""
    found: dict[str, list[Tokens]] = {}
    for one in tokens:
        found.setdefault(one.folder, []).append(one)
    return found


def is_word(text: str, alphabet: str) -> bool:
    """Say whether a text is read as words: letters side by side, and no markup around them."""
    plain = readable(text, alphabet).lstrip(_MARKS).removesuffix(_END)
    return _LETTERS.search(plain) is not None and _MARKUP.fullmatch(plain) is None


def rows_of(base: dict[int, str], count: int) -> list[str | None]:
    """List the first rows of a vocabulary, spaces written as spaces: converters write some of U+2581 as such."""
    return [text.replace("\u2581", " ") if (text := base.get(row)) else text for row in range(count)]


def readable(text: str, alphabet: str) -> str:
    """Write a text of a vocabulary as it is read: GPT-2's printable bytes as what they stand for."""
    if alphabet != "bytes":
        return text
    table = _bytes()
    if not all(character in table for character in text):
        return text
    return bytes(table[character] for character in text).decode("utf-8", "replace")


@cache
def _bytes() -> dict[str, int]:
    """GPT-2's alphabet (encoder.py, `bytes_to_unicode`), backwards."""
    printed = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    shifted = [one for one in range(256) if one not in set(printed)]
    return {**{chr(one): one for one in printed}, **{chr(256 + at): one for at, one in enumerate(shifted)}}
