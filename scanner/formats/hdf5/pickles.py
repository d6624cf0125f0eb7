"""Bytes in an HDF5 file that look like a pickle, given on as artifacts: PyTables keeps objects that way."""

import zlib
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import LimitReached
from scanner.formats.hdf5.attributes import sequence
from scanner.formats.hdf5.datasets import Dataset, chunks
from scanner.formats.hdf5.file import Cursor, Hdf5
from scanner.formats.hdf5.heap import GlobalHeap
from scanner.formats.hdf5.types import CHUNKED, CONTIGUOUS, DEFLATE, FIXED, SEQUENCE
from scanner.inside import is_pickle
from scanner.magic import looks_like_pickle
from scanner.streams import held

ROWS = 100_000
"""Variable-length values looked at in one dataset."""

PICKLES = 1000
"""Artifacts made of one dataset."""

CHUNK_NBYTES = 64 << 20

_HEAD_NBYTES = 512
_SHORTEST = 4


def is_pickled(value: bytes) -> bool:
    """Say whether a text or a value is a pickle by its first opcodes, or by all of them and the STOP at its end."""
    if len(value) < _SHORTEST:
        return False
    return looks_like_pickle(value[:_HEAD_NBYTES]) or (value.endswith(b".") and is_pickle(value))


def rows(file: Hdf5, heap: GlobalHeap, made: Dataset) -> Iterator[Artifact | LimitReached]:
    """Yield the pickles among the variable-length values of a dataset. Raises `MalformedError`."""
    if made.kind.kind != SEQUENCE or (not made.kind.text and (made.kind.base, made.kind.base_size) != (FIXED, 1)):
        return
    step = 8 + file.width
    row = given = 0
    for block in _blocks(file, made):
        cursor = Cursor(file, block[: len(block) // step * step])
        while cursor.left:
            if row >= ROWS or given >= PICKLES:
                where = file.artifact.at(min(file.size, file.base + made.header))
                yield LimitReached(where=where, limit="rows", bound=ROWS if row >= ROWS else PICKLES, unit="values")
                return
            value = sequence(cursor, heap, made.kind)
            if is_pickled(value):
                given += 1
                yield Artifact(path=f"{file.artifact.path}!{made.name}[{row}]", size=len(value), open=held(value))
            row += 1


def _blocks(file: Hdf5, made: Dataset) -> Iterator[bytes]:
    """Yield the stored references of a dataset, piece by piece; only deflate is undone."""
    here = made.layout
    if here is None:
        return
    if here.kind == CONTIGUOUS and here.address != file.undefined:
        size = made.declared if here.size < 0 else here.size
        yield file.read(here.address, min(size, CHUNK_NBYTES))
    elif here.kind == CHUNKED and not here.tree and all(number == DEFLATE for number, _ in made.filters):
        for chunk in chunks(file, here, set()):
            raw = file.read(chunk.address, min(chunk.size, CHUNK_NBYTES))
            yield _inflate(raw) if made.filters and not chunk.mask else raw


def _inflate(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, CHUNK_NBYTES)
    except zlib.error:
        return b""
