"""Files that joblib before 0.10 compressed."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.formats.zfile import claims, read
from scanner.limits import DEFAULT
from tests.builders import pickles


def zfile(content: bytes, *, width: int = 19) -> bytes:
    return b"ZF" + hex(len(content)).encode().ljust(width) + zlib.compress(content)


SMALLEST = zfile(b"")


def members(content: bytes) -> list[bytes]:
    artifact = Artifact(path="m.gz", size=len(content), open=lambda: io.BytesIO(content))
    found = [item for item in read(artifact, DEFAULT) if isinstance(item, Artifact)]
    return [item.open().read() for item in found]


@pytest.mark.parametrize("width", [19, 20])
def test_the_zlib_stream_behind_the_header_is_a_member(width):
    content = zfile(pickles.system4(), width=width)
    assert claims(content, "x")
    assert [zlib.decompress(member) for member in members(content)] == [pickles.system4()]


@pytest.mark.parametrize("content", [b"", b"ZF", b"ZF0x31f", b"ZFS pool\n" + b" " * 30, zfile(b"x", width=9)])
def test_other_bytes_are_not_claimed(content):
    assert not claims(content, "x")


def test_a_cut_at_any_byte_is_no_error():
    content = zfile(pickles.system4())
    for end in range(len(content)):
        members(content[:end])


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_error(content):
    claims(content, "x")
    members(content)
