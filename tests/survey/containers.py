"""Containers: the pickles inside a saved file (bare, torch zip and legacy, joblib compressed, npy, npz)."""
# ruff: noqa: C901 - one branch for each container

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

from tests.survey.tracer import Trace, trace

if TYPE_CHECKING:
    from collections.abc import Iterator

NPY_MAGIC = b"\x93NUMPY"


def traced(data: bytes) -> Trace:
    """Trace every pickle stream in the bytes of one saved file."""
    found = Trace()
    for stream in streams(data):
        try:
            end = trace(stream, found)
            # torch's legacy form is several streams in a row, then raw storage bytes.
            while stream[end : end + 1] == b"\x80":
                end = trace(stream, found, end)
        except (ValueError, IndexError, KeyError):
            # joblib's raw array bytes end the walk; the constructor before them has been seen.
            continue
    for nested in found.nested[:]:
        inner = traced(nested)
        found.called |= inner.called
        found.built |= inner.built
        found.referenced |= inner.referenced
    return found


def streams(data: bytes) -> Iterator[bytes]:
    """Yield the bytes from which pickles are read."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                member = archive.read(name)
                if name.endswith((".pkl", ".npy")) or member[:2] in {b"\x80\x02", b"\x80\x04"}:
                    yield from streams(member)
    elif data[:6] == NPY_MAGIC:
        width = 2 if data[6] == 1 else 4
        length = int.from_bytes(data[8 : 8 + width], "little")
        header = data[8 + width : 8 + width + length]
        if b"'O'" in header or b"|O" in header:
            yield data[8 + width + length :]
    elif data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    elif data[:3] == b"BZh":
        yield bz2.decompress(data)
    elif data[:6] == b"\xfd7zXZ\x00" or data[:3] == b"]\x00\x00":
        yield lzma.decompress(data)
    elif data[:1] == b"\x78":
        yield zlib.decompress(data)
    else:
        yield data
