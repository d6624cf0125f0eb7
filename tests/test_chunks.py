"""Where records and indexes behind chunks end, by their own arithmetic."""

import io
import struct

import pytest

from scanner.chunks import past_index, record_nbytes
from scanner.crc32c import crc32c
from tests.builders import checkpoints as make


def past(content: bytes, here: int, start: int = 0) -> int:
    return past_index(io.BytesIO(content), start, here, len(content))


def test_an_index_ends_behind_its_checksum():
    content = make.shard(b"aaaa", b"", b"bb")
    assert past(content + b"more", 6) == len(content)
    assert past(b"before" + content, 12, start=6) == len(content) + 6


@pytest.mark.parametrize("size", range(20))
def test_a_cut_index_is_none(size):
    content = make.shard(b"aaaa", b"bb")[: 6 + size]
    assert past(content, 6) == 6


def test_an_index_whose_places_are_not_those_chunks_is_none():
    pair = struct.pack("<QQ", 0, 3)
    assert past(b"aaaa" + pair + struct.pack("<I", crc32c(pair)), 4) == 4


def test_an_index_with_another_checksum_is_none():
    content = bytearray(make.shard(b"aaaa"))
    content[-1] ^= 1
    assert past(bytes(content), 4) == 4


def test_a_record_has_the_length_it_says_where_that_is_there():
    content = make.manifest(b"d/x")
    assert record_nbytes(content[:14], len(content)) == len(content)
    assert record_nbytes(content[:14], len(content) - 1) == 0
    assert record_nbytes(content[:13], len(content)) == 0
    assert record_nbytes(b"\0" * 14, 100) == 0
