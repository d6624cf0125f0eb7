"""The merges of a model, read off the bytes some thousand at a time."""

import re
from collections.abc import Iterator, Sequence
from operator import add

from scanner.format import MalformedError
from scanner.formats.tokenizer.outline import WrongError
from scanner.formats.tokenizer.rows import closed
from scanner.formats.tokenizer.strings import behind, blocks

POINTER = "/model/merges"

WRONG = "a merge that is not two texts"

PARTS = 2
"""A merge joins two texts."""

_BLANK = b" \t\r\n"
_OPENING = re.compile(rb"\[[ \t\r\n]*+(.)", re.DOTALL)
_VERSION = b"#version"

Merges = tuple[list[bytes], Sequence[bytes], Sequence[bytes]]
"""The results of merges, their left and their right texts, as UTF-8."""


def read(raw: bytes, start: int, prefix: bytes = b"") -> Iterator[Merges | int]:
    """Yield the merges of the list that opens at an offset, then the offset of its end.

    A merge is a list of two texts, or one text with a space between them. `prefix` of a right text is not part of the
    result. Raises `WrongError` for one that is neither, and `MalformedError` for what is no JSON.
    """
    opening = _OPENING.match(raw, start)
    kind = opening[1] if opening else b""
    if opening and kind == b"]":
        yield opening.end()
    elif kind == b'"':
        yield from _read(raw, start + 1, ("", ",", "]"), prefix)
    elif kind == b"[":
        yield from _read(raw, start + 1, ("[", "],[", ",", "]]"), prefix)
    else:
        message = "merges that are neither texts nor pairs of texts"
        raise WrongError(message, start, f"{POINTER}/0")


def _read(raw: bytes, start: int, marks: tuple[str, ...], prefix: bytes) -> Iterator[Merges | int]:
    """Read texts from the inside of a list on.

    `marks` are what stands before the first text, what stands before each of a merge's texts, and what ends the list.
    """
    opens, *joints, closes = marks
    turn, count = len(joints), 0
    held: list[bytes] = []
    for at, between, texts in blocks(raw, start):
        ahead, close = len(held), None
        # Nearly all blocks are written as their merges before; a mark that ends the list stands in one that is not.
        if not all(_same(between[number::turn], joints[(ahead + number) % turn]) for number in range(turn)):
            close = _close(between, closes)
            inside = between[:close]
            if at == start and inside and _bare(inside[0]) == opens:
                inside[0] = joints[0].encode()
            fits = all(_alike(inside[number::turn], joints[(ahead + number) % turn]) for number in range(turn))
            ended = close is None and len(between) > len(texts)
            if not fits or ended or (close is not None and (ahead + close) % turn):
                raise _wrong(inside, joints, count * turn + ahead, at)
        flat = held + texts[:close] if held or close is not None else texts
        whole = len(flat) - len(flat) % turn
        held = flat[whole:]
        left, right = _split(flat[:whole], count, at) if turn == 1 else (flat[0:whole:2], flat[1:whole:2])
        yield list(map(add, left, [text.removeprefix(prefix) for text in right] if prefix else right)), left, right
        count += whole // turn
        if close is not None:
            yield closed(raw, behind(raw, at, close), closes)
            return


def _bare(mark: bytes) -> str:
    return mark.translate(None, _BLANK).decode("latin-1")


def _close(between: list[bytes], closes: str) -> int | None:
    """Find which mark ends the list. To compare marks with those of other merges is quicker than to look at each."""
    for number in range(2):
        some = between[number::2]
        if some and (some.count(some[-1]) != len(some) or closes in _bare(some[-1])):
            break
    else:
        return None
    return next((number for number, one in enumerate(between) if _bare(one).startswith(closes)), None)


def _same(marks: list[bytes], wanted: str) -> bool:
    """Tell whether all marks are written alike, and are the wanted one but for white space."""
    return not marks or (marks.count(marks[-1]) == len(marks) and _bare(marks[-1]) == wanted)


def _alike(marks: list[bytes], wanted: str) -> bool:
    """Tell whether all marks are the wanted one but for white space."""
    return not marks or {_bare(one) for one in set(marks)} == {wanted}


def _wrong(inside: list[bytes], joints: list[str], first: int, at: int) -> MalformedError:
    turn = len(joints)
    marks = enumerate(inside, first)
    place = next((number for number, one in marks if _bare(one) != joints[number % turn]), first + len(inside))
    return WrongError(WRONG, at, f"{POINTER}/{max(place - 1, 0) // turn}")


def _split(texts: list[bytes], before: int, at: int) -> tuple[list[bytes], list[bytes]]:
    """Split merges of one text; the version line that old files begin with is no merge."""
    found = [text.split(b" ") for text in texts]
    if not before and found and found[0][0].startswith(_VERSION):
        del found[0]
    if not set(map(len, found)) <= {PARTS}:
        wrong = next(number for number, one in enumerate(found) if len(one) != PARTS)
        message = "a merge that is not two texts"
        raise WrongError(message, at, f"{POINTER}/{before + wrong}")
    return [one[0] for one in found], [one[1] for one in found]
