"""From a plain vocabulary file to its facts."""

import binascii
import json
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.tokenizer import AddedToken, Merges
from scanner.format import MalformedError
from scanner.formats.vocabulary import clip, kind_of, rwkv, tekken
from scanner.formats.vocabulary.alphabet import byte_level
from scanner.limits import HEAD_NBYTES, Limits
from scanner.marks import marks_of
from scanner.vocabulary import vocabulary

NUMBER_BITS = 53
FIELDS = 2
ADDED = 20_000
TEXT_CHARACTERS = 400
INSIDE_SHARE = 100
KINDS = {"vocab.txt": "WordPiece", "rwkv": "WordLevel"}


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a file; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="document", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    kind = kind_of(raw[:HEAD_NBYTES], artifact.path)
    if kind == "merges.txt":
        yield merges(artifact, _text(raw))
        return
    if not kind:  # an artifact that `claims` did not see
        return
    rows, special = _rows(kind, raw)
    if len(rows) > limits.entries:
        yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="texts")
        return
    yield from vocabulary(artifact.at(), kind, KINDS.get(kind) or _kind(rows), rows)
    for text, number in special[:ADDED]:
        yield AddedToken(
            where=artifact.at(),
            source=kind,
            id=number,
            text=text[:TEXT_CHARACTERS],
            special=True,
            base_id=-1,
            base_text="",
            marks=marks_of(text),
            twin="",
        )


def _kind(rows: list[tuple[str, int]]) -> str:
    """Tell WordPiece's rows, many of which go on within a word, from those of other files that do not say."""
    inside = sum(text.startswith("##") for text, _ in rows)
    return "WordPiece" if inside * INSIDE_SHARE > len(rows) else "BPE"


def _rows(kind: str, raw: bytes) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Read texts and ids, and special tokens beside them."""
    match kind:
        case "tekken.json":
            return tekken.read(_text(raw))
        case "rwkv":
            return rwkv.read(_text(raw)), []
        case "clip":
            return clip.rows(_merges(_text(raw))), []
        case "vocab.txt":
            return _lines(raw), []
        case "tiktoken":
            return _ranks(raw), []
    return _json(raw), []


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "a vocabulary that is not UTF-8"
        raise MalformedError(message, error.start) from error


def _json(raw: bytes) -> list[tuple[str, int]]:
    rows: list[tuple[str, int]] = []

    def pairs(found: list[tuple[str, object]]) -> None:
        rows.clear()
        for text, number in found:
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 1 << NUMBER_BITS:
                message = f"the id of {text[:40]!r} is no number"
                raise MalformedError(message, 0)
            rows.append((text, number))

    try:
        document = json.loads(_text(raw), object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        message = f"no JSON: {error.msg.lower()}"
        raise MalformedError(message, error.pos) from error
    except (RecursionError, ValueError) as error:
        message = f"no JSON that can be read: {type(error).__name__}"
        raise MalformedError(message, 0) from error
    if isinstance(document, list) and all(isinstance(text, str) for text in document):
        return [(text, number) for number, text in enumerate(document)]  # TensorFlow.js lists them by id.
    if document is not None:
        message = "a vocabulary that is no object"
        raise MalformedError(message, 0)
    return rows


def _lines(raw: bytes) -> list[tuple[str, int]]:
    lines = _text(raw).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [(line.removesuffix("\r"), number) for number, line in enumerate(lines)]


def _ranks(raw: bytes) -> list[tuple[str, int]]:
    """Read lines of base64 and a rank (tiktoken/load.py); bytes are written in GPT-2's alphabet."""
    rows = []
    offset = 0
    for line in raw.splitlines(keepends=True):
        words = line.split()
        try:
            if words:
                token, rank = words
                # "=" alone is an empty token, as Whisper's file has it.
                content = binascii.a2b_base64(token, strict_mode=True) if token != b"=" else b""
                rows.append((byte_level(content), int(rank[:16])))
        except ValueError as error:
            message = "a line that is not base64 and a rank"
            raise MalformedError(message, offset) from error
        offset += len(line)
    return rows


def merges(artifact: Artifact, text: str) -> Merges:
    """Sum a list of merges up; its vocabulary is another file, so ids and orphans are not known here."""
    return Merges(
        where=artifact.at(),
        source="merges.txt",
        merges=len(_merges(text)),
        inversions=-1,
        orphans=-1,
        unreached=-1,
        first=(),
    )


def _merges(text: str) -> list[list[str]]:
    """Split the lines of a list of merges."""
    lines = [line for line in text.split("\n") if line.strip() and "#version:" not in line[:100]]
    found = [line.removesuffix("\r").split(" ") for line in lines]
    for number, parts in enumerate(found):
        if len(parts) != FIELDS:
            message = f"merge {number} is not two texts"
            raise MalformedError(message, 0)
    return found
