"""The tokenizer of a GGUF file: its tokens by id, which of them are special, and what for.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, section "Tokenizer".
"""

import struct
from collections.abc import Iterator, Mapping
from math import nan
from operator import add
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.tokenizer import AddedToken, SpecialToken
from scanner.format import MalformedError
from scanner.formats.gguf.cursor import ARRAY, TEXT
from scanner.formats.gguf.header import Header, Pair
from scanner.formats.tokenizer.merging import Merging
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.vocabulary import vocabulary

SOURCE = "gguf"
PREFIX = "tokenizer.ggml."
INT32, FLOAT32 = 5, 6
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4
"""Types of tokens (llama.h, `llama_token_type`)."""

KINDS = {"gpt2": "BPE", "llama": "BPE", "gemma4": "BPE", "bert": "WordPiece", "t5": "Unigram", "rwkv": "WordLevel"}
"""Names of tokenizers (`tokenizer.ggml.model`) to kinds."""

ROLES = {
    "bos": "bos", "eos": "eos", "eot": "eos", "eom": "eos", "unknown": "unk", "padding": "pad", "seperator": "sep",
    "separator": "sep", "cls": "cls", "mask": "mask",
}  # fmt: skip
"""Keys of ids ("tokenizer.ggml.NAME_token_id") to roles; one is misspelt in the specification's first version."""

ADDED = 20_000
"""Special tokens of one file that are stated."""

TEXT_CHARACTERS = 400


def tokens(artifact: Artifact, stream: BinaryIO, header: Header, limits: Limits) -> Iterator[Fact]:
    """Yield vocabulary, added and special tokens, where the header has an array of tokens that was read to its end."""
    known = {pair.key.removeprefix(PREFIX): pair for pair in header.pairs if pair.key.startswith(PREFIX)}
    listed = known.get("tokens")
    if listed is None or listed.code != ARRAY or listed.element != TEXT:
        return
    where = artifact.at(listed.start, listed.end - listed.start)
    if listed.length > limits.entries:
        yield LimitReached(where=where, limit="entries", bound=limits.entries, unit="tokens")
        return
    raw = _texts(stream, header, listed)
    texts = [text.decode("utf-8", "backslashreplace") for text in raw]
    types = _numbers(stream, header, known.get("token_type"), INT32, "i", len(texts))
    model = known["model"].value if "model" in known else ""
    yield from vocabulary(
        where,
        SOURCE,
        KINDS.get(model, "") if isinstance(model, str) else "",
        [(text, number) for number, text in enumerate(texts)],
        scores=_scores(stream, header, known, types),
    )
    yield from _merges(artifact, stream, header, known.get("merges"), raw, types, limits)
    special = [number for number, kind in enumerate(types) if kind in {CONTROL, USER_DEFINED}]
    for number in special[:ADDED]:
        yield AddedToken(
            where=where,
            source=SOURCE,
            id=number,
            text=texts[number][:TEXT_CHARACTERS],
            special=types[number] == CONTROL,
            base_id=number,
            base_text="",
            marks=marks_of(texts[number]),
            twin="",
        )
    yield from _roles(artifact, known, texts)


def _merges(  # noqa: PLR0913, PLR0917 - where the texts lie, and what they are compared with
    artifact: Artifact,
    stream: BinaryIO,
    header: Header,
    pair: Pair | None,
    tokens: list[bytes],
    types: tuple[int, ...],
    limits: Limits,
) -> Iterator[Fact]:
    """State the merges against the tokens. A merge is one text; the first space behind its first byte parts it."""
    if pair is None or pair.code != ARRAY or pair.element != TEXT:
        return
    where = artifact.at(pair.start, pair.end - pair.start)
    if pair.length > limits.entries:
        yield LimitReached(where=where, limit="entries", bound=limits.entries, unit="merges")
        return
    merging = Merging(dict(zip(tokens, range(len(tokens)), strict=True)))
    parts = [
        (text[:1] + left, right)
        for text in _texts(stream, header, pair)
        for left, _, right in [text[1:].partition(b" ")]
    ]
    left, right = [one for one, _ in parts], [other for _, other in parts]
    results = list(map(add, left, right))
    merging.take(results, left, right)
    missing = merging.missing()
    if missing:
        merging.without(missing, results, left, right)
    special = {tokens[number].decode("utf-8", "replace") for number, kind in enumerate(types) if kind != NORMAL}
    yield merging.fact(where, SOURCE, special, "")


def _texts(stream: BinaryIO, header: Header, pair: Pair) -> list[bytes]:
    """Read the texts of an array whose lengths the header's reader has compared with the file."""
    raw = _raw(stream, pair)
    form = struct.Struct(_order(header) + ("I" if header.version == 1 else "Q"))
    unpack, size = form.unpack_from, form.size
    texts = []
    local = 4 + size  # behind the type of the elements and their number
    for _ in range(pair.length):
        start = local + size
        local = start + unpack(raw, local)[0]
        texts.append(raw[start:local])
    return texts


def _numbers(  # noqa: PLR0913, PLR0917 - where the numbers lie, and what they must be
    stream: BinaryIO, header: Header, pair: Pair | None, code: int, letter: str, count: int
) -> tuple[int, ...]:
    """Read the numbers of an array that goes with the tokens; none where it has another type or length."""
    if pair is None or pair.code != ARRAY or pair.element != code or pair.length != count:
        return ()
    raw = _raw(stream, pair)
    return struct.unpack(f"{_order(header)}{count}{letter}", raw[len(raw) - 4 * count :])


def _raw(stream: BinaryIO, pair: Pair) -> bytes:
    stream.seek(pair.start)
    raw = stream.read(pair.end - pair.start)
    if len(raw) < pair.end - pair.start:
        message = "the file is shorter than it was"
        raise MalformedError(message, pair.start)
    return raw


def _order(header: Header) -> str:
    return "<" if header.order == "little" else ">"


def _scores(stream: BinaryIO, header: Header, known: Mapping[str, Pair], types: tuple[int, ...]) -> list[float]:
    """Read the scores; NaN for what is no ordinary token."""
    scores = _numbers(stream, header, known.get("scores"), FLOAT32, "f", len(types))
    return [score if kind == NORMAL else nan for score, kind in zip(scores, types, strict=False)]


def _roles(artifact: Artifact, known: Mapping[str, Pair], texts: list[str]) -> Iterator[Fact]:
    for name, role in ROLES.items():
        pair = known.get(f"{name}_token_id")
        if pair is not None and isinstance(pair.value, int) and not isinstance(pair.value, bool):
            text = texts[pair.value][:TEXT_CHARACTERS] if 0 <= pair.value < len(texts) else ""
            where = artifact.at(pair.start, pair.end - pair.start)
            yield SpecialToken(where=where, source=SOURCE, role=role, text=text, id=pair.value)
