"""From a plain vocabulary file to its facts."""

import binascii
import json
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.tokenizer import Merges
from scanner.format import MalformedError
from scanner.formats.vocabulary import kind_of
from scanner.limits import HEAD_NBYTES, Limits
from scanner.vocabulary import vocabulary

NUMBER_BITS = 53
FIELDS = 2


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
    rows = {"vocab.json": _json, "vocab.txt": _lines, "tiktoken": _ranks}[kind](raw)
    if len(rows) > limits.entries:
        yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="texts")
        return
    yield from vocabulary(artifact.at(), kind, "WordPiece" if kind == "vocab.txt" else "BPE", rows)


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


_PRINTED = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_SHIFTED = [one for one in range(256) if one not in set(_PRINTED)]
_ALPHABET = {**{one: chr(one) for one in _PRINTED}, **{one: chr(256 + n) for n, one in enumerate(_SHIFTED)}}


def byte_level(content: bytes) -> str:
    """Write bytes in the printable alphabet of GPT-2 (encoder.py, `bytes_to_unicode`)."""
    return "".join(map(_ALPHABET.__getitem__, content))


def merges(artifact: Artifact, text: str) -> Merges:
    """Sum a list of merges up; its vocabulary is another file, so ids and orphans are not known here."""
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#version")]
    for number, line in enumerate(lines):
        if len(line.removesuffix("\r").split(" ")) != FIELDS:
            message = f"merge {number} is not two texts"
            raise MalformedError(message, 0)
    return Merges(
        where=artifact.at(),
        source="merges.txt",
        merges=len(lines),
        inversions=-1,
        orphans=-1,
        repeated=len(lines) - len(set(lines)),
        unreached=-1,
        first=(),
    )
