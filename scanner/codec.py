"""Decompressors under one interface, each with the errors that its library raises."""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Protocol

from scanner.record import record

MEMORY_NBYTES = 512 << 20
"""Dictionary memory granted to one LZMA decompressor; `xz -9` needs 65 MB."""


class Decoder(Protocol):
    """What `bz2`, `lzma`, `compression.zstd` and `lz4.frame` share; `Inflater` lends it to zlib."""

    @property
    def eof(self) -> bool:
        """Say whether the end mark was seen."""
        ...

    @property
    def needs_input(self) -> bool:
        """Say whether more output needs more input."""
        ...

    @property
    def unused_data(self) -> bytes | None:
        """Return what followed the end mark."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` bytes."""
        ...


@record
class Codec:
    """One compression. `follows`: the first bytes of a further member; empty where there is only one."""

    name: str
    new: Callable[[], Decoder]
    errors: tuple[type[Exception], ...]
    follows: tuple[bytes, ...] = ()


class Inflater:
    """zlib's decompressor with the interface of the others. `wbits` as in `zlib.decompressobj`."""

    def __init__(self, wbits: int) -> None:
        """Start at the first byte."""
        self._inner = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        """Say whether the end mark was seen."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Say whether more output needs more input."""
        return not (self._full or self._inner.unconsumed_tail or self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        """Return what followed the end mark."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` bytes."""
        tail = self._inner.unconsumed_tail
        content = self._inner.decompress(tail + data if tail else data, max_length)
        self._full = len(content) == max_length
        return content


class ZipLzma:
    """LZMA as zip carries it: version, property length, properties, raw stream (APPNOTE 6.3.10 §5.8.8)."""

    def __init__(self) -> None:
        """Wait for the properties."""
        self._head = b""
        self._inner: lzma.LZMADecompressor | None = None

    @property
    def eof(self) -> bool:
        """Say whether the end mark was seen."""
        return self._inner is not None and self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Say whether more output needs more input."""
        return self._inner is None or self._inner.needs_input

    @property
    def unused_data(self) -> bytes:
        """Return what followed the end mark."""
        return b"" if self._inner is None else self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` bytes."""
        if self._inner is None:
            self._head += data
            start = 4 + int.from_bytes(self._head[2:4], "little")
            if len(self._head) <= max(start, 9):
                return b""
            self._inner = _raw_lzma(self._head[4:9])
            data = self._head[start:]
        return self._inner.decompress(data, max_length)


def _raw_lzma(properties: bytes) -> lzma.LZMADecompressor:
    packed, dictionary = properties[0], int.from_bytes(properties[1:5], "little")
    if packed >= 9 * 5 * 5 or dictionary > MEMORY_NBYTES:
        message = "properties out of range"
        raise lzma.LZMAError(message)
    chain = [
        {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(dictionary, 4096),
            "lc": packed % 9,
            "lp": packed // 9 % 5,
            "pb": packed // 45,
        }
    ]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)


_ZLIB = (zlib.error,)
_LZMA = (lzma.LZMAError, MemoryError, ValueError)

DEFLATE = Codec(name="deflate", new=lambda: Inflater(-15), errors=_ZLIB)
ZLIB = Codec(name="zlib", new=lambda: Inflater(15), errors=_ZLIB)
GZIP = Codec(name="gzip", new=lambda: Inflater(31), errors=_ZLIB, follows=(b"\x1f\x8b",))
BZIP2 = Codec(name="bzip2", new=bz2.BZ2Decompressor, errors=(OSError, ValueError, EOFError), follows=(b"BZh",))
XZ = Codec(
    name="xz",
    new=lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_NBYTES),
    errors=_LZMA,
    follows=(b"\xfd7zXZ\0",),
)
LZMA = Codec(name="lzma", new=lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=MEMORY_NBYTES), errors=_LZMA)
ZIP_LZMA = Codec(name="lzma", new=ZipLzma, errors=_LZMA)


def zstd() -> Codec | None:
    """Return Zstandard, from Python 3.14 or its backport; None without either."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd as library
        else:
            from backports import zstd as library
    except ImportError:
        return None
    skippable = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))
    return Codec(
        name="zstd",
        new=library.ZstdDecompressor,
        errors=(library.ZstdError, ValueError, MemoryError),
        follows=(b"\x28\xb5\x2f\xfd", *skippable),
    )


def lz4() -> Codec | None:
    """Return the LZ4 frame format; None without the `lz4` library."""
    try:
        from lz4 import frame
    except ImportError:
        return None
    return Codec(
        name="lz4",
        new=frame.LZ4FrameDecompressor,
        errors=(RuntimeError, ValueError, MemoryError, EOFError),
        follows=(b"\x04\x22\x4d\x18",),
    )
