"""One `.npy` file: header, array, and what numpy would unpickle."""

import re
from collections.abc import Generator, Iterator
from math import prod
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.compressed import trailing
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.archive import HiddenBytes
from scanner.facts.array import ArrayHeader
from scanner.format import MalformedError
from scanner.formats.numpy.literal import Literal, parse
from scanner.formats.pickle.skim import recognise
from scanner.limits import HEAD_NBYTES, Limits
from scanner.members import Naming
from scanner.streams import read_at, window

MAGIC = b"\x93NUMPY"
MAGIC_NBYTES = 8
HEADER_NBYTES = 1 << 16
"""Longest header read; numpy itself refuses more than 10,000 characters unless told otherwise."""

DIMENSIONS = 64
LARGEST = (1 << 63) - 1
_DTYPE = re.compile(r"[<>=|]?([?biufcmMSaUVOgGdfpPqQhHlLeBF])(\d{0,9})(\[[^\]]{0,16}\])?")
_WIDTHS = {"?": 1, "b": 1, "B": 1, "h": 2, "H": 2, "e": 2, "f": 4, "d": 8, "q": 8, "Q": 8, "l": 8, "L": 8}


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield each header, then the data as an artifact where it is a pickle, whatever the header says.

    Arrays saved one behind the other into one file are read in turn.
    """
    naming = Naming(artifact.path)
    with artifact.open() as stream:
        at = 0
        for _ in range(limits.members):
            end = yield from _array(artifact, stream, naming, at)
            if end is None or end >= artifact.size:
                return
            if read_at(stream, end, len(MAGIC)) != MAGIC:
                yield from trailing(artifact, end, "numpy", naming)
                return
            at = end
        yield LimitReached(where=artifact.at(at), limit="arrays", bound=limits.members, unit="arrays")


def _array(
    artifact: Artifact, stream: BinaryIO, naming: Naming, at: int
) -> Generator[Fact | Artifact, None, int | None]:
    """Read the array at `at`; return where it ends, None where all that follows is its own."""
    start, text = _header(stream, at, artifact.size)
    found = artifact.size - start
    try:
        dtype, shape = _declared(parse(text))
    except MalformedError as error:
        yield Malformed(where=artifact.at(at), format="numpy", reason=f"header: {error.reason}")
        yield _data(artifact, naming, start)
        return None
    pickled, width = measure(dtype)
    expected = min(width * prod(shape), LARGEST) if width >= 0 and not pickled else -1
    yield ArrayHeader(
        where=artifact.at(at, start - at),
        dtype=str(dtype)[:200],
        shape=tuple(min(size, LARGEST) for size in shape),
        pickled=pickled,
        expected_nbytes=expected,
        found_nbytes=found,
    )
    head = read_at(stream, start, min(HEAD_NBYTES, found))
    disguised = not pickled and recognise(head, whole=len(head) == found, promised=False)
    if disguised:
        where = artifact.at(start, found)
        yield HiddenBytes(where=where, format="numpy", place="data", kind="pickle", size=found)
    if pickled or disguised:
        # numpy unpickles what follows a header of objects; a loader that tries pickle first unpickles the rest.
        yield _data(artifact, naming, start)
    elif expected > found:
        reason = f"array of {expected} bytes, {found} remain"
        yield Malformed(where=artifact.at(start), format="numpy", reason=reason)
    return None if expected < 0 else start + expected


def _data(artifact: Artifact, naming: Naming, start: int) -> Artifact:
    size = artifact.size - start
    opener = window(artifact.open, start, size)
    return Artifact(path=naming.path("data"), size=size, open=opener, depth=artifact.depth + 1)


def _header(stream: BinaryIO, at: int, size: int) -> tuple[int, str]:
    """Return where the data of the array at `at` starts, and the header's text.

    Raises:
        MalformedError: an unknown version, or a header longer than the artifact or than `HEADER_NBYTES`.
    """
    magic = read_at(stream, at, MAGIC_NBYTES + 4)
    width = 2 if magic[6:7] == b"\x01" else 4
    if magic[6:7] not in (b"\x01", b"\x02", b"\x03") or len(magic) < MAGIC_NBYTES + width:
        message = "no version of the format"
        raise MalformedError(message, offset=at + 6)
    length = int.from_bytes(magic[MAGIC_NBYTES : MAGIC_NBYTES + width], "little")
    start = at + MAGIC_NBYTES + width + length
    if start > size or length > HEADER_NBYTES:
        message = f"a header of {length} bytes"
        raise MalformedError(message, offset=at + MAGIC_NBYTES)
    return start, read_at(stream, start - length, length).decode("utf-8" if magic[6] == 3 else "latin-1", "replace")  # noqa: PLR2004 - version 3 is UTF-8


def _declared(header: Literal) -> tuple[Literal, tuple[int, ...]]:
    """Return dtype and shape of a header.

    Raises:
        MalformedError: a key is missing or of the wrong kind.
    """
    shape = header.get("shape") if isinstance(header, dict) else None
    if not isinstance(header, dict) or "descr" not in header or not isinstance(shape, tuple):
        message = "no dictionary of descr, fortran_order and shape"
        raise MalformedError(message)
    numbers = tuple(number for number in shape if isinstance(number, int) and number >= 0)
    if len(numbers) != len(shape) or len(shape) > DIMENSIONS:
        message = "a shape that is no list of sizes"
        raise MalformedError(message)
    return header["descr"], tuple(int(number) for number in numbers)


def measure(dtype: Literal) -> tuple[bool, int]:
    """Say whether a dtype holds objects, and how many bytes one element takes; -1 where that is not known."""
    if isinstance(dtype, str):
        return _scalar(dtype)
    if not isinstance(dtype, tuple):
        return False, -1
    if len(dtype) == 2 and isinstance(dtype[1], tuple | int) and not _is_field(dtype):  # noqa: PLR2004 - (dtype, shape)
        return _repeated(dtype[0], dtype[1])
    return _record(dtype)


def _scalar(dtype: str) -> tuple[bool, int]:
    found = _DTYPE.fullmatch(dtype)
    if found is None or found[1] == "O":
        return "O" in dtype, -1
    letter, digits = found[1], found[2]
    if not digits:
        return False, _WIDTHS.get(letter, -1) if letter not in "SaUV" else 0
    return False, int(digits) * (4 if letter == "U" else 1)


def _is_field(dtype: tuple[Literal, ...]) -> bool:
    return all(isinstance(part, tuple) for part in dtype)


def _record(fields: tuple[Literal, ...]) -> tuple[bool, int]:
    """Add up the fields of a record: (name, dtype) or (name, dtype, shape)."""
    pickled, total = False, 0
    for field in fields:
        if not isinstance(field, tuple) or not 2 <= len(field) <= 3:  # noqa: PLR2004 - a field has two or three parts
            return pickled, -1
        holds, width = _repeated(field[1], field[2] if len(field) > 2 else ())  # noqa: PLR2004 - its shape
        pickled |= holds
        total = -1 if width < 0 or total < 0 else total + width
    return pickled, total


def _repeated(dtype: Literal, shape: Literal) -> tuple[bool, int]:
    pickled, width = measure(dtype)
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if width < 0 or not all(isinstance(size, int) and size >= 0 for size in sizes):
        return pickled, -1
    return pickled, width * prod(int(size) for size in sizes if isinstance(size, int))
