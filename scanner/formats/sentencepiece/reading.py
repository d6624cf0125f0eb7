"""From a sentencepiece model to its facts (sentencepiece_model.proto, `ModelProto`)."""

import struct
from collections.abc import Iterator
from math import nan
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.tokenizer import AddedToken, SpecialToken
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.protobuf import BYTES, FIXED32, VARINT, Field, Wire
from scanner.vocabulary import vocabulary

SOURCE = "sentencepiece"
PIECES, TRAINER = 1, 2
TEXT, SCORE, TYPE = 1, 2, 3
NORMAL, UNKNOWN, CONTROL, USER_DEFINED = 1, 2, 3, 4
PIECE_NBYTES = 1 << 16
KINDS = {1: "Unigram", 2: "BPE", 3: "WordLevel", 4: "WordLevel"}
MODEL_TYPE = 3
ROLES = {40: "unk", 41: "bos", 42: "eos", 43: "pad"}
ADDED = 20_000


class Piece(NamedTuple):
    """One row: its text, its score and its type."""

    text: str
    score: float
    kind: int


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a model; see `Format.read`."""
    pieces: list[Piece] = []
    kind, roles = "Unigram", {"unk": 0, "bos": 1, "eos": 2, "pad": -1}
    with artifact.open() as stream:
        wire = Wire(stream, artifact.size)
        for field in wire.fields(0, artifact.size):
            if field.number == PIECES and field.wire == BYTES:
                if len(pieces) == limits.entries:
                    yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="pieces")
                    return
                pieces.append(_piece(wire, field))
            elif field.number == TRAINER and field.wire == BYTES:
                kind = _trainer(wire, field, roles) or kind
    if not pieces:
        message = "a model without pieces"
        raise MalformedError(message, 0)
    rows = [(piece.text, number) for number, piece in enumerate(pieces)]
    scores = [piece.score if piece.kind == NORMAL else nan for piece in pieces]
    yield from vocabulary(artifact.at(), SOURCE, kind, rows, scores=scores)
    for role, number in roles.items():
        if 0 <= number < len(pieces):
            yield SpecialToken(where=artifact.at(), source=SOURCE, role=role, text=pieces[number].text[:400], id=number)
    yield from _added(artifact, pieces)


def _trainer(wire: Wire, field: Field, roles: dict[str, int]) -> str:
    """Fill the ids of the special pieces in; return the kind of model, "" where it is not said."""
    kind = ""
    for part in wire.fields(field.start, field.end):
        if part.wire == VARINT and part.number == MODEL_TYPE:
            kind = KINDS.get(part.value, "")
        elif part.wire == VARINT and part.number in ROLES:
            roles[ROLES[part.number]] = part.signed
    return kind


def _piece(wire: Wire, field: Field) -> Piece:
    text, score, kind = "", 0.0, NORMAL
    for part in wire.fields(field.start, field.end):
        if part.number == TEXT and part.wire == BYTES:
            if part.value > PIECE_NBYTES:
                message = f"a piece of {part.value} bytes"
                raise MalformedError(message, part.start)
            text = wire.text(part, PIECE_NBYTES)
        elif part.number == SCORE and part.wire == FIXED32:
            (score,) = struct.unpack("<f", part.value.to_bytes(4, "little"))
        elif part.number == TYPE and part.wire == VARINT:
            kind = part.value
    return Piece(text, score, kind)


def _added(artifact: Artifact, pieces: list[Piece]) -> Iterator[Fact]:
    found = [(number, piece) for number, piece in enumerate(pieces) if piece.kind in {CONTROL, USER_DEFINED}]
    for number, piece in found[:ADDED]:
        yield AddedToken(
            where=artifact.at(),
            source=SOURCE,
            id=number,
            text=piece.text[:400],
            special=piece.kind == CONTROL,
            base_id=number,
            base_text="",
            marks=marks_of(piece.text),
            twin="",
        )
