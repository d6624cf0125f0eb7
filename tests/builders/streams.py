"""Compressed streams of one content in every format."""

import bz2
import gzip
import io
import lzma
import sys
import zlib

import lz4.frame

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CONTENT = b"weights and more weights " * 200


def gzip_of(content: bytes = CONTENT, name: str = "", comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", fileobj=out, mtime=0) as stream:
        stream.write(content)
    whole = out.getvalue()
    if comment:
        whole = whole[:3] + bytes((whole[3] | 16,)) + whole[4:10] + comment + b"\0" + whole[10:]
    return whole


STREAMS = {
    "gzip": gzip_of(),
    "bzip2": bz2.compress(CONTENT),
    "xz": lzma.compress(CONTENT),
    "lzma": lzma.compress(CONTENT, format=lzma.FORMAT_ALONE),
    "zstd": zstd.compress(CONTENT),
    "lz4": lz4.frame.compress(CONTENT),
    "zlib": zlib.compress(CONTENT),
}
MANY = ("gzip", "bzip2", "xz", "zstd", "lz4")
"""Formats whose files may hold several members."""
