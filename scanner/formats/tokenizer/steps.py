"""The steps of the pipeline: what each looks for, and what it writes instead."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, Malformed
from scanner.facts.tokenizer import TokenizerStep
from scanner.formats.tokenizer.outline import step
from scanner.formats.tokenizer.pattern import longest_literal, longest_word, matches_letters

STAGES = {
    "normalizer": "normalizers",
    "pre_tokenizer": "pretokenizers",
    "post_processor": "processors",
    "decoder": "decoders",
}
"""Stages in the order in which they run, and the key under which a sequence of each lists its steps."""

STEPS = 1000
CHARACTERS = 10_000
"""Most steps that are told, and most characters of a pattern or content."""

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Does:
    """What a step takes and writes."""

    pattern: str = ""
    regex: bool = False
    content: str = ""
    behaviour: str = ""
    invert: bool = False


def steps(artifact: Artifact, stage: str, value: object) -> Iterator[Fact]:
    """Yield each step of a stage in the order of the file, those of nested sequences among them."""
    pending: list[tuple[str, object]] = [(f"/{stage}", value)] if value is not None else []
    told = 0
    while pending and told < STEPS:
        pointer, one = pending.pop()
        where = Location(path=artifact.path, pointer=pointer)
        kind = one.get("type") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(kind, str):
            yield Malformed(where=where, format="tokenizer", reason="a step that is no object with a type")
            continue
        inner = one.get(STAGES[stage])
        if kind == "Sequence":
            if not isinstance(inner, list):
                yield Malformed(where=where, format="tokenizer", reason="a sequence without a list of steps")
                continue
            below = step(pointer, STAGES[stage])
            pending.extend((f"{below}/{number}", entry) for number, entry in reversed(list(enumerate(inner))))
            continue
        told += 1
        for does in _READ.get(kind, _nothing)(one, stage):
            if does is None:
                yield Malformed(where=where, format="tokenizer", reason=f"a {kind[:40]} without its text")
            else:
                yield _fact(where, stage, kind, does)


def _fact(where: Location, stage: str, kind: str, does: _Does) -> TokenizerStep:
    return TokenizerStep(
        where=where,
        stage=stage,
        type=kind[:100],
        pattern=does.pattern[:CHARACTERS],
        regex=does.regex,
        content=does.content[:CHARACTERS],
        behaviour=does.behaviour[:100],
        invert=does.invert,
        letters=longest_word(does.content),
        matches_letters=matches_letters(does.pattern) if does.regex else longest_word(does.pattern) > 0,
        literal=longest_literal(does.pattern) if does.regex else longest_word(does.pattern),
    )


Read = Callable[[Values, str], Iterator[_Does | None]]
"""How the settings of a step are read; None for a setting that is missing or of a wrong type."""


def _nothing(values: Values, stage: str) -> Iterator[_Does | None]:
    del values, stage
    yield _Does()


def _text(values: Values, key: str) -> str | None:
    found = values.get(key)
    return found if isinstance(found, str) else None


def _pattern(values: Values) -> tuple[str, bool] | None:
    found = values.get("pattern")
    if isinstance(found, str):
        return found, False
    for key in ("String", "Regex"):
        if isinstance(found, dict) and isinstance(found.get(key), str):
            return found[key], key == "Regex"
    return None


def _replace(values: Values, stage: str) -> Iterator[_Does | None]:
    del stage
    pattern, content = _pattern(values), _text(values, "content")
    whole = pattern is not None and content is not None
    yield _Does(pattern=pattern[0], regex=pattern[1], content=content) if whole else None  # type: ignore[index, arg-type]


def _split(values: Values, stage: str) -> Iterator[_Does | None]:
    del stage
    pattern, behaviour = _pattern(values), _text(values, "behavior")
    invert = values.get("invert", False)
    if pattern is None or behaviour is None or not isinstance(invert, bool):
        yield None
    else:
        yield _Does(pattern=pattern[0], regex=pattern[1], behaviour=behaviour, invert=invert)


def _prepend(values: Values, stage: str) -> Iterator[_Does | None]:
    del stage
    content = _text(values, "prepend")
    yield None if content is None else _Does(content=content)


def _metaspace(values: Values, stage: str) -> Iterator[_Does | None]:
    mark = _text(values, "replacement")
    if mark is None:
        yield None
    elif stage == "decoder":
        yield _Does(pattern=mark, content=" ")
    else:
        yield _Does(pattern=" ", content=mark)


def _strip(values: Values, stage: str) -> Iterator[_Does | None]:
    """The normalizer strips white space; the decoder strips a character of its own."""
    content = _text(values, "content")
    if stage == "decoder":
        yield None if content is None else _Does(pattern=content)
    else:
        yield _Does()


def _takes(key: str, content: str = "") -> Read:
    """Read a step that writes `content` in place of the text under a key."""

    def read(values: Values, stage: str) -> Iterator[_Does | None]:
        found = _text(values, key)
        if stage == "decoder":
            yield None if found is None else _Does(pattern=found, content=content)
        else:
            yield _Does()

    return read


def _ctc(values: Values, stage: str) -> Iterator[_Does | None]:
    yield from _takes("pad_token")(values, stage)
    yield from _takes("word_delimiter_token", " ")(values, stage)


def _delimiter(values: Values, stage: str) -> Iterator[_Does | None]:
    del stage
    found = _text(values, "delimiter")
    yield None if found is None else _Does(pattern=found, behaviour="Removed")


def _punctuation(values: Values, stage: str) -> Iterator[_Does | None]:
    del stage
    yield _Does(pattern=r"\p{P}", regex=True, behaviour=_text(values, "behavior") or "Isolated")


def _template(values: Values, stage: str) -> Iterator[_Does | None]:
    del stage
    yield _Does(content=_layout(values.get("single")), pattern=_layout(values.get("pair")))


def _layout(pieces: object) -> str:
    """Write a template as the library does: "[CLS] $A [SEP]"."""
    words = []
    for piece in pieces if isinstance(pieces, list) else ():
        for key, mark in (("SpecialToken", ""), ("Sequence", "$")):
            inner = piece.get(key) if isinstance(piece, dict) else None
            if isinstance(inner, dict):
                words.append(f"{mark}{inner.get('id')}")
    return " ".join(words)


def _precompiled(values: Values, stage: str) -> Iterator[_Does | None]:
    """A map of characters as sentencepiece compiles it: the size of a trie, the trie, and the texts it leads to."""
    del stage
    written = values.get("precompiled_charsmap")
    if written is None:
        yield _Does()
        return
    try:
        raw = base64.b64decode(written, validate=True) if isinstance(written, str) else b""
    except (binascii.Error, ValueError):
        raw = b""
    size = int.from_bytes(raw[:4], "little")
    if not raw or size > len(raw) - 4:
        yield None
        return
    texts = {one.decode("utf-8", "replace") for one in raw[4 + size :].split(b"\0")}
    longest = max(sorted(texts), key=longest_word, default="")
    yield _Does(pattern=hashlib.sha256(raw).hexdigest(), content=longest)


_READ: dict[str, Read] = {
    "Replace": _replace,
    "Split": _split,
    "Prepend": _prepend,
    "Metaspace": _metaspace,
    "Strip": _strip,
    "WordPiece": _takes("prefix"),
    "BPEDecoder": _takes("suffix", " "),
    "CTC": _ctc,
    "CharDelimiterSplit": _delimiter,
    "Punctuation": _punctuation,
    "TemplateProcessing": _template,
    "Precompiled": _precompiled,
}
