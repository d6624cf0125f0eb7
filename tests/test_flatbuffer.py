"""FlatBuffers: every offset is checked before it is followed."""

import io
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.flatbuffer import Flat
from scanner.format import MalformedError
from tests.builders import tflite as make


def root(content: bytes):
    return Flat(io.BytesIO(content), len(content)).root()


def written(**fields) -> bytes:
    writer = make.Writer()
    at = make.table(**fields)(writer)
    writer.content[:4] = make.u32(at)
    return bytes(writer.content)


def test_scalars_texts_and_vectors_are_read():
    content = written(
        _0=make.u32(7), _1=make.text("abc"), _2=make.numbers(1, -2), _3=make.listed(make.table(_0=make.u32(9)))
    )
    table = root(content)
    assert (table.number(0, 4), table.text(1, 10), table.numbers(2, 10)) == (7, "abc", (1, -2))
    assert [inner.number(0, 4) for inner in table.tables(3)] == [9]


def test_a_field_left_out_has_its_default():
    table = root(written(_1=make.u32(1)))
    assert (table.number(0, 4, default=5), table.text(0, 9), table.vector(7, 4), table.table(3)) == (
        5,
        "",
        (0, 0),
        None,
    )


def test_a_vector_longer_than_the_file_is_malformed():
    table = root(written(_0=lambda writer: writer.blob(b"", 1 << 30)))
    with pytest.raises(MalformedError):
        table.vector(0, 4)


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff\xff", b"\4\0\0\0\0\0\0\x7f", b"\4\0\0\0\0\0\0\0"])
def test_a_root_that_leads_nowhere_is_malformed(content):
    with pytest.raises(MalformedError):
        root(content)


@given(st.binary(max_size=100))
def test_any_bytes_leave_only_malformed(content):
    try:
        table = root(content)
        table.text(0, 10)
        list(table.tables(1))
        table.numbers(2, 10)
    except MalformedError:
        pass


def test_reading_the_same_bytes_again_and_again_is_malformed():
    flat = Flat(io.BytesIO(bytes(65_536)), 65_536)
    with pytest.raises(MalformedError, match="overlap"):
        deque(flat.read(0, 65_536) for _ in range(25))
