"""Tokens that a model may never make, or must begin or end with, read with the tokenizer that lies beside.

`generation_config.json`, and `config.json` of older releases (transformers, `GenerationConfig`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from scanner.facts import Fact
from scanner.facts.setting import ForcedText, SuppressedText
from scanner.facts.tokenizer import AddedToken, SpecialToken, Vocabulary
from scanner.limits import LEAF_CHARACTERS
from scanner.nesting import beside
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents
from scanner.tokenizers import Tokens, folders, readable, tokens_of

SUPPRESSING = ("suppress_tokens", "begin_suppress_tokens", "bad_words_ids", "sequence_bias")
FORCING = (
    "forced_decoder_ids",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "decoder_start_token_id",
    "prefix_token_ids",
)

PARTS = ("", "/generation_config", "/text_config", "/decoder", "/generation")
"""Objects of a document whose keys loaders take for generation."""

SUPPRESSED = -5.0
"""A bias (in logits) at or below which a sequence is not made any more."""

SHOWN = 64
"""Suppressed texts of one key that are told."""

ROW = 512
"""Numbers of a row that are stated; more may stand behind them."""

CHARACTERS = 200
LONGEST = 32
"""Most tokens of one sequence that are spelled."""

_NUMBER = pattern(r"-?\d{1,12}")
_STOP = pattern(
    r"</s>|<\|?(?:end[ _]?of[ _]?(?:text|turn|sentence|message)|endoftext|eo[tm](?:_id)?|eos|im_end|end|return)\|?>"
    r"|<\uff5cend\u2581of\u2581sentence\uff5c>|\[(?:EOS|SEP|/INST)\]|<turn\|>",
    re.IGNORECASE,
)
_MARKUP = pattern(r"<[^<>\s]{1,80}>|\[[A-Z_0-9/]{2,40}\]|__\w+__|\b[a-z]{2,3}_[A-Z][A-Za-z]{1,3}\b")
_WORD = pattern("[^\\W\\d_]{2,}|[\u3400-\u9fff\uac00-\ud7a3]")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every document that suppresses or forces tokens."""
    found = [document for document in documents(facts) if _steers(document)]
    if not found:
        return
    spoken = folders(tokens_of(facts))
    stops, named = _stops(facts)
    for document in found:
        folder = beside(document.path, "")
        tokens = _Texts(spoken.get(folder, ()), named.get(folder, frozenset()))
        for part in PARTS:
            if part and f"\n{part}/" not in document.outline:
                continue
            here = {number for row in _rows(document, f"{part}/eos_token_id") for number in row}
            ends = stops.get(folder, frozenset()) | here
            for key in SUPPRESSING:
                yield from _suppressed(document, f"{part}/{key}", tokens, ends)
            for key in FORCING:
                yield from _forced(document, f"{part}/{key}", tokens)


def _steers(document: Document) -> bool:
    return any(f"/{key}" in document.outline for key in (*SUPPRESSING, *FORCING))


def _stops(facts: Sequence[Fact]) -> tuple[dict[str, frozenset[int]], dict[str, frozenset[str]]]:
    """Collect by folder the ids at which generation stops, and the texts that tokenizers end with."""
    stops: dict[str, frozenset[int]] = {}
    named: dict[str, frozenset[str]] = {}
    for fact in facts:
        if isinstance(fact, SpecialToken) and fact.role == "eos":
            folder = beside(fact.where.path, "")
            if fact.id >= 0:
                stops[folder] = stops.get(folder, frozenset()) | {fact.id}
            if fact.text:
                named[folder] = named.get(folder, frozenset()) | {fact.text}
    return stops, named


class _Texts:
    """What ids of a folder spell. A sentencepiece model counts otherwise than the tokenizers made of it."""

    def __init__(self, files: Sequence[Tokens], ends: frozenset[str]) -> None:
        self.ends = ends
        counting = [one for one in files if one.source != "sentencepiece"] or list(files)
        self._added: Mapping[int, AddedToken] = {id_: token for one in counting for id_, token in one.added.items()}
        self._bases = [one for one in counting if one.base]

    def of(self, number: int) -> str | None:
        """The text of an id, as it is read."""
        token = self._added.get(number)
        if token is not None:
            return token.text
        for one in self._bases:
            text = one.base.get(number)
            if text is not None:
                return readable(text, _alphabet(one.whole)).replace("\u2581", " ")
        return None


def _alphabet(whole: Vocabulary | None) -> str:
    return whole.alphabet if whole is not None else "plain"


def _suppressed(document: Document, pointer: str, tokens: _Texts, ends: frozenset[int]) -> Iterator[SuppressedText]:
    """Tell what one key suppresses, as far as it ends a text or spells a word."""
    rows = [row for row in _sequences(document, pointer) if row]
    if not rows:
        return
    singles = {row[0] for row in rows if len(row) == 1}
    where = next(document.under(pointer)).at()
    key = pointer.rpartition("/")[2]
    if key.endswith("suppress_tokens") and any(_is_cut(leaf) for leaf in document.under(pointer)):
        yield SuppressedText(
            where=where, key=key, ids=(), text="", stop=False, start=key == "begin_suppress_tokens", spared=len(ends),
            listed=len(rows),
        )  # fmt: skip
    told = 0
    for row in dict.fromkeys(rows):
        texts = [tokens.of(number) for number in row[:LONGEST]]
        text = "".join(one for one in texts if one is not None).strip()
        stop = len(row) == 1 and (row[0] in ends or _STOP.fullmatch(text) is not None or text in tokens.ends)
        if (stop or _WORD.search(text)) and told < SHOWN:
            told += 1
            yield SuppressedText(
                where=where,
                key=key,
                ids=row[:LONGEST],
                text=text[:CHARACTERS],
                stop=stop,
                start=key == "begin_suppress_tokens",
                spared=len(ends - singles),
                listed=len(rows),
            )


def _is_cut(leaf: Leaf) -> bool:
    """Say whether a row of numbers may go on behind what is stated of it."""
    return leaf.kind == "s" and (leaf.value.count(" ") + 1 >= ROW or len(leaf.value) >= LEAF_CHARACTERS)


def _sequences(document: Document, pointer: str) -> list[tuple[int, ...]]:
    """List the sequences that a key suppresses: single tokens, lists of them, lists with a bias."""
    if pointer.endswith("suppress_tokens"):
        return [(number,) for row in _rows(document, pointer) for number in row]
    if pointer.endswith("bad_words_ids"):
        return _rows(document, pointer)
    joined: dict[str, list[int]] = {}
    for leaf in document.under(pointer) if f"\n{pointer}/" in document.outline else ():
        entry, _, rest = leaf.pointer[len(pointer) + 1 :].partition("/")
        bias = document.get(f"{pointer}/{entry}/1") if rest.partition("/")[0] == "0" else None
        if bias is not None and _real(bias.value) <= SUPPRESSED:
            joined.setdefault(entry, []).extend(map(int, _NUMBER.findall(leaf.value)))
    return [tuple(row) for row in joined.values()]


def _real(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _rows(document: Document, pointer: str) -> list[tuple[int, ...]]:
    """List the rows of numbers at and below a pointer, numbers that stand in one list together."""
    if f"\n{pointer}\n" not in document.outline and f"\n{pointer}/" not in document.outline:
        return []
    single = None if f"\n{pointer}/" in document.outline else document.get(pointer)
    rows: dict[str, list[int]] = {}
    for leaf in document.under(pointer) if single is None else (single,):
        if leaf.kind in "ns":
            place = leaf.pointer if leaf.kind == "s" or leaf.pointer == pointer else leaf.pointer.rpartition("/")[0]
            rows.setdefault(place, []).extend(map(int, _NUMBER.findall(leaf.value)))
    return [tuple(row) for row in rows.values()]


def _forced(document: Document, pointer: str, tokens: _Texts) -> Iterator[ForcedText]:
    """Tell what one key forces: `forced_decoder_ids` are pairs of a place and a token."""
    rows = _rows(document, pointer)
    if pointer.endswith("forced_decoder_ids"):
        rows = [row[1:] for row in rows]
    numbers = [number for row in rows for number in row]
    if numbers:
        texts = [text for number in numbers if (text := tokens.of(number)) is not None]
        text = " ".join(_MARKUP.sub(" ", "".join(texts)).split())
        yield ForcedText(
            where=next(document.under(pointer)).at(),
            key=pointer.rpartition("/")[2],
            tokens=len(numbers),
            told=len(texts),
            text=text[:CHARACTERS],
            words=len(_WORD.findall(text)),
        )
