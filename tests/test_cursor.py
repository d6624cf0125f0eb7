"""A file read forwards never reads past its end."""

import io

import pytest

from scanner.cursor import Cursor
from scanner.format import MalformedError


def cursor(content, start=0):
    return Cursor(io.BytesIO(content), len(content), start)


def test_numbers_and_texts_are_read_in_order():
    here = cursor(b"x\x01\0\0\0\xff\xff\xff\xff\0\0\x80?ab\xff", 1)
    assert (here.number("i"), here.number("i"), here.real("f")) == (1, -1, 1.0)
    assert (here.text(3, 10), here.left, here.at) == ("ab\\xff", 0, 16)


def test_a_text_is_cut_at_its_limit_and_passed_over():
    here = cursor(b"abcdef!")
    assert (here.text(6, 2), here.take(1)) == ("ab", b"!")


@pytest.mark.parametrize(
    "act",
    [
        lambda here: here.take(5),
        lambda here: here.skip(5),
        lambda here: here.skip(-1),
        lambda here: here.number("Q"),
        lambda here: here.text(1 << 62, 1),
        lambda here: here.room(-1),
    ],
)
def test_a_length_beyond_the_end_is_malformed(act):
    here = cursor(b"abcd")
    with pytest.raises(MalformedError, match="declared"):
        act(here)
    assert here.at == 0


def test_a_stream_that_shrinks_is_malformed():
    with pytest.raises(MalformedError, match="shorter"):
        Cursor(io.BytesIO(b"ab"), 9).take(4)


def test_skipping_tells_where_the_bytes_lie():
    here = cursor(b"abcdef")
    assert (here.skip(2), here.skip(0), here.skip(3), here.take(1)) == (0, 2, 2, b"f")


def test_going_back_reads_the_same_bytes_again():
    here = cursor(b"abcd")
    here.take(3)
    here.back(1)
    assert (here.take(2), here.left) == (b"bc", 1)
