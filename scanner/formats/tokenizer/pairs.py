"""The merges of a model, read off the bytes some thousand at a time."""

import re
from collections.abc import Iterator, Sequence

from scanner.format import MalformedError
from scanner.formats.tokenizer.outline import WrongError
from scanner.formats.tokenizer.rows import closed
from scanner.formats.tokenizer.strings import behind, blocks

POINTER = "/model/merges"

PARTS = 2
"""A merge joins two texts."""

_BLANK = b" \t\r\n"
_OPENING = re.compile(rb"\[[ \t\r\n]*+(.)", re.DOTALL)
_VERSION = b"#version"

Merges = tuple[Sequence[bytes], Sequence[bytes]]
"""The left and the right texts of merges, as UTF-8."""


def read(raw: bytes, start: int) -> Iterator[Merges | int]:
    """Yield the merges of the list that opens at an offset, then the offset of its end.

    A merge is a list of two texts, or one text with a space between them. Raises `WrongError` for one that is neither,
    and `MalformedError` for what is no JSON.
    """
    opening = _OPENING.match(raw, start)
    kind = opening[1] if opening else b""
    if opening and kind == b"]":
        yield opening.end()
    elif kind == b'"':
        yield from _read(raw, start, "", (",",), "]")
    elif kind == b"[":
        yield from _read(raw, start, "[", ("],[", ","), "]]")
    else:
        message = "merges that are neither texts nor pairs of texts"
        raise WrongError(message, start, f"{POINTER}/0")


def _read(raw: bytes, start: int, opens: str, joints: tuple[str, ...], closes: str) -> Iterator[Merges | int]:
    """Read texts with `joints` between them in turn: one joint for merges of one text, two for pairs."""
    turn = len(joints)
    count = 0
    held: list[bytes] = []
    for at, marks, texts in blocks(raw, start + 1):
        kinds = {one: one.translate(None, _BLANK).decode("latin-1") for one in set(marks)}
        ends = {one for one, kind in kinds.items() if kind.startswith(closes)}
        close = next(number for number, one in enumerate(marks) if one in ends) if ends else None
        first = count * turn + len(held)
        wanted = [joints[(first + number) % turn] for number in range(turn)]
        inside = [kinds[one] for one in marks[:close]]
        if not first and inside[0] == opens:
            inside[0] = wanted[0]
        fits = all(set(inside[number::turn]) <= {wanted[number]} for number in range(turn))
        ended = close is None and len(marks) > len(texts)
        flat = held + texts[:close]
        if not fits or ended or (close is not None and len(flat) % turn):
            raise _wrong(inside, wanted, first, at)
        whole = len(flat) - len(flat) % turn
        held = flat[whole:]
        yield _split(flat[:whole], count, at) if turn == 1 else (flat[0:whole:2], flat[1:whole:2])
        count += whole // turn
        if close is not None:
            yield closed(raw, behind(raw, at, close), closes)
            return


def _wrong(inside: list[str], wanted: list[str], first: int, at: int) -> MalformedError:
    turn = len(wanted)
    place = next((n for n, one in enumerate(inside) if one != wanted[n % turn]), len(inside))
    return WrongError("a merge that is not two texts", at, f"{POINTER}/{max(first + place - 1, 0) // turn}")


def _split(texts: list[bytes], before: int, at: int) -> Merges:
    """Split merges of one text; the version line that old files begin with is no merge."""
    found = [text.split(b" ") for text in texts]
    if not before and found and found[0][0].startswith(_VERSION):
        del found[0]
    if not set(map(len, found)) <= {PARTS}:
        wrong = next(number for number, one in enumerate(found) if len(one) != PARTS)
        message = "a merge that is not two texts"
        raise WrongError(message, at, f"{POINTER}/{before + wrong}")
    return [one[0] for one in found], [one[1] for one in found]
