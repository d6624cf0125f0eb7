"""Streams over parts of other streams, and over decompressed bytes."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import codec
from scanner.format import MalformedError
from scanner.streams import first_byte, held, mosaic, read_at, window
from scanner.unpack import REWINDS, Run, again
from tests.builders.streams import CONTENT, STREAMS

WHOLE = bytes(range(256)) * 8


def test_a_window_shows_its_bytes_alone():
    with window(held(WHOLE), 10, 20)() as stream:
        assert stream.read() == WHOLE[10:30]
        assert stream.seek(-5, io.SEEK_END) == 15
        assert stream.read(100) == WHOLE[25:30]


def test_a_window_past_the_end_is_as_short_as_what_is_there():
    with window(held(b"abc"), 2, 100)() as stream:
        assert stream.read() == b"c"


def test_a_mosaic_puts_pieces_together_over_zeros():
    with mosaic(held(WHOLE), [(2, 0, 3), (8, 100, 2)], 12)() as stream:
        assert stream.read() == b"\0\0\0\1\2\0\0\0" + WHOLE[100:102] + b"\0\0"
        stream.seek(3)
        assert stream.read(2) == b"\1\2"


@given(st.lists(st.tuples(st.integers(0, 2100), st.integers(0, 300)), max_size=12))
def test_a_window_reads_like_the_bytes_it_shows(steps):
    plain = io.BytesIO(WHOLE[5:2005])
    with window(held(WHOLE), 5, 2000)() as stream:
        for offset, size in steps:
            plain.seek(offset)
            stream.seek(offset)
            assert stream.read(size) == plain.read(size)


@given(st.lists(st.tuples(st.integers(0, len(CONTENT) + 5), st.integers(0, 300)), max_size=12))
def test_decompressed_bytes_can_be_read_in_any_order(steps):
    with again(held(STREAMS["gzip"]), codec.GZIP, len(CONTENT))() as stream:
        for offset, size in steps:
            stream.seek(offset)
            assert stream.read(size) == CONTENT[offset : offset + size]


def test_going_back_too_often_is_malformed():
    content = bytes(1 << 20)
    with again(held(zlib.compress(content)), codec.ZLIB, len(content))() as stream:
        for times in range(REWINDS + 1):
            stream.seek(900_000)
            stream.read(10)
            stream.seek(0)
            if times < REWINDS:
                stream.read(10)
        with pytest.raises(MalformedError, match="goes back"):
            stream.read(10)


def test_a_run_tells_where_the_stream_ended():
    run = Run(io.BytesIO(STREAMS["gzip"] + b"rest"), codec.GZIP)
    assert b"".join(run.pieces()) == CONTENT
    assert (run.end, run.broken) == (len(STREAMS["gzip"]), "")


@pytest.mark.parametrize(("content", "expected"), [(b"\0\0a", 2), (b"\0\0", 2), (b"", 0), (b"a", 0)])
def test_the_first_byte_that_is_not_zero_is_found(content, expected):
    assert first_byte(io.BytesIO(content), 0, len(content)) == expected


def test_reading_before_the_start_gives_nothing():
    assert read_at(io.BytesIO(b"abc"), -1, 2) == b""


def test_reading_beyond_all_offsets_gives_nothing():
    assert read_at(io.BytesIO(b"abc"), 1 << 64, 2) == b""
