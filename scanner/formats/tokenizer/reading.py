"""From a `tokenizer.json` to its facts: one pass over the bytes, the long tables without a JSON object a row."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan
from typing import cast

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.metadata import RepeatedKey
from scanner.format import MalformedError
from scanner.formats.tokenizer import pairs, rows, steps, tokens
from scanner.formats.tokenizer.merging import Merging
from scanner.formats.tokenizer.outline import Place, WrongError, blank, members, skip
from scanner.formats.tokenizer.strings import decoded
from scanner.json_object import decode
from scanner.limits import Limits
from scanner.vocabulary import columns

NAME = "tokenizer"
SOURCE = tokens.SOURCE


@dataclass(slots=True)
class _Read:
    """What was found on the way through the bytes."""

    document: dict[str, object] = field(default_factory=dict)
    model: dict[str, object] = field(default_factory=dict)
    vocabulary: rows.Rows | None = None
    scored: bool = False
    index: dict[bytes, int] = field(default_factory=dict)
    merges: int | None = None
    merging: Merging | None = None
    told: list[Fact] = field(default_factory=list)


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a file; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="document", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    found = _Read()
    collecting = gc.isenabled()
    gc.disable()  # Millions of texts are made at once, and none of them can hold a cycle.
    try:
        _document(artifact, raw, limits, found)
    finally:
        if collecting:
            gc.enable()
    if not found.model and found.vocabulary is None:
        yield Malformed(where=artifact.at(), format=NAME, reason="an object without a model", declared=False)
        return
    if found.merges is not None:  # They stand before the vocabulary.
        _merges(artifact, raw, found.merges, found)
    del raw
    yield from found.told
    yield from _facts(artifact, found)


def _document(artifact: Artifact, raw: bytes, limits: Limits, found: _Read) -> None:
    place = Place(blank(raw, 0))
    for key in members(raw, place):
        _repeated(artifact, found, found.document, key)
        if key == "model" and raw[place.at : place.at + 1] == b"{":
            found.document[key] = {}
            _model(artifact, raw, place, limits, found)
        else:
            found.document[key] = _value(raw, place)
    end = blank(raw, place.at)
    if end != len(raw):
        message = "the document goes on behind its end"
        raise MalformedError(message, end)


def _model(artifact: Artifact, raw: bytes, place: Place, limits: Limits, found: _Read) -> None:
    for key in members(raw, place):
        _repeated(artifact, found, found.model, key)
        first = raw[place.at : place.at + 1]
        if key == "vocab" and first in (b"{", b"["):
            found.model[key] = None
            place.at = _vocabulary(artifact, raw, place.at, limits, found)
        elif key == "merges" and first == b"[":
            found.model[key] = None
            if found.vocabulary is None:
                found.merges = place.at
                place.at = skip(raw, place.at)
            else:
                place.at = _merges(artifact, raw, place.at, found)
        else:
            found.model[key] = _value(raw, place)


def _value(raw: bytes, place: Place) -> object:
    start = place.at
    place.at = skip(raw, start)
    return decode(raw[start : place.at], start)[0]


def _repeated(artifact: Artifact, found: _Read, known: dict[str, object], key: str) -> None:
    if key in known:
        found.told.append(RepeatedKey(where=artifact.at(), format=NAME, place="header", key=key[:200], identical=False))


def _vocabulary(artifact: Artifact, raw: bytes, start: int, limits: Limits, found: _Read) -> int:
    found.scored = raw[start : start + 1] == b"["
    shape = rows.SCORES if found.scored else rows.IDS
    found.vocabulary, found.merging = ([], []), None
    try:
        found.vocabulary, end = rows.read(raw, start, shape, limits.entries)
    except OverflowError:
        where = artifact.at(start)
        found.told.append(LimitReached(where=where, limit="entries", bound=limits.entries, unit="texts"))
        return skip(raw, start)
    except WrongError as error:
        found.told.append(_malformed(artifact, error))
        return skip(raw, start)
    texts, numbers = found.vocabulary
    found.index = dict(zip(texts, range(len(texts)) if found.scored else cast("list[int]", numbers), strict=True))
    return end


def _merges(artifact: Artifact, raw: bytes, start: int, found: _Read) -> int:
    found.merges = None
    if found.vocabulary is None or not found.vocabulary[0] or found.scored:
        return skip(raw, start)
    prefix = found.model.get("continuing_subword_prefix")
    prefix = prefix if isinstance(prefix, str) else ""
    written = prefix.encode("utf-8", "surrogatepass")
    merging = Merging(found.index, prefix)
    end = start
    try:
        for some in pairs.read(raw, start, written):
            if isinstance(some, int):
                end = some
            else:
                merging.take(*some)
    except WrongError as error:
        found.told.append(_malformed(artifact, error))
        return skip(raw, start)
    missing = merging.missing()
    for some in pairs.read(raw, start, written) if missing else ():
        if not isinstance(some, int):
            merging.without(missing, *some)
    found.merging = merging
    return end


def _malformed(artifact: Artifact, error: WrongError) -> Malformed:
    where = Location(path=artifact.path, offset=error.offset, pointer=error.pointer)
    return Malformed(where=where, format=NAME, reason=error.reason)


def _facts(artifact: Artifact, found: _Read) -> Iterator[Fact]:
    written, listed = found.vocabulary or ([], [])
    texts = decoded(written)
    numbers = cast("list[int]", list(range(len(listed))) if found.scored else listed)
    kind = _kind(found)
    known = tokens.Known(ids=found.index, texts=dict(zip(numbers, texts, strict=True)))
    yield from tokens.added(artifact, found.document.get("added_tokens"), known)
    for stage in steps.STAGES:
        yield from steps.steps(artifact, stage, found.document.get(stage))
    yield from tokens.template(artifact, found.document.get("post_processor"), known)
    yield from tokens.roles(artifact, found.document, found.model, known)
    where = Location(path=artifact.path, pointer=rows.POINTER)
    if found.merging:
        suffix = found.model.get("end_of_word_suffix")
        special = {text for text, _ in known.added.values()}
        merges = Location(path=artifact.path, pointer=pairs.POINTER)
        yield found.merging.fact(merges, SOURCE, special, suffix if isinstance(suffix, str) else "")
    if found.vocabulary is None:
        yield Malformed(where=where, format=NAME, reason="a model without a vocabulary")
        return
    # Special texts have no score of their own: 0.
    scores = [score or nan for score in listed] if found.scored else ()
    del known
    yield from columns(where, SOURCE, kind, texts, numbers, written=written, scores=scores)


def _kind(found: _Read) -> str:
    """Name the kind of model; where the file does not, as the library finds it out (models/mod.rs)."""
    kind = found.model.get("type")
    if isinstance(kind, str):
        return kind[:40]
    if found.scored:
        return "Unigram"
    if "merges" in found.model:
        return "BPE"
    return "WordPiece" if "max_input_chars_per_word" in found.model else "WordLevel"
