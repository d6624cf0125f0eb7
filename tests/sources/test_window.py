"""A window never shows more than its size, however it is read."""

# System calls are what is tested.
# ruff: noqa: PTH208

import io
import mmap
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources import window

CONTENT = bytes(range(256)) * 80
SIZE = 20_000
STEP = st.one_of(
    st.tuples(st.just("read"), st.integers(-1, 12_000)),
    st.tuples(st.just("readline"), st.integers(-1, 300)),
    st.tuples(st.just("seek"), st.integers(0, SIZE + 500)),
    st.tuples(st.just("back"), st.integers(0, SIZE)),
    st.tuples(st.just("tell"), st.just(0)),
)


@pytest.fixture(scope="module", params=["file", "map"])
def opened(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("window") / "a.bin"
    path.write_bytes(CONTENT)
    if request.param == "file":
        yield lambda: window.open_file(str(path), SIZE)
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), SIZE, access=mmap.ACCESS_READ) as memory:
        yield lambda: window.open_map(memory)


def _do(stream, step):
    name, number = step
    if name == "seek":
        return stream.seek(number)
    if name == "back":
        return stream.seek(-number, io.SEEK_END)
    return stream.tell() if name == "tell" else getattr(stream, name)(number)


@given(steps=st.lists(STEP, max_size=12))
def test_a_window_behaves_like_the_bytes_it_shows(opened, steps):
    plain = io.BytesIO(CONTENT[:SIZE])
    with opened() as stream:
        for step in steps:
            assert _do(stream, step) == _do(plain, step)


def test_two_streams_do_not_move_each_other(opened):
    with opened() as one, opened() as other:
        one.read(100)
        assert other.read(3) == b"\0\1\2"


def test_a_window_is_read_only(opened):
    with opened() as stream:
        assert not stream.writable()
        with pytest.raises(io.UnsupportedOperation):
            stream.write(b"x")


def test_a_closed_window_holds_no_descriptor(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    before = len(os.listdir("/dev/fd"))
    stream = window.open_file(str(tmp_path / "a"), 1)
    stream.close()
    with pytest.raises(OSError, match="cut"):
        window.open_file(str(tmp_path / "a"), 2)
    with pytest.raises(OSError, match="no file"):
        window.open_file(str(tmp_path), 0)
    assert len(os.listdir("/dev/fd")) == before


def test_a_window_starts_nowhere_below_zero(opened):
    with opened() as stream, pytest.raises((ValueError, OSError)):
        stream.seek(-1)
